import { join } from "node:path";
import {
  DOUBLE,
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTableFunction,
  type DuckDBValue,
} from "@duckdb/node-api";
import { PART } from "./durable.ts";
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
  close(): void;
}

/** The doubles of column k: the vector's own memory for reading, to be flushed after writing. */
export function doubles(chunk: DuckDBDataChunk, k: number): { items: Float64Array; flush(): void } {
  // Typed private, but there is no other way that is not ten times slower; a test holds it.
  return chunk.getColumnVector(k) as unknown as { items: Float64Array; flush(): void };
}

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
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
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
