import { type Duck, selectDoubles } from "../../datasets/duck.ts";
import { didYouMean, FathomError } from "../../engine/errors.ts";

/** A column as stored: times are ms UTC, flags 0 or 1, an unknown number NaN; names are text, or null where none. */
export type StoredColumn = Float64Array | readonly (string | null)[];

/** One Parquet table of a run folder. */
export interface StoredTable {
  readonly rows: number;
  /** @throws FathomError E_RUN_COLUMN for a column that the table lacks, or of the other kind. */
  numbers(name: string): Float64Array;
  names(name: string): readonly (string | null)[];
  readonly columns: readonly string[];
}

/**
 * A Parquet file that openParquetWriter wrote, as typed arrays: all of its columns, or those that are named.
 * @param duck Opened on the file's folder.
 * @throws FathomError E_RUN_COLUMN, and what DuckDB says of a broken file.
 */
export async function readParquet(
  duck: Duck,
  path: string,
  who: string,
  only?: readonly string[],
): Promise<StoredTable> {
  const all = await describe(duck, path);
  const known = all.map((column) => column.column_name);
  const chosen = only ?? known;
  const columns = chosen.map((column) => {
    const k = known.indexOf(column);
    if (k < 0) throw noColumn(who, column, known);
    return { name: column, type: all[k].column_type, sql: quoted(column, '"') };
  });
  // names travel as their place in the list of distinct ones: a tenth of the time of text
  const texts = columns.filter((c) => c.type === "VARCHAR");
  const lists = texts.map((c, k) => `, list(DISTINCT ${c.sql}) FILTER (WHERE ${c.sql} IS NOT NULL) AS l${k}`);
  const facts = await duck.row(`SELECT count(*)::DOUBLE AS n${lists.join("")} FROM read_parquet($path)`, {
    path,
  });
  const rows = facts.n as number;
  const distinct = new Map(
    texts.map((c, k) => [c.name, (facts[`l${k}`] as { items: readonly string[] } | null)?.items ?? []]),
  );
  const values = columns.map(() => new Float64Array(rows));
  const select = selectDoubles(columns.map(({ name, type, sql }) => numeric(type, sql, distinct.get(name))));
  let row = 0;
  for await (const step of duck.steps(`${select} FROM read_parquet($path)`, { path }, columns.length)) {
    for (let c = 0; c < columns.length; c++) values[c].set(step.columns[c].subarray(0, step.rows), row);
    row += step.rows;
  }
  const stored = new Map<string, StoredColumn>();
  columns.forEach(({ name, type }, c) => {
    stored.set(name, type === "VARCHAR" ? namesOf(values[c], distinct.get(name)!) : values[c]);
  });
  return storedTable(who, rows, stored);
}

/** Names of a Parquet file's columns, in order. @throws What DuckDB says of a broken file. */
export const columnNames = async (duck: Duck, path: string): Promise<string[]> =>
  (await describe(duck, path)).map((column) => column.column_name);

async function describe(duck: Duck, path: string): Promise<Described[]> {
  const statement = await duck.connection.prepare("DESCRIBE SELECT * FROM read_parquet($path)");
  statement.bind({ path });
  return (await statement.runAndReadAll()).getRowObjects() as unknown as Described[];
}

interface Described {
  readonly column_name: string;
  readonly column_type: string;
}

const quoted = (text: string, mark: string): string => mark + text.replaceAll(mark, mark + mark) + mark;

function numeric(type: string, column: string, names: readonly string[] | undefined): string {
  if (type === "TIMESTAMP") return `epoch_ms(${column})`;
  if (type !== "VARCHAR") return column;
  const list = (names ?? []).map((name) => quoted(name, "'"));
  return `list_position([${list.join(", ")}]::VARCHAR[], ${column})`;
}

/** Places from 1; NaN where there was no name. */
const namesOf = (places: Float64Array, names: readonly string[]): (string | null)[] =>
  Array.from(places, (place) => names[place - 1] ?? null);

function storedTable(who: string, rows: number, stored: ReadonlyMap<string, StoredColumn>): StoredTable {
  const columns = [...stored.keys()];
  const column = (name: string): StoredColumn => {
    const found = stored.get(name);
    if (found === undefined) throw noColumn(who, name, columns);
    return found;
  };
  const otherKind = (name: string, found: string, expected: string) =>
    new FathomError("E_RUN_COLUMN", `${who}: column ${name} holds ${found}, ${expected} were asked for`, {
      name,
    });
  return {
    rows,
    columns,
    numbers(name) {
      const found = column(name);
      if (found instanceof Float64Array) return found;
      throw otherKind(name, "names", "numbers");
    },
    names(name) {
      const found = column(name);
      if (!(found instanceof Float64Array)) return found;
      throw otherKind(name, "numbers", "names");
    },
  };
}

const noColumn = (who: string, name: string, columns: readonly string[]): FathomError =>
  new FathomError(
    "E_RUN_COLUMN",
    `${who}: found no column ${name}, expected one of ${columns.join(", ")}.${didYouMean(name, columns)}`,
    { name },
  );
