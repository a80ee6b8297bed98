import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, expect, test } from "vitest";
import { load } from "../datasets/load.ts";
import { SYNTHETIC_START } from "../datasets/synthetic.ts";
import { HOUR } from "../engine/market/bars.ts";
import { backtest } from "../research/backtest.ts";
import { main } from "./main.ts";
import { opener, reportCommand } from "./report.ts";
import { testIo } from "./test-io.ts";

const home = mkdtempSync(join(tmpdir(), "fathom-report-"));
let folder: string;
beforeAll(async () => {
  const to = SYNTHETIC_START + 1500 * HOUR;
  const done = backtest(await load({ data: "synthetic", pairs: ["BTC"], to, seed: 3 }));
  folder = (await done.write(home, 0)).folder;
});
afterAll(() => rmSync(home, { recursive: true }));

async function report(...args: string[]) {
  const io = testIo({});
  const exit = await main(["report", ...args, "--home", home], io);
  return { exit, out: io.out(), err: io.err() };
}

test("the report of the latest run is written into its folder, and its path is printed", async () => {
  const path = join(folder, "report.html");
  expect(await report("latest")).toEqual({ exit: 0, out: `${path}\n`, err: "" });
  expect(readFileSync(path, "utf8")).toMatch(/^<!doctype html>\n<html lang="en">[\s\S]*<\/html>\n$/);
});

test("writing it again gives the same bytes, and --json tells run and path", async () => {
  await report("latest");
  const path = join(folder, "report.html");
  const before = readFileSync(path);
  const { exit, out } = await report(folder.slice(-16, -8), "--json");
  expect([exit, JSON.parse(out)]).toEqual([0, { run: folder.slice(-16), path }]);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("the report does not change what the run's folder is", async () => {
  await report("latest");
  const io = testIo({});
  expect(await main(["verify", "latest", "--home", home], io)).toBe(0);
});

test("an unknown run is an error with the runs that there are", async () => {
  const { exit, out, err } = await report("ffff");
  expect([exit, out]).toEqual([1, ""]);
  expect(err).toMatch(/^E_RUN_MISSING: run: found no run ffff .*there are [0-9a-f]{16}\n$/);
});

test("--open shows the written file, once", async () => {
  const io = testIo({});
  const shown: [path: string, isThere: boolean][] = [];
  const command = reportCommand(io, async (path) => {
    shown.push([path, existsSync(path)]);
  });
  await new Command()
    .addCommand(command)
    .parseAsync(["report", "latest", "--open", "--home", home], { from: "user" });
  expect(shown).toEqual([[join(folder, "report.html"), true]]);
});

test.each([
  ["linux", ["xdg-open"]],
  ["darwin", ["open"]],
  ["win32", ["explorer.exe"]],
])("on %s a file is opened by %j", (platform, command) => {
  expect(opener(platform)).toEqual(command);
});
