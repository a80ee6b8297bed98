// @ts-check
import { button, el } from "./dom.js";
import { formatNumber, formatSigned } from "./format.js";
import { DAY } from "./ticks.js";
import { filterTrips, outcomeOf, sortTrips, sumOf, tripColumns, tripsCsv } from "./trips.js";

/**
 * @typedef {import("./decode.js").Run} Run
 * @typedef {import("./decode.js").Numbers} Numbers
 */

const PAGE = 100;

/** The order in which a column is best looked at first: names from A, numbers from the greatest. @param {boolean} numeric @returns {1 | -1} */
const firstDirection = (numeric) => (numeric ? -1 : 1);

/**
 * The table of all round trips in place of what `root` holds. A row leads to `#trip-<n>`.
 * @param {HTMLElement} root @param {Run} run
 * @returns {{ shown: () => readonly number[], mark: (trip: number | undefined) => void, focus: (trip: number) => void }}
 */
export function mountTripsTable(root, run) {
  const { trips, pairs, strategies, quote } = run;
  const all = tripColumns(run);
  const columns = all.filter(({ label }) => label !== undefined);
  let sorted = "trip";
  /** @type {1 | -1} */
  let direction = 1;
  let page = 0;
  /** @type {number[]} */
  let kept = [];
  /** @type {number | undefined} */
  let marked;

  const pick = (/** @type {string} */ label, /** @type {readonly [string, string][]} */ options) =>
    el(
      "select",
      { class: "fx-input", "aria-label": label, onchange: refilter },
      ...options.map(([value, text]) => el("option", { value }, text)),
    );
  const named = (/** @type {readonly string[]} */ names, /** @type {Numbers} */ used) => {
    const seen = new Set(used);
    /** @type {[string, string][]} */
    const options = names.map((name, k) => [String(k), name]);
    return options.filter((_, k) => seen.has(k));
  };
  const field = (/** @type {string} */ label, /** @type {Record<string, any>} */ props) =>
    el("input", { class: "fx-input", "aria-label": label, oninput: refilter, ...props });

  const pair = pick("Pair", [["", "All pairs"], ...named(pairs, trips.pair)]);
  const strategy = pick("Strategy", [["", "All strategies"], ...named(strategies, trips.strategy)]);
  const outcome = pick("Outcome", [
    ["", "Won, lost, open"],
    ["won", "Won"],
    ["lost", "Lost"],
    ["open", "Open"],
  ]);
  const least = field("Least P&L", { type: "number", step: "any", placeholder: "P&L from" });
  const most = field("Greatest P&L", { type: "number", step: "any", placeholder: "to" });
  const from = field("Entry from, UTC", { type: "date" });
  const to = field("Entry to, UTC", { type: "date" });
  const inputs = [pair, strategy, outcome, least, most, from, to];
  const clear = button("Clear", () => {
    for (const input of inputs) input.value = "";
    refilter();
  });
  const save = button("Save as CSV", saveCsv);
  const status = el("p", { class: "fx-status", role: "status" });
  const where = el("span", { class: "fx-where" });
  const before = button("Previous", () => turn(page - 1), { "aria-label": "Previous page" });
  const after = button("Next", () => turn(page + 1), { "aria-label": "Next page" });

  const heads = columns.map(({ key, label, numeric }) => {
    const sort = () => {
      direction = sorted === key ? (direction === 1 ? -1 : 1) : key === "trip" ? 1 : firstDirection(numeric);
      sorted = key;
      refresh();
    };
    const arrow = el("span", { class: "fx-arrow", "aria-hidden": "true" });
    const node = el(
      "th",
      { scope: "col", class: numeric ? "fx-number" : undefined },
      el("button", { type: "button", class: "fx-sort", onclick: sort }, label, arrow),
    );
    return { key, node, arrow };
  });
  const body = el("tbody", { onclick: openRow });
  const table = el(
    "table",
    { class: "fx-table fx-trips" },
    el("caption", { class: "fx-spoken" }, "Round trips"),
    el("thead", {}, el("tr", {}, ...heads.map((h) => h.node))),
    body,
  );

  /** @param {HTMLInputElement} input */
  const numberOf = (input) => (input.value === "" ? undefined : Number(input.value));

  function refilter() {
    page = 0;
    refresh();
  }

  function refresh() {
    const until = numberOrDate(to);
    const column = columns.find(({ key }) => key === sorted) ?? columns[0];
    const filtered = filterTrips(trips, {
      pair: numberOf(pair),
      strategy: numberOf(strategy),
      outcome: outcome.value === "" ? undefined : outcome.value,
      pnlMin: numberOf(least),
      pnlMax: numberOf(most),
      from: numberOrDate(from),
      to: until === undefined ? undefined : until + DAY,
    });
    kept = sortTrips(filtered, column.value, direction);
    const won = kept.reduce((n, i) => n + (outcomeOf(trips, i) === "won" ? 1 : 0), 0);
    const count = `${formatNumber(kept.length, 0)} of ${formatNumber(trips.n, 0)} round trips`;
    status.textContent = `${count} · ${formatNumber(won, 0)} won · P&L ${formatSigned(sumOf(trips, kept))} ${quote}`;
    for (const { key, node, arrow } of heads) {
      const isSorted = key === sorted;
      if (isSorted) node.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
      else node.removeAttribute("aria-sort");
      arrow.textContent = isSorted ? (direction === 1 ? " ▲" : " ▼") : "";
    }
    turn(page);
  }

  /** @param {HTMLInputElement} input */
  function numberOrDate(input) {
    return Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : undefined;
  }

  /** @param {number} to */
  function turn(to) {
    const pages = Math.max(1, Math.ceil(kept.length / PAGE));
    page = Math.min(pages - 1, Math.max(0, to));
    const rows = kept.slice(page * PAGE, (page + 1) * PAGE);
    body.replaceChildren(...rows.map(rowOf));
    before.disabled = page === 0;
    after.disabled = page === pages - 1;
    const first = page * PAGE + 1;
    where.textContent =
      rows.length === 0
        ? "None"
        : `${formatNumber(first, 0)}–${formatNumber(first + rows.length - 1, 0)} of ${formatNumber(kept.length, 0)}`;
  }

  /** @param {number} i */
  function rowOf(i) {
    const cells = columns.map(({ key, numeric, text }) => {
      if (key === "trip") {
        const name = `Trip ${i + 1}, ${pairs[trips.pair[i]]}`;
        return el(
          "td",
          { class: "fx-number" },
          el("a", { href: `#trip-${i + 1}`, "aria-label": name }, text(i)),
        );
      }
      const isMoney = key === "pnl" || key === "return";
      const tone = isMoney && trips[key][i] !== 0 ? (trips[key][i] > 0 ? " fx-good" : " fx-bad") : "";
      return el("td", { class: `${numeric ? "fx-number" : ""}${tone}` }, text(i));
    });
    return el("tr", { "data-trip": i, class: i === marked ? "fx-marked" : undefined }, ...cells);
  }

  /** @param {MouseEvent} event */
  function openRow(event) {
    const row = /** @type {Element} */ (event.target).closest("tr");
    const isReading = String(getSelection() ?? "") !== "";
    if (row === null || isReading) return;
    location.hash = `#trip-${Number(row.getAttribute("data-trip")) + 1}`;
  }

  function saveCsv() {
    const url = URL.createObjectURL(new Blob([tripsCsv(all, kept)], { type: "text/csv;charset=utf-8" }));
    el("a", { href: url, download: "round-trips.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  root.replaceChildren(
    el(
      "div",
      { class: "fx-bar fx-controls", role: "group", "aria-label": "Filter round trips" },
      pair,
      strategy,
      outcome,
      least,
      most,
      el("label", { class: "fx-label" }, "Entry", from),
      el("label", { class: "fx-label" }, "to", to),
      clear,
      save,
    ),
    status,
    el(
      "div",
      { class: "fx-scroll fx-trips-box", tabindex: "0", role: "region", "aria-label": "Round trips" },
      table,
    ),
    el("div", { class: "fx-bar fx-controls" }, before, where, after),
  );
  refresh();

  const rowNode = (/** @type {number} */ i) => body.querySelector(`tr[data-trip="${i}"]`);
  return {
    shown: () => kept,
    mark(trip) {
      if (marked !== undefined) rowNode(marked)?.classList.remove("fx-marked");
      marked = trip;
      if (trip !== undefined) rowNode(trip)?.classList.add("fx-marked");
    },
    focus(trip) {
      rowNode(trip)?.querySelector("a")?.focus();
    },
  };
}
