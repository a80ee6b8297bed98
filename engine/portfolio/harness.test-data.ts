import { type EngineConfigInput, engineConfig } from "../config.ts";
import { drive } from "../drive.ts";
import type { Column, Slot } from "../kernel.ts";
import { HOUR } from "../market/bars.ts";
import { krakenRules, type PairRules } from "../market/pair-rules.ts";
import { createPlan } from "../plan.ts";
import { type PairInput, termsOf } from "./book.ts";
import { CANCEL_FIELDS, FILL_FIELDS, ORDER_FIELDS, REFUSAL_FIELDS } from "./events.ts";
import { portfolio } from "./portfolio.ts";

/** 2024-01-01 00:00 UTC. */
export const T0 = 1_704_067_200_000;

/** What a test says of a pair: numbers hold for every row, functions give them row by row. */
export type PairScript = {
  readonly [K in keyof PairInput]?: number | ((row: number) => number);
} & { readonly symbol?: string; readonly rules?: Partial<PairRules> };

export interface Scenario {
  readonly rows: number;
  readonly pairs: readonly PairScript[];
  readonly config?: EngineConfigInput;
  readonly interval?: number;
  readonly decision?: number;
  /** Close of the first row. */
  readonly first?: number;
  readonly start?: number;
  readonly blockRows?: number;
  readonly correlationBars?: number;
  readonly indexAge?: (row: number) => number;
  readonly operator?: (row: number) => number;
}

/** A market that stands still at 100, liquid, with a history, in which nothing is wanted. */
const STILL = {
  open: 100,
  high: 101,
  low: 99,
  close: 100,
  volume: 1e6,
  decisionVolume: 1e6,
  target: 0,
  owner: 0,
  desire: 1,
  deviation: 0.01,
  dailyDeviation: 0.04,
  dailyVolume: 1e6,
} as const;

/** Runs the money loop alone on a script: what was ordered, filled, cancelled and refused, and the columns. */
export function runScenario(scenario: Scenario) {
  const { rows, interval = HOUR, decision = HOUR, first = T0 + 6 * HOUR } = scenario;
  const config = engineConfig.parse(scenario.config ?? {});
  const pairs = scenario.pairs.map(({ symbol = "BTC", rules }, p) => ({
    symbol: `${symbol}${p}`,
    rules: { ...krakenRules[symbol], ...rules },
    universeIndex: p,
  }));
  const strategies = 3;
  const clock = { interval, decision, start: scenario.start ?? Number.NEGATIVE_INFINITY };
  const terms = termsOf(config, pairs, clock, strategies, 5 * 24 * HOUR);
  const plan = createPlan();
  const time = plan.input("time");
  const indexAge = scenario.indexAge && plan.input("indexAge");
  const operator = scenario.operator && plan.input("operator");
  const slots = pairs.map(({ symbol }) =>
    Object.fromEntries(Object.keys(STILL).map((f) => [f, plan.input(`${symbol}.${f}`)])),
  ) as unknown as { [K in keyof PairInput]: Slot }[];
  const out = plan.add(portfolio(terms, scenario.correlationBars ?? 720, {}), {
    time,
    ...(indexAge ? { indexAge } : {}),
    ...(operator ? { operator } : {}),
    pairs: slots,
  });

  const run = drive(plan, rows, { blockRows: scenario.blockRows });
  const column = (f: (row: number) => number): Column => Float64Array.from({ length: rows }, (_, i) => f(i));
  const times = column((i) => first + i * interval);
  run.feed(times, time);
  if (indexAge && scenario.indexAge) run.feed(column(scenario.indexAge), indexAge);
  if (operator && scenario.operator) run.feed(column(scenario.operator), operator);
  const inputs = scenario.pairs.map((script, p) => {
    const columns = {} as Record<keyof PairInput, Column>;
    for (const f of Object.keys(STILL) as (keyof PairInput)[]) {
      const said = script[f] ?? (f === "decisionVolume" ? script.volume : undefined) ?? STILL[f];
      columns[f] = column(typeof said === "function" ? said : () => said);
      run.feed(columns[f], slots[p][f]);
    }
    return columns;
  });
  const columns = {
    equity: run.keep(out.equity),
    cash: run.keep(out.cash),
    held: run.keep(out.held),
    drawdown: run.keep(out.drawdown),
    halted: run.keep(out.halted),
    pnl: out.pnl.map(run.keep),
    quantity: out.pairs.map((p) => run.keep(p.quantity)),
  };
  const events = {
    orders: run.collect(out.orders as never, ORDER_FIELDS),
    fills: run.collect(out.fills as never, FILL_FIELDS),
    cancels: run.collect(out.cancels as never, CANCEL_FIELDS),
    refusals: run.collect(out.refusals as never, REFUSAL_FIELDS),
  };
  run.go();
  /** Events as one object a row. */
  const list = <F extends string>(e: { fields: readonly F[]; n: number; at: Readonly<Record<F, Column>> }) =>
    Array.from(
      { length: e.n },
      (_, k) => Object.fromEntries(e.fields.map((f) => [f, e.at[f][k]])) as Record<F, number>,
    );
  return {
    config,
    terms,
    time: times,
    inputs,
    ...columns,
    orders: list(events.orders),
    fills: list(events.fills),
    cancels: list(events.cancels),
    refusals: list(events.refusals),
  };
}
