import { expect, it } from "vitest";
import { DAY, HOUR } from "../engine/market/bars.ts";
import type { StoredRun } from "../research/runs/read-run.ts";
import { modelsOf } from "./models.ts";
import { runData } from "./run-data.ts";
import { runTables } from "./run-tables.ts";
import { testStoredRun } from "./test-stored-run.ts";

type Packs = Readonly<Record<string, Float64Array>>;

const run = testStoredRun({ pairs: ["BTC", "ETH"] });
const stored = await runTables(run);
const START = stored.columns.numbers("time")[0];

/** The run with these models, decisions every so many hours, and scores that tell pair and row. */
function judged(models: readonly { from: number; threshold: number }[], hours = 1) {
  const { columns } = stored;
  const scores: Record<string, Float64Array> = {
    "BTC.score": columns.numbers("time").map((_, row) => row / 1000),
    "ETH.score": columns.numbers("time").map((_, row) => 0.5 + row / 1000),
  };
  const { manifest } = run;
  const config = { ...manifest.config, decision: { interval: hours }, model: { release: 0.2, least: 0.4 } };
  const changed: StoredRun = {
    ...run,
    manifest: { ...manifest, config, scope: { ...manifest.scope, models } },
  };
  const numbers = (name: string) => scores[name] ?? columns.numbers(name);
  return runData(changed, { ...stored, columns: { ...columns, numbers } }).data;
}

it("tells the page nothing of models where none judges", () => {
  expect(modelsOf(run.manifest)).toEqual([]);
  const { data } = runData(run, stored);
  expect(Object.keys(data)).not.toContain("model");
  for (const name of ["score", "threshold"]) expect(data.orders).not.toHaveProperty(name);
});

it("tells of each order its own pair's score, to the bit, and the gate's settings", () => {
  const data = judged([{ from: START, threshold: 0.6 }]);
  const { score, time, pair } = data.orders as Packs;
  expect(data.model).toEqual({ release: 0.2, least: 0.4 });
  expect([...score]).toEqual(Array.from(time, (at, k) => 0.5 * pair[k] + (at - START) / (6 * HOUR) / 1000));
  expect(new Set(pair)).toEqual(new Set([0, 1]));
});

it("holds it to the threshold of the model in charge, to 1 before the first one acts", () => {
  const [first, second] = [START + 20 * DAY, START + 60 * DAY];
  const data = judged([
    { from: first, threshold: 0.6 },
    { from: second, threshold: 0.3 },
  ]);
  const { time, threshold } = data.orders as Packs;
  expect([...threshold]).toEqual(Array.from(time, (at) => (at < first ? 1 : at < second ? 0.6 : 0.3)));
  expect(new Set(threshold)).toEqual(new Set([1, 0.6, 0.3]));
});

it("takes the threshold of the close at which an order was decided, not of that at which it was sent", () => {
  // decisions at 00:00 UTC, and a model that acts from 06:00 of the first order's day on
  const { time } = runData(run, stored).data.orders as Packs;
  const sent = time.find((at) => at % DAY !== 0)!;
  const { threshold } = judged([{ from: sent - (sent % DAY) + 6 * HOUR, threshold: 0.6 }], 24)
    .orders as Packs;
  const at = time.indexOf(sent);
  expect(threshold[at]).toBe(1);
  expect(threshold[time.findIndex((later) => later >= sent + DAY)]).toBe(0.6);
});
