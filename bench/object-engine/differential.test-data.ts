import { panelFromBars } from "../../datasets/panel.ts";
import { syntheticBars } from "../../datasets/synthetic.ts";
import { type EngineConfig, type EngineConfigInput, engineConfig } from "../../engine/config.ts";
import { fmix32 } from "../../engine/execution/latency.ts";
import type { Panel } from "../../engine/market/bars.ts";
import { replay } from "../../engine/replay.ts";
import { RULES } from "../../engine/risk/limits.ts";
import { createSystem } from "../../engine/system.ts";
import { runObjectEngine } from "./engine.ts";

export interface Difference {
  readonly fills: number;
  readonly refusals: number;
  /** Greatest relative difference of equity over all rows. */
  readonly equity: number;
  /** The first fill or refusal that only one of the two engines has, if any. */
  readonly first: string | undefined;
  /** Rules that refused something. */
  readonly rules: ReadonlySet<string>;
}

/** Runs both engines over a panel and says where they part. */
export function difference(panel: Panel, config: EngineConfig): Difference {
  const { symbols, interval } = panel;
  const ours = replay(createSystem({ config, symbols, interval }), panel);
  const theirs = runObjectEngine(panel, config);
  let equity = 0;
  for (let i = 0; i < panel.time.length; i++) {
    const d = Math.abs(ours.columns.equity[i] / theirs.equity[i] - 1);
    if (!(d <= equity)) equity = d;
  }
  const { fills, refusals } = ours;
  const sideOf = (x: number) => (x > 0 ? "buy" : "sell");
  const line = (time: number, ...rest: (string | number)[]) =>
    [new Date(time).toISOString(), ...rest].join(" ");
  const pairOf = (p: number) => ours.symbols[p];
  const strategyOf = (s: number) => ours.strategies[s];
  const f = fills.at;
  const r = refusals.at;
  const sorted = (lines: string[]) => lines.sort();
  const first =
    firstDifference(
      sorted(
        Array.from({ length: fills.n }, (_, k) =>
          line(
            f.time[k],
            pairOf(f.pair[k]),
            strategyOf(f.strategy[k]),
            sideOf(f.side[k]),
            f.quantity[k],
            f.fee[k],
          ),
        ),
      ),
      sorted(theirs.fills.map((x) => line(x.time, x.pair, x.strategy, x.side, x.quantity, x.fee))),
    ) ??
    firstDifference(
      sorted(
        Array.from({ length: refusals.n }, (_, k) =>
          line(r.time[k], pairOf(r.pair[k]), strategyOf(r.strategy[k]), sideOf(r.side[k]), RULES[r.rule[k]]),
        ),
      ),
      sorted(theirs.refusals.map((x) => line(x.time, x.pair, x.strategy, x.side, x.rule))),
    );
  return {
    fills: fills.n,
    refusals: refusals.n,
    equity,
    first,
    rules: new Set(theirs.refusals.map((x) => x.rule)),
  };
}

function firstDifference(ours: readonly string[], theirs: readonly string[]): string | undefined {
  const n = Math.max(ours.length, theirs.length);
  for (let k = 0; k < n; k++) {
    if (!agrees(ours[k], theirs[k]))
      return `${k}: ours ${ours[k] ?? "nothing"}, theirs ${theirs[k] ?? "nothing"}`;
  }
  return undefined;
}

/** The same words, and numbers within a lot or a millionth: sums in another order may round a lot away. */
function agrees(ours = "", theirs = ""): boolean {
  if (ours === theirs) return true;
  const a = ours.split(" ");
  const b = theirs.split(" ");
  return a.length === b.length && a.every((x, k) => x === b[k] || near(Number(x), Number(b[k])));
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 2e-5 + 1e-6 * Math.abs(a);

/** A synthetic market and a config in which limits bind, drawn from a seed. */
export function drawn(seed: number, rows: number): { panel: Panel; config: EngineConfig } {
  let n = fmix32(seed);
  const pick = <T>(...of: T[]): T => {
    n = (n + 0x9e3779b9) >>> 0;
    return of[fmix32(n) % of.length];
  };
  const all = ["BTC", "ETH", "SOL", "XRP", "ADA", "DOT", "LINK", "DOGE", "MATIC", "AVAX"];
  const pairs = all.slice(0, pick(1, 2, 5, 10));
  const panel = panelFromBars(syntheticBars({ seed, rows, pairs, listedTogether: pick(true, false) }));
  const unit = pick(0.05, 0.05, 0.2, 0.5);
  const input: EngineConfigInput = {
    seed,
    account: { initial_cash: pick(2_000, 100_000, 5e6) },
    sizing: { unit, cap: unit },
    band: { min_usd: pick(10, 50), share: pick(0.1, 0.2) },
    retry: { after: pick(12, 72) },
    risk: {
      position: Math.min(1, unit * pick(0.8, 1, 1)),
      min_usd: pick(10, 50, 200),
      leverage: pick(0.2, 1),
      pairs: pick(2, 6),
      top3: pick(0.12, 0.5),
      correlation: pick(0.3, 0.7, 1),
      drawdown: pick(0.02, 0.2),
      reset_after_days: pick(0, 7),
    },
    execution: { participation: pick(0.002, 0.1), volume_scale: pick(1, 0.02), life: pick(1, 3) },
  };
  return { panel, config: engineConfig.parse(input) };
}
