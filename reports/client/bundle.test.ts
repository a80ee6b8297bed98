import { readFileSync } from "node:fs";
import { Script } from "node:vm";
import { expect, it } from "vitest";
import { clientScript, clientStyle, PARTS } from "./bundle.ts";

it("is one script that parses, without modules, eval or the end of a script element", () => {
  const text = clientScript();
  expect(() => new Script(text)).not.toThrow();
  expect(text).not.toMatch(/^\s*(import|export)\b/m);
  expect(text).not.toMatch(/\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write/);
  expect(text).not.toMatch(/<\/script|<!--/i);
});

it("has no name twice, as its parts share one scope", () => {
  const names = PARTS.flatMap((file) => {
    const source = readFileSync(new URL(file, import.meta.url), "utf8");
    return [...source.matchAll(/^(?:export )?(?:async )?(?:const|let|class|function\*?) (\w+)/gm)].map(
      (m) => m[1],
    );
  });
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name, k) => names.indexOf(name) !== k)).toEqual([]);
});

it("imports only what comes before it", () => {
  PARTS.forEach((file, k) => {
    const source = readFileSync(new URL(file, import.meta.url), "utf8");
    for (const [, from] of source.matchAll(/^(?:import|\}) .*from "\.\/(.+)";$/gm)) {
      expect(PARTS.slice(0, k), `${file} imports ${from}`).toContain(from);
    }
  });
});

it("styles by the page's variables and loads nothing", () => {
  const style = clientStyle();
  expect(style).toContain(".u-wrap");
  expect(style).toContain(".fx-trips");
  expect(style).not.toMatch(/url\(|@import|<\/style/);
});
