import { chooseCuts } from "./law-compare.ts";
import { createGarbage } from "./law-garbage.ts";
import { goesOn, laterStart, otherFuture, sideBySide, smallSteps, type Trials } from "./law-trials.ts";
import { type Ledger, type Pass, passOver, type SampledSubject, type Tally, threw } from "./law-windows.ts";
import { LAWS, type LawName, type Violation } from "./laws.ts";

export interface SampleOptions {
  /** Stretches of at most 75 rows that are looked at closely, half of them next to rare events; 32 by default. */
  readonly windows?: number;
  readonly seed?: number;
  onProgress?(done: number, of: number): void;
}

/** What one law was put to. */
export interface SampledLaw {
  readonly law: LawName;
  /** Runs over a stretch of rows. */
  readonly trials: number;
  /** Numbers compared bit for bit. */
  readonly compared: number;
  /** The first, or null. */
  readonly violation: Violation | null;
}

export interface LawSample {
  /** Stretches that were looked at closely. */
  readonly windows: number;
  /** How many of the first rows were looked at behind leading NaN rows, and with other rows behind them. */
  readonly firstRows: number;
  /** In the order of LAWS. */
  readonly laws: readonly SampledLaw[];
}

/**
 * The laws over a finished run, at about the cost of running it once more: one pass over all rows in other
 * blocks, then windows of it again and again from checkpoints. What `expected` holds is compared over all
 * rows, every column that the plan's kernels write within the windows. A law stops at its first
 * violation; none throws. Meanwhile later rows are replaced in the subject's own arrays, and one copy of
 * them is held; afterwards they are as they were, whatever happened.
 */
export function sampleLaws(subject: SampledSubject, options: SampleOptions = {}): LawSample {
  const { rows } = subject;
  const { seed = 1, onProgress } = options;
  const names = Object.keys(LAWS) as LawName[];
  const ledger = Object.fromEntries(
    names.map((law): [LawName, Tally] => [law, { trials: 0, compared: 0, finding: null }]),
  ) as unknown as Ledger;
  let done = 0;
  let of = rows;
  const onRows = (n: number) => {
    done = done + n < of ? done + n : of;
    onProgress?.(done, of);
  };
  const garbage = createGarbage(subject.inputs, rows, seed);
  const notePurity = () => {
    const changed = garbage.mend();
    if (changed === undefined) return;
    ledger.purity.finding ??= { ...changed, output: changed.path, trial: "the subject's data" };
  };
  let pass: Pass | undefined;
  try {
    const cuts = chooseCuts(subject.expected, options.windows ?? 32, seed);
    if (rows > 0) pass = passOver(subject, cuts, seed, ledger, onRows);
    notePurity();
    if (pass !== undefined) {
      const { head, windows } = pass;
      of += windows.reduce((sum, w) => sum + 7 * (w.end - w.start), 7 * (head?.end ?? 0));
      judge({ ...pass, subject, ledger, garbage, onRows });
    }
  } catch (error) {
    ledger.totality.finding ??= threw(error, "wiring");
  } finally {
    garbage.restore();
    notePurity();
  }
  onProgress?.(of, of);
  return {
    windows: pass?.windows.length ?? 0,
    firstRows: pass?.head?.end ?? 0,
    laws: names.map((law) => {
      const { trials, compared, finding } = ledger[law];
      return { law, trials, compared, violation: finding && { law, subject: subject.name, ...finding } };
    }),
  };
}

function judge(t: Trials): void {
  const { ledger } = t;
  const laws: [Tally, (t: Trials) => Tally["finding"]][] = [
    [ledger.checkpoint, goesOn],
    [ledger["chunk invariance"], smallSteps],
    [ledger["no look-ahead"], otherFuture],
    [ledger["warm-up"], laterStart],
    [ledger.purity, sideBySide],
  ];
  for (const [tally, law] of laws) {
    if (tally.finding !== null) continue;
    try {
      tally.finding = law(t);
    } catch (error) {
      tally.finding = threw(error, "running");
    }
  }
}
