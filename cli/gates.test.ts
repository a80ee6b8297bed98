import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NOW } from "../research/artifacts/test-artifacts.ts";
import { gatesHome, shortParts } from "../research/gates/test-gates.ts";
import { main } from "./main.ts";
import { testIo } from "./test-io.ts";

const prepared = () => {
  const made = gatesHome();
  const state = made.write(shortParts());
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
  expect(out.split("\n").slice(0, 5)).toEqual([
    "Gates of score-v1: FAIL",
    "  1  integrity         FAIL",
    "  2  schema            NOT_RUN",
    "  3  out-of-sample     NOT_RUN",
    "  4  portfolio limits  NOT_RUN",
  ]);
  expect(out).toContain("E_GATE_ORIGIN");
  const [report] = readdirSync(join(home, "gates", state.id));
  expect(out).toContain(join(home, "gates", state.id, report));
  expect(err).toMatch(/^E_GATE_VERDICT: artifact score-v1: gate 1 is FAIL, gate 2 is NOT_RUN/);
});

test("gates --json prints the report with its hash, and nothing else", async () => {
  const { run, home, state } = prepared();
  const { exit, out } = await run("gates", state.id, "--json");
  expect(exit).toBe(1);
  const { report, ...document } = JSON.parse(out) as { report: string };
  expect(document).toEqual(JSON.parse(readFileSync(join(home, "gates", state.id, `${report}.json`), "utf8")));
  expect(document).toMatchObject({ artifact: state.id, verdict: "FAIL", data: null });
});

test("promote takes an artifact that passed from stage to stage", async () => {
  const { run, evidence, state } = prepared();
  evidence(state, ["PASS"]);
  expect(await run("promote", state.id)).toMatchObject({ exit: 0, out: "score-v1 is VALIDATION\n" });
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
