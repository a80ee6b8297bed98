import { FathomError } from "../engine/errors.ts";
import { counted } from "./counted.ts";
import { ascii } from "./decimal.ts";
import { shown } from "./row-fault.ts";
import type { ColumnName, RowReader } from "./rows.ts";

const NEWLINE = 10;
const RETURN = 13;
/** No row of numbers is longer; a file without line ends must not fill the memory. */
const LONGEST_LINE = 4096;

/** Kraken's archive, and any file of seven columns without a header. */
const KRAKEN_COLUMNS: readonly ColumnName[] = ["time", "open", "high", "low", "close", "volume", "trades"];
const NEEDED = KRAKEN_COLUMNS.slice(0, 6);

const HEADER_NAMES: Readonly<Record<string, ColumnName>> = {
  ...Object.fromEntries(KRAKEN_COLUMNS.map((name) => [name, name])),
  timestamp: "time",
  unix: "time",
  date: "time",
  vol: "volume",
  count: "trades",
  vwap: "_",
};

export interface CsvOptions {
  readonly file: string;
  /** The columns in their order; without them the header says, or seven columns as Kraken writes them. */
  readonly columns?: readonly ColumnName[];
}

/** What a CSV file looked like, besides its rows. */
export interface CsvShape {
  readonly header: boolean;
  /** Whether the last line has a line end. Without one its last field may have been cut. */
  readonly terminated: boolean;
}

/** Column names from text such as "time,open,close,high,low,volume"; "_" leaves one out. */
export function parseColumns(text: string): readonly ColumnName[] {
  return checkColumns(
    text
      .split(",")
      .map((name) => (name.trim() === "_" ? "_" : (HEADER_NAMES[name.trim().toLowerCase()] ?? name))),
    `--columns ${text}`,
  );
}

function checkColumns(names: readonly string[], where: string): readonly ColumnName[] {
  const given = names.filter((name) => name !== "_");
  const unknown = given.find((name) => !KRAKEN_COLUMNS.includes(name as ColumnName));
  const twice = given.find((name, i) => given.indexOf(name) !== i);
  const missing = NEEDED.find((name) => !given.includes(name));
  if (unknown === undefined && twice === undefined && missing === undefined) return names as ColumnName[];
  const found =
    unknown !== undefined
      ? `an unknown column ${shown(unknown)}`
      : twice !== undefined
        ? `${twice} twice`
        : `no ${missing}`;
  throw new FathomError(
    "E_DATA_COLUMNS",
    `import: found ${found}, expected each of ${NEEDED.join(", ")} once, trades if there is one, and _ for what to leave out; name them with --columns (${where})`,
    { found, where },
  );
}

/** Reads a CSV file from its bytes and hands each row to `reader`. Throws E_DATA_*. */
export async function readCsv(
  chunks: AsyncIterable<Uint8Array>,
  reader: RowReader,
  options: CsvOptions,
): Promise<CsvShape> {
  const { file } = options;
  let line = 0;
  let started = false;
  let header = false;
  let carry: Uint8Array = new Uint8Array(0);
  let beginning = true;

  /** Reads the first line that is not blank: a header, or the first row, which tells how many columns there are. */
  function start(text: string, terminated: boolean): boolean {
    const fields = text.split(",").map((field) => field.trim().replace(/^"(.*)"$/, "$1"));
    header = fields.every((field) => /^[A-Za-z_]/.test(field));
    const cut = (found: string, expected: string) =>
      new FathomError(
        terminated ? "E_DATA_COLUMNS" : "E_DATA_TRUNCATED",
        `import: found ${found}, expected ${expected}; nothing of this file was stored; name the columns in their order with --columns (${file}, line ${line})`,
        { file, line, found, expected },
      );
    if (header) {
      const named = fields.map((field) => HEADER_NAMES[field.toLowerCase()] ?? field);
      if (!terminated) throw cut(`the header ${shown(text)} and no line end`, "a header and rows");
      if (options.columns === undefined) reader.setColumns(checkColumns(named, `${file}, line ${line}`));
      else {
        const differs = named.some(
          (name, i) =>
            KRAKEN_COLUMNS.includes(name as ColumnName) &&
            options.columns![i] !== "_" &&
            name !== options.columns![i],
        );
        if (differs || named.length !== options.columns.length) {
          throw cut(
            `the header ${shown(text)}`,
            `a header that agrees with --columns ${options.columns.join(",")}`,
          );
        }
        reader.setColumns(options.columns);
      }
      return true;
    }
    if (options.columns === undefined && fields.length !== KRAKEN_COLUMNS.length) {
      if (!/^[\x20-\x7e\t]*$/.test(text)) throw badEncoding(file, line, shown(text));
      throw cut(
        `${counted(fields.length, "column")} and no header in ${shown(text)}`,
        `seven columns with commas between (${KRAKEN_COLUMNS.join(",")})`,
      );
    }
    reader.setColumns(options.columns ?? KRAKEN_COLUMNS);
    return false;
  }

  function take(bytes: Uint8Array, from: number, to: number, terminated: boolean): void {
    line++;
    const end = to > from && bytes[to - 1] === RETURN ? to - 1 : to;
    if (end === from) return; // a blank line
    if (!started) {
      started = true;
      if (start(ascii(bytes, from, Math.min(end, from + LONGEST_LINE)), terminated)) return;
    }
    if (terminated) reader.row(bytes, from, end, line);
    else reader.lastRow(bytes, from, end, line);
  }

  for await (const chunk of chunks) {
    let bytes = chunk;
    if (carry.length > 0) bytes = Buffer.concat([carry, chunk]);
    if (beginning && bytes.length < 3) {
      carry = bytes;
      continue;
    }
    let from = beginning ? skipMark(bytes, file) : 0;
    beginning = false;
    for (;;) {
      const to = bytes.indexOf(NEWLINE, from);
      if (to < 0) break;
      take(bytes, from, to, true);
      from = to + 1;
    }
    if (bytes.length - from > LONGEST_LINE) {
      const found = `a line of more than ${LONGEST_LINE} characters, ${shown(ascii(bytes, from, from + 60))}`;
      throw badEncoding(file, line + 1, found);
    }
    carry = bytes.subarray(from);
  }
  const from = beginning ? skipMark(carry, file) : 0;
  const terminated = carry.length === from;
  if (!terminated) take(carry, from, carry.length, false);
  if (reader.counts.rows + reader.counts.rejected === 0) {
    throw new FathomError("E_DATA_EMPTY", `import: found no rows, expected bars (${file})`, { file });
  }
  return { header, terminated };
}

/** Where the text begins after a UTF-8 mark; UTF-16 is refused. */
function skipMark(bytes: Uint8Array, file: string): number {
  const [a, b, c] = bytes;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) throw badEncoding(file, 1, "UTF-16");
  return a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
}

const badEncoding = (file: string, line: number, found: string) =>
  new FathomError(
    "E_DATA_ENCODING",
    `import: found ${found}, expected plain UTF-8 text; nothing of this file was stored; save the file as UTF-8 (${file}, line ${line})`,
    { file, line, found },
  );
