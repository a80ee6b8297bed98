import type { Duck } from "../../datasets/duck.ts";
import { FathomError } from "../../engine/errors.ts";
import type { Table, TableColumn } from "./parquet.ts";
import { iso } from "./rows.ts";
import { columnNames, readParquet } from "./stored-table.ts";

/** The first place where a stored table and the same one made again differ. */
export interface ValueDifference {
  readonly table: string;
  /**
   * "(rows)" where one of them is longer; the values are then the numbers of rows. "(columns)" where the stored one has
   * columns that the other lacks; `stored` then names them.
   */
  readonly column: string;
  readonly row: number;
  /** ISO time of the row, where the table has times. */
  readonly time: string | null;
  readonly stored: number | string | null;
  readonly again: number | string | null;
}

/** At most this many numbers are held of a stored table at a time: bars of a minute are millions of rows. */
const HELD = 2 ** 23;

/**
 * Compares a stored Parquet file with the table made again, every value by its bits (an unknown number equals an
 * unknown one). The earliest row counts as the first difference.
 * @param duck Opened on the file's folder.
 * @throws FathomError E_RUN_CORRUPT for a file that cannot be read as the table.
 */
export async function tableDifference(
  duck: Duck,
  path: string,
  table: Table,
): Promise<ValueDifference | null> {
  const { name, rows, columns } = table;
  const known = columns.map((column) => column.name);
  const more = (await readable(path, () => columnNames(duck, path))).filter((c) => !known.includes(c));
  if (more.length > 0) {
    return { table: name, column: "(columns)", row: 0, time: null, stored: more.join(", "), again: null };
  }
  const width = Math.max(1, Math.floor(HELD / Math.max(1, rows)));
  let first:
    | { readonly row: number; readonly column: TableColumn; readonly stored: number | string | null }
    | undefined;
  let found = rows;
  for (let c = 0; c < columns.length; c += width) {
    const group = columns.slice(c, c + width);
    const stored = await readGroup(duck, path, name, group);
    found = stored.rows;
    const common = Math.min(rows, found);
    for (const column of group) {
      const until = first?.row ?? common;
      const isText = typeof column.kind === "object";
      const numbers = isText ? undefined : stored.numbers(column.name);
      const names = isText ? stored.names(column.name) : undefined;
      const row = numbers
        ? firstNumber(column, numbers, until)
        : firstName(column, names as readonly (string | null)[], until);
      if (row < until) first = { row, column, stored: shown(numbers ? numbers[row] : names![row]) };
    }
  }
  if (first !== undefined) {
    const { row, column, stored } = first;
    return {
      table: name,
      column: column.name,
      row,
      time: timeOf(table, row),
      stored,
      again: cellAt(column, row),
    };
  }
  if (found === rows) return null;
  const row = Math.min(found, rows);
  return { table: name, column: "(rows)", row, time: timeOf(table, row), stored: found, again: rows };
}

const readGroup = (duck: Duck, path: string, name: string, group: readonly TableColumn[]) =>
  readable(path, () =>
    readParquet(
      duck,
      path,
      `table ${name}`,
      group.map((column) => column.name),
    ),
  );

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new FathomError("E_RUN_CORRUPT", `${path} cannot be compared: ${reason}`, { path });
  }
}

function firstNumber({ column, kind }: TableColumn, stored: Float64Array, until: number): number {
  if (kind === "flag") {
    for (let i = 0; i < until; i++) if (!Object.is(flagOf(column[i]), stored[i])) return i;
    return until;
  }
  const isBits = kind === "number"; // whole numbers and times are stored as integers, which know no -0
  for (let i = 0; i < until; i++) {
    const x = column[i];
    const y = stored[i];
    if (x === y ? isBits && x === 0 && !Object.is(x, y) : x === x || y === y) return i;
  }
  return until;
}

function firstName(column: TableColumn, stored: readonly (string | null)[], until: number): number {
  for (let i = 0; i < until; i++) if (cellAt(column, i) !== stored[i]) return i;
  return until;
}

function cellAt({ column, kind }: TableColumn, row: number): number | string | null {
  const x = column[row];
  if (kind === "flag") return shown(flagOf(x));
  return shown(typeof kind === "object" ? (kind.names[x - kind.from] ?? null) : x);
}

const flagOf = (x: number): number => (x === x ? (x === 1 ? 1 : 0) : x);

/** As JSON can hold it. */
const shown = (x: number | string | null): number | string | null => (x === x ? x : null);

function timeOf({ columns }: Table, row: number): string | null {
  const time = columns.find((c) => c.name === "time")?.column[row];
  return time === undefined || Number.isNaN(time) ? null : iso(time);
}
