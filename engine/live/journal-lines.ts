import { createHash } from "node:crypto";
import type { Plan } from "../plan.ts";
import { CANCEL_FIELDS, FILL_FIELDS, ORDER_FIELDS, REFUSAL_FIELDS } from "../portfolio/events.ts";
import type { Checkpoint } from "../session.ts";
import type { System } from "../system.ts";
import type { LiveBar, LiveRow } from "./row.ts";
import type { RowOutput, Said } from "./runner.ts";

/*
 * A journal is JSON lines: a header, then of each row what went in ("time", "pairs") and what came out ("equity").
 * Where the portfolio was carried over to another config, a line ("carried") holds the plan from there on and the
 * portfolio's state. Every line ends in `previous`, the hash of the line before, and `hash`, its own: the first 32 hex of sha256 over
 * the line's text up to `hash`. Numbers are as JavaScript prints them, which reads back bit for bit; what JSON has
 * no word for is text: "NaN", "-0", "Infinity".
 */

/** Columns of a row that are journaled beside its tables. */
const MONEY = ["equity", "cash", "held", "halted"] as const;

/** Tables of a row, each a list of rows of numbers in the order of the header's fields; left out where empty. */
const TABLES = {
  orders: ORDER_FIELDS,
  fills: FILL_FIELDS,
  cancels: CANCEL_FIELDS,
  refusals: REFUSAL_FIELDS,
} as const;
type Table = keyof typeof TABLES;
const TABLE_NAMES = Object.keys(TABLES) as Table[];

const HASH = 32;
/** `previous` of the header. */
export const NO_LINE = "0".repeat(HASH);
const SEAL = `,"hash":"${NO_LINE}"}`.length;
const LINK = `,"previous":"${NO_LINE}"`.length;

const hashOf = (text: string | Uint8Array) => createHash("sha256").update(text).digest("hex").slice(0, HASH);

/** Closes a line's text, which lacks its last bracket, and links it to the line before. */
export function seal(open: string, previous: string): { readonly line: string; readonly hash: string } {
  const text = `${open},"previous":"${previous}"`;
  const hash = hashOf(text);
  return { line: `${text},"hash":"${hash}"}\n`, hash };
}

/** A line as it was sealed, without its seal; undefined where its hash is not that of its text. */
export function unseal(
  line: Uint8Array,
): { readonly open: string; readonly previous: string; readonly hash: string } | undefined {
  const end = line.length - SEAL;
  if (end < LINK) return undefined;
  const tail = Buffer.from(line.buffer, line.byteOffset + end - LINK, LINK + SEAL).toString("latin1");
  const match = /^,"previous":"([0-9a-f]{32})","hash":"([0-9a-f]{32})"}$/.exec(tail);
  if (match === null || hashOf(line.subarray(0, end)) !== match[2]) return undefined;
  const open = Buffer.from(line.buffer, line.byteOffset, end - LINK).toString("utf8");
  return { open, previous: match[1], hash: match[2] };
}

function num(x: number): string {
  if (x === 0) return Object.is(x, -0) ? '"-0"' : "0";
  return x - x === 0 ? String(x) : `"${x}"`;
}

const isNumber = (x: unknown): x is number | string =>
  typeof x === "number" || x === "NaN" || x === "-0" || x === "Infinity" || x === "-Infinity";

export function headerText(system: System, feed: string): string {
  const { plan, symbols, traded, strategies, interval } = system;
  const text = JSON.stringify({
    fathom: "journal",
    format: 1,
    feed,
    interval,
    symbols,
    traded,
    strategies,
    tables: TABLES,
    plan: plan.hash,
    kernels: plan.nodes.map((n) => n.key),
  });
  return text.slice(0, -1);
}

export function inputText(row: LiveRow, at: number, said: Said, hasOutside: boolean): string {
  let text = `{"row":${at},"time":${row.time},"pairs":[`;
  row.pairs.forEach((bar, p) => {
    if (p > 0) text += ",";
    text +=
      bar === null ? "null" : `[${num(bar[0])},${num(bar[1])},${num(bar[2])},${num(bar[3])},${num(bar[4])}]`;
  });
  text += "]";
  if (hasOutside) text += `,"outside":[${num(row.outside!.value)},${num(row.outside!.age)}]`;
  if (said.operator !== 0) text += `,"operator":${said.operator},"taken":${said.taken}`;
  return text;
}

export function outputText(out: RowOutput, { portfolio }: System): string {
  let text = `{"row":${out.row}`;
  for (const name of MONEY) text += `,"${name}":${num(out.value(portfolio[name]))}`;
  for (const name of TABLE_NAMES) {
    const table = out[name];
    if (table.n === 0) continue;
    const columns = table.fields.map((field) => (table.at as Record<string, Float64Array>)[field]);
    text += `,"${name}":[`;
    for (let k = 0; k < table.n; k++) {
      text += k === 0 ? "[" : ",[";
      for (let f = 0; f < columns.length; f++) text += (f === 0 ? "" : ",") + num(columns[f][k]);
      text += "]";
    }
    text += "]";
  }
  return text;
}

/** `carried` is plain data as encodePlain's bytes; `at` the next row. */
export function planText(at: number, { hash, nodes }: Plan, carried: Uint8Array): string {
  const kernels = nodes.map((n) => n.key);
  const text = JSON.stringify({
    row: at,
    plan: hash,
    kernels,
    carried: Buffer.from(carried).toString("base64"),
  });
  return text.slice(0, -1);
}

/** One line after the header. */
export type JournalLine =
  | { readonly kind: "input"; readonly at: number; readonly row: LiveRow; readonly said?: Said }
  | { readonly kind: "output"; readonly at: number; readonly text: string }
  | ({ readonly kind: "plan"; readonly at: number; readonly carried: Uint8Array } & JournalPlan);

/** The plan under which rows were taken. */
export type JournalPlan = Pick<Checkpoint, "plan" | "kernels">;

/** Reads what `inputText`, `outputText` or `planText` wrote; undefined for anything else. */
export function parseLine(open: string): JournalLine | undefined {
  let x: Record<string, unknown>;
  try {
    x = JSON.parse(`${open}}`);
  } catch {
    return undefined;
  }
  const at = x.row;
  if (typeof at !== "number" || !Number.isSafeInteger(at) || at < 0) return undefined;
  if ("equity" in x) return { kind: "output", at, text: open };
  if (typeof x.carried === "string") {
    const { plan, kernels } = x as unknown as JournalPlan;
    return { kind: "plan", at, plan, kernels, carried: Buffer.from(x.carried, "base64") };
  }
  const { time, pairs, outside, operator, taken } = x;
  if (typeof time !== "number" || !Array.isArray(pairs)) return undefined;
  const bars: (LiveBar | null)[] = [];
  for (const pair of pairs) {
    if (pair === null) bars.push(null);
    else if (Array.isArray(pair) && pair.length === 5 && pair.every(isNumber))
      bars.push(pair.map(Number) as unknown as LiveBar);
    else return undefined;
  }
  const row: LiveRow =
    Array.isArray(outside) && outside.length === 2 && outside.every(isNumber)
      ? { time, pairs: bars, outside: { value: Number(outside[0]), age: Number(outside[1]) } }
      : { time, pairs: bars };
  const isSaid = typeof operator === "number" && typeof taken === "number";
  return isSaid ? { kind: "input", at, row, said: { operator, taken } } : { kind: "input", at, row };
}

/** The first thing in which two outputs of a row differ. */
export interface OutputDifference {
  readonly table: string;
  readonly field: string;
  /** What the journal says and what came out now; undefined where there is none. */
  readonly journaled: unknown;
  readonly found: unknown;
}

export function firstDifference(journaled: string, found: string): OutputDifference | undefined {
  if (journaled === found) return undefined;
  const [a, b] = [journaled, found].map((text) => JSON.parse(`${text}}`) as Record<string, unknown>);
  for (const field of MONEY) {
    if (a[field] !== b[field]) return { table: "money", field, journaled: a[field], found: b[field] };
  }
  for (const table of TABLE_NAMES) {
    const [left, right] = [a, b].map((x) => (x[table] ?? []) as unknown[][]);
    for (let k = 0; k < Math.max(left.length, right.length); k++) {
      const f = TABLES[table].findIndex((_, i) => left[k]?.[i] !== right[k]?.[i]);
      if (f >= 0)
        return {
          table,
          field: `${TABLES[table][f]} of entry ${k}`,
          journaled: left[k]?.[f],
          found: right[k]?.[f],
        };
    }
  }
  return { table: "line", field: "text", journaled, found };
}
