import { FathomError } from "../engine/errors.ts";
import { barCheck, checkBars } from "../engine/market/bar-check.ts";
import { BAR_FIELDS, type BarColumns, type Panel } from "../engine/market/bars.ts";
import { type Duck, doubles, openDuck } from "./duck.ts";
import {
  createGrid,
  doorError,
  finishPair,
  type Grid,
  inUniverseOrder,
  type PanelOptions,
  writeBars,
} from "./panel.ts";
import { type Store, type StoredSeries, seriesFile, verifySeries } from "./store.ts";

const FIELDS = ["time", ...BAR_FIELDS] as const;

// A NULL would read as 0 in the vector's memory; as NaN the door sees it. The bar before the span is read
// too: its close fills a hole at the panel's first rows.
const SELECT = `SELECT ${FIELDS.map((f) => `COALESCE(CAST(${f} AS DOUBLE), CAST('NaN' AS DOUBLE))`).join(", ")}
  FROM read_parquet($file)
  WHERE time IS NULL OR time <= $last AND time >= COALESCE(
    (SELECT max(time) FROM read_parquet($file) WHERE time < $first), $first)`;

/**
 * The panel of stored series, as panelFromBars makes it, but streamed: vectors of 2,048 rows go from the
 * Parquet files straight into the panel's columns, so that nothing is held twice. Each file is checked
 * against its hash, each bar passes the door again. Throws E_DATA_DAMAGED, E_DATA_SERIES, E_DATA_SPAN and
 * the door's codes.
 */
export async function readPanel(
  store: Store,
  series: readonly StoredSeries[],
  options: PanelOptions = {},
  onRows: (done: number) => void = () => {},
): Promise<Panel> {
  const sorted = inUniverseOrder(series);
  const grid = createGrid(sorted, options);
  let next = 0;
  let done = 0;
  async function readPairs(): Promise<void> {
    const duck = await openDuck(store.folder);
    try {
      for (let k = next++; k < sorted.length; k = next++) {
        const one = sorted[k];
        await verifySeries(store, one);
        await readPair(duck, seriesFile(store, one), one, grid, k, (rows) => {
          done += rows;
          onRows(done);
        });
        finishPair(grid, k);
      }
    } finally {
      duck.close();
    }
  }
  // two at a time: one's vectors are decoded while the other's are copied
  const results = await Promise.allSettled(sorted.slice(0, 2).map(readPairs));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return grid.panel;
}

async function readPair(
  duck: Duck,
  file: string,
  series: StoredSeries,
  grid: Grid,
  k: number,
  onRows: (rows: number) => void,
): Promise<void> {
  const { start, rows } = grid;
  const last = start + (rows - 1) * series.interval;
  const statement = await duck.connection.prepare(SELECT);
  statement.bind({ file, first: start, last });
  const result = await statement.stream();
  const check = barCheck(series.interval, Number.POSITIVE_INFINITY);
  let done = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const bars = {} as Record<(typeof FIELDS)[number], Float64Array>;
    for (let c = 0; c < FIELDS.length; c++)
      bars[FIELDS[c]] = column(doubles(chunk, c).items, chunk.rowCount, file);
    const found = checkBars(check, bars, chunk.rowCount);
    if (found !== undefined) throw doorError("load", bars, `${file}, step from row ${done}`, found);
    writeBars(grid, k, bars as BarColumns & { readonly time: Float64Array }, chunk.rowCount);
    done += chunk.rowCount;
    onRows(chunk.rowCount);
  }
  const isWhole = start <= series.first && last >= series.last;
  if (isWhole && done !== series.rows) {
    throw new FathomError(
      "E_DATA_DAMAGED",
      `load: found ${done} bars, expected ${series.rows} as the catalog says; import the source of ${series.venue} ${series.symbol} again (${file})`,
      { file },
    );
  }
}

/** The vector's memory is no public part of the library: another version may keep it elsewhere. */
function column(items: unknown, rows: number, file: string): Float64Array {
  if (items instanceof Float64Array && items.length >= rows) return items;
  throw new FathomError(
    "E_DATA_VECTOR",
    `load: DuckDB's vectors hold no plain doubles; install the version of @duckdb/node-api that package.json names (${file})`,
  );
}
