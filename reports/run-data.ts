import { CANCEL_REASONS, ORDER_KINDS } from "../engine/portfolio/events.ts";
import { REGIMES } from "../engine/regime/classify.ts";
import { RULES } from "../engine/risk/limits.ts";
import type { StoredRun, StoredTable } from "../research/runs/read-run.ts";
import { candlesWithin } from "./candles.ts";
import { pick, rowsToDraw } from "./decimate.ts";
import { type Column, packPage } from "./embed.ts";
import { numberOf } from "./format.ts";
import { heldHeight } from "./held-height.ts";
import { modelsOf, scoresAtOrders } from "./models.ts";
import { codesOf, greatestFirst, type RunTables } from "./run-tables.ts";

/** What the page's own script reads, and what was left out of it, as sentences. */
export interface RunData {
  readonly data: Readonly<Record<string, unknown>>;
  readonly leftOut: readonly string[];
}

const BUCKETS = 4_000;
const MOST_TRIPS = 5_000;
const MOST_ORDERS = 10_000;
const MOST_REFUSALS = 10_000;
/** The page is to stay below 3 MB: bars around trips take what the rest of its data leaves, and at least this. */
const MOST_BYTES = 2_400_000;
const CANDLE_BYTES = 600_000;

export function runData(run: StoredRun, tables: RunTables): RunData {
  const { document, manifest } = run;
  const strategies = document.byStrategy.map((s) => s.strategy);
  const intervalMs = manifest.series[0]?.interval ?? 0;
  const names: Names = { pairs: document.pairs, strategies };
  const { orders, fills, cancels, refusals, "round-trips": trips } = tables;
  const leftOut: string[] = [];
  const most = (table: StoredTable, limit: number, what: string): number[] => {
    const first = Math.max(0, table.rows - limit);
    if (first > 0) leftOut.push(`the ${whole(first)} earliest of ${whole(table.rows)} ${what}`);
    return Array.from({ length: table.rows - first }, (_, k) => first + k);
  };
  const chosen = greatestFirst(trips.numbers("pnl")).slice(0, MOST_TRIPS);
  chosen.sort((a, b) => a - b);
  if (chosen.length < trips.rows) {
    leftOut.push(
      `the ${whole(trips.rows - chosen.length)} round trips of smallest P&L of ${whole(trips.rows)}`,
    );
  }
  const orderRows = most(orders, MOST_ORDERS, "orders");
  const fillRows = most(fills, MOST_ORDERS, "fills");
  const cancelRows = most(cancels, MOST_ORDERS, "cancels");
  const refusalRows = most(refusals, MOST_REFUSALS, "refusals");
  const data = {
    run: document.run,
    bars: barsOf(run, tables),
    heldHeight: heldHeight(tables.daily),
    regimes: REGIMES,
    strategies,
    pairs: document.pairs,
    quote: document.quote,
    intervalMs,
    limits: manifest.config.risk,
    sizing: manifest.config.sizing,
    multipliers: manifest.multipliers,
    ...(modelsOf(manifest).length > 0 && { model: manifest.config.model }),
    rules: RULES,
    trips: packed(trips, chosen, names, ["fills"]),
    orders: {
      ...packed(orders, orderRows, names),
      ...atOrders(run, tables, orderRows, names),
      kinds: ORDER_KINDS,
    },
    fills: packed(fills, fillRows, names),
    cancels: { ...packed(cancels, cancelRows, names), reasons: CANCEL_REASONS },
    refusals: packed(refusals, refusalRows, names),
  };
  const room = Math.max(CANDLE_BYTES, MOST_BYTES - packPage(data).length);
  const candles = candlesWithin(tables, intervalMs, room);
  if (candles.shown < candles.trips) {
    leftOut.push(
      `price bars of ${whole(candles.trips - candles.shown)} of ${whole(candles.trips)} round trips ` +
        "(those of greatest profit or loss for their length have theirs)",
    );
  }
  return { leftOut, data: { ...data, candles: candles.bySymbol } };
}

const whole = (x: number): string => x.toLocaleString("en-US");

interface Names {
  readonly pairs: readonly string[];
  readonly strategies: readonly string[];
}

/** Columns of which seven digits are not enough. */
const PRECISE = new Set(["time", "entryTime", "exitTime", "order", "quantity", "price", "open", "remaining"]);
PRECISE.add("entryPrice").add("exitPrice");

function packed(
  table: StoredTable,
  rows: readonly number[],
  names: Names,
  without: readonly string[] = [],
): Record<string, Column> {
  const all: Record<string, Column> = {};
  for (const name of table.columns) {
    if (without.includes(name)) continue;
    const values = pick(numbersOf(table, name, names), rows);
    all[name] = PRECISE.has(name) ? values : Float32Array.from(values);
  }
  return all;
}

/** A column as numbers: names become codes as engine/portfolio/events.ts has them. */
function numbersOf(table: StoredTable, name: string, { pairs, strategies }: Names): Float64Array {
  const codes = (list: readonly string[]) => codesOf(table.names(name), list);
  if (name === "pair" || name === "other") return codes(pairs);
  if (name === "strategy") return codes(strategies);
  if (name === "kind") return codes(ORDER_KINDS);
  if (name === "reason") return codes(CANCEL_REASONS);
  if (name === "rule") return codes(RULES);
  if (name === "side") return Float64Array.from(table.names(name), (side) => (side === "buy" ? 1 : -1));
  return table.numbers(name);
}

/** Regime and allocation at the close at which an order was sent, and what a model said; -1 for cash. */
function atOrders(
  { manifest }: StoredRun,
  tables: RunTables,
  rows: readonly number[],
  { pairs, strategies }: Names,
): Record<string, Column> {
  const { columns, orders } = tables;
  const row = new Map(Array.from(columns.numbers("time"), (time, k) => [time, k]));
  const at = pick(orders.numbers("time"), rows);
  const found = Array.from(at, (time) => row.get(time) ?? -1);
  const values = (column: Float64Array) => Float32Array.from(found, (k) => (k < 0 ? Number.NaN : column[k]));
  return {
    regime: values(codesOf(columns.names("regime"), REGIMES)),
    confidence: values(columns.numbers("confidence")),
    first: values(codesOf(columns.names("first"), strategies)),
    second: values(codesOf(columns.names("second"), strategies)),
    share: values(columns.numbers("share")),
    ...scoresAtOrders(manifest, tables, pairs, rows, found),
  };
}

/**
 * The equity curve for the screen. Benchmarks are known once a day and hold until the next day's value; at the last
 * row they are what the figures call their final equity.
 */
function barsOf({ document }: StoredRun, { columns, daily }: RunTables): Record<string, Column> {
  const equity = columns.numbers("equity");
  const rows = rowsToDraw(equity, document.warmUpRows, BUCKETS);
  const time = pick(columns.numbers("time"), rows);
  const held = columns.numbers("held");
  const drawdown = columns.numbers("drawdown");
  const day = lastAtOrBefore(daily.numbers("time"), time);
  const benchmark = (name: "buyAndHold" | "scaled") => {
    const values = Float32Array.from(day, (k) => daily.numbers(name)[k]);
    const last = numberOf(document.benchmark[name].finalEquity);
    return last === null ? values : values.fill(last, -1);
  };
  return {
    time,
    equity: Float32Array.from(rows, (i) => equity[i]),
    drawdown: Float32Array.from(rows, (i) => -drawdown[i]),
    buyAndHold: benchmark("buyAndHold"),
    scaled: benchmark("scaled"),
    exposure: Float32Array.from(rows, (i) => held[i] / equity[i]),
    regime: pick(codesOf(columns.names("regime"), REGIMES), rows),
  };
}

/** For each of `moments` the last row of `times` at or before it; both ascend. */
function lastAtOrBefore(times: Float64Array, moments: Float64Array): number[] {
  let k = 0;
  return Array.from(moments, (moment) => {
    while (k + 1 < times.length && times[k + 1] <= moment) k++;
    return k;
  });
}
