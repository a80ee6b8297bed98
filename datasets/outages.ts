import { readFileSync } from "node:fs";
import { FathomError } from "../engine/errors.ts";
import type { Span } from "./quality.ts";
import { isWhole, rfc3339ToMs } from "./times.ts";

/** Before the first bar of any series. */
const EARLIEST = Date.UTC(2009, 0, 1);

/**
 * Known outages of a venue: JSON [[from, to], ...] or [{"from": ..., "to": ...}, ...], or CSV rows
 * `from,to` with or without that head. Times are ms UTC or RFC 3339 with a zone. Throws E_OUTAGES_FILE and
 * E_OUTAGES_FORMAT with the place.
 */
export function readOutages(file: string): Span[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new FathomError(
      "E_OUTAGES_FILE",
      `outages: cannot read the file: ${(error as Error).message}; give the path of an existing file (${file})`,
      { file },
    );
  }
  return /^\s*\[/.test(text) ? fromJson(text, file) : fromCsv(text, file);
}

function fromJson(text: string, file: string): Span[] {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch (error) {
    throw malformed(`no JSON (${(error as Error).message})`, file);
  }
  return (rows as unknown[]).map((row, i) => {
    const place = `${file}, item ${i}`;
    const isRecord = typeof row === "object" && row !== null && "from" in row && "to" in row;
    if (isRecord) return span(row.from, row.to, place);
    if (Array.isArray(row) && row.length === 2) return span(row[0], row[1], place);
    throw malformed(JSON.stringify(row).slice(0, 80), place);
  });
}

function fromCsv(text: string, file: string): Span[] {
  const spans: Span[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === "" || (i === 0 && /^from\s*,\s*to$/i.test(line.trim()))) return;
    const place = `${file}:${i + 1}`;
    const cells = line.split(",").map((cell) => cell.trim());
    if (cells.length !== 2) throw malformed(`${cells.length} columns`, place);
    spans.push(span(cells[0], cells[1], place));
  });
  return spans;
}

function span(from: unknown, to: unknown, place: string): Span {
  const [first, past] = [from, to].map((x) => moment(x, place));
  if (!(past > first)) throw malformed(`an end at or before its begin (${from}, ${to})`, place);
  return { from: first, to: past };
}

function moment(value: unknown, place: string): number {
  const text = String(value);
  const ms = isWhole(text) ? Number(text) : rfc3339ToMs(text);
  // Seconds would be a moment of 1970 and match nothing, without a word.
  if (ms === undefined || !Number.isSafeInteger(ms) || ms < EARLIEST)
    throw malformed(JSON.stringify(value), place);
  return ms;
}

const malformed = (found: string, place: string) =>
  new FathomError(
    "E_OUTAGES_FORMAT",
    `outages: found ${found}, expected from and to as ms UTC or RFC 3339 with a zone, such as 2018-01-11T07:00:00Z (${place})`,
  );
