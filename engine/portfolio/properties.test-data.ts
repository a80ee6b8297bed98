import type { EngineConfigInput } from "../config.ts";
import { fmix32 } from "../execution/latency.ts";
import { HOUR } from "../market/bars.ts";
import { RULES } from "../risk/limits.ts";
import { CANCEL_REASONS, ORDER_KINDS } from "./events.ts";
import { type PairScript, runScenario, type Scenario, T0 } from "./harness.test-data.ts";

/** Uniform numbers in [0, 1) from a seed. */
function uniform(seed: number): () => number {
  let n = fmix32(seed);
  return () => {
    n = (n + 0x9e3779b9) >>> 0;
    return fmix32(n) / 4294967296;
  };
}

/**
 * A random walk for each pair (1 to 8 unless `pairCount` says how many), restless targets, and a config drawn so
 * that any limit may bind.
 */
export function drawScenario(seed: number, rows: number, pairCount?: number): Scenario {
  const u = uniform(seed);
  const between = (a: number, b: number) => a + (b - a) * u();
  const drawn = 1 + Math.floor(u() * 8);
  const n = pairCount ?? drawn;
  const common: number[] = [];
  for (let i = 0; i < rows + 1; i++) common.push(u() - 0.5);
  const sharesMarket = between(0, 1);
  const cap = [0.05, 0.2, 0.6, 1][Math.floor(u() * 4)];
  const restless = between(0.02, 0.4);
  const pairs: PairScript[] = [];
  for (let p = 0; p < n; p++) {
    const start = [0.07, 3, 100, 20_000][Math.floor(u() * 4)];
    const sigma = between(0.002, 0.02);
    const liquidity = [20, 2000, 1e6, 1e8][Math.floor(u() * 4)] / start;
    const open: number[] = [];
    const close: number[] = [];
    const high: number[] = [];
    const low: number[] = [];
    const volume: number[] = [];
    const target: number[] = [];
    const owner: number[] = [];
    const desire: number[] = [];
    let price = start;
    let wanted = 0;
    let who = 0;
    for (let i = 0; i < rows; i++) {
      const o = price * (1 + 0.2 * sigma * (u() - 0.5));
      price = o * (1 + 3 * sigma * (sharesMarket * common[i] + (1 - sharesMarket) * (u() - 0.5)));
      open.push(o);
      close.push(price);
      high.push(Math.max(o, price) * (1 + sigma * u()));
      low.push(Math.min(o, price) * (1 - sigma * u()));
      const hole = u() < 0.1;
      volume.push(hole ? 0 : liquidity * between(0.2, 2));
      if (u() < restless) {
        wanted = u() < 0.3 ? 0 : u();
        who = Math.floor(u() * 3);
      }
      desire.push(wanted);
      target.push(wanted * cap);
      owner.push(wanted > 0 ? who : -1);
    }
    const column = (a: number[]) => (i: number) => a[i];
    pairs.push({
      symbol: ["BTC", "XRP", "DOGE"][Math.floor(u() * 3)],
      rules: { tick: start / 1e4, ordermin: (u() < 0.2 ? 300 : 1) / start, costmin: u() < 0.3 ? 80 : 0.5 },
      open: column(open),
      close: column(close),
      high: column(high),
      low: column(low),
      volume: column(volume),
      target: column(target),
      owner: column(owner),
      desire: column(desire),
      deviation: 3 * sigma,
      dailyDeviation: 12 * sigma,
      dailyVolume: u() < 0.1 ? 0 : 24 * liquidity,
    });
  }
  const pick = <T>(...of: T[]): T => of[Math.floor(u() * of.length)];
  const config: EngineConfigInput = {
    account: { initial_cash: pick(1000, 13_000, 100_000, 1e6) },
    sizing: { cap },
    band: { min_usd: pick(0, 10, 50), share: pick(0, 0.05, 0.2) },
    retry: { after: pick(1, 24, 72) },
    risk: {
      position: Math.min(1, cap * pick(0.7, 1, 1.2)),
      min_usd: pick(0, 50, 500),
      leverage: pick(0.3, 0.9, 1),
      pairs: pick(1, 3, 6),
      top3: pick(0.1, 0.5, 1),
      correlation: pick(0, 0.7, 1),
      correlation_present: pick(0.3, 2 / 3),
      drawdown: pick(0.05, 0.2, 0.9),
      reset_after_days: pick(0, 2),
    },
    execution: { life: pick(1, 3, 10), participation: pick(0.01, 0.1, 1), volume_scale: pick(1, 0.025) },
    fees: {},
  };
  return {
    rows,
    pairs,
    config,
    correlationBars: 48,
    interval: HOUR,
    first: T0 + Math.floor(u() * 24) * HOUR,
    indexAge: u() < 0.1 ? (i) => (i % 200) * HOUR : undefined,
  };
}

export interface Checked {
  readonly fills: number;
  readonly orders: number;
  /** Names of the rules that refused something. */
  readonly bound: readonly string[];
}

/**
 * Rebuilds account and open orders from the events alone and holds the run to the rules: equity to a
 * cent at every row, no entry or increase beyond a limit, no fill better than its open or over the cap.
 */
export function checkScenario(scenario: Scenario): Checked {
  const run = runScenario(scenario);
  const { config, inputs, terms } = run;
  const { risk, execution } = config;
  const n = inputs.length;
  const quantity = new Array<number>(n).fill(0);
  const open = new Array<{ order: number; side: number; left: number } | undefined>(n).fill(undefined);
  let cash = config.account.initial_cash;
  let [f, c, o] = [0, 0, 0];
  for (let i = 0; i < scenario.rows; i++) {
    const time = run.time[i];
    for (; f < run.fills.length && run.fills[f].time < time; f++) {
      const fill = run.fills[f];
      const bar = inputs[fill.pair];
      const order = open[fill.pair];
      hold(order?.order === fill.order, "a fill belongs to the open order", i);
      hold(fill.open === bar.open[i], "a fill is at its bar's open", i);
      const adverse = fill.side * (fill.price - fill.open);
      hold(adverse >= 0, "a fill is never better than its open", i);
      const cap = execution.participation * execution.volume_scale * bar.volume[i] * (1 + 1e-12);
      hold(fill.quantity <= cap, "a slice stays within the participation cap", i);
      const isOutside = fill.price > bar.high[i] || fill.price < bar.low[i];
      hold(fill.flagged === (isOutside ? 1 : 0), "a price outside the bar is flagged", i);
      cash -= fill.side * fill.quantity * fill.price + fill.fee;
      quantity[fill.pair] += fill.side * fill.quantity;
      if (order) {
        order.left -= fill.quantity;
        hold(order.left > -1e-6, "an order is not overfilled", i);
        if (order.left < 0.5 / terms.venues[fill.pair].lots) open[fill.pair] = undefined;
      }
    }
    let equity = cash;
    for (let p = 0; p < n; p++) equity += quantity[p] * inputs[p].close[i];
    hold(Math.abs(equity - run.equity[i]) < 0.01, "equity identity, to a cent", i);
    hold(run.cash[i] >= 0, "cash is never negative", i);

    // a sale that is replaced by an entry or increase stands until that one's turn comes
    const taken: typeof run.cancels = [];
    for (; c < run.cancels.length && run.cancels[c].time === time; c++) {
      const cancel = run.cancels[c];
      if (open[cancel.pair]?.order !== cancel.order) continue;
      const isSale = open[cancel.pair]?.side === -1 && CANCEL_REASONS[cancel.reason] === "replaced";
      if (isSale) taken.push(cancel);
      else open[cancel.pair] = undefined;
    }
    for (; o < run.orders.length && run.orders[o].time === time; o++) {
      const order = run.orders[o];
      const p = order.pair;
      const kind = ORDER_KINDS[order.kind];
      open[p] = undefined;
      if (kind === "entry" || kind === "increase") {
        const values = inputs.map(({ close }, q) => {
          const buying = open[q] && (open[q]?.side ?? 0) > 0 ? (open[q]?.left ?? 0) : 0;
          return (quantity[q] + buying + (q === p ? order.quantity : 0)) * close[i];
        });
        const sum = values.reduce((a, b) => a + b, 0);
        const top3 = [...values]
          .sort((a, b) => b - a)
          .slice(0, 3)
          .reduce((a, b) => a + b, 0);
        const near = 1 + 1e-9;
        hold(values[p] <= risk.position * run.equity[i] * near, "position", i);
        hold(sum <= risk.leverage * run.equity[i] * near, "leverage", i);
        hold(top3 <= risk.top3 * run.equity[i] * near, "top-3", i);
        hold(order.quantity * order.price * near >= risk.min_usd, "min-usd", i);
        const close = (q: number) => inputs[q].close[i];
        const halfLot = (q: number) => 0.5 / terms.venues[q].lots;
        const counts = values.map((v, q) => {
          const leaving = open[q]?.side === -1 && Math.abs((open[q]?.left ?? 0) - quantity[q]) < halfLot(q);
          return v > halfLot(q) * close(q) && !leaving;
        });
        hold(counts.filter(Boolean).length <= risk.pairs, "pairs", i);
        if (kind === "entry") {
          counts.forEach((isCounted, q) => {
            if (q === p || !isCounted) return;
            const r = pearson(inputs[p], inputs[q], i, scenario.correlationBars ?? 720);
            hold(r <= risk.correlation + 1e-9, "correlation", i);
          });
        }
        hold(run.halted[i] === 0, "no entry while halted", i);
      }
      open[p] = { order: order.order, side: order.side, left: order.quantity };
    }
    for (const cancel of taken) if (open[cancel.pair]?.order === cancel.order) open[cancel.pair] = undefined;
  }
  hold(f === run.fills.length && o === run.orders.length, "every event has its row", scenario.rows);
  const bound = [...new Set(run.refusals.map((r) => RULES[r.rule] as string))];
  return { fills: run.fills.length, orders: run.orders.length, bound };
}

type Bars = { close: Float64Array; volume: Float64Array };

/** Pearson of simple returns over the last `window` bars, of bars with volume in both. */
function pearson(a: Bars, b: Bars, row: number, window: number): number {
  const pairs: [number, number][] = [];
  for (let i = Math.max(1, row - window + 1); i <= row; i++) {
    if (!(a.volume[i] > 0 && b.volume[i] > 0)) continue;
    pairs.push([a.close[i] / a.close[i - 1] - 1, b.close[i] / b.close[i - 1] - 1]);
  }
  const mean = (k: 0 | 1) => pairs.reduce((s, x) => s + x[k], 0) / pairs.length;
  const [ma, mb] = [mean(0), mean(1)];
  const sum = (g: (x: [number, number]) => number) => pairs.reduce((s, x) => s + g(x), 0);
  const denominator = Math.sqrt(sum((x) => (x[0] - ma) ** 2) * sum((x) => (x[1] - mb) ** 2));
  return denominator > 0 ? sum((x) => (x[0] - ma) * (x[1] - mb)) / denominator : 0;
}

/** An assertion without the cost of one: it is asked a million times. */
function hold(isTrue: boolean, rule: string, row: number): void {
  if (!isTrue) throw new Error(`row ${row}: ${rule}`);
}
