import { countTrials, effectiveTrials, type Trials } from "../metrics/deflated-sharpe.ts";
import { type Figure, unsupported } from "../metrics/figure.ts";
import { overfitting } from "../metrics/overfitting.ts";
import type { Trial, TrialReturns } from "../training/trials.ts";

/** The trial that is judged. */
export interface JudgedTrial {
  /** 64 hex, as in the ledger. */
  readonly id: string;
  readonly pairs: readonly string[];
  /** First edge and end of the last fold, ms UTC. */
  readonly from: number;
  readonly to: number;
  readonly returns: TrialReturns;
}

/** What was tried on the same pairs and days before this one was chosen, this one included. */
export interface TrialEvidence extends Trials {
  /** Trials in the ledger, and how many of them were replayed over the same days. */
  readonly count: number;
  readonly replayed: number;
  readonly overfitting: Figure;
}

/**
 * The choice that a Sharpe ratio has to survive. Trials of the ledger that were judged on some of the same pairs and days
 * count, whatever else their bars were (one bar more would begin a new count every day), and whether they were replayed
 * or not: those that were not are the ones that looked too bad. How alike the replayed ones over the same days are is
 * measured. Nobody knows it of the others: they count as independent, and their Sharpe ratios as those of so many
 * without skill, variance 1 / (days - 1), where that is more than was measured. Two replays of nearly the same
 * say nothing of a hundred trials beside them.
 */
export function trialEvidence(trials: readonly Trial[], own: JudgedTrial): TrialEvidence {
  const others = trials.filter((trial) => trial.id !== own.id && isOfTheSame(trial, own));
  const { first, values } = own.returns;
  const series = others.flatMap(({ returns }) =>
    returns !== undefined && returns.first === first && returns.values.length === values.length
      ? [returns.values]
      : [],
  );
  const matrix = [...series, values];
  const counted = countTrials(matrix);
  const count = others.length + 1;
  const unseen = count - matrix.length;
  const isMeasured = counted.count >= 2 && counted.variance > 0;
  const skillless = 1 / Math.max(1, values.length - 1);
  return {
    count,
    replayed: matrix.length,
    effective: isMeasured ? effectiveTrials(matrix.length, counted.correlation) + unseen : count,
    variance: isMeasured ? Math.max(counted.variance, unseen > 0 ? skillless : 0) : skillless,
    overfitting:
      matrix.length < 2
        ? unsupported("fewer than 2 trials were replayed over these days")
        : overfitting(matrix).pbo,
  };
}

const isOfTheSame = ({ pairs, folds }: Trial, own: JudgedTrial): boolean =>
  pairs.some((symbol) => own.pairs.includes(symbol)) &&
  folds.some(({ edge, end }) => edge < own.to && end > own.from);
