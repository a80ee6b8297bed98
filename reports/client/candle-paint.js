// @ts-check
import { timeLabels, timeTicks } from "./ticks.js";

/** The panels of the chart from the top, CSS pixels: prices, volume, regimes, labels of time. */
export const HEIGHT = 300;
export const PRICE = { top: 10, height: 186 };
export const STRIP = { top: 248, height: 8 };
const VOLUME = { top: 204, height: 38 };
const LABELS = 260;
export const CANDLE_FONT = '12px system-ui, "Segoe UI", sans-serif';

/**
 * @typedef {{ candles: import("./candles.js").Candle[], ticks: number[], labels: string[], plot: number, most: number,
 *   each: number, start: number, end: number, x: (time: number) => number, y: (price: number) => number }} Layout
 */

/** @param {CanvasRenderingContext2D} pen @param {Layout} layout @param {string} muted @param {string} line */
export function drawGrid(pen, { ticks, labels, plot, start, end, x, y }, muted, line) {
  pen.font = CANDLE_FONT;
  pen.strokeStyle = line;
  pen.fillStyle = muted;
  pen.lineWidth = 1;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.beginPath();
  ticks.forEach((price, k) => {
    const top = Math.round(y(price)) + 0.5;
    pen.moveTo(0, top);
    pen.lineTo(plot, top);
    pen.fillText(labels[k], plot + 6, top);
  });
  const times = timeTicks(start, end, Math.max(2, Math.floor(plot / 84)));
  const texts = timeLabels(times);
  pen.textAlign = "center";
  pen.textBaseline = "top";
  times.forEach((time, k) => {
    const left = Math.round(x(time)) + 0.5;
    pen.moveTo(left, PRICE.top);
    pen.lineTo(left, STRIP.top);
    if (left < 16 || left > plot - 16) return;
    texts[k].split("\n").forEach((text, row) => {
      pen.fillText(text, left, LABELS + row * 15);
    });
  });
  pen.stroke();
}

/** @param {CanvasRenderingContext2D} pen @param {Layout} layout @param {string} good @param {string} bad */
export function drawCandles(pen, { candles, most, x, y }, good, bad) {
  for (const c of candles) {
    const left = x(c.from);
    const slot = x(c.to) - left;
    const body = Math.max(1, Math.min(14, slot * 0.7));
    const middle = left + slot / 2;
    pen.fillStyle = c.close >= c.open ? good : bad;
    pen.fillRect(middle - 0.5, y(c.high), 1, Math.max(1, y(c.low) - y(c.high)));
    const top = y(Math.max(c.open, c.close));
    pen.fillRect(middle - body / 2, top, body, Math.max(1, y(Math.min(c.open, c.close)) - top));
    if (!(c.volume > 0)) continue;
    const tall = (c.volume / most) * VOLUME.height;
    pen.globalAlpha = 0.45;
    pen.fillRect(middle - body / 2, VOLUME.top + VOLUME.height - tall, body, tall);
    pen.globalAlpha = 1;
  }
}

/** @param {CanvasRenderingContext2D} pen @param {Layout} layout @param {number} at @param {string} muted */
export function drawCursor(pen, { candles, plot, x, y }, at, muted) {
  const c = candles[at];
  const left = Math.round((x(c.from) + x(c.to)) / 2) + 0.5;
  const top = Math.round(y(c.close)) + 0.5;
  pen.strokeStyle = muted;
  pen.setLineDash([4, 3]);
  pen.beginPath();
  pen.moveTo(left, PRICE.top);
  pen.lineTo(left, STRIP.top + STRIP.height);
  pen.moveTo(0, top);
  pen.lineTo(plot, top);
  pen.stroke();
  pen.setLineDash([]);
}

/**
 * A triangle a fill whose tip is its price: under it for a buy, over it for a sale.
 * @param {CanvasRenderingContext2D} pen @param {Layout} layout
 * @param {import("./decode.js").Table} fills @param {readonly number[]} rows
 * @param {{ ink: string, paper: string, good: string, bad: string }} colors
 */
export function drawFills(pen, { x, y }, fills, rows, { ink, paper, good, bad }) {
  const labelled = { buy: Number.NEGATIVE_INFINITY, sell: Number.NEGATIVE_INFINITY };
  for (const k of rows) {
    const isBuy = fills.side[k] > 0;
    const left = x(fills.time[k]);
    const top = y(fills.price[k]);
    const tip = isBuy ? 11 : -11;
    pen.beginPath();
    pen.moveTo(left, top);
    pen.lineTo(left - 6, top + tip);
    pen.lineTo(left + 6, top + tip);
    pen.closePath();
    pen.fillStyle = isBuy ? good : bad;
    pen.strokeStyle = paper;
    pen.lineWidth = 1.5;
    pen.stroke();
    pen.fill();
    // where fills crowd, one letter tells for its neighbours
    const side = isBuy ? "buy" : "sell";
    if (left - labelled[side] < 14) continue;
    labelled[side] = left;
    pen.fillStyle = ink;
    pen.textAlign = "center";
    pen.textBaseline = isBuy ? "top" : "bottom";
    pen.fillText(isBuy ? "B" : "S", left, top + (isBuy ? 13 : -13));
  }
}
