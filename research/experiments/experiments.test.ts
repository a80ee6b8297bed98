import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const RUN = path("../../cli/run-ts.mjs");

function run(script: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [RUN, path(script)], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout;
}

it("runs the first backtest", () => {
  const printed = run("first-backtest.ts");
  expect(printed).toMatch(/run [0-9a-f]{16}: 10 pairs/);
  expect(printed).toMatch(/[1-9]\d* orders, [1-9]\d* fills/);
});

it("runs a custom strategy bare and in the whole system, in under 40 lines", () => {
  const printed = run("custom-strategy.ts");
  expect(printed).toMatch(/bare on BTC: 100000 became [1-9]\d*/);
  expect(printed).toMatch(/EmaCross/);
  expect(readFileSync(path("custom-strategy.ts"), "utf8").trimEnd().split("\n").length).toBeLessThan(40);
});

it("compares two configs: another correlation limit is another run and refuses less", () => {
  const printed = run("compare-configs.ts");
  const rows = printed.split("\n").filter((line) => /│ '[0-9a-f]{16}' │/.test(line));
  expect(rows).toHaveLength(2);
  const refused = rows.map((line) => Number(line.split("│").at(-2)));
  expect(refused[1]).toBeLessThan(refused[0]);
});
