// A custom strategy: first bare (alone, all in, fixed fee), then in the whole system beside the six.
// Run it: node cli/run-ts.mjs research/experiments/custom-strategy.ts
import { backtest, load, replayBare } from "fathom";
import { emaCross } from "./ema-cross.ts";

const data = await load({ data: "synthetic", interval: "1h" });

const { equity } = replayBare(data.panel, { strategy: emaCross, symbol: "BTC", fee: 0.0026 });
console.log(`bare on BTC: 100000 became ${equity[equity.length - 1].toFixed(0)}`);

const inCharge = { RISK_ON: ["EmaCross", "cash"], NEUTRAL: ["EmaCross", "MeanReversion"] } as const;
const { document } = backtest(data, {
  strategies: [emaCross],
  modules: [new URL("./ema-cross.ts", import.meta.url).href],
  config: { selector: { RISK_ON: [...inCharge.RISK_ON], NEUTRAL: [...inCharge.NEUTRAL] } },
});
console.log(`in the system: run ${document.run}`);
console.table(document.byStrategy, ["strategy", "pnl", "fills"]);
