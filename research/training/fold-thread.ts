import { parentPort, workerData } from "node:worker_threads";
import { FathomError } from "../../engine/errors.ts";
import type { Split } from "../splits/split.ts";
import { type FoldSamples, type JudgedModel, judgeFold } from "./fold.ts";
import type { Recipe } from "./recipe.ts";

/** What a thread is given when it begins. */
export interface ThreadData {
  /** In shared memory. */
  readonly samples: FoldSamples;
  readonly recipe: Recipe;
  readonly seed: number;
  /** One number in shared memory: when it is no longer 0, a fold that is being trained is given up. */
  readonly stop: Int32Array;
}

/** What comes back for a fold. An error of ours is sent by its parts: a copy of it would lose its code. */
export type Answer =
  | { readonly judged: JudgedModel }
  | { readonly refused: Pick<FathomError, "code" | "message" | "context"> }
  | { readonly error: unknown };

/** Trains and judges each fold that is sent to this thread, one after the other. */
export function trainAsAsked(): void {
  const { samples, recipe, seed, stop }: ThreadData = workerData;
  const onStep = () => {
    if (Atomics.load(stop, 0) !== 0) throw new Error("the training was stopped");
  };
  const answer = async (fold: Split): Promise<Answer> => {
    try {
      return { judged: await judgeFold(samples, fold, recipe, seed, onStep) };
    } catch (error) {
      if (!(error instanceof FathomError)) return { error };
      const { code, message, context } = error;
      return { refused: { code, message, context } };
    }
  };
  parentPort!.on("message", async (fold: Split) => parentPort!.postMessage(await answer(fold)));
}
