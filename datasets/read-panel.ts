import { FathomError } from "../engine/errors.ts";
import { barCheck, checkBars } from "../engine/market/bar-check.ts";
import { BAR_FIELDS, type Panel } from "../engine/market/bars.ts";
import { type Duck, openDuck, selectDoubles } from "./duck.ts";
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

// The bar before the span is read too: its close fills a hole at the panel's first rows.
const SELECT = `${selectDoubles(FIELDS)}
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
  const { start } = grid;
  const last = start + (grid.rows - 1) * series.interval;
  const check = barCheck(series.interval, Number.POSITIVE_INFINITY);
  let done = 0;
  for await (const { rows, columns } of duck.steps(SELECT, { file, first: start, last }, FIELDS.length)) {
    const bars = {} as Record<(typeof FIELDS)[number], Float64Array>;
    for (let c = 0; c < FIELDS.length; c++) bars[FIELDS[c]] = columns[c];
    const found = checkBars(check, bars, rows);
    if (found !== undefined) throw doorError("load", bars, `${file}, step from row ${done}`, found);
    writeBars(grid, k, bars, rows);
    done += rows;
    onRows(rows);
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
