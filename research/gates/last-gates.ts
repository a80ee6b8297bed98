import { quoteOf } from "../../datasets/dataset.ts";
import { FathomError } from "../../engine/errors.ts";
import { DAY } from "../../engine/market/bars.ts";
import { readAudit } from "../artifacts/audit-log.ts";
import { canonicalJson, sha256 } from "../runs/canonical.ts";
import { certify } from "../runs/certificate.ts";
import { showing } from "../runs/verification.ts";
import { outOfSample } from "../training/fold-figures.ts";
import { type LabelSettings, labelSettings } from "../training/labels.ts";
import { parseRecipe } from "../training/recipe.ts";
import { samplesOf } from "../training/samples.ts";
import { readTrials, type TrialReturns } from "../training/trials.ts";
import { walkForward } from "../training/walk-forward.ts";
import type { GateBounds } from "./bounds.ts";
import { atDefaultCosts, changedSettings, hasOwnCosts } from "./changed-settings.ts";
import type { GateDetail } from "./detail.ts";
import { dailyReturns, equityEvidence } from "./equity-evidence.ts";
import { faults, type GateResult, gateResult, judge, notRun } from "./gate.ts";
import { type Sound, said } from "./integrity.ts";
import { makeDetail } from "./make-detail.ts";
import { modelWorth } from "./model-worth.ts";
import { dataNeeded, dataNeededAtFirst, monthsNeeded } from "./needed.ts";
import { judgeOutOfSample, type OutOfSampleEvidence } from "./out-of-sample.ts";
import { portfolioLimits } from "./portfolio-limits.ts";
import { pool, predictionEvidence } from "./predictions.ts";
import { differentScores, replayFolds, replayWithout } from "./replay-folds.ts";
import type { GateOptions } from "./run-gates.ts";
import { trialEvidence } from "./trial-evidence.ts";

export interface LastGates {
  readonly gates: readonly GateResult[];
  /** null where they could not be judged. */
  readonly detail: GateDetail | null;
  /** For the ledger of trials, where it knows the trial. */
  readonly returns?: { readonly id: string; readonly returns: TrialReturns };
}

/** Chooses the resamples and the rows of the certificate. */
const SEED = 1;

/** Gates 3 and 4: the recipe trained again fold by fold, and one replay with the folds' models. */
export async function lastGates(sound: Sound, options: GateOptions, bounds: GateBounds): Promise<LastGates> {
  try {
    return await outOfSampleGates(sound, options, bounds);
  } catch (error) {
    return { gates: [unjudged(error, bounds), notRun(4)], detail: null };
  }
}

/** Gate 3 where an error ended it: INSUFFICIENT before there is one fold, else FAIL. */
function unjudged(error: unknown, bounds: GateBounds): GateResult {
  const why = said(error);
  const { code, context } = error as FathomError;
  if (code !== "E_SPLIT_SHORT") return gateResult(3, [faults("could not be judged", 1, 1, why)]);
  const folds = judge(
    { name: "folds", value: { value: 0 }, op: ">=", bound: bounds.folds, why },
    { otherwise: "INSUFFICIENT" },
  );
  const needed = dataNeededAtFirst((context as { missing: number }).missing, bounds);
  return gateResult(3, [folds], [monthsNeeded(needed)]);
}

async function outOfSampleGates(
  { artifact, training, dataset, config }: Sound,
  { place, progress }: GateOptions,
  bounds: GateBounds,
): Promise<LastGates> {
  const { trials } = readTrials(place.home, readAudit(place).records);
  const { pairs, seed } = training;
  const recipe = parseRecipe(training.recipe);
  const labels = labelsOf(training.labels);
  const samples = samplesOf(dataset.panel, config, { pairs, labels });
  const folds = await showing(progress, "folds trained", (onProgress) =>
    walkForward(samples, recipe, { seed, onProgress }),
  );
  const pooled = pool(samples, folds);
  const { replay, build, panel } = await showing(progress, "rows replayed", async (onProgress) =>
    replayFolds(dataset, config, folds, { onProgress }),
  );
  const without = await showing(progress, "rows replayed without the model", async (onProgress) =>
    replayWithout(dataset, config, folds, { onProgress }),
  );
  const atUsualCosts = hasOwnCosts(changedSettings(config, labels))
    ? await showing(progress, "rows replayed at the default costs", async (onProgress) =>
        replayFolds(dataset, atDefaultCosts(config), folds, { onProgress }),
      )
    : undefined;
  const certificate = await showing(progress, "certificate", async (onProgress) =>
    certify({ build, panel, replay, seed: SEED, onProgress }),
  );
  const equity = equityEvidence(replay, SEED);
  const worth = modelWorth(replay, without, SEED);
  const { end, trained } = folds[folds.length - 1];
  const own = {
    id: training.trial,
    pairs,
    from: folds[0].edge,
    to: end,
    returns: {
      first: Math.ceil(folds[0].edge / DAY) * DAY,
      values: Array.from(equity.returns),
      sharpe: equity.sharpe.value,
    },
  };
  const tried = trialEvidence(trials, own);
  const found: OutOfSampleEvidence = {
    folds,
    beyond: samples.last + samples.interval - end,
    isSameModel: sha256(trained.bytes) === artifact.manifest.files["model.json"].sha256,
    areSameFolds: canonicalJson(outOfSample(samples, folds).folds) === canonicalJson(training.folds),
    leastBarrier: labels.least,
    differentScores: differentScores(replay, pairs, pooled),
    certificate,
    pooled,
    predictions: predictionEvidence(pooled, SEED),
    equity,
    ...(atUsualCosts && { sharpeAtDefaultCosts: dailyReturns(atUsualCosts.replay).sharpe }),
    sharpe: worth.sharpe,
    trials: tried,
    overfitting: tried.overfitting,
  };
  const isTrial = trials.some((trial) => trial.id === own.id);
  return {
    gates: [judgeOutOfSample(found, bounds), portfolioLimits(replay, equity, bounds)],
    detail: makeDetail({
      ...worth,
      quote: quoteOf(dataset),
      model: { recipe, labels, pairs, seed },
      samples,
      folds,
      pooled,
      predictions: found.predictions,
      needed: dataNeeded(found, bounds),
      trials: tried,
    }),
    ...(isTrial && { returns: own }),
  };
}

function labelsOf(stored: unknown): LabelSettings {
  const parsed = labelSettings.safeParse(stored);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw new FathomError(
    "E_LABEL_SETTINGS",
    `labels: ${path.join(".")}: ${message}, expected the settings of labels of this version; train it anew`,
  );
}
