import { join } from "node:path";
import {
  DOUBLE,
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTableFunction,
  type DuckDBValue,
} from "@duckdb/node-api";
import { FathomError } from "../engine/errors.ts";
import { PART } from "../engine/live/durable.ts";
import { readSpool, SPOOL_COLUMNS, type Spool } from "./spool.ts";

/** DuckDB works on vectors of this many rows. */
const VECTOR = 2048;

/** A private DuckDB that can reach one folder and nothing else. */
export interface Duck {
  readonly connection: DuckDBConnection;
  /** What `spooled()` reads in the statements that follow. */
  feed(spool: Spool): void;
  /** Runs a statement; values by name, never pasted into the text. */
  run(sql: string, values?: Readonly<Record<string, string | number>>): Promise<void>;
  /** The first row of a query, by column name. */
  row(
    sql: string,
    values?: Readonly<Record<string, string | number>>,
  ): Promise<Readonly<Record<string, DuckDBValue>>>;
  /** The rows of a selectDoubles query in steps of up to 2,048; a step's columns are valid until the next. */
  steps(
    sql: string,
    values: Readonly<Record<string, string | number>>,
    width: number,
  ): AsyncIterable<{ readonly rows: number; readonly columns: readonly Float64Array[] }>;
  close(): void;
}

/** The doubles of column k: the vector's own memory for reading, to be flushed after writing. */
function doubles(chunk: DuckDBDataChunk, k: number): { items: Float64Array; flush(): void } {
  // Typed private, but there is no other way that is not ten times slower; a test holds it.
  return chunk.getColumnVector(k) as unknown as { items: Float64Array; flush(): void };
}

/** Columns as doubles for steps(): a NULL, which would read as 0 in a vector, becomes NaN, which the door sees. */
export const selectDoubles = (columns: readonly string[]): string =>
  `SELECT ${columns.map((c) => `COALESCE(CAST(${c} AS DOUBLE), CAST('NaN' AS DOUBLE))`).join(", ")}`;

const OPTIONS = {
  threads: "2",
  memory_limit: "256MB",
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
  allow_community_extensions: "false",
} as const;

/**
 * An in-memory DuckDB that reads and writes files under `folder` only: no other path, no network, no extension,
 * and no way to loosen that again.
 */
export async function openDuck(folder: string): Promise<Duck> {
  const instance = await DuckDBInstance.create(":memory:", {
    ...OPTIONS,
    temp_directory: join(folder, `spill-${process.pid}${PART}`),
  });
  const connection = await instance.connect();
  const allowed = `${folder.replaceAll("'", "''")}/`;
  await connection.run(`SET allowed_directories = ['${allowed}']`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");

  let source: Spool | undefined;
  connection.registerTableFunction(spooled(() => source!));

  async function prepare(sql: string, values: Readonly<Record<string, string | number>>) {
    const statement = await connection.prepare(sql);
    statement.bind(values);
    return statement;
  }
  return {
    connection,
    feed: (spool) => {
      source = spool;
    },
    async run(sql, values = {}) {
      await (await prepare(sql, values)).run();
    },
    async row(sql, values = {}) {
      const reader = await (await prepare(sql, values)).runAndReadAll();
      return reader.getRowObjects()[0] ?? {};
    },
    async *steps(sql, values, width) {
      const result = await (await prepare(sql, values)).stream();
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        const rows = chunk.rowCount;
        const columns = [];
        for (let k = 0; k < width; k++) columns.push(readable(doubles(chunk, k).items, rows));
        yield { rows, columns };
      }
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The vector's memory is no public part of the library: another version may keep it elsewhere. */
function readable(items: unknown, rows: number): Float64Array {
  if (items instanceof Float64Array && items.length >= rows) return items;
  throw new FathomError(
    "E_DATA_VECTOR",
    "load: DuckDB's vectors hold no plain doubles; install the version of @duckdb/node-api that package.json names",
  );
}

/** The table function `spooled()`: the rows of a spool, in its order. */
function spooled(source: () => Spool): DuckDBTableFunction {
  return DuckDBTableFunction.create({
    name: "spooled",
    bindFunction(bind) {
      for (const name of SPOOL_COLUMNS) bind.addResultColumn(name, DOUBLE);
      bind.setCardinality(source().rows, true);
    },
    initFunction(init) {
      // One thread: the rows must come in order.
      init.setMaxThreads(1);
      init.setInitData({ reader: readSpool(source()), left: source().rows });
    },
    mainFunction(info, chunk) {
      const scan = info.initData as { reader: ReturnType<typeof readSpool>; left: number };
      const most = Math.min(VECTOR, scan.left);
      chunk.rowCount = most;
      if (most === 0) return;
      const vectors = SPOOL_COLUMNS.map((_, k) => doubles(chunk, k));
      const items = vectors.map((vector) => vector.items);
      // A block is a whole number of vectors, so one read fills one.
      scan.left -= scan.reader.read(items, most);
      for (const vector of vectors) vector.flush();
    },
  });
}
