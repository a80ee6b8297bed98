import { expect, test } from "vitest";
import { main } from "./main.ts";
import { settings } from "./settings/schema.ts";
import { testIo } from "./test-io.ts";

async function config(args: readonly string[], given: Parameters<typeof testIo>[0] = {}) {
  const io = testIo(given);
  const exit = await main(["config", ...args], io);
  return { exit, out: io.out(), err: io.err() };
}

test("every setting is printed with value, unit, origin and meaning, sections apart", async () => {
  const { exit, out, err } = await config([], { files: { "fathom.toml": "[risk]\ndrawdown = 0.15" } });
  expect([exit, err]).toEqual([0, ""]);
  const lines = out.split("\n");
  expect(lines[0]).toMatch(/^setting +value +unit +source +meaning$/);
  for (const { path } of settings) expect(lines.some((line) => line.startsWith(`${path} `))).toBe(true);
  expect(lines.find((line) => line.startsWith("risk.drawdown "))).toMatch(
    /^risk\.drawdown +0\.15 +fraction +fathom\.toml:2 +Beyond this fall/,
  );
  expect(lines[lines.findIndex((line) => line.startsWith("risk.")) - 1]).toBe("");
});

test("lists and records fit on their line", async () => {
  const { out } = await config(["--set", 'pairs={"BTC":{"tick":0.1}}', "--set", "data.pairs=BTC,ETH"]);
  expect(out).toMatch(/^pairs +\{"BTC":\{"tick":0\.1\}\} /m);
  expect(out).toMatch(/^data\.pairs +BTC,ETH /m);
  expect(out).toMatch(/^fees\.schedule +2 entries \(--json\) /m);
  expect(out).toMatch(/^sizing\.multipliers +\{\} /m);
});

test("a prefix prints a section, or one setting, and no name that only begins like it", async () => {
  const names = (out: string) => out.match(/^[a-z]+\.\S+/gm);
  expect(names((await config(["regime.levels"])).out)).toEqual([
    "regime.levels.risk_on",
    "regime.levels.risk_off",
    "regime.levels.panic",
  ]);
  expect(names((await config(["risk.correlation"])).out)).toEqual(["risk.correlation"]);
});

test("an unknown prefix is an error that offers the nearest", async () => {
  const { exit, err } = await config(["regime.level"]);
  expect(exit).toBe(1);
  expect(err).toBe(
    "E_CFG_UNKNOWN: config: found no setting or section regime.level. Did you mean regime.levels?\n",
  );
});

test("--diff prints only what differs, which a setting set to its default does not", async () => {
  const { out } = await config(["--diff", "--set", "seed=2", "--set", "risk.drawdown=0.2", "--home", "h"]);
  expect(out.split("\n").map((line) => line.split(/ {2,}/).slice(0, 4))).toEqual([
    ["setting", "value", "unit", "source"],
    ["home", "h", "folder", "--home"],
    ["seed", "2", "count", "--set"],
    [""],
  ]);
});

test("--diff without a difference says so", async () => {
  expect(await config(["--diff"])).toEqual({ exit: 0, out: "every setting has its default\n", err: "" });
  expect(JSON.parse((await config(["--diff", "--json"])).out)).toEqual({ settings: [] });
});

test("--json holds the same as one document", async () => {
  const { out } = await config(["--json"], { env: { FATHOM_SEED: "9" } });
  const document = JSON.parse(out) as { settings: Record<string, unknown>[] };
  expect(Object.keys(document)).toEqual(["settings"]);
  expect(document.settings.map((s) => s.path)).toEqual(settings.map((s) => s.path));
  for (const setting of document.settings) {
    expect(Object.keys(setting)).toEqual(["path", "value", "default", "unit", "description", "source"]);
  }
  expect(document.settings.find((s) => s.path === "seed")).toMatchInlineSnapshot(`
    {
      "default": 27,
      "description": "Seed of the paper fills' latency and of the synthetic market",
      "path": "seed",
      "source": "env FATHOM_SEED",
      "unit": "count",
      "value": 9,
    }
  `);
  expect(document.settings.find((s) => s.path === "data.from")).toMatchObject({ value: null, default: null });
});
