import { FathomError } from "../engine/errors.ts";
import { type Bars, DAY } from "../engine/market/bars.ts";
import { findWicks, type Wicks } from "./wicks.ts";

/** A stretch of time, [from, to), ms UTC. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Missing bars of one kind: how many, in how many stretches, and the stretches in time order. */
export interface Missing {
  readonly bars: number;
  readonly stretches: number;
  /** At most SHOWN of them: the longest. */
  readonly spans: readonly (Span & { readonly bars: number })[];
}

/** Why a bar is missing; nothing of it changes a result. */
export type MissingKind = "outage" | "hole" | "noTrade";

export interface SeriesQuality {
  readonly symbol: string;
  readonly interval: number;
  readonly rows: number;
  /** Open times of the first and last row, ms UTC. */
  readonly first: number;
  readonly last: number;
  readonly missing: Readonly<Record<MissingKind, Missing>>;
  /** Rows at the start that are flat and without volume: made afterwards, not traded. */
  readonly leadingBackfill: number;
  /** Share of the rows after the backfill whose four prices are one. */
  readonly flatShare: number;
  /** Rows after the backfill without volume. */
  readonly withoutVolume: number;
  readonly wicks: Wicks;
}

/** An outage is this long at least, in bars. */
const OUTAGE_BARS = 3;
/** A pair that traded in this share of the bars of this span before is not quiet: its missing bar is a hole. */
const HOLE = { share: 0.99, span: 30 * DAY } as const;
const SHOWN = 1000;

/**
 * Looks over the series of one venue and interval, without changing them. Bars are missing between a
 * series' first row (after any backfill) and its last. They are of kind `outage` where all pairs that are
 * listed then (two at least) miss 3 bars or more in a row, or where `outages` says so; `hole` where the
 * pair had trades in 99 % of the bars of the 30 days before (outages aside); else `noTrade`.
 * Throws E_DATA_SERIES for a series without bars or of another interval.
 */
export function assessQuality(series: readonly Bars[], outages: readonly Span[] = []): SeriesQuality[] {
  if (series.length === 0) return [];
  const { interval } = series[0];
  for (const { symbol, interval: own, time } of series) {
    if (own === interval && time.length > 0) continue;
    const found = own === interval ? "no bars" : `bars of ${own} ms`;
    throw new FathomError(
      "E_DATA_SERIES",
      `quality: ${symbol} has ${found}, expected bars of ${interval} ms in every series`,
      { symbol },
    );
  }
  const start = Math.min(...series.map((s) => s.time[0]));
  const end = Math.max(...series.map((s) => s.time[s.time.length - 1]));
  const rows = (end - start) / interval + 1;
  const listings = series.map((s) => listing(s, start));
  const present = series.map((s) => presence(s, start, rows));
  const isOut = outageRows(present, listings, rows);
  for (const { from, to } of outages) {
    const first = Math.max(0, Math.ceil((from - start) / interval));
    const past = Math.min(rows, Math.floor((to - start) / interval));
    if (past > first) isOut.fill(1, first, past);
  }
  return series.map((s, k) => {
    const { time, volume } = s;
    const { backfill } = listings[k];
    let flat = 0;
    let withoutVolume = 0;
    for (let i = backfill; i < time.length; i++) {
      if (isFlat(s, i)) flat++;
      if (volume[i] === 0) withoutVolume++;
    }
    const traded = time.length - backfill;
    return {
      symbol: s.symbol,
      interval,
      rows: time.length,
      first: time[0],
      last: time[time.length - 1],
      missing: missingBars(present[k], listings[k], isOut, start, interval),
      leadingBackfill: backfill,
      flatShare: traded === 0 ? 0 : flat / traded,
      withoutVolume,
      wicks: findWicks(s, backfill),
    };
  });
}

interface Listing {
  /** Rows of the grid at which the series begins, backfill aside, and the one after its end. */
  readonly from: number;
  readonly to: number;
  readonly backfill: number;
}

const isFlat = ({ open, high, low, close }: Bars, i: number) =>
  open[i] === close[i] && high[i] === low[i] && open[i] === high[i];

function listing(series: Bars, start: number): Listing {
  const { time, volume, interval } = series;
  let backfill = 0;
  while (backfill < time.length && volume[backfill] === 0 && isFlat(series, backfill)) backfill++;
  const to = (time[time.length - 1] - start) / interval + 1;
  const from = backfill < time.length ? (time[backfill] - start) / interval : to;
  return { from, to, backfill };
}

const ABSENT = 0;
const QUIET = 1;
const TRADED = 2;

function presence({ time, volume, interval }: Bars, start: number, rows: number): Uint8Array {
  const present = new Uint8Array(rows);
  for (let i = 0; i < time.length; i++) {
    present[(time[i] - start) / interval] = volume[i] > 0 ? TRADED : QUIET;
  }
  return present;
}

/** 1 in the rows of runs of OUTAGE_BARS or more in which two or more pairs are listed and none has a bar. */
function outageRows(present: readonly Uint8Array[], listings: readonly Listing[], rows: number): Uint8Array {
  const listed = new Uint16Array(rows);
  const there = new Uint16Array(rows);
  present.forEach((column, k) => {
    for (let i = listings[k].from; i < listings[k].to; i++) {
      listed[i]++;
      if (column[i] !== ABSENT) there[i]++;
    }
  });
  const isOut = new Uint8Array(rows);
  let run = 0;
  for (let i = 0; i <= rows; i++) {
    if (i < rows && listed[i] >= 2 && there[i] === 0) run++;
    else {
      if (run >= OUTAGE_BARS) isOut.fill(1, i - run, i);
      run = 0;
    }
  }
  return isOut;
}

function missingBars(
  present: Uint8Array,
  { from, to }: Listing,
  isOut: Uint8Array,
  start: number,
  interval: number,
): Record<MissingKind, Missing> {
  const window = Math.max(1, Math.floor(HOLE.span / interval));
  const found: Record<MissingKind, { row: number; bars: number }[]> = { outage: [], hole: [], noTrade: [] };
  // over the window before row i: bars with trades, and bars outside outages
  let traded = 0;
  let open = 0;
  let kind: MissingKind = "noTrade";
  for (let i = from; i < to; i++) {
    if (present[i] === ABSENT) {
      const isNewRun = i === from || present[i - 1] !== ABSENT;
      if (isNewRun) kind = i - from >= window && open > 0 && traded >= HOLE.share * open ? "hole" : "noTrade";
      const spans = found[isOut[i] === 1 ? "outage" : kind];
      const before = spans.at(-1);
      if (before !== undefined && before.row + before.bars === i) before.bars++;
      else spans.push({ row: i, bars: 1 });
    }
    if (present[i] === TRADED) traded++;
    if (isOut[i] === 0) open++;
    const leaving = i - window;
    if (leaving >= from) {
      if (present[leaving] === TRADED) traded--;
      if (isOut[leaving] === 0) open--;
    }
  }
  const summary = (spans: readonly { row: number; bars: number }[]): Missing => ({
    bars: spans.reduce((sum, s) => sum + s.bars, 0),
    stretches: spans.length,
    spans: longest(spans).map(({ row, bars }) => ({
      from: start + row * interval,
      to: start + (row + bars) * interval,
      bars,
    })),
  });
  return { outage: summary(found.outage), hole: summary(found.hole), noTrade: summary(found.noTrade) };
}

function longest(spans: readonly { row: number; bars: number }[]) {
  if (spans.length <= SHOWN) return spans;
  const kept = [...spans].sort((a, b) => b.bars - a.bars || a.row - b.row).slice(0, SHOWN);
  return kept.sort((a, b) => a.row - b.row);
}
