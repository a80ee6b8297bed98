import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { transition } from "../research/artifacts/lifecycle.ts";
import { NOW } from "../research/artifacts/test-artifacts.ts";
import { gatesHome, shortMarket, shortParts } from "../research/gates/test-gates.ts";
import { main } from "./main.ts";
import { testIo } from "./test-io.ts";

const prepared = (parts = shortParts()) => {
  const made = gatesHome();
  const state = made.write(parts);
  const run = async (...args: readonly string[]) => {
    const io = testIo({ now: () => NOW });
    const exit = await main([...args, "--home", made.home], io);
    return { exit, out: io.out(), err: io.err() };
  };
  return { ...made, state, run };
};

test("gates prints the verdicts at a glance, why a gate was not passed, and where the report lies; the exit code is 1", async () => {
  const { run, home, state } = prepared();
  const { exit, out, err } = await run("gates", state.id);
  expect(exit).toBe(1);
  // these bars came from a script: no command can load them
  expect(out.split("\n").slice(0, 6)).toEqual([
    "Gates of score-v1: FAIL",
    "  1  integrity         FAIL",
    "       FAIL: series that are not those it was trained on -, asked <= 0",
    "  2  schema            NOT_RUN",
    "  3  out-of-sample     NOT_RUN",
    "  4  portfolio limits  NOT_RUN",
  ]);
  expect(out).toContain("E_GATE_ORIGIN");
  const files = readdirSync(join(home, "gates", state.id)).map((name) => join(home, "gates", state.id, name));
  const [page, report] = files.sort();
  expect(out).toMatch(new RegExp(`\nreport  ${report}\npage    ${page}\n$`));
  expect([page, report].map((path) => path.slice(-5))).toEqual([".html", ".json"]);
  expect(err).toMatch(/^E_GATE_VERDICT: artifact score-v1: gate 1 is FAIL, gate 2 is NOT_RUN/);
});

test("gates --json prints the report with its hash, and nothing else", async () => {
  const { run, home, state } = prepared();
  const { exit, out } = await run("gates", state.id, "--json");
  expect(exit).toBe(1);
  const { report, page, ...document } = JSON.parse(out) as { report: string; page: string };
  expect(page).toBe(join(home, "gates", state.id, `${report}.html`));
  expect(readFileSync(page, "utf8")).toContain(report);
  expect(document).toEqual(JSON.parse(readFileSync(join(home, "gates", state.id, `${report}.json`), "utf8")));
  expect(document).toMatchObject({ artifact: state.id, verdict: "FAIL", data: null });
});

test("the settings make a bound stricter, never looser", async () => {
  const { run, state } = prepared();
  const { out } = await run("gates", state.id, "--set", "gates.folds=5", "--json");
  expect(JSON.parse(out).bounds).toMatchObject({ folds: 5, precision: 0.65 });
  expect(await run("gates", state.id, "--set", "gates.folds=3")).toMatchObject({
    exit: 1,
    err: "E_CFG_VALUE: gates.folds: found 3, expected at least 4 (count) (--set)\n",
  });
});

test("gates says below the verdicts for how many months data are missing", async () => {
  const { panel } = shortMarket();
  const origin = {
    data: "synthetic",
    pairs: ["BTC"],
    interval: panel.interval,
    to: panel.time[panel.time.length - 1],
    reference: "BTC",
    warmupRows: 0,
    seed: 5,
    planted: true,
  };
  const { run, state } = prepared(shortParts({}, { origin }));
  const { exit, out } = await run("gates", state.id);
  expect(exit).toBe(1);
  expect(out.split("\n").slice(0, 8)).toEqual([
    "Gates of score-v1: INSUFFICIENT",
    "  1  integrity         PASS",
    "  2  schema            PASS",
    "  3  out-of-sample     INSUFFICIENT",
    "       INSUFFICIENT: folds 0, asked >= 4",
    "  4  portfolio limits  NOT_RUN",
    "",
    expect.stringMatching(/^ {2}months of data still needed: \d+(\.\d+)? \(the longest wait: folds\)$/),
  ]);
});

test("promote takes an artifact that passed from stage to stage", async () => {
  const { run, evidence, state } = prepared();
  evidence(state, ["PASS"]);
  expect(await run("promote", state.id)).toMatchObject({
    exit: 0,
    out: "score-v1 is VALIDATION; once more for APPROVED: fathom promote score-v1\n",
  });
  const { exit, out } = await run("promote", state.id, "--json", "--reason", "four gates");
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ id: state.id, stage: "APPROVED" });
});

test("promote refuses with the reason, and the artifact stays where it is", async () => {
  const { run, evidence, state } = prepared();
  expect(await run("promote", state.id)).toMatchObject({
    exit: 1,
    err: expect.stringMatching(/^E_GATE_EVIDENCE: /),
  });
  evidence(state, ["PASS", "PASS", "INSUFFICIENT", "PASS"]);
  await run("promote", state.id);
  const { exit, err } = await run("promote", state.id);
  expect(exit).toBe(1);
  expect(err).toContain("found INSUFFICIENT of gate 3, expected PASS; it stays VALIDATION");
});

test("gates of a retired artifact are refused, and a mistyped name is answered with the nearest", async () => {
  const { run, using, state } = prepared();
  expect((await run("gates", "scoer-v1")).err).toMatch(/^E_ART_UNLOGGED: .* Did you mean score-v1\?/);
  using((log) => transition(log, state.id, "RETIRED", NOW));
  expect((await run("gates", state.id)).err).toMatch(/^E_GATE_STAGE: artifact score-v1: it is RETIRED/);
});
