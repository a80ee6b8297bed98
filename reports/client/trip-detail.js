// @ts-check
import { candleChart } from "./candle-chart.js";
import { button, el } from "./dom.js";
import { formatHold, formatNumber, formatPercent, formatSigned, formatUtc } from "./format.js";
import { HOUR } from "./ticks.js";
import { exitSection } from "./trip-exits.js";
import { fillsOfTrip, markOf, ordersOfTrip, refusalsOfTrip, tripSum } from "./trip-facts.js";
import {
  checksSection,
  decisionSection,
  fillsSection,
  ordersTable,
  paragraph,
  refusalsTable,
  sumSection,
} from "./trip-sections.js";
import { outcomeOf } from "./trips.js";

/** @typedef {import("./decode.js").Run} Run */

/** The trip that "#trip-12" names (12 is the twelfth, row 11); NaN for "#trip-x", undefined for what names none. @param {string} hash */
export function tripOfHash(hash) {
  if (!hash.startsWith("#trip-")) return undefined;
  const text = hash.slice("#trip-".length);
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) - 1 : Number.NaN;
}

/**
 * Shows one round trip in `root`, and nothing until `open` is called. `neighbours` are the trips that
 * previous and next go through, in order.
 * @param {HTMLElement} root @param {Run} run
 * @param {{ neighbours: () => readonly number[], closed: (trip: number) => void }} callbacks
 */
export function createTripDetail(root, run, { neighbours, closed }) {
  let stop = () => {};

  function clear() {
    stop();
    stop = () => {};
    root.replaceChildren();
  }

  /** @param {number} t */
  function open(t) {
    clear();
    const heading = el("h3", { class: "fx-title", tabindex: "-1" });
    if (!(t >= 0 && t < run.trips.n)) {
      heading.textContent = "There is no such round trip";
      const text = `This run has the round trips 1 to ${formatNumber(run.trips.n, 0)}.`;
      root.append(el("section", { class: "fx-detail" }, heading, paragraph(text)));
    } else {
      heading.textContent = `Round trip ${t + 1}: ${run.pairs[run.trips.pair[t]]}`;
      root.append(detail(t, heading));
    }
    heading.focus({ preventScroll: true });
    root.scrollIntoView({ block: "start" });
  }

  /** @param {number} t @param {HTMLElement} heading */
  function detail(t, heading) {
    const filled = fillsOfTrip(run, t);
    const sent = ordersOfTrip(run, t, filled);
    const buys = sent.filter((i) => run.orders.side[i] > 0);
    const refused = refusalsOfTrip(run, t);
    const candles = run.candlesOf(run.pairs[run.trips.pair[t]]);
    const chart = candles === undefined ? undefined : candleChart(run, t, candles, filled);
    if (chart !== undefined) stop = chart.stop;
    const mark = markOf(run, t, candles);

    const parts = [header(t, heading), facts(t)];
    parts.push(
      chart?.node ??
        paragraph(
          "The bars of this round trip were left out of this page for its size. They are in the run's table of bars or in the dataset.",
          "fx-missing",
        ),
    );
    parts.push(el("h4", {}, "Decision"));
    if (buys.length === 0)
      parts.push(
        paragraph(
          "The orders of this round trip were left out of this page for its size. They are in the run's table of orders.",
          "fx-missing",
        ),
      );
    buys.forEach((i, k) => {
      if (k === 0) parts.push(...decisionSection(run, i), checksSection(run, i));
      else
        parts.push(
          el(
            "details",
            { class: "fx-more" },
            el("summary", {}, `Increase ${k} (order ${formatNumber(run.orders.order[i], 0)})`),
            ...decisionSection(run, i),
            checksSection(run, i),
          ),
        );
    });
    if (buys.length > 0)
      parts.push(
        paragraph(
          "Downtime, history, the index's age and the exchange's least quantity and cost were met as well, or the order would have been refused; what they measured is not recorded.",
          "fx-note",
        ),
      );
    if (sent.length > 0) parts.push(el("h4", {}, "Exit"), ...exitSection(run, t, sent));
    parts.push(el("h4", {}, "Orders and fills"));
    if (sent.length > 0) parts.push(ordersTable(run, sent));
    if (filled.length > 0) {
      parts.push(...fillsSection(run, filled), ...sumSection(run, tripSum(run, t, filled, mark), mark));
    } else {
      parts.push(
        paragraph(
          "The fills of this round trip were left out of this page for its size. They are in the run's table of fills.",
          "fx-missing",
        ),
      );
    }
    if (refused.length > 0) parts.push(refusalsTable(run, refused));
    return el(
      "section",
      { class: "fx-detail", "aria-label": `Round trip ${t + 1}`, onkeydown: onKey },
      ...parts,
    );

    /** @param {KeyboardEvent} event */
    function onKey(event) {
      if (event.key === "Escape") closed(t);
    }
  }

  /** @param {number} t @param {HTMLElement} heading */
  function header(t, heading) {
    const all = neighbours();
    const at = all.indexOf(t);
    const [previous, next] = at < 0 ? [t - 1, t + 1] : [all[at - 1], all[at + 1]];
    const step = (/** @type {string} */ text, /** @type {number | undefined} */ to) => {
      const isThere = to !== undefined && to >= 0 && to < run.trips.n;
      const go = () => {
        location.hash = `#trip-${Number(to) + 1}`;
      };
      return button(text, go, { "aria-label": `${text} round trip`, disabled: !isThere });
    };
    return el(
      "div",
      { class: "fx-head" },
      heading,
      el(
        "div",
        { class: "fx-group fx-controls" },
        step("Previous", previous),
        step("Next", next),
        button("Close", () => closed(t), { "aria-label": "Close the round trip" }),
      ),
    );
  }

  /** @param {number} t */
  function facts(t) {
    const { trips, strategies, quote } = run;
    const tone = trips.pnl[t] > 0 ? "fx-good" : "fx-bad";
    const hold = formatHold(trips.holdHours?.[t] ?? (trips.exitTime[t] - trips.entryTime[t]) / HOUR);
    const isOpen = outcomeOf(trips, t) === "open";
    /** @type {[string, string, string?][]} */
    const list = [
      ["Strategy", strategies[trips.strategy[t]] ?? "unknown"],
      ["Entry, UTC", formatUtc(trips.entryTime[t])],
      [isOpen ? "Still held, UTC" : "Exit, UTC", formatUtc(trips.exitTime[t])],
      ["Held", hold],
      [isOpen ? `P&L so far, ${quote}` : `P&L, ${quote}`, formatSigned(trips.pnl[t]), tone],
      ["Return", formatPercent(trips.return[t]), tone],
      ["Worst close, of entry price", formatPercent(trips.worst[t])],
      ["Best close, of entry price", formatPercent(trips.best[t])],
    ];
    return el(
      "dl",
      { class: "fx-facts" },
      ...list.map(([name, value, kind]) =>
        el("div", {}, el("dt", {}, name), el("dd", { class: kind }, value)),
      ),
    );
  }

  return { open, clear };
}
