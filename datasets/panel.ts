import { FathomError } from "../engine/errors.ts";
import { barCheck, barFault, checkBars } from "../engine/market/bar-check.ts";
import { BAR_FIELDS, type BarColumns, type Bars, type Panel } from "../engine/market/bars.ts";
import { universeIndex } from "../engine/market/universe.ts";
import { joinOutside, type OutsideSeries } from "./outside.ts";

export interface PanelOptions {
  /** The first row is the first close at or after it, ms UTC; default the earliest bar of any pair. */
  readonly from?: number;
  /** ms before `from` that are read as well, to warm up. */
  readonly warmup?: number;
  /** The last row is the last close at or before it, ms UTC; default the earliest last bar of the pairs. */
  readonly to?: number;
  readonly outside?: OutsideSeries;
}

/** Where a series begins and ends: open times of its first and last bar, ms UTC. */
export interface SeriesSpan {
  readonly symbol: string;
  readonly interval: number;
  readonly first: number;
  readonly last: number;
}

/** A panel whose pairs are being written, bar by bar in time order. */
export interface Grid {
  readonly panel: Panel;
  /** Open time of row 0, ms UTC. */
  readonly start: number;
  readonly rows: number;
  readonly pairs: readonly PairWriter[];
}

interface PairWriter {
  readonly columns: BarColumns;
  /** The first row that is not written yet. */
  next: number;
  /** Close of the last bar, NaN before the first. */
  close: number;
}

/**
 * One panel of several pairs' bars, in universe order (other symbols after it, alphabetically). Every
 * bar passes the door again. Columns lie on SharedArrayBuffers, so that workers read them without a copy.
 * Throws E_DATA_SERIES (no bars, a symbol twice, different intervals), E_DATA_SPAN (no row left), and the
 * door's codes.
 */
export function panelFromBars(bars: readonly Bars[], options: PanelOptions = {}): Panel {
  const sorted = inUniverseOrder(bars);
  const spans = sorted.map(spanOf);
  const grid = createGrid(spans, options);
  sorted.forEach((series, k) => {
    const found = checkBars(barCheck(series.interval, Number.POSITIVE_INFINITY), series, series.time.length);
    if (found !== undefined) throw doorError("panel", series, series.symbol, found);
    writeBars(grid, k, series, series.time.length);
    finishPair(grid, k);
  });
  return grid.panel;
}

export function inUniverseOrder<T extends { readonly symbol: string }>(series: readonly T[]): T[] {
  const place = (symbol: string) => Math.min(universeIndex(symbol), 10);
  return [...series].sort(
    (a, b) => place(a.symbol) - place(b.symbol) || (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0),
  );
}

function spanOf({ symbol, interval, time }: Bars): SeriesSpan {
  if (time.length === 0) {
    throw new FathomError("E_DATA_SERIES", `panel: ${symbol} has no bars; leave it out`, { symbol });
  }
  return { symbol, interval, first: time[0], last: time[time.length - 1] };
}

/** An empty panel over the pairs' common grid; `spans` in the order of its pairs. */
export function createGrid(spans: readonly SeriesSpan[], options: PanelOptions): Grid {
  if (spans.length === 0)
    throw new FathomError("E_DATA_SERIES", "panel: found no pairs, expected one or more");
  const { interval } = spans[0];
  const symbols = spans.map((s) => s.symbol);
  for (const [k, span] of spans.entries()) {
    if (symbols.indexOf(span.symbol) !== k) {
      throw new FathomError("E_DATA_SERIES", `panel: found ${span.symbol} twice, expected each pair once`);
    }
    if (span.interval !== interval) {
      throw new FathomError(
        "E_DATA_SERIES",
        `panel: ${span.symbol} has bars of ${span.interval} ms and ${symbols[0]} of ${interval} ms, expected one interval; roll the shorter ones up`,
      );
    }
  }
  const earliest = Math.min(...spans.map((s) => s.first));
  const from = (options.from ?? Number.NEGATIVE_INFINITY) - (options.warmup ?? 0);
  const start = Math.max(earliest, Math.ceil(from / interval) * interval - interval);
  const last =
    options.to === undefined
      ? Math.min(...spans.map((s) => s.last))
      : Math.min(
          Math.max(...spans.map((s) => s.last)),
          Math.floor(options.to / interval) * interval - interval,
        );
  const rows = (last - start) / interval + 1;
  if (!(rows >= 1)) throw noRows(spans, options);

  const time = column(rows);
  for (let i = 0; i < rows; i++) time[i] = start + (i + 1) * interval;
  const pairs = spans.map((): PairWriter => {
    const columns = Object.fromEntries(BAR_FIELDS.map((field) => [field, column(rows)]));
    return { columns: columns as unknown as BarColumns, next: 0, close: Number.NaN };
  });
  const outside = options.outside && joinOutside(options.outside, time, column);
  const panel: Panel = { interval, time, symbols, pairs: pairs.map((p) => p.columns), outside };
  return { panel, start, rows, pairs };
}

const column = (rows: number) => new Float64Array(new SharedArrayBuffer(8 * rows));

/**
 * Writes the next `n` bars of pair `k` (they passed the door): bars before the grid only set the close
 * that its first rows hold, those after it are left out, and holes are filled flat.
 */
export function writeBars(
  grid: Grid,
  k: number,
  bars: BarColumns & { readonly time: Float64Array },
  n: number,
) {
  const { start, rows, panel } = grid;
  const { interval } = panel;
  const pair = grid.pairs[k];
  const { time, close } = bars;
  let i = 0;
  while (i < n && time[i] < start) i++;
  if (i > 0) pair.close = close[i - 1];
  const end = start + rows * interval;
  let stop = n;
  while (stop > i && time[stop - 1] >= end) stop--;
  if (i === stop) return;
  const first = (time[i] - start) / interval;
  const last = (time[stop - 1] - start) / interval;
  fillFlat(pair, first);
  if (last - first === stop - 1 - i) {
    for (const field of BAR_FIELDS) pair.columns[field].set(bars[field].subarray(i, stop), first);
  } else writeWithHoles(pair, bars, i, stop, start, interval);
  pair.next = last + 1;
  pair.close = close[stop - 1];
}

function writeWithHoles(
  pair: PairWriter,
  bars: BarColumns & { readonly time: Float64Array },
  from: number,
  to: number,
  start: number,
  interval: number,
): void {
  const { open, high, low, close, volume } = pair.columns;
  const { time } = bars;
  let row = pair.next;
  for (let i = from; i < to; i++) {
    const at = (time[i] - start) / interval;
    for (; row < at; row++) {
      const held = close[row - 1]; // there is one: the first bar stands at `next`
      open[row] = high[row] = low[row] = close[row] = held;
      volume[row] = 0;
    }
    open[row] = bars.open[i];
    high[row] = bars.high[i];
    low[row] = bars.low[i];
    close[row] = bars.close[i];
    volume[row] = bars.volume[i];
    row++;
  }
}

/** Fills what is left of pair `k`: flat after its last bar, NaN where it was never listed. */
export function finishPair(grid: Grid, k: number): void {
  fillFlat(grid.pairs[k], grid.rows);
}

function fillFlat(pair: PairWriter, to: number): void {
  const { columns, next, close } = pair;
  if (next >= to) return;
  const isListed = close === close;
  for (const field of BAR_FIELDS) {
    columns[field].fill(field === "volume" && isListed ? 0 : close, next, to);
  }
  pair.next = to;
}

/** The error for a row that the door turned away. */
export function doorError(
  who: string,
  bars: BarColumns & { readonly time: Float64Array },
  place: string,
  found: { readonly row: number; readonly fault: number },
): FathomError {
  const { code, field, expected } = barFault(found.fault);
  const at = new Date(bars.time[found.row]);
  const when = Number.isNaN(at.getTime()) ? "an unknown time" : at.toISOString();
  return new FathomError(
    code,
    `${who}: found ${field} ${bars[field][found.row]} in the bar of ${when}, expected ${expected} (${place}, row ${found.row})`,
    { place, row: found.row, field },
  );
}

const day = (ms: number) => (Number.isFinite(ms) ? new Date(ms).toISOString() : String(ms));

function noRows(spans: readonly SeriesSpan[], { from, to }: PanelOptions): FathomError {
  const list =
    from === undefined && to === undefined
      ? spans.map((s) => `${s.symbol} ${day(s.first)}..${day(s.last + s.interval)}`).join(", ")
      : `${day(Math.min(...spans.map((s) => s.first)))}..${day(Math.max(...spans.map((s) => s.last + s.interval)))}`;
  const asked = [
    from === undefined ? "" : ` from ${day(from)}`,
    to === undefined ? "" : ` to ${day(to)}`,
  ].join("");
  return new FathomError(
    "E_DATA_SPAN",
    `panel: no row is left${asked}, expected a span that the pairs' bars meet: ${list}; change --from or --to, or leave a pair out`,
  );
}
