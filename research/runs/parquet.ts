import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";
import type { Column } from "../../engine/kernel.ts";

/** One column of a table: numbers, and what they mean. NaN becomes NULL. */
export interface TableColumn {
  readonly name: string;
  readonly column: Column;
  /** Times are ms UTC, flags 0 or 1; names are the list's entry `value - from`, null becomes NULL. */
  readonly kind:
    | "number"
    | "whole"
    | "time"
    | "flag"
    | { readonly names: readonly (string | null)[]; readonly from: number };
}

/** A table: named columns of one length. */
export interface Table {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly TableColumn[];
}

/** Writes tables as Parquet files, `await write(path, rows, columns)`; `close` when done. */
export interface ParquetWriter {
  write(path: string, rows: number, columns: readonly TableColumn[]): Promise<void>;
  close(): void;
}

/** DuckDB's chunks hold this many rows. */
const CHUNK = 2048;

/** Loads DuckDB (some 100 ms) only when something is written. */
export async function openParquetWriter(): Promise<ParquetWriter> {
  const { DOUBLE, DuckDBInstance, DuckDBTableFunction } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  const connection: DuckDBConnection = await instance.connect();
  let tables = 0;
  return {
    async write(path, rows, columns) {
      const source = `rows_${tables++}`;
      let row = 0;
      // DuckDB asks for one chunk after the other, so that no copy of the whole table is made
      connection.registerTableFunction(
        DuckDBTableFunction.create({
          name: source,
          bindFunction(info) {
            for (let c = 0; c < columns.length; c++) info.addResultColumn(`c${c}`, DOUBLE);
            info.setCardinality(rows, true);
          },
          initFunction(info) {
            info.setMaxThreads(1); // rows in order
          },
          mainFunction(_, chunk) {
            const size = Math.min(CHUNK, rows - row);
            chunk.rowCount = size;
            if (size === 0) return;
            columns.forEach(({ column }, c) => {
              fill(chunk.getColumnVector(c), column.subarray(row, row + size));
            });
            row += size;
          },
        }),
      );
      const select = columns.map(
        (column, c) => `${expression(column, `c${c}`)} AS ${quoted(column.name, '"')}`,
      );
      await connection.run(
        `COPY (SELECT ${select.join(", ")} FROM ${source}()) TO ${quoted(path, "'")} ` +
          // a dictionary pays for names; for prices it costs more than it saves
          "(FORMAT parquet, COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 64)",
      );
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The vector's own array is private in the client's types: this is the one place that reaches for it. */
function fill(vector: DuckDBVector, values: Float64Array): void {
  (vector as unknown as { readonly items: Float64Array }).items.set(values);
  vector.flush();
}

const quoted = (text: string, mark: string): string => mark + text.replaceAll(mark, mark + mark) + mark;

function expression({ kind }: TableColumn, c: string): string {
  const known = `nullif(${c}, 'NaN'::DOUBLE)`;
  if (kind === "number") return known;
  if (kind === "whole") return `${known}::BIGINT`;
  if (kind === "time") return `epoch_ms(${known}::BIGINT)`;
  if (kind === "flag") return `${known} = 1`;
  const names = kind.names.map((name) => (name === null ? "NULL" : quoted(name, "'")));
  return `([${names.join(", ")}]::VARCHAR[])[${known}::BIGINT + ${1 - kind.from}]`;
}
