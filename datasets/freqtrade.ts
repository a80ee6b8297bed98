import { FathomError } from "../engine/errors.ts";
import { ascii } from "./decimal.ts";
import { shown } from "./row-fault.ts";
import type { RowReader } from "./rows.ts";

const OPEN = 91;
const CLOSE = 93;
const COMMA = 44;
const LONGEST_ROW = 4096;

const isBlank = (c: number): boolean => c === 32 || c === 10 || c === 13 || c === 9;

/**
 * Reads freqtrade's JSON, [[ms, open, high, low, close, volume], ...], from its bytes and hands each row to
 * `reader`, so that a file of any size is read in the same memory. Throws E_DATA_*.
 */
export async function readFreqtrade(
  chunks: AsyncIterable<Uint8Array>,
  reader: RowReader,
  file: string,
): Promise<void> {
  reader.setColumns(["time", "open", "high", "low", "close", "volume"]);
  let carry: Uint8Array = new Uint8Array(0);
  let rows = 0;
  let expected: "[" | "[ or ]" | ", or ]" | "the end" = "[";

  const bad = (code: string, found: string, wanted: string): FathomError =>
    new FathomError(
      code,
      `import: found ${found}, expected ${wanted}; nothing of this file was stored; freqtrade writes [[ms, open, high, low, close, volume], ...] (${file}, after row ${rows})`,
      { file, row: rows, found, expected: wanted },
    );

  for await (const chunk of chunks) {
    const bytes: Uint8Array = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
    let i = 0;
    while (i < bytes.length) {
      const c = bytes[i];
      if (isBlank(c)) i++;
      else if (expected === "[ or ]" && c === OPEN) {
        const end = bytes.indexOf(CLOSE, i);
        if (end < 0) {
          if (bytes.length - i > LONGEST_ROW)
            throw bad("E_DATA_JSON", `a row of more than ${LONGEST_ROW} characters`, "]");
          break;
        }
        rows++;
        reader.row(bytes, i + 1, end, rows);
        expected = ", or ]";
        i = end + 1;
      } else if (expected === "[" && c === OPEN) {
        expected = "[ or ]";
        i++;
      } else if (expected === ", or ]" && c === COMMA) {
        expected = "[ or ]";
        i++;
      } else if (c === CLOSE && (expected === ", or ]" || (expected === "[ or ]" && rows === 0))) {
        expected = "the end";
        i++;
      } else throw bad("E_DATA_JSON", shown(ascii(bytes, i, Math.min(i + 20, bytes.length))), expected);
    }
    carry = bytes.subarray(i);
  }
  if (expected !== "the end")
    throw bad("E_DATA_TRUNCATED", "the end of the file", carry.length > 0 ? "]" : expected);
  if (rows === 0)
    throw new FathomError("E_DATA_EMPTY", `import: found no rows, expected bars (${file})`, { file });
}
