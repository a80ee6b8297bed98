import type { Replay } from "../../engine/replay.ts";
import { type Figure, unsupported } from "../metrics/figure.ts";
import { momentsOf } from "../metrics/performance.ts";
import { intervalAbove } from "../metrics/statistic.ts";
import type { GateDetail } from "./detail.ts";
import { type DailyReturns, dailyReturns, LEVEL, resample } from "./equity-evidence.ts";

/** What its models are worth to a system: equity and Sharpe ratio with and without them. */
export type ModelWorth = Pick<GateDetail, "equity" | "sharpe">;

const OTHER = "the system without the model";

/**
 * Holds a replay to that of the same system without models over the same rows. Both Sharpe ratios are measured on the same
 * resampled days, so that the interval of their difference leaves out what the market did to both. Blocks are as
 * long as the returns with the model need, as in gate 3's own interval, or the others' where those do not vary.
 * @param seed As for equityEvidence.
 */
export function modelWorth(replay: Replay, without: Replay, seed: number): ModelWorth {
  const own = dailyReturns(replay);
  const other = dailyReturns(without);
  resample(momentsOf(own.returns).constant ? other.returns : own.returns, seed, [own.drawn, other.drawn]);
  const withModel = sharpeOf(own);
  const bare = sharpeOf(other);
  return {
    equity: {
      time: Array.from(own.time),
      withModel: Array.from(own.equity),
      without: Array.from(other.equity),
    },
    sharpe: {
      withModel,
      without: bare,
      difference: {
        value: above(own.sharpe, other.sharpe),
        interval: intervalAbove(
          { draws: own.drawn.draws.sharpe, interval: withModel.interval },
          { draws: other.drawn.draws.sharpe, interval: bare.interval },
          OTHER,
          LEVEL,
        ),
      },
    },
  };
}

const sharpeOf = ({ sharpe, drawn }: DailyReturns) => ({
  value: sharpe,
  interval: drawn.intervals({ sharpe }).sharpe,
});

function above(own: Figure, other: Figure): Figure {
  if (own.value === null) return own;
  return other.value === null ? unsupported(`of ${OTHER}: ${other.why}`) : { value: own.value - other.value };
}
