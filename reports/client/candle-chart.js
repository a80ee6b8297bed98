// @ts-check
import {
  CANDLE_FONT,
  drawCandles,
  drawCursor,
  drawFills,
  drawGrid,
  HEIGHT,
  PRICE,
  STRIP,
} from "./candle-paint.js";
import { candlesBetween, spanOfTrip } from "./candles.js";
import { rowAt } from "./decode.js";
import { el, onThemeChange, onWidth, regimeColors, themeColors } from "./dom.js";
import { formatHold, formatNumber, formatSignificant, formatUtc } from "./format.js";
import { paintRegimes, regimeStretches, regimesBetween } from "./regimes.js";
import { HOUR, numberLabels, stepTicks } from "./ticks.js";

/** @typedef {import("./decode.js").Run} Run */

/** Bars shown before the entry and behind the exit. */
const AROUND = 24;

/**
 * Candles of a trip with its fills, the regimes under them, and a readout for the bar under the pointer.
 * Returns the node and `stop` that ends its listeners, or undefined where a bar of the trip is missing.
 * @param {Run} run @param {number} t @param {import("./decode.js").Table} bars
 * @param {readonly number[]} filled rows of the trip's fills
 */
export function candleChart(run, t, bars, filled) {
  const { trips, fills, intervalMs, regimes, quote } = run;
  const span = spanOfTrip(run, bars, t, AROUND);
  if (span === undefined) return undefined;
  const view = { ...span, intervalMs };
  const stretches = regimeStretches(run.bars.time, run.bars.regime);
  const canvas = el("canvas", { class: "fx-candles" });
  const readout = el("p", { class: "fx-readout" });
  const box = el("div", { class: "fx-candle-box", tabindex: "0", role: "group" }, canvas);
  const pair = run.pairs[trips.pair[t]];
  box.setAttribute(
    "aria-label",
    `Candles of ${pair} from ${formatUtc(view.from)} to ${formatUtc(view.to)} UTC with ${filled.length} fills. Left and right arrow keys read bars.`,
  );
  let width = 0;
  /** @type {number | undefined} */
  let at;
  /** @type {import("./candle-paint.js").Layout} */
  let now;

  function layout() {
    const pen = canvas.getContext("2d");
    pen.font = CANDLE_FONT;
    // the gutter's width must be known to tell how many candles fit, and the labels to tell the gutter
    let right = 70;
    const { candles, each } = candlesBetween(bars, { ...view, most: (width - right) / 4 });
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const c of candles) {
      low = Math.min(low, c.low);
      high = Math.max(high, c.high);
    }
    for (const k of filled) {
      low = Math.min(low, fills.price[k]);
      high = Math.max(high, fills.price[k]);
    }
    const pad = Math.max((high - low) * 0.06, high * 1e-6);
    low -= pad;
    high += pad;
    const ticks = stepTicks(low, high, (high - low) / 5);
    const labels = numberLabels(ticks, formatNumber);
    right = Math.ceil(Math.max(...labels.map((text) => pen.measureText(text).width))) + 12;
    const start = candles[0].from;
    const span = candles[candles.length - 1].to - start;
    const plot = width - right;
    const most = Math.max(...candles.map((c) => c.volume));
    return {
      candles,
      each,
      ticks,
      labels,
      plot,
      most,
      start,
      end: start + span,
      x: (/** @type {number} */ time) => ((time - start) / span) * plot,
      y: (/** @type {number} */ price) => PRICE.top + ((high - price) / (high - low)) * PRICE.height,
    };
  }

  function draw() {
    if (width === 0) return;
    const ratio = devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = HEIGHT * ratio;
    canvas.style.height = `${HEIGHT}px`;
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    now = layout();
    const [ink, muted, line, good, bad, paper] = themeColors([
      "--ink",
      "--muted",
      "--line",
      "--good",
      "--bad",
      "--panel",
    ]);
    drawGrid(pen, now, muted, line);
    drawCandles(pen, now, good, bad);
    const strip = { min: now.start, max: now.end, ...STRIP, alpha: 0.9 };
    paintRegimes(pen, stretches, strip, now.x, regimeColors(regimes));
    drawFills(pen, now, fills, filled, { ink, paper, good, bad });
    if (at !== undefined) drawCursor(pen, now, at, muted);
    tell();
  }

  function tell() {
    if (at === undefined) {
      const each = now.each > 1 ? ` A candle stands for ${now.each} bars.` : "";
      const names = regimesBetween(stretches, now.start, now.end).map((k) => regimes[k]);
      const strip = names.length > 0 ? ` The strip is the regime: ${names.join(", ")}.` : "";
      readout.textContent = `${now.candles.length} candles, prices in ${quote}.${each} B and S mark fills at their time and price.${strip}`;
      return;
    }
    const c = now.candles[at];
    const regime = regimes[run.bars.regime?.[rowAt(run.bars.time, c.to)]] ?? "none yet";
    const price = (/** @type {number} */ p) => formatSignificant(p, 8);
    const marks = filled
      .filter((k) => fills.time[k] >= c.from && fills.time[k] < c.to)
      .map((k) => ` · ${fills.side[k] > 0 ? "bought" : "sold"} at ${price(fills.price[k])}`);
    readout.textContent =
      `${formatUtc(c.from)} + ${formatHold((c.to - c.from) / HOUR)} · O ${price(c.open)} H ${price(c.high)} L ${price(c.low)} C ${price(c.close)}` +
      ` · volume ${formatSignificant(c.volume, 6)} · ${regime}${marks.join("")}`;
  }

  /** @param {number | undefined} next */
  function point(next) {
    if (next === at) return;
    at = next;
    draw();
  }

  canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    const time = now.start + (event.offsetX / now.plot) * (now.end - now.start);
    const k = now.candles.findIndex((c) => time <= c.to);
    point(k < 0 ? now.candles.length - 1 : k);
  });
  canvas.addEventListener("pointerleave", () => point(undefined));
  box.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const last = now.candles.length - 1;
    point(at === undefined ? (step > 0 ? 0 : last) : Math.min(last, Math.max(0, at + step)));
  });
  const observer = onWidth(box, (w) => {
    width = w;
    at = undefined;
    draw();
  });
  const endTheme = onThemeChange(draw);
  return {
    node: el("div", {}, box, readout),
    stop() {
      observer.disconnect();
      endTheme();
    },
  };
}
