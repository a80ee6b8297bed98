// A custom strategy: first bare (alone, all in, fixed fee), then in the whole system beside the six.
// Run it: node cli/run-ts.mjs research/experiments/custom-strategy.ts
import { backtest, ema, load, perPair, replayBare, rowwise } from "fathom";

const emaCross = perPair("EmaCross", 1.5, (market, { symbol, bars }) => {
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

const data = await load({ data: "synthetic", interval: "1h" });

const { equity } = replayBare(data.panel, { strategy: emaCross, symbol: "BTC", fee: 0.0026 });
console.log(`bare on BTC: 100000 became ${equity[equity.length - 1].toFixed(0)}`);

const inCharge = { RISK_ON: ["EmaCross", "cash"], NEUTRAL: ["EmaCross", "MeanReversion"] } as const;
const { document } = backtest(data, {
  strategies: [emaCross],
  modules: [import.meta.url],
  config: { selector: { RISK_ON: [...inCharge.RISK_ON], NEUTRAL: [...inCharge.NEUTRAL] } },
});
console.log(`in the system: run ${document.run}`);
console.table(document.byStrategy, ["strategy", "pnl", "fills"]);
