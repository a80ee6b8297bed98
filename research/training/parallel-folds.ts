import { Worker } from "node:worker_threads";
import { FathomError } from "../../engine/errors.ts";
import type { Split } from "../splits/split.ts";
import type { FoldSamples, JudgedModel } from "./fold.ts";
import type { Answer, ThreadData } from "./fold-thread.ts";
import type { Recipe } from "./recipe.ts";

export interface ParallelOptions {
  readonly recipe: Recipe;
  readonly seed: number;
  /** Folds trained at a time, each in a thread of its own. */
  readonly threads: number;
  /** Called as each fold ends; what it throws ends the others. */
  readonly onEnd: (done: number) => void;
}

/**
 * Trains and judges folds in threads, the longest first; the models, in the folds' order, are those that one thread
 * makes. The first error, or what `onEnd` throws, makes every thread give up its fold; it is thrown once all have.
 * @throws FathomError what trainFold throws; E_TRAIN_THREAD for a thread that ends by itself.
 */
export async function judgeInParallel(
  samples: FoldSamples,
  folds: readonly Split[],
  { recipe, seed, threads, onEnd }: ParallelOptions,
): Promise<JudgedModel[]> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const { names, columns, label, time, horizon } = samples;
  const workerData: ThreadData = {
    samples: { names, columns: columns.map(shared), label: shared(label), time: shared(time), horizon },
    recipe,
    seed,
    stop,
  };
  const waiting = folds
    .map((_, k) => k)
    .sort((a, b) => folds[a].train.length - folds[b].train.length || b - a);
  const judged: JudgedModel[] = [];
  const errors: unknown[] = [];
  let done = 0;
  const work = async () => {
    let thread: Worker | undefined;
    try {
      thread = new Worker(new URL("./fold-thread.mjs", import.meta.url), { workerData, execArgv: [] });
      for (let k = waiting.pop(); k !== undefined && errors.length === 0; k = waiting.pop()) {
        judged[k] = await ask(thread, folds[k]);
        if (errors.length === 0) onEnd(++done);
      }
    } catch (error) {
      errors.push(error);
      Atomics.store(stop, 0, 1);
    } finally {
      await thread?.terminate(); // it trains nothing now
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  if (errors.length > 0) throw errors[0];
  return judged;
}

/** The same numbers in memory that threads share. */
function shared<T extends Float64Array | Uint8Array>(x: T): T {
  if (x.buffer instanceof SharedArrayBuffer) return x;
  const copy = new (x.constructor as new (memory: SharedArrayBuffer) => T)(
    new SharedArrayBuffer(x.byteLength),
  );
  copy.set(x);
  return copy;
}

function ask(thread: Worker, { train, test }: Split): Promise<JudgedModel> {
  return new Promise((resolve, reject) => {
    const ended = (code: number) => {
      reject(
        new FathomError(
          "E_TRAIN_THREAD",
          `training: a thread ended with code ${code} before its fold did, expected a model; train again`,
          { code },
        ),
      );
    };
    thread.once("error", reject);
    thread.once("exit", ended);
    thread.once("message", (answer: Answer) => {
      thread.off("error", reject);
      thread.off("exit", ended);
      if ("judged" in answer) resolve(answer.judged);
      else if ("error" in answer) reject(answer.error);
      else reject(new FathomError(answer.refused.code, answer.refused.message, answer.refused.context));
    });
    thread.postMessage({ train, test });
  });
}
