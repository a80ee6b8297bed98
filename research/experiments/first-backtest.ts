// A first backtest: the whole system over the embedded synthetic market, ten pairs, three years of hours.
// Run it: node cli/run-ts.mjs research/experiments/first-backtest.ts
import { backtest, load } from "fathom";

const data = await load({ data: "synthetic", interval: "1h" });
const { document, replay } = backtest(data);

const { metrics, benchmark } = document;
console.log(`run ${document.run}: ${document.pairs.length} pairs, ${document.from} to ${document.to}`);
console.table({
  system: { return: metrics.totalReturn, sharpe: metrics.sharpe, maxDrawdown: metrics.maxDrawdown },
  "buy and hold": {
    return: benchmark.buyAndHold.totalReturn,
    sharpe: benchmark.buyAndHold.sharpe,
    maxDrawdown: benchmark.buyAndHold.maxDrawdown,
  },
});
console.table(document.byRegime, ["regime", "share", "pnl"]);
console.log(`${replay.orders.n} orders, ${replay.fills.n} fills, ${replay.refusals.n} refusals`);
