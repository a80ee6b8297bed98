import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { synthetic } from "../../datasets/load.ts";
import { testFolder } from "../../engine/live/test-folder.ts";
import { listRuns, resolveRun } from "./list-runs.ts";
import { editJson, testRun } from "./test-runs.ts";
import { runFolder } from "./write-run.ts";

const dataset = synthetic({ seed: 3, rows: 1500, pairs: ["BTC"] });
let home: string;
beforeEach(() => {
  home = testFolder();
});
const HOURS = 3_600_000;

/** A folder of that id: a copy of a run whose manifest says so. */
function alias(run: string, id: string, created: string): void {
  cpSync(runFolder(home, run), runFolder(home, id), { recursive: true });
  editJson(home, id, "manifest.json", (manifest: { run: string; created: string }) => {
    manifest.run = id;
    manifest.created = created;
  });
}

describe("the list of runs", () => {
  it("holds each run in brief, newest first", async () => {
    const one = await testRun(home, dataset, {}, 2 * HOURS);
    const two = await testRun(home, dataset, { config: { seed: 4 } }, 1 * HOURS);
    const runs = listRuns(home);
    expect(runs.map((r) => r.run)).toEqual([one.run, two.run]);
    const { metrics } = one.document;
    expect(runs[0]).toEqual({
      run: one.run,
      created: "1970-01-01T02:00:00.000Z",
      pairs: ["BTC"],
      interval: "1h",
      from: one.document.from,
      to: one.document.to,
      finalEquity: metrics.finalEquity,
      cagr: metrics.cagr,
      sharpe: metrics.sharpe,
      maxDrawdown: metrics.maxDrawdown,
      orders: metrics.orders,
      halted: null,
      changed: [],
      certificate: "passed",
      parity: null,
    });
    expect(runs[1]).toMatchObject({ changed: ["seed=4"] });
    expect(listRuns(home, 1)).toHaveLength(1);
  });

  it("tells of folders that cannot be read, and leaves out what is no run", async () => {
    const { run } = await testRun(home, dataset);
    mkdirSync(runFolder(home, "0123456789abcdef"));
    mkdirSync(join(home, "runs", `${run}.host.1-0.part`));
    const old = await testRun(home, dataset, { config: { seed: 4 } }, HOURS);
    editJson(home, old.run, "metrics.json", (document: { bounds?: unknown }) => {
      delete document.bounds;
    });
    const runs = listRuns(home);
    expect(runs).toHaveLength(3);
    const errors = runs.map((r) => ("error" in r ? [r.run, r.error.code] : r.run));
    expect(errors).toContainEqual(["0123456789abcdef", "E_RUN_CORRUPT"]);
    expect(errors).toContainEqual([old.run, "E_RUN_OLD"]);
    expect(errors).toContain(run);
  });

  it("is empty where nothing was run", () => {
    expect(listRuns(home)).toEqual([]);
  });
});

describe("a run that a person names", () => {
  it("is the latest, or the one whose id begins so", async () => {
    const { run } = await testRun(home, dataset, {}, 1000 * HOURS);
    alias(run, "abcdef0000000001", "1970-01-01T00:00:00.000Z");
    expect(resolveRun(home, "latest")).toBe(run);
    expect(resolveRun(home, "ABCDEF")).toBe("abcdef0000000001");
    expect(resolveRun(home, run)).toBe(run);
  });

  it("must be one of those that there are, and only one", async () => {
    expect(() => resolveRun(home, "latest")).toThrow(/found no runs in .*`fathom backtest` makes one/);
    const { run } = await testRun(home, dataset, {}, 1000 * HOURS);
    alias(run, "abcdef0000000001", "1970-01-01T00:00:00.000Z");
    alias(run, "abcdef0000000002", "1970-01-01T00:00:00.000Z");
    expect(() => resolveRun(home, "abcdef")).toThrow(
      /may mean abcdef0000000001, abcdef0000000002; give more of its digits/,
    );
    expect(() => resolveRun(home, "0000")).toThrow(/found no run 0000/);
    for (const text of ["abc", "../..", "last", ""]) {
      expect(() => resolveRun(home, text), text).toThrow(/at least its first 4/);
    }
    rmSync(runFolder(home, run), { recursive: true });
    expect(() => resolveRun(home, run)).toThrow(/there are abcdef0000000001, abcdef0000000002/);
  });
});
