import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { lint } from "./test-lint.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

function sources(room: string): string[] {
  try {
    return readdirSync(`${root}${room}`, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|tsx|mjs)$/.test(name) && !name.includes("node_modules"))
      .map((name) => `${room}/${name.replaceAll("\\", "/")}`);
  } catch {
    return []; // a room that has no folder has no sources
  }
}

describe("the sources", () => {
  it.each(["engine", "datasets", "research", "reports", "cli"])("of %s keep the rules", (room) => {
    const found = sources(room).flatMap((path) => lint(path, readFileSync(root + path, "utf8")));
    expect(found).toEqual([]);
  });

  it("are found at all", () => {
    expect(sources("engine")).toContain("engine/market/bars.ts");
  });
});

describe("a planted breach in the engine", () => {
  it.each([
    ["const y = Math.pow(x, 2);", "Math.pow"],
    ["const y = x ** 2;", "**"],
    ["y **= 2;", "**="],
    ["const y = Math.exp(x) + Math.log1p(x);", "Math.exp"],
    ["const y = Math.hypot(a, b);", "Math.hypot"],
    ["const y = Math['cbrt'](x);", "Math in another form than Math.name"],
    ["const { sin } = Math;", "Math in another form than Math.name"],
    ["const y = [1].map(Math.tanh);", "Math.tanh"],
    ["const y = Math.random();", "Math.random"],
    ["const now = new Date();", "Date"],
    ["const now = Date.now();", "Date"],
    ["const { now } = performance;", "performance"],
    ["const y = f(process.env.X);", "process"],
    ["setTimeout(f, 1);", "setTimeout"],
    ["const id = crypto.randomUUID();", "crypto"],
    ["const y = globalThis.fetch;", "globalThis"],
    ["const options = { Date };", "Date"],
    ["names.sort((a, b) => a.localeCompare(b));", "localeCompare"],
    ["const f = new Function('return 1');", "Function"],
    ["const here = import.meta.url;", "import.meta"],
    ['import { readFileSync } from "node:fs";', "the engine imports node:fs"],
    ['import { createHash } from "node:crypto";', "the engine imports node:crypto"],
    ['import { mean } from "simple-statistics";', "the engine imports simple-statistics"],
    ['export * from "../../datasets/dataset.ts";', "engine imports datasets (../../datasets/dataset.ts)"],
    [
      'type D = import("../../datasets/dataset.ts").D;',
      "engine imports datasets (../../datasets/dataset.ts)",
    ],
    ['import { x } from "../live/runner.ts";', "the engine imports its live runner (../live/runner.ts)"],
    ['import { x } from "../../scripts/x.ts";', "import of ../../scripts/x.ts leaves the rooms"],
  ])("is named with file and line: %s", (line, what) => {
    expect(lint("engine/market/planted.ts", `\n${line}\n`)[0]).toBe(`engine/market/planted.ts:2: ${what}`);
  });
});

describe("a planted breach of the import direction", () => {
  it.each([
    ["datasets/a.ts", "../research/b.ts", "datasets imports research"],
    ["research/runs/a.ts", "../../reports/b.tsx", "research imports reports"],
    ["reports/a.tsx", "../cli/b.ts", "reports imports cli"],
    ["engine/live/a.ts", "../../datasets/b.ts", "engine imports datasets"],
  ])("is named: %s from %s", (path, from, what) => {
    expect(lint(path, `import { b } from "${from}";`)).toEqual([`${path}:1: ${what} (${from})`]);
  });
});

describe("what is allowed", () => {
  it.each([
    ["engine/a.ts", "const y = Math.sqrt(x) + Math.max(x, Math.LN2) + Math.imul(a, b);"],
    ["engine/a.ts", 'import { z } from "zod";'],
    ["engine/a.ts", "const performance = f(x); const y = performance + s.process + o.Date; type D = Date;"],
    ["engine/digest.ts", 'import { createHash } from "node:crypto";'],
    ["engine/live/runner.ts", 'import { b } from "../plan.ts"; const now = Date.now();'],
    ["engine/a.test.ts", 'import { readFileSync } from "node:fs"; const y = Math.log(x) ** 2;'],
    ["engine/test-data.ts", 'import { existsSync } from "node:fs";'],
    ["engine/a.bench.ts", "performance.now();"],
    ["cli/a.ts", 'import { b } from "../reports/c.tsx"; import { d } from "../engine/e.ts"; Date.now();'],
    ["research/a.ts", 'import { b } from "../datasets/c.ts"; const y = Math.log(2);'],
  ])("stays so in %s: %s", (path, text) => {
    expect(lint(path, text)).toEqual([]);
  });
});
