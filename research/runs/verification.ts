import { FathomError } from "../../engine/errors.ts";
import type { FiguresDifference } from "./figures-difference.ts";
import type { SeriesIdentity } from "./run-id.ts";
import type { ValueDifference } from "./table-difference.ts";

/** An answer with its evidence as one phrase; `same` is null where the question could not be asked. */
export interface Answer {
  readonly same: boolean | null;
  readonly evidence: string;
}

/** The questions that a verification asks, in this order. */
export const QUESTIONS = [
  "files",
  "engine",
  "strategy",
  "model",
  "config",
  "data",
  "result",
  "figures",
] as const;
export type Question = (typeof QUESTIONS)[number];

export interface FileChange {
  readonly path: string;
  /** sha256 as found and as recorded; null where there is no such file. */
  readonly found: string | null;
  readonly expected: string | null;
}

export interface SeriesChange {
  readonly symbol: string;
  readonly found: SeriesIdentity | null;
  readonly expected: SeriesIdentity | null;
}

export interface Verification {
  readonly run: string;
  /** True where every question has the answer: the same. */
  readonly verified: boolean;
  readonly changed: readonly Question[];
  readonly files: Answer & {
    readonly changed: readonly FileChange[];
    readonly difference: ValueDifference | null;
  };
  readonly engine: Answer & { readonly changed: readonly FileChange[] };
  readonly strategy: Answer & { readonly changed: readonly FileChange[] };
  /** Whether the artifact, or its recipe trained again, gives the models that the id is made of. */
  readonly model: Answer;
  /** Whether the manifest's parts are those that the id is the hash of; `edited` names those that are not. */
  readonly config: Answer & { readonly edited: readonly string[] };
  readonly data: Answer & { readonly changed: readonly SeriesChange[] };
  readonly result: Answer & {
    readonly found: string | null;
    readonly expected: string;
    readonly difference: ValueDifference | null;
  };
  readonly figures: Answer & { readonly difference: FiguresDifference | null };
  /** Node of the run and of this verification: said, not judged. */
  readonly node: { readonly found: string; readonly expected: string };
  /** What the run made again holds. */
  readonly compared: {
    readonly rows: number;
    readonly orders: number;
    readonly fills: number;
    readonly refusals: number;
    readonly numbers: number;
  } | null;
}

/** Draws a bar with this label up to `total`. */
export type ShowProgress = (label: string, total: number) => { update(value: number): void; stop(): void };

/** Runs a part of the work with its progress bar. */
export async function showing<T>(
  progress: ShowProgress | undefined,
  label: string,
  work: (onProgress: (done: number, of: number) => void) => Promise<T>,
): Promise<T> {
  let bar: ReturnType<ShowProgress> | undefined;
  try {
    return await work((done, of) => {
      bar ??= progress?.(label, of);
      bar?.update(done);
    });
  } finally {
    bar?.stop();
  }
}

/** The beginning of a hash, for a person. */
export const short = (hash: string): string => `${hash.slice(0, 12)}…`;

/** What Fathom itself refused is an answer; anything else is not. */
export function known(error: unknown): FathomError {
  if (error instanceof FathomError) return error;
  throw error;
}
