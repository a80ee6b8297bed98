import type { EngineConfig } from "../../engine/config.ts";
import { drive } from "../../engine/drive.ts";
import { didYouMean, FathomError } from "../../engine/errors.ts";
import type { Column, Slot, Slots } from "../../engine/kernel.ts";
import { BAR_FIELDS, type BarColumns, HOUR, type Panel } from "../../engine/market/bars.ts";
import { createMarket } from "../../engine/market-view.ts";
import { createPlan } from "../../engine/plan.ts";
import { FEATURE_NAMES } from "../../engine/scoring/feature-schema.ts";
import { addFeatures } from "../../engine/scoring/features.ts";
import { decisionPanel } from "./decision-panel.ts";
import { type LabelInput, labelSettings, NO_LABEL, type NoLabel, tripleBarrier } from "./labels.ts";

/** What models are trained and judged on: one sample a pair and decision bar, by time, then pair. */
export interface Samples {
  /** Feature names, in the order of the schema. */
  readonly names: readonly string[];
  /** One a feature, one number a sample; finite. */
  readonly columns: readonly Float64Array[];
  /** Index into `symbols`. */
  readonly pair: Int32Array;
  /** Row of the panel whose close is the decision. */
  readonly row: Int32Array;
  /** Decision close, ms UTC: t0. */
  readonly time: Float64Array;
  /** Close at which the label is known, ms UTC: t1. */
  readonly end: Float64Array;
  /** 1 positive, 0 negative. */
  readonly label: Uint8Array;
  readonly n: number;
  readonly symbols: readonly string[];
  /** Length of a decision bar, ms. */
  readonly interval: number;
  /** How far a label looks ahead at most, ms. */
  readonly horizon: number;
  /** First decision with all features, and the last whose horizon the panel holds, of any pair; ms UTC. */
  readonly first: number;
  readonly last: number;
  /** Decision bars of all pairs since their listings, and how many of them are no sample, by why. */
  readonly rows: number;
  readonly dropped: Readonly<Record<NoLabel, number>>;
  /** Median distance of the barriers over samples and narrow rows, a fraction; NaN where there are none. */
  readonly medianBarrier: number;
}

export interface SamplesOptions {
  /** Pairs to make samples of; all of the panel unless given. */
  readonly pairs?: readonly string[];
  readonly labels?: LabelInput;
}

/**
 * Samples of a panel: features from the plan that replay and live run, driven over the panel's decision bars, and
 * the labels of the same bars. A bar of a listed pair is no sample, and counted, in the warm-up (a feature is
 * NaN), where its label is unfinished or not traded, or where its barrier is narrow (labels.ts).
 * @throws FathomError E_LABEL_BARRIER where the median barrier is below `labels.least`; E_SAMPLES_PAIR, E_SAMPLES_OUTSIDE,
 * E_SAMPLES_INTERVAL, E_FEATURE_INTERVAL, E_CFG_SPAN.
 */
export function samplesOf(panel: Panel, config: EngineConfig, options: SamplesOptions = {}): Samples {
  const settings = labelSettings.parse(options.labels ?? {});
  const symbols = options.pairs ?? panel.symbols;
  const { panel: bars, closes } = decisionPanel(panel, config);
  const features = featureColumns(bars, config, symbols);
  const pairs = symbols.map((symbol) => bars.pairs[bars.symbols.indexOf(symbol)]);
  const labels = pairs.map((pair) => tripleBarrier(pair, bars.interval, settings));
  const known = features.map((columns) => Math.max(...columns.map(firstKnown)));

  const dropped = { "warm-up": 0, unfinished: 0, "not traded": 0, narrow: 0 };
  const widths: number[] = [];
  const places = new Int32Array(symbols.length * closes.length);
  let rows = 0;
  let n = 0;
  let first = Number.NaN;
  let last = Number.NaN;
  for (let i = 0; i < closes.length; i++) {
    for (let p = 0; p < symbols.length; p++) {
      const close = pairs[p].close[i];
      if (close !== close) continue;
      rows++;
      const missing = labels[p].missing[i];
      const why = i < known[p] ? "warm-up" : missing < 0 ? undefined : NO_LABEL[missing];
      if (why === "warm-up" || why === "unfinished") dropped[why]++;
      else {
        if (first !== first) first = bars.time[i];
        last = bars.time[i];
        if (why === undefined) places[n++] = i * symbols.length + p;
        else dropped[why]++;
        if (why !== "not traded") widths.push(labels[p].width[i]);
      }
    }
  }
  const medianBarrier = median(widths);
  checkBarrier(medianBarrier, widths.length, settings.least);

  const pair = new Int32Array(n);
  const row = new Int32Array(n);
  const time = new Float64Array(n);
  const end = new Float64Array(n);
  const label = new Uint8Array(n);
  // shared: by far the most memory of a training, and folds in threads need no copy of it
  const columns = FEATURE_NAMES.map(() => new Float64Array(new SharedArrayBuffer(8 * n)));
  for (let k = 0; k < n; k++) {
    const p = places[k] % symbols.length;
    const i = (places[k] - p) / symbols.length;
    pair[k] = p;
    row[k] = closes[i];
    time[k] = bars.time[i];
    end[k] = bars.time[labels[p].end[i]];
    label[k] = labels[p].label[i];
  }
  for (let f = 0; f < columns.length; f++) {
    const to = columns[f];
    for (let k = 0; k < n; k++) {
      const p = places[k] % symbols.length;
      to[k] = features[p][f][(places[k] - p) / symbols.length];
    }
  }
  return {
    names: FEATURE_NAMES,
    columns,
    pair,
    row,
    time,
    end,
    label,
    n,
    symbols,
    interval: bars.interval,
    horizon: settings.horizon * HOUR,
    first,
    last,
    rows,
    dropped,
    medianBarrier,
  };
}

/** The first row in which a column is known; from there on it stays so. */
function firstKnown(column: Column): number {
  let i = 0;
  while (i < column.length && column[i] !== column[i]) i++;
  return i;
}

/**
 * The features of each pair over a panel of decision bars, in the schema's order; NaN in the warm-up.
 * @throws FathomError E_SAMPLES_PAIR, E_SAMPLES_OUTSIDE, and what addFeatures refuses.
 */
export function featureColumns(
  panel: Panel,
  config: EngineConfig,
  symbols: readonly string[] = panel.symbols,
): readonly (readonly Column[])[] {
  const { reference, source } = config.regime;
  for (const symbol of [reference, ...symbols]) requirePair(symbol, panel.symbols);
  if (source !== "computed" && panel.outside === undefined) {
    throw new FathomError(
      "E_SAMPLES_OUTSIDE",
      `samples: the config takes its volatility index from ${source}, and the panel holds none; join its file (regime.source)`,
    );
  }
  const plan = createPlan();
  const time = plan.input("time");
  const inputs = panel.symbols.map((symbol) => ({
    symbol,
    bars: Object.fromEntries(BAR_FIELDS.map((f) => [f, plan.input(`${symbol}.${f}`)])) as Slots<BarColumns>,
  }));
  const of = (symbol: string) => inputs[panel.symbols.indexOf(symbol)];
  const outside =
    source === "computed"
      ? undefined
      : { value: plan.input("outside.value"), age: plan.input("outside.age") };
  const market = createMarket(plan, config, time, symbols.map(of), of(reference), panel.interval, outside);
  const features = addFeatures(market);

  const run = drive(plan, panel.time.length);
  run.feed(panel.time, time);
  panel.pairs.forEach((pair, p) => {
    for (const f of BAR_FIELDS) run.feed(pair[f], inputs[p].bars[f]);
  });
  if (outside !== undefined && panel.outside !== undefined) {
    run.feed(panel.outside.value, outside.value);
    run.feed(panel.outside.age, outside.age);
  }
  // pairs share what belongs to the market
  const kept = new Map<number, Column>();
  const keep = (slot: Slot) => {
    const column = kept.get(slot.id) ?? run.keep(slot);
    kept.set(slot.id, column);
    return column;
  };
  const columns = features.map(({ slots }) => slots.map(keep));
  run.go();
  return columns;
}

function requirePair(symbol: string, symbols: readonly string[]): void {
  if (symbols.includes(symbol)) return;
  throw new FathomError(
    "E_SAMPLES_PAIR",
    `samples: ${symbol} is not in the panel, found ${symbols.join(", ")}; load it too.${didYouMean(symbol, symbols)}`,
    { symbol },
  );
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle];
  return 0.5 * (sorted[middle - 1] + sorted[middle]);
}

function checkBarrier(found: number, rows: number, least: number): void {
  if (!(found < least)) return;
  const percent = (x: number) => `${(100 * x).toFixed(2)} %`;
  throw new FathomError(
    "E_LABEL_BARRIER",
    `labels: the median barrier of ${rows} rows is ${percent(found)}, expected at least ${percent(least)}: at precision .65 and a ` +
      "0.9 % round trip, barriers must be >= 3 %; take a longer horizon or a larger multiple (labels.horizon, labels.multiple)",
    { found, least, rows },
  );
}
