/** What a cell may hold: a number is right-aligned, null and undefined are shown as "-". */
export type Cell = string | number | boolean | null | undefined;
export type Row = Readonly<Record<string, Cell>>;

const NUMERIC = /^[+-]?[\d,]*\.?\d+(e[+-]?\d+)?%?$/i;
const GAP = "  ";

/** Cells are one line of visible characters: a file name cannot break the table or move the cursor. */
const text = (cell: Cell): string =>
  cell === null || cell === undefined ? "-" : String(cell).replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "?");

const length = (s: string) => [...s].length;

/**
 * An aligned text table with the first row's keys as its head. A column whose cells are all numbers (or
 * text of a number) is right-aligned. A blank line stands before each row for which `parts` says so. No
 * rows give "".
 */
export function formatTable<R extends Row>(
  rows: readonly R[],
  parts: (row: R, before: R) => boolean = () => false,
): string {
  if (rows.length === 0) return "";
  const heads = Object.keys(rows[0]);
  const columns = heads.map((head) => {
    const cells = rows.map((row) => text(row[head]));
    const given = cells.filter((cell) => cell !== "-");
    const right = given.length > 0 && given.every((cell) => NUMERIC.test(cell));
    const width = Math.max(length(head), ...cells.map(length));
    const pad = (s: string) =>
      right ? " ".repeat(width - length(s)) + s : s + " ".repeat(width - length(s));
    return [head, ...cells].map(pad);
  });
  const lines = [];
  for (let i = 0; i <= rows.length; i++) {
    if (i > 1 && parts(rows[i - 1], rows[i - 2])) lines.push("");
    lines.push(
      columns
        .map((column) => column[i])
        .join(GAP)
        .trimEnd(),
    );
  }
  return `${lines.join("\n")}\n`;
}
