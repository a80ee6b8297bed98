import { FathomError } from "../engine/errors.ts";

/** Why one row of a file was turned away. */
export interface RowFault {
  readonly code: string;
  /** Line of a text file, row of a JSON file, from 1. */
  readonly line: number;
  /** Name of the column, or "row". */
  readonly field: string;
  readonly found: string;
  readonly expected: string;
}

/** Text of a file for people: quoted, without control characters, not longer than a line. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);

const REMEDY: Readonly<Record<string, string>> = {
  E_DATA_TRUNCATED: "get the file again",
  E_DATA_TZ: "write times as epoch or RFC 3339 with a zone, such as 2024-01-31T00:00:00Z",
  E_DATA_ENCODING: "save the file as UTF-8 text",
  E_DATA_UNIT: "split the file by unit, or correct the row; --unit names the unit of a whole file",
  E_DATA_COLUMNS: "--columns names the columns in their order",
  E_DATA_CONFLICT: "keep the right row",
};

/** The error that refuses a file for one row. */
export function rowError(file: string, place: "line" | "row", fault: RowFault): FathomError {
  const { code, line, field, found, expected } = fault;
  const remedy = REMEDY[code] ?? "correct the file, or pass --quarantine to set such rows aside";
  const column = field === "row" ? "" : `, ${field}`;
  return new FathomError(
    code,
    `import: found ${found}, expected ${expected}; nothing of this file was stored; ${remedy} (${file}, ${place} ${line}${column})`,
    { file, line, field, found, expected },
  );
}
