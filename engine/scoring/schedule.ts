import { digest } from "../digest.ts";
import { FathomError } from "../errors.ts";
import type { Column, Kernel } from "../kernel.ts";
import { type FrozenModel, modelHash } from "./model.ts";
import { blankUnknown, type Scorer, scorer } from "./score.ts";

/** A model and since when it decides. */
export interface ScheduledModel {
  /** ms UTC: acts from the first close at or after it, until the next model does. */
  readonly from: number;
  readonly model: FrozenModel;
  /** Score from which an entry is allowed, in [0, 1]. */
  readonly threshold: number;
}

type In = { time: Column; features: readonly Column[] };
type Out = { score: Column; threshold: Column; model: Column };

/**
 * Score and threshold of the model in charge at each row. `model` is its place in the schedule. Before the
 * first model's `from` it is -1, with score 0 against threshold 1, so that a gate stays shut: nobody
 * has judged these rows, and an unjudged decision is no decision. (Not NaN there: a column is known from
 * its lookback on.) No lookback of its own: NaN until time and every feature are known.
 * @throws FathomError E_MODEL_SCHEDULE for no model, times that do not rise, a threshold outside [0, 1], or
 * models of different features.
 */
export function scheduledScore(schedule: readonly ScheduledModel[]): Kernel<In, Out, null> {
  checkSchedule(schedule);
  const from = schedule.map((s) => s.from);
  const thresholds = schedule.map((s) => s.threshold);
  const scorers = schedule.map((s) => scorer(s.model));
  return {
    name: "scheduled-score",
    params: { models: schedule.length, schedule: scheduleHash(schedule) },
    lookback: 0,
    writes: { score: "score", threshold: "threshold", model: "model" },
    init: () => null,
    advance: (_, input, out, rows) => scoreStretches(from, thresholds, scorers, input, out, rows),
  };
}

/** Stretch by stretch of rows that one model is in charge of. */
function scoreStretches(
  from: readonly number[],
  thresholds: readonly number[],
  scorers: readonly Scorer[],
  { time, features }: In,
  out: Out,
  rows: number,
): void {
  let model = -1;
  let i = 0;
  while (i < rows) {
    if (time[i] !== time[i]) {
      out.score[i] = out.threshold[i] = out.model[i] = Number.NaN;
      i++;
      continue;
    }
    while (model + 1 < from.length && from[model + 1] <= time[i]) model++;
    const next = model + 1 < from.length ? from[model + 1] : Number.POSITIVE_INFINITY;
    let end = i + 1;
    while (end < rows && time[end] < next) end++;
    if (model >= 0) scorers[model](features, out.score, i, end);
    else {
      out.score.fill(0, i, end);
      blankUnknown(features, out.score, i, end);
    }
    nameModel(model, model < 0 ? 1 : thresholds[model], out, i, end);
    i = end;
  }
}

function nameModel(m: number, t: number, { score, threshold, model }: Out, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const isKnown = score[i] === score[i];
    threshold[i] = isKnown ? t : Number.NaN;
    model[i] = isKnown ? m : Number.NaN;
  }
}

function scheduleHash(schedule: readonly ScheduledModel[]): string {
  const parts = schedule.map(({ from, model, threshold }) => [from, threshold, modelHash(model)]);
  return digest(JSON.stringify(parts));
}

function checkSchedule(schedule: readonly ScheduledModel[]): void {
  const refuse = (found: string, expected: string): never => {
    throw new FathomError("E_MODEL_SCHEDULE", `model schedule: found ${found}, expected ${expected}`);
  };
  if (schedule.length === 0) refuse("no model", "at least one; without a model wire no gate");
  const names = schedule[0].model.features;
  for (const [k, { from, model, threshold }] of schedule.entries()) {
    if (!Number.isFinite(from)) refuse(`from ${from} at model ${k}`, "a time in ms UTC");
    if (k > 0 && !(from > schedule[k - 1].from)) {
      refuse(`from ${from} at model ${k} after ${schedule[k - 1].from}`, "times that rise");
    }
    if (!(threshold >= 0 && threshold <= 1))
      refuse(`threshold ${threshold} at model ${k}`, "a score in [0, 1]");
    if (model.features.join("\n") !== names.join("\n")) {
      refuse(
        `other features at model ${k} (${model.features.join(", ")})`,
        `those of the first in its order (${names.join(", ")})`,
      );
    }
  }
}
