import { createEvents } from "../../engine/events.ts";
import { CANCEL_FIELDS, FILL_FIELDS, ORDER_FIELDS, REFUSAL_FIELDS } from "../../engine/portfolio/events.ts";
import type { Replay } from "../../engine/replay.ts";

export interface TestFill {
  /** The bar in which it fills, at that bar's open. */
  readonly row: number;
  readonly pair: number;
  readonly strategy: number;
  readonly side: 1 | -1;
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  readonly halfSpread?: number;
  readonly drift?: number;
  readonly impact?: number;
  readonly flagged?: 0 | 1;
}

export interface TestRefusal {
  readonly row: number;
  readonly pair: number;
  readonly strategy: number;
  readonly rule: number;
  readonly value: number;
}

export interface TestRun {
  readonly interval: number;
  /** Close of row 0, ms UTC. */
  readonly start: number;
  readonly symbols: readonly string[];
  readonly strategies: readonly string[];
  /** Closes a pair; a bar opens at the close before it. */
  readonly closes: readonly (readonly number[])[];
  readonly cash: number;
  readonly firstRow?: number;
  /** In order of rows. */
  readonly fills?: readonly TestFill[];
  readonly refusals?: readonly TestRefusal[];
  readonly regime?: readonly number[];
  readonly halted?: readonly number[];
}

/** For tests: a Replay in which exactly these fills happened, its account kept by plain sums. */
export function testReplay(run: TestRun): Replay {
  const { interval, start, symbols, strategies, closes, cash: initial, fills = [], refusals = [] } = run;
  const rows = closes[0].length;
  const column = (at: (row: number) => number) => Float64Array.from({ length: rows }, (_, i) => at(i));
  const time = column((i) => start + i * interval);
  const open = closes.map((c) => column((i) => c[Math.max(0, i - 1)]));
  const firstRow = run.firstRow ?? 0;

  const orderRows = createEvents(ORDER_FIELDS);
  const fillRows = createEvents(FILL_FIELDS);
  const refusalRows = createEvents(REFUSAL_FIELDS);
  const cash = column(() => 0);
  const held = column(() => 0);
  const quantity = closes.map(() => column(() => 0));
  const owner = closes.map(() => column(() => -1));
  const pnl = strategies.map(() => column(() => 0));

  let money = initial;
  const holds = symbols.map(() => 0);
  const owns = symbols.map(() => -1);
  const sums = strategies.map(() => 0);
  for (let i = 0; i < rows; i++) {
    symbols.forEach((_, p) => {
      if (owns[p] >= 0) sums[owns[p]] += holds[p] * (open[p][i] - closes[p][Math.max(0, i - 1)]);
    });
    fills.forEach((f, order) => {
      if (f.row !== i) return;
      const { pair, strategy, side, price, fee } = f;
      const o = open[pair][i];
      if (holds[pair] === 0) owns[pair] = strategy;
      sums[strategy] -= fee + Math.abs(price - o) * f.quantity;
      money -= side * f.quantity * price + fee;
      holds[pair] += side * f.quantity;
      const k = fillRows.next();
      const { at } = fillRows;
      at.order[k] = order;
      at.time[k] = time[i] - interval;
      at.pair[k] = pair;
      at.strategy[k] = strategy;
      at.side[k] = side;
      at.quantity[k] = f.quantity;
      at.price[k] = price;
      at.open[k] = o;
      at.fee[k] = fee;
      at.halfSpread[k] = f.halfSpread ?? 0;
      at.drift[k] = f.drift ?? 0;
      at.impact[k] = f.impact ?? 0;
      at.flagged[k] = f.flagged ?? 0;
      const j = orderRows.next();
      orderRows.at.order[j] = order;
      orderRows.at.time[j] = time[i] - interval;
      orderRows.at.pair[j] = pair;
      orderRows.at.strategy[j] = strategy;
      orderRows.at.side[j] = side;
      orderRows.at.kind[j] = side > 0 ? 0 : 3;
      orderRows.at.quantity[j] = f.quantity;
      orderRows.at.price[j] = o;
    });
    let value = 0;
    symbols.forEach((_, p) => {
      if (owns[p] >= 0) sums[owns[p]] += holds[p] * (closes[p][i] - open[p][i]);
      if (holds[p] === 0) owns[p] = -1;
      value += holds[p] * closes[p][i];
      quantity[p][i] = holds[p];
      owner[p][i] = owns[p];
    });
    strategies.forEach((_, s) => {
      pnl[s][i] = sums[s];
    });
    cash[i] = money;
    held[i] = value;
  }
  for (const r of refusals) {
    const k = refusalRows.next();
    refusalRows.at.time[k] = time[r.row];
    refusalRows.at.pair[k] = r.pair;
    refusalRows.at.strategy[k] = r.strategy;
    refusalRows.at.side[k] = 1;
    refusalRows.at.rule[k] = r.rule;
    refusalRows.at.value[k] = r.value;
    refusalRows.at.other[k] = -1;
  }

  const equity = column((i) => cash[i] + held[i]);
  let peak = equity[0];
  const zero = () => column(() => 0);
  return {
    panel: {
      interval,
      time,
      symbols,
      pairs: closes.map((c, p) => ({
        open: open[p],
        high: column((i) => Math.max(open[p][i], c[i])),
        low: column((i) => Math.min(open[p][i], c[i])),
        close: Float64Array.from(c),
        volume: column(() => 1),
      })),
    },
    symbols,
    strategies,
    firstRow,
    eligibleFrom: symbols.map(() => 0),
    columns: {
      time,
      equity,
      cash,
      held,
      drawdown: column((i) => {
        peak = Math.max(peak, equity[i]);
        return 1 - equity[i] / peak;
      }),
      halted: column((i) => run.halted?.[i] ?? 0),
      regime: column((i) => run.regime?.[i] ?? 0),
      confidence: column(() => 0.5),
      recovery: zero(),
      index: column((i) => (i < firstRow ? Number.NaN : 20)),
      first: zero(),
      second: column(() => -1),
      share: column(() => 0.6),
      pnl,
      pairs: symbols.map((_, p) => ({ target: zero(), owner: owner[p], quantity: quantity[p] })),
    },
    orders: orderRows,
    fills: fillRows,
    cancels: createEvents(CANCEL_FIELDS),
    refusals: refusalRows,
    notes: [],
  };
}
