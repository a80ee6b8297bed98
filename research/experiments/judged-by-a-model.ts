// A recipe walked forward over a market that can be predicted, and what its models do for the same strategies.
// Run it: node cli/run-ts.mjs research/experiments/judged-by-a-model.ts
// Nothing is written, so no ledger counts these trials: count them yourself, or train with `fathom train`.
import { backtest, defaultConfig, load, outOfSample, parseRecipe, samplesOf, trainWalkForward } from "fathom";

const data = await load({ data: "synthetic", planted: true, pairs: ["BTC", "ETH", "SOL"] });
const config = defaultConfig();
const samples = samplesOf(data.panel, config, { pairs: data.traded });
const folds = await trainWalkForward(samples, parseRecipe({ model: "logistic" }), { seed: config.seed });

const { pooled } = outOfSample(samples, folds);
console.log(`${folds.length} folds, ${pooled.n} decisions out of sample, base rate`, pooled.baseRate);
console.log("precision", pooled.precision, "recall", pooled.recall, "F1", pooled.f1);

const start = folds[0].edge;
const models = folds.map(({ edge, trained: { model, threshold } }) => ({ from: edge, model, threshold }));
console.table(
  [undefined, models].map((by) => {
    const { metrics } = backtest(data, { start, models: by }).document;
    const { sharpe, totalReturn, maxDrawdown, orders } = metrics;
    return { judged: by !== undefined, sharpe, return: totalReturn, maxDrawdown, orders };
  }),
);
