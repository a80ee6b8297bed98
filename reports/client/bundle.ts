import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The page's script in order of use; each is also an ES module, so that tests and the type checker can take it alone. */
export const PARTS = [
  "decode.js",
  "format.js",
  "ticks.js",
  "csv.js",
  "regimes.js",
  "dom.js",
  "equity-plot.js",
  "equity-chart.js",
  "trips.js",
  "trips-table.js",
  "trip-facts.js",
  "order-facts.js",
  "candles.js",
  "candle-paint.js",
  "candle-chart.js",
  "sizing-text.js",
  "trip-sections.js",
  "trip-exits.js",
  "trip-detail.js",
  "main.js",
] as const;

const require = createRequire(import.meta.url);
const UPLOT_SCRIPT = require.resolve("uplot/dist/uPlot.iife.min.js");
const UPLOT_STYLE = require.resolve("uplot/dist/uPlot.min.css");
const readOwn = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8");

/** A module as a part of one script: its imports are already there, and nothing is exported. */
function asPart(source: string): string {
  return source
    .replace(/^import [^;]*;\n/gm, "")
    .replace(/^export (?=async |function |const |let |class )/gm, "");
}

/**
 * The report's script: uPlot and the parts in one strict function that runs at once, leaves no global behind and
 * mounts on the page described in main.js. It holds nothing that ends a script element.
 */
export function clientScript(): string {
  const parts = PARTS.map((file) => asPart(readOwn(file)));
  const text = [`"use strict";`, readFileSync(UPLOT_SCRIPT, "utf8"), ...parts, "mountReport();"].join("\n");
  return `(function () {\n${text}\n})();\n`.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
}

/** The style of what the script makes: uPlot's and client.css. Colours are the page's CSS variables. */
export function clientStyle(): string {
  return `${readFileSync(UPLOT_STYLE, "utf8")}\n${readOwn("client.css")}`;
}
