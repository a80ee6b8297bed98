import { FathomError } from "../engine/errors.ts";
import { counted } from "./counted.ts";
import type { Duck } from "./duck.ts";

const COLUMNS = ["time", "open", "high", "low", "close", "volume", "trades"] as const;

/** The rows as they are stored. */
const STORED = `CAST(time AS BIGINT) AS time, open, high, low, close, volume,
  CASE WHEN isnan(trades) THEN NULL ELSE trades END AS trades`;
/** Version 2 splits doubles by byte: half the time and three quarters of the size of dictionaries on prices. */
const COPY = "TO $part (FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 1)";
const OLD = `(SELECT CAST(time AS DOUBLE) AS time, open, high, low, close, volume,
  COALESCE(trades, CAST('NaN' AS DOUBLE)) AS trades FROM read_parquet($old))`;
/** A source without a count of trades does not contradict one that has it. */
const DIFFERS = `(new.open <> old.open OR new.high <> old.high OR new.low <> old.low OR new.close <> old.close
  OR new.volume <> old.volume OR (new.trades <> old.trades AND NOT isnan(new.trades) AND NOT isnan(old.trades)))`;
const UNTRADED = "(high = low AND volume = 0 AND COALESCE(trades, 0) = 0)";

type Row = Readonly<Record<string, unknown>>;
const show = (row: Row): string =>
  `${new Date(Number(row.time)).toISOString()} ${COLUMNS.slice(1)
    .map((c) => row[c])
    .join(",")}`;

export interface OrderOptions {
  readonly ordered: boolean;
  readonly source: { readonly name: string };
  readonly conflicting?: (line: number, shown: string) => void;
}

/**
 * Makes the view `fresh` of the spooled rows: each time once, in order. A row that stands twice is dropped and
 * counted; two different rows for one time are E_DATA_CONFLICT, or are both set aside.
 */
export async function settleOrder(duck: Duck, options: OrderOptions): Promise<number> {
  if (options.ordered) {
    await duck.run("CREATE OR REPLACE TEMP VIEW fresh AS SELECT * FROM spooled()");
    return 0;
  }
  const differs = COLUMNS.slice(1)
    .map((c) => `min(${c}) <> max(${c})`)
    .join(" OR ");
  await duck.run(
    `CREATE OR REPLACE TEMP TABLE contradicted AS SELECT time FROM spooled() GROUP BY time HAVING ${differs} ORDER BY time`,
  );
  await settleConflicts(duck, options);
  await duck.run(
    `CREATE OR REPLACE TEMP TABLE settled AS
     SELECT * EXCLUDE (place) FROM (SELECT *, row_number() OVER (PARTITION BY time ORDER BY line) AS place FROM spooled())
     WHERE place = 1 AND time NOT IN (SELECT time FROM contradicted) ORDER BY time`,
  );
  await duck.run("CREATE OR REPLACE TEMP VIEW fresh AS SELECT * FROM settled");
  const counts = await duck.row(
    `SELECT (SELECT count(*) FROM spooled() WHERE time NOT IN (SELECT time FROM contradicted)) AS spooled,
       (SELECT count(*) FROM settled) AS settled`,
  );
  return Number(counts.spooled) - Number(counts.settled);
}

async function settleConflicts(duck: Duck, options: OrderOptions): Promise<void> {
  const { connection } = duck;
  const reader = await connection.runAndReadAll(
    `SELECT * FROM spooled() WHERE time IN (SELECT time FROM contradicted) ORDER BY time, line`,
  );
  const rows: Row[] = reader.getRowObjects();
  if (rows.length === 0) return;
  if (options.conflicting !== undefined) {
    for (const row of rows) options.conflicting(Number(row.line), show(row));
    return;
  }
  const [first] = rows;
  const other = rows.find((row) => row.time === first.time && show(row) !== show(first))!;
  throw new FathomError(
    "E_DATA_CONFLICT",
    `import: found two different rows for one time: line ${first.line} (${show(first)}) and line ${other.line} (${show(other)}), expected each time once; nothing of this file was stored; keep the right row, or pass --quarantine to set both aside (${options.source.name})`,
    {
      file: options.source.name,
      lines: [Number(first.line), Number(other.line)],
      rows: [show(first), show(other)],
    },
  );
}

export interface MergeOptions {
  readonly source: { readonly name: string };
  readonly replace?: boolean;
}

/**
 * Writes the stored rows with the fresh ones to the Parquet file `part`. Rows that both have are counted once;
 * where they differ it is E_DATA_CONFLICT, or with `replace` the fresh row stays.
 */
export async function mergeInto(
  duck: Duck,
  part: string,
  stored: { readonly file: string } | undefined,
  options: MergeOptions,
): Promise<{ added: number; replaced: number }> {
  const total = await duck.row("SELECT count(*) AS rows FROM fresh");
  const rows = Number(total.rows);
  if (rows === 0) {
    const file = options.source.name;
    throw new FathomError(
      "E_DATA_EMPTY",
      `import: found no row that could be stored, expected bars (${file})`,
      { file },
    );
  }
  if (stored === undefined) {
    await duck.run(`COPY (SELECT ${STORED} FROM fresh) ${COPY}`, { part });
    return { added: rows, replaced: 0 };
  }
  const { file: old } = stored;
  const overlap = await duck.row(
    `SELECT count(*) AS common, count(*) FILTER (${DIFFERS}) AS differ, min(new.time) FILTER (${DIFFERS}) AS at
     FROM fresh AS new JOIN ${OLD} AS old USING (time)`,
    { old },
  );
  const differ = Number(overlap.differ);
  const added = rows - Number(overlap.common);
  if (differ > 0 && options.replace !== true)
    throw await conflict(duck, old, Number(overlap.at), differ, options);
  if (added > 0 || differ > 0) {
    const [keep, add] = options.replace === true ? ["fresh", OLD] : [OLD, "fresh"];
    const both = `SELECT ${COLUMNS.join(", ")} FROM ${keep} UNION ALL
      SELECT ${COLUMNS.map((c) => `a.${c}`).join(", ")} FROM ${add} AS a ANTI JOIN ${keep} AS k USING (time)`;
    await duck.run(`COPY (SELECT ${STORED} FROM (${both}) ORDER BY time) ${COPY}`, { part, old });
  }
  return { added, replaced: differ };
}

async function conflict(duck: Duck, old: string, at: number, count: number, options: MergeOptions) {
  const fresh: Row = await duck.row("SELECT * FROM fresh WHERE time = $at", { at });
  const stored: Row = await duck.row(`SELECT * FROM ${OLD} WHERE time = $at`, { old, at });
  const { name: file } = options.source;
  return new FathomError(
    "E_DATA_CONFLICT",
    `import: found ${counted(count, "row")} that ${count === 1 ? "differs" : "differ"} from stored ones, the first on line ${fresh.line} (${show(fresh)}) against the stored (${show(stored)}), expected the same values for the same time; nothing of this file was stored; --replace takes the file's rows (${file})`,
    { file, line: Number(fresh.line), rows: [show(stored), show(fresh)], count },
  );
}

/** What the catalog says of a finished Parquet file, counted in the file itself. */
export async function seriesFacts(duck: Duck, part: string, interval: number) {
  const facts = await duck.row(
    `SELECT count(*) AS rows, min(time) AS first, max(time) AS last, count(*) FILTER (high = low AND volume = 0) AS flat,
       min(time) FILTER (NOT ${UNTRADED}) AS traded, count(*) FILTER (time <= before) AS unordered
     FROM (SELECT *, lag(time) OVER () AS before FROM read_parquet($part))`,
    { part },
  );
  if (Number(facts.unordered) > 0)
    throw new RangeError(`merge: ${facts.unordered} rows of ${part} are out of order`);
  const traded = facts.traded === null ? Number.MAX_SAFE_INTEGER : Number(facts.traded);
  const { backfill } = await duck.row(
    "SELECT count(*) AS backfill FROM read_parquet($part) WHERE time < $traded",
    {
      part,
      traded,
    },
  );
  const [rows, first, last] = [Number(facts.rows), Number(facts.first), Number(facts.last)];
  return {
    rows,
    first,
    last,
    flat: Number(facts.flat),
    backfill: Number(backfill),
    missing: (last - first) / interval + 1 - rows,
  };
}
