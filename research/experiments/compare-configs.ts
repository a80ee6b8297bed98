// Two configs on the same market: the correlation limit at 0.7 and at 0.95.
// Run it: node cli/run-ts.mjs research/experiments/compare-configs.ts
import { backtest, load } from "fathom";

const data = await load({ data: "synthetic", interval: "1h" });

const rows = [0.7, 0.95].map((correlation) => {
  const { document } = backtest(data, { config: { risk: { correlation } } });
  const { metrics, refusals } = document;
  return {
    run: document.run,
    correlation,
    return: metrics.totalReturn,
    sharpe: metrics.sharpe,
    maxDrawdown: metrics.maxDrawdown,
    exposure: metrics.exposureMean,
    costs: metrics.costs.total,
    refused: refusals.find((r) => r.rule === "correlation")?.count ?? 0,
  };
});
console.table(rows);
