import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Column, Kernel, Names } from "./kernel.ts";
import { HOUR } from "./market/bars.ts";
import { mapPorts, type Ports } from "./plan.ts";

/**
 * For tests: the path of a real-data file beside the checkout, or undefined where it is absent, so
 * that the test can skip. Under FATHOM_REQUIRE_DATA=1 a missing file is an error.
 */
export function sharedData(path: string): string | undefined {
  const full = fileURLToPath(new URL(`../../shared/data/${path}`, import.meta.url));
  if (existsSync(full)) return full;
  if (process.env.FATHOM_REQUIRE_DATA === "1") {
    throw new Error(`test data ${path} is missing and FATHOM_REQUIRE_DATA=1: expected it at ${full}`);
  }
  return undefined;
}

/** For tests: hourly closes of a Kraken CSV on the full grid, a hole at the close before; `time` is the close. */
export function krakenCloses(path: string): { readonly time: Column; readonly close: Column } {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  const openOf = (line: string) => Number(line.slice(0, line.indexOf(","))) * 1000;
  const first = openOf(lines[0]);
  const rows = (openOf(lines[lines.length - 1]) - first) / HOUR + 1;
  const close = new Float64Array(rows).fill(Number.NaN);
  for (const line of lines) close[(openOf(line) - first) / HOUR] = Number(line.split(",", 5)[4]);
  for (let i = 1; i < rows; i++) if (close[i] !== close[i]) close[i] = close[i - 1];
  return { time: Float64Array.from(close, (_, i) => first + (i + 1) * HOUR), close };
}

/** For tests: a column of these numbers, or of f at each row. */
export function column(values: readonly number[]): Column;
export function column(rows: number, f: (row: number) => number): Column;
export function column(values: readonly number[] | number, f: (row: number) => number = () => 0): Column {
  return typeof values === "number"
    ? Float64Array.from({ length: values }, (_, i) => f(i))
    : Float64Array.from(values);
}

/** For tests: what a kernel of columns writes over `rows` rows in one advance. */
export function runKernel<In, Out, S>(kernel: Kernel<In, Out, S>, input: In, rows: number): Out {
  const isName = (x: unknown): x is string => typeof x === "string";
  const output = mapPorts<string, Column>(
    kernel.writes as Names<unknown> as Ports<string>,
    isName,
    () => new Float64Array(rows),
  ) as Out;
  kernel.advance(kernel.init(), input, output, rows);
  return output;
}
