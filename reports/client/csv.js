// @ts-check

/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r\n]/;

/**
 * One cell: numbers as they are (unknown: empty); text quoted where needed, and with an apostrophe before
 * what a spreadsheet would run as a formula.
 * @param {string | number} value
 */
export function csvCell(value) {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * RFC 4180: CRLF behind every record.
 * @param {readonly (readonly (string | number)[])[]} rows
 */
export function csvText(rows) {
  return rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}
