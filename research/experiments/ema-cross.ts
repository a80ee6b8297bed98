// A strategy of one's own, in a file that names neither replay nor live: in while EMA 60 h is above EMA 240 h.
// In the whole system: fathom backtest --strategy research/experiments/ema-cross.ts --set selector.RISK_ON=EmaCross,cash
import { ema, perPair, rowwise, type Strategy } from "fathom";

export const emaCross = perPair("EmaCross", 1.5, (market, { symbol, bars }) => {
  const average = (hours: number) => market.plan.add(ema(market.bars(hours)), { x: bars.close }, symbol).y;
  const isAbove = rowwise(
    "emaCross",
    {},
    ["fast", "slow"],
    () => null,
    ({ fast, slow }) => (fast > slow ? 1 : 0),
  );
  return market.plan.add(isAbove, { fast: average(60), slow: average(240) }, symbol).y;
});

export const strategies: readonly Strategy[] = [emaCross];
