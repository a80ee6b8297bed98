import { availableParallelism } from "node:os";
import { GATE_PROTOCOL, gateFolds } from "../splits/gate-folds.ts";
import type { Split } from "../splits/split.ts";
import { type JudgedModel, judgeFold } from "./fold.ts";
import { judgeInParallel, type ParallelOptions } from "./parallel-folds.ts";
import type { Recipe } from "./recipe.ts";
import type { Samples } from "./samples.ts";

/** One step of a walk forward: what was trained before `edge` is judged in [edge, end). */
export interface Fold extends JudgedModel {
  /** The model acts from here; ms UTC. */
  readonly edge: number;
  readonly end: number;
  /** Samples it was trained on. */
  readonly train: number;
  /** Indices of the samples decided in [edge, end). */
  readonly test: Int32Array;
}

export interface WalkForwardOptions {
  /** Of the recipe: see fitRecipe. */
  readonly seed: number;
  /** Folds trained at a time; the models are the same. As many as the machine has processors, at most four, where that saves time. */
  readonly threads?: number;
  /** Called at the start and as each fold ends; what it throws ends the walk. */
  readonly onProgress?: (done: number, of: number) => void;
}

/** Rows to train on, of all folds, below which a thread takes longer to begin than it saves. */
const WORTH_THREADS = 300_000;

/**
 * Gate 3's walk: expanding, each fold trains by the recipe anew on all samples whose label is known before its
 * edge (splits/gate-folds.ts), and is scored on the 90 days after. The last fold's model is the artifact's.
 * @throws FathomError E_SPLIT_SHORT where the samples hold no whole fold, and what trainFold throws.
 */
export async function walkForward(
  samples: Samples,
  recipe: Recipe,
  { seed, threads, onProgress }: WalkForwardOptions,
): Promise<Fold[]> {
  const { folds } = gateFolds(samples, { ...GATE_PROTOCOL, horizon: samples.horizon });
  const onEnd = (done: number) => onProgress?.(done, folds.length);
  onEnd(0);
  const most = Math.min(folds.length, threads ?? threadsFor(folds));
  const options = { recipe, seed, threads: most, onEnd };
  const judged = await (most > 1 ? judgeInParallel : judgeInTurn)(samples, folds, options);
  return folds.map(({ edge, until, train, test }, k) => ({
    edge,
    end: until,
    train: train.length,
    test,
    ...judged[k],
  }));
}

async function judgeInTurn(
  samples: Samples,
  folds: readonly Split[],
  { recipe, seed, onEnd }: ParallelOptions,
): Promise<JudgedModel[]> {
  const judged: JudgedModel[] = [];
  for (const fold of folds) {
    judged.push(await judgeFold(samples, fold, recipe, seed));
    onEnd(judged.length);
  }
  return judged;
}

function threadsFor(folds: readonly Split[]): number {
  const rows = folds.reduce((sum, { train }) => sum + train.length, 0);
  return rows < WORTH_THREADS ? 1 : Math.min(4, availableParallelism());
}
