import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { expect, it } from "vitest";
import { seal } from "../../engine/live/journal-lines.ts";
import { failingAt } from "../../engine/live/test-failing.ts";
import { testFolder } from "../../engine/live/test-folder.ts";
import type { AuditRecord } from "../artifacts/audit-chain.ts";
import { hashOf, NOW } from "../artifacts/test-artifacts.ts";
import { sha256 } from "../runs/canonical.ts";
import { outOfSample } from "./fold-figures.ts";
import { labelSettings } from "./labels.ts";
import { parseRecipe } from "./recipe.ts";
import { madeSamples } from "./test-samples.ts";
import { readTrials, recordReturns, recordTrial, type TrialInputs, trialId, trialsPath } from "./trials.ts";

const code = (c: string) => expect.objectContaining({ code: c });

const inputs = (lambda: number): TrialInputs => ({
  data: hashOf("data"),
  config: hashOf("config"),
  code: hashOf("code"),
  pairs: ["BTC"],
  recipe: parseRecipe({ model: "logistic", lambda }),
  labels: labelSettings.parse({}),
  seed: 1,
});
const none = outOfSample(madeSamples(1), []);

function ledger(n: number, home = testFolder()) {
  for (let k = 1; k <= n; k++) recordTrial(home, inputs(k), none, NOW + k);
  return { home, path: trialsPath(home) };
}

const decided = (trials: unknown): AuditRecord => ({
  seq: 9,
  time: "",
  kind: "training-decided",
  hash: "",
  payload: { trials },
});

it("every trial is kept with its inputs and figures, in the order in which they were made", () => {
  const { home } = ledger(3);
  const { trials, head } = readTrials(home, []);
  expect(trials.map(({ recipe }) => recipe)).toEqual([1, 2, 3].map((k) => inputs(k).recipe));
  expect(trials[1]).toEqual({
    ...inputs(2),
    ...none,
    id: trialId(inputs(2)),
    time: new Date(NOW + 2).toISOString(),
  });
  expect(head.lines).toBe(3);
});

it("the same trial made again is no new one; any other input is", () => {
  const { home } = ledger(1);
  expect(recordTrial(home, inputs(1), none, NOW)).toEqual({ id: trialId(inputs(1)), isNew: false });
  const others: Partial<TrialInputs>[] = [
    { seed: 2 },
    { data: hashOf("other") },
    { config: hashOf("other") },
    { code: hashOf("other") },
    { pairs: ["ETH"] },
    { labels: labelSettings.parse({ horizon: 48 }) },
  ];
  for (const other of others)
    expect(recordTrial(home, { ...inputs(1), ...other }, none, NOW).isNew).toBe(true);
  expect(readTrials(home, []).trials).toHaveLength(1 + others.length);
});

it("a trial's returns come later, once", () => {
  const { home } = ledger(2);
  const returns = { first: NOW, values: [0.01, -0.02], sharpe: 0.5 };
  recordReturns(home, trialId(inputs(1)), returns, NOW);
  recordReturns(home, trialId(inputs(1)), { ...returns, sharpe: 9 }, NOW);
  const { trials, head } = readTrials(home, []);
  expect(trials.map((trial) => trial.returns)).toEqual([returns, undefined]);
  expect(head.lines).toBe(3);
  expect(() => recordReturns(home, "0".repeat(64), returns, NOW)).toThrow(code("E_TRIALS_UNKNOWN"));
});

it("a line that was changed, taken out, moved or doubled is told", () => {
  const { home, path } = ledger(4);
  const lines = readFileSync(path, "utf8").trim().split("\n");
  const [a, b, c, d] = lines;
  for (const wrong of [
    [a, c, d],
    [b, c, d],
    [a, c, b, d],
    [a, b, b, c, d],
    [a, b.replace('"seed":1', '"seed":2'), c, d],
  ]) {
    writeFileSync(path, `${wrong.join("\n")}\n`);
    expect(() => readTrials(home, [])).toThrow(code("E_TRIALS_CHAIN"));
  }
  writeFileSync(path, `${lines.join("\n")}\n`);
  expect(readTrials(home, []).trials).toHaveLength(4);
});

it("a line that is well sealed and says what no trial does is told, and nothing is read of it", () => {
  const { home, path } = ledger(1);
  const before = readFileSync(path, "utf8");
  const { hash } = readTrials(home, []).head;
  const returns = { first: NOW, values: [0.01], sharpe: null };
  const time = new Date(NOW).toISOString();
  const trial = { kind: "trial", id: trialId(inputs(2)), time, ...inputs(2), ...none };
  const { id: _, ...withoutId } = trial;
  const { recipe: __, ...withoutRecipe } = trial;
  const append = (text: string) => writeFileSync(path, before + seal(text.slice(0, -1), hash).line);
  for (const [said, message] of [
    ["{]}", /no JSON/],
    ['{"kind":"trial","kind":"returns"}', /the key "kind" twice/],
    [{ ...trial, kind: "guess" }, /kind: /],
    [withoutId, /id: /],
    [{ ...trial, id: trialId(inputs(3)) }, /an id of other inputs/],
    [{ kind: "trial", id: sha256("{}"), time }, /data: /],
    [withoutRecipe, /recipe: /],
    [{ ...trial, note: "kept" }, /Unrecognized key: "note"/],
    [{ ...trial, id: trialId(inputs(1)), ...inputs(1) }, /a trial that is there already/],
    [{ kind: "returns", id: trial.id, time, returns }, /returns of an unknown trial/],
    [{ kind: "returns", id: trialId(inputs(1)), time, returns: { ...returns, values: ["1"] } }, /values.0: /],
  ] as const) {
    append(typeof said === "string" ? said : JSON.stringify(said));
    expect(() => readTrials(home, [])).toThrow(
      expect.objectContaining({
        code: "E_TRIALS_CHAIN",
        message: expect.stringMatching(new RegExp(`at line 2: no command writes it: .*${message.source}`)),
      }),
    );
  }
  append(JSON.stringify(trial));
  expect(readTrials(home, []).trials).toHaveLength(2);
});

it("returns that are noted over those of the first replay are told", () => {
  const { home, path } = ledger(1);
  const returns = { first: NOW, values: [0.01], sharpe: null };
  recordReturns(home, trialId(inputs(1)), returns, NOW);
  const again = { kind: "returns", id: trialId(inputs(1)), time: new Date(NOW).toISOString(), returns };
  appendFileSync(path, seal(JSON.stringify(again).slice(0, -1), readTrials(home, []).head.hash).line);
  expect(() => readTrials(home, [])).toThrow(/at line 3: .*returns that are there already/);
});

it("a ledger that is a link or a folder is not read", () => {
  const { home, path } = ledger(1);
  renameSync(path, `${path}.old`);
  symlinkSync(`${path}.old`, path);
  expect(() => readTrials(home, [])).toThrow(code("E_PATH_SYMLINK"));
  rmSync(path);
  mkdirSync(path);
  expect(() => readTrials(home, [])).toThrow(code("E_PATH_FILE"));
});

it("an end that is missing, and a ledger made anew, are told by what the audit log remembers", () => {
  const { home, path } = ledger(3);
  const record = decided(readTrials(home, []).head);
  expect(readTrials(home, [record]).trials).toHaveLength(3);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1));
  expect(() => readTrials(home, [record])).toThrow(code("E_TRIALS_HEAD"));
  rmSync(path);
  expect(() => readTrials(home, [record])).toThrow(code("E_TRIALS_HEAD"));
  for (let k = 4; k <= 8; k++) recordTrial(home, inputs(k), none, NOW);
  expect(() => readTrials(home, [record])).toThrow(code("E_TRIALS_HEAD"));
});

it("what a kill left of a last line is no trial, and goes at the next", () => {
  const { home, path } = ledger(2);
  const { length } = readFileSync(path);
  appendFileSync(path, '{"kind":"trial","id":"');
  expect(readTrials(home, []).trials).toHaveLength(2);
  ledger(3, home);
  expect(readTrials(home, []).trials).toHaveLength(3);
  truncateSync(path, length + 5);
  expect(readTrials(home, []).trials).toHaveLength(2);
});

it("a full disk at any operation leaves the trials that were there, and the next is whole", () => {
  const count = failingAt(0, "");
  const { home } = ledger(1);
  recordTrial(home, inputs(2), none, NOW, count);
  for (let n = 1; n <= count.calls(); n++) {
    const { home } = ledger(1);
    expect(() => recordTrial(home, inputs(2), none, NOW, failingAt(n, "ENOSPC"))).toThrow(
      code("E_IO_NO_SPACE"),
    );
    recordTrial(home, inputs(2), none, NOW);
    expect(readTrials(home, []).trials.map(({ id }) => id)).toEqual([trialId(inputs(1)), trialId(inputs(2))]);
  }
});
