import type { Replay } from "../../engine/replay.ts";
import { topThree } from "../../engine/risk/concentration.ts";
import type { Figure } from "../metrics/figure.ts";
import { figure } from "../metrics/figure.ts";
import { closesOf } from "../runs/rows.ts";
import type { GateBounds } from "./bounds.ts";
import type { EquityEvidence } from "./equity-evidence.ts";
import { type GateResult, gateResult, judge } from "./gate.ts";

/** The greatest values at any bar close of the figures, fractions of equity; NaN where equity is not above 0. */
export interface Peaks {
  readonly weight: number;
  readonly leverage: number;
  readonly top3: number;
}

/** What the engine does not force: it looks at limits when an order is sent, and prices move on. */
export function peaksOf(replay: Replay): Peaks {
  const { columns, firstRow, symbols, panel } = replay;
  const closes = symbols.map((_, p) => closesOf(replay, p));
  const weights = new Float64Array(symbols.length);
  let weight = 0;
  let leverage = 0;
  let top3 = 0;
  for (let i = firstRow; i < panel.time.length; i++) {
    const equity = columns.equity[i] > 0 ? columns.equity[i] : Number.NaN;
    for (let p = 0; p < symbols.length; p++) {
      const quantity = columns.pairs[p].quantity[i];
      // an unlisted pair has no price, and nobody holds it
      weights[p] = quantity === 0 ? 0 : (quantity * closes[p][i]) / equity;
      weight = Math.max(weight, weights[p]);
    }
    leverage = Math.max(leverage, columns.held[i] / equity);
    top3 = Math.max(top3, topThree(weights, weights.length));
  }
  return { weight, leverage, top3 };
}

/** Gate 4: the limits of the book in the replay of gate 3, at every bar close. */
export function portfolioLimits(replay: Replay, equity: EquityEvidence, bounds: GateBounds): GateResult {
  const n = replay.panel.time.length - replay.firstRow;
  const peaks = peaksOf(replay);
  const most = (name: string, value: Figure, bound: number, rows = n) =>
    judge({ name, value, op: "<=", bound, n: rows });
  const of = (x: number) =>
    figure(n > 0 ? x : Number.NaN, n > 0 ? "equity was not above 0" : "no row may trade");
  const { orders, refusals } = replay;
  const requests = orders.n + refusals.n;
  return gateResult(
    4,
    [
      most("greatest weight of a pair", of(peaks.weight), bounds.weight),
      most("leverage", of(peaks.leverage), bounds.leverage),
      most("drawdown at bar closes", equity.drawdown, bounds.drawdown),
      most("drawdown, 95 % of resamples", equity.resampledDrawdown, bounds.drawdown, equity.days),
      most("three greatest pairs", of(peaks.top3), bounds.top3),
    ],
    [
      {
        name: "share of requests refused",
        value: figure(refusals.n / requests, "nothing was asked for"),
        n: requests,
      },
    ],
  );
}
