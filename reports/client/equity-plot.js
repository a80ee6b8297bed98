// @ts-check
import { onThemeChange, onWidth, regimeColors, themeColors } from "./dom.js";
import { formatNumber, formatPercent } from "./format.js";
import { paintRegimes, regimeStretches } from "./regimes.js";
import { logTicks, numberLabels, stepTicks, timeLabels, timeTicks } from "./ticks.js";

/** @typedef {import("./decode.js").Run} Run */

const SYNC = "fathom-equity";
const FONT = '12px system-ui, "Segoe UI", sans-serif';
const GUTTER = 14;

/** The lines of the upper panel, in order of drawing. */
export const LINES = [
  { key: "equity", label: "Equity", color: "--accent", width: 1.75 },
  { key: "buyAndHold", label: "Buy-and-hold", color: "--c1", width: 1.25 },
  { key: "scaled", label: "Scaled to the run's exposure", color: "--c2", width: 1.25 },
];

/** Whether a line is there before anyone asked. @param {string} key @param {number | null} heldHeight */
export const isShownFirst = (key, heldHeight) => key !== "buyAndHold" || heldHeight === null;

/** uPlot draws gaps at null. @param {ArrayLike<number> | undefined} column @param {number} n @returns {(number | null)[]} */
function withGaps(column, n) {
  return Array.from({ length: n }, (_, i) => {
    const x = column === undefined ? Number.NaN : column[i];
    return Number.isFinite(x) ? x : null;
  });
}

/**
 * Room around the values, so that no line lies on the frame. @param {number | null} min @param {number | null} max
 * @returns {[number, number]}
 */
export function paddedRange(min, max, isLog = false) {
  if (min === null || max === null || !Number.isFinite(min + max)) return isLog ? [1, 10] : [0, 1];
  if (isLog) {
    const low = min > 0 ? min : Math.min(max, 1e-9);
    const pad = Math.max((max / low) ** 0.04, 1.0001);
    return [low / pad, max * pad];
  }
  const pad = Math.max((max - min) * 0.05, Math.abs(max) * 1e-6, 1e-9);
  return [min - pad, max + pad];
}

/**
 * The two panels with one time axis. Callbacks: `onCursor(row)` with the row under the cursor or
 * undefined; `onRange()` after every zoom.
 * @param {HTMLElement} root @param {Run} run
 * @param {{ onCursor: (row: number | undefined) => void, onRange: () => void }} callbacks
 */
export function createEquityPlot(root, { bars, regimes, heldHeight }, { onCursor, onRange }) {
  const time = Array.from(bars.time);
  const first = time[0];
  const last = time[time.length - 1];
  const upper = [time, ...LINES.map(({ key }) => withGaps(bars[key], time.length))];
  const lower = [time, withGaps(bars.drawdown, time.length).map((x) => (x === null ? null : -Math.abs(x)))];
  const stretches = regimeStretches(bars.time, bars.regime);
  const shown = LINES.map(({ key }) => bars[key] !== undefined && isShownFirst(key, heldHeight));
  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  pen.font = FONT;
  let isLog = false;
  let width = 0;
  let gutter = 0;
  /** @type {uPlot[]} */
  let plots = [];

  /** @param {boolean} isUpper @param {string[]} colors */
  function axes(isUpper, [muted, line]) {
    const grid = { stroke: line, width: 1 };
    const common = { stroke: muted, grid, ticks: { show: false }, font: FONT };
    const xAxis = {
      ...common,
      size: isUpper ? 6 : 38,
      gap: 4,
      splits: (
        /** @type {uPlot} */ _,
        /** @type {number} */ __,
        /** @type {number} */ min,
        /** @type {number} */ max,
      ) => timeTicks(min, max, Math.max(2, Math.floor((width - gutter) / 72))),
      values: (/** @type {uPlot} */ u, /** @type {number[]} */ ticks) => {
        const { min = first, max = last } = u.scales.x;
        const edge = max - ((max - min) * 14) / (width - gutter);
        return isUpper ? [] : timeLabels(ticks).map((text, k) => (ticks[k] > edge ? "" : text));
      },
    };
    const yAxis = {
      ...common,
      gap: 6,
      size: (/** @type {uPlot} */ _, /** @type {string[] | null} */ labels) => {
        const need = Math.max(0, ...(labels ?? []).map((text) => pen.measureText(text ?? "").width)) + GUTTER;
        if (isUpper) gutter = Math.ceil(need);
        return Math.max(need, gutter);
      },
      filter: (/** @type {uPlot} */ _, /** @type {number[]} */ ticks) => ticks,
      splits: (
        /** @type {uPlot} */ u,
        /** @type {number} */ __,
        /** @type {number} */ min,
        /** @type {number} */ max,
      ) => {
        const most = Math.max(2, (isUpper ? 0.03 : 0.045) * (u.height - 40));
        return isUpper && isLog ? logTicks(min, max, 1.3 * most) : stepTicks(min, max, (max - min) / most);
      },
      values: (/** @type {uPlot} */ _, /** @type {number[]} */ ticks) =>
        isUpper
          ? numberLabels(ticks, formatNumber)
          : numberLabels(
              ticks.map((x) => Number((x * 100).toPrecision(10))),
              (x, decimals) => formatPercent(x / 100, decimals),
            ),
    };
    return [xAxis, yAxis];
  }

  /** @param {boolean} isUpper @param {readonly any[]} series @param {number} height */
  function options(isUpper, series, height) {
    const colors = themeColors(["--muted", "--line"]);
    const bands = regimeColors(regimes);
    return {
      width,
      height,
      padding: [8, 10, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: SYNC, setSeries: false }, drag: { x: true, y: false }, points: { size: 7 } },
      scales: {
        x: { time: false },
        y: {
          distr: isUpper && isLog ? 3 : 1,
          range: (/** @type {uPlot} */ _, /** @type {number} */ min, /** @type {number} */ max) =>
            isUpper
              ? paddedRange(min, max, isLog)
              : /** @type {[number, number]} */ ([Math.min(min ?? 0, -1e-4) * 1.06, 0]),
        },
      },
      axes: axes(isUpper, colors),
      series: [{}, ...series],
      hooks: {
        drawClear: [
          (/** @type {uPlot} */ u) => {
            const { top, height: tall } = u.bbox;
            const { min = first, max = last } = u.scales.x;
            const box = { min, max, top, height: tall, alpha: 0.16 };
            paintRegimes(u.ctx, stretches, box, (t) => u.valToPos(t, "x", true), bands);
          },
        ],
        setScale: [
          (/** @type {uPlot} */ u, /** @type {string} */ key) => {
            if (key !== "x" || plots.length < 2) return;
            const { min, max } = u.scales.x;
            for (const other of plots) {
              const { x } = other.scales;
              if (other !== u && (x.min !== min || x.max !== max)) {
                other.setScale("x", { min: /** @type {number} */ (min), max: /** @type {number} */ (max) });
              }
            }
            if (u === plots[0]) onRange();
          },
        ],
        setCursor: isUpper ? [(/** @type {uPlot} */ u) => onCursor(u.cursor.idx ?? undefined)] : [],
        draw: isUpper ? [alignGutters] : [],
      },
    };
  }

  /** The lower panel's axis is as wide as the upper's, whose labels change with the zoom. */
  function alignGutters() {
    const under = plots[1];
    if (under !== undefined && under.bbox.left !== plots[0].bbox.left) under.redraw(false, true);
  }

  function heights() {
    return width < 560 ? [230, 118] : [310, 138];
  }

  function build() {
    const kept = plots.length > 0 ? range() : undefined;
    for (const plot of plots) plot.destroy();
    plots = [];
    if (width === 0) return;
    const colors = themeColors(LINES.map((l) => l.color));
    const [bad] = themeColors(["--bad"]);
    const lines = LINES.map((l, k) => ({
      label: l.label,
      stroke: colors[k],
      width: l.width,
      show: shown[k],
      points: { show: false },
    }));
    const fill = { label: "Drawdown", stroke: bad, width: 1, fill: faded(bad), points: { show: false } };
    const [tall, low] = heights();
    plots.push(new uPlot(/** @type {any} */ (options(true, lines, tall)), /** @type {any} */ (upper), root));
    plots.push(new uPlot(/** @type {any} */ (options(false, [fill], low)), /** @type {any} */ (lower), root));
    if (kept !== undefined) setRange(kept.min, kept.max);
  }

  function range() {
    const { min = first, max = last } = plots[0]?.scales.x ?? {};
    return { min, max };
  }

  /** @param {number} min @param {number} max */
  function setRange(min, max) {
    plots[0]?.setScale("x", { min: Math.max(first, min), max: Math.min(last, max) });
  }

  onWidth(root, (w) => {
    width = w;
    const [tall, low] = heights();
    if (plots.length === 0) build();
    else
      [tall, low].forEach((height, k) => {
        plots[k].setSize({ width, height });
      });
  });
  onThemeChange(build);

  return {
    first,
    last,
    range,
    setRange,
    /** @param {number} k @param {boolean} show */
    setShown(k, show) {
      shown[k] = show;
      plots[0]?.setSeries(k + 1, { show });
    },
    /** @param {boolean} log */
    setLog(log) {
      isLog = log;
      build();
    },
    /** Puts the cursor on a row, or takes it away. @param {number | undefined} row */
    setCursor(row) {
      const u = plots[0];
      if (u === undefined) return;
      const left = row === undefined ? -10 : u.valToPos(time[row], "x");
      u.setCursor({ left, top: row === undefined ? -10 : u.over.clientHeight / 2 });
    },
  };
}

/** The colour, nearly see-through. @param {string} color as computed: rgb(...) or color(...) */
function faded(color) {
  return color.startsWith("rgb(") ? color.replace("rgb(", "rgba(").replace(")", ", 0.22)") : color;
}
