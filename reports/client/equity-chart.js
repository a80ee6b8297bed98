// @ts-check
import { button, el } from "./dom.js";
import { createEquityPlot, isShownFirst, LINES } from "./equity-plot.js";
import { formatHold, formatMoney, formatNumber, formatPercent, formatUtc } from "./format.js";
import { DAY, HOUR } from "./ticks.js";

/** @typedef {import("./decode.js").Run} Run */

const SPANS = [
  { text: "1M", days: 30, name: "one month" },
  { text: "3M", days: 91, name: "three months" },
  { text: "1Y", days: 365, name: "one year" },
];

/**
 * The interactive chart of equity and drawdown in place of what `root` holds.
 * @param {HTMLElement} root @param {Run} run
 */
export function mountEquityChart(root, run) {
  const { bars, regimes, heldHeight } = run;
  const n = bars.time?.length ?? 0;
  if (n < 2) {
    root.style.minHeight = "0";
    root.replaceChildren(el("p", { class: "fx-note" }, "There are too few bars to draw a curve."));
    return;
  }
  const lastRow = n - 1;
  /** @type {number | undefined} */
  let row;

  const when = el("span", { class: "fx-when" });
  const items = LINES.filter(({ key }) => bars[key] !== undefined).map((line) => {
    const value = el("span", { class: "fx-value" });
    const k = LINES.indexOf(line);
    const toggle = button(
      "",
      () => {
        const isOn = toggle.getAttribute("aria-pressed") !== "true";
        toggle.setAttribute("aria-pressed", String(isOn));
        plot.setShown(k, isOn);
      },
      {
        class: "fx-item",
        "aria-pressed": String(isShownFirst(line.key, heldHeight)),
        "aria-label": `Show ${line.label}`,
      },
    );
    toggle.append(
      el("span", { class: `fx-swatch fx-line-${k}` }),
      el("span", { class: "fx-name" }, line.label),
      value,
    );
    return { key: line.key, toggle, value };
  });
  const facts = ["Drawdown", "Exposure", "Regime"].map((label) => {
    const value = el("span", { class: "fx-value" });
    return { label, value, node: el("span", { class: "fx-fact" }, `${label} `, value) };
  });

  /** @param {number} i */
  function show(i) {
    when.textContent = `${formatUtc(bars.time[i])} UTC`;
    for (const { key, value } of items) value.textContent = formatMoney(bars[key][i]);
    const texts = [
      formatPercent(bars.drawdown?.[i] ?? Number.NaN),
      formatPercent(bars.exposure?.[i] ?? Number.NaN, 1),
      regimes[bars.regime?.[i]] ?? "none yet",
    ];
    facts.forEach(({ value }, k) => {
      value.textContent = texts[k];
    });
  }

  const box = el("div", { class: "fx-plot", tabindex: "0", role: "group", onkeydown: onKey });
  box.setAttribute(
    "aria-label",
    `Equity and drawdown from ${formatUtc(bars.time[0])} to ${formatUtc(bars.time[lastRow])} UTC. Left and right arrow keys move the cursor, Home and End go to the ends.`,
  );
  const spoken = el("p", { class: "fx-spoken", "aria-live": "polite" });
  const spans = SPANS.map((span) => ({
    ...span,
    node: button(span.text, () => look(span.days * DAY), {
      "aria-label": `Show ${span.name}`,
      "aria-pressed": "false",
    }),
  }));
  const all = button("All", () => plot.setRange(plot.first, plot.last), {
    "aria-label": "Show all",
    "aria-pressed": "true",
  });
  const log = button(
    "Log scale",
    () => {
      const isOn = log.getAttribute("aria-pressed") !== "true";
      log.setAttribute("aria-pressed", String(isOn));
      plot.setLog(isOn);
    },
    { "aria-pressed": "false" },
  );

  /** Shows a span that ends where the view ends now. @param {number} span ms */
  function look(span) {
    const { max } = plot.range();
    const end = Math.min(plot.last, Math.max(max, plot.first + span));
    plot.setRange(end - span, end);
  }

  /** @param {number} sign */
  function shift(sign) {
    const { min, max } = plot.range();
    const span = max - min;
    const by = (sign * span) / 2;
    const from = Math.min(Math.max(plot.first, min + by), plot.last - span);
    plot.setRange(from, from + span);
  }

  function onRange() {
    const { min, max } = plot.range();
    const isAll = min <= plot.first && max >= plot.last;
    all.setAttribute("aria-pressed", String(isAll));
    for (const { node, days } of spans) {
      node.setAttribute("aria-pressed", String(!isAll && Math.abs(max - min - days * DAY) < DAY / 24));
    }
    earlier.disabled = min <= plot.first;
    later.disabled = max >= plot.last;
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const step = (event.shiftKey ? 10 : 1) * (event.key === "ArrowLeft" ? -1 : 1);
    const from = row ?? lastRow;
    /** @type {Record<string, number>} */
    const targets = { ArrowLeft: from + step, ArrowRight: from + step, Home: 0, End: lastRow };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const next = Math.min(lastRow, Math.max(0, target));
    plot.setCursor(next);
    row = next;
    show(next);
    const [equity] = items;
    spoken.textContent = `${when.textContent}: equity ${equity?.value.textContent ?? ""}, drawdown ${facts[0].value.textContent}`;
  }

  const earlier = button("Earlier", () => shift(-1), {
    "aria-label": "Show an earlier time",
    disabled: true,
  });
  const later = button("Later", () => shift(1), { "aria-label": "Show a later time", disabled: true });
  const key = el(
    "ul",
    { class: "fx-key", "aria-label": "Regimes behind the lines" },
    ...regimes.map((name, k) => el("li", {}, el("span", { class: `fx-band fx-regime-${k}` }), name)),
  );
  const step = (bars.time[lastRow] - bars.time[0]) / lastRow;
  const each =
    step > 1.5 * run.intervalMs ? ` A point stands for ${formatHold(step / HOUR)} on average.` : "";
  const off =
    heldHeight === null
      ? ""
      : `Buy-and-hold is switched off at first, as it would take ${formatNumber(heldHeight, 0)} times the height of the other lines: a click on its name shows it, best on the log scale. `;
  const note = el(
    "p",
    { class: "fx-note" },
    `${off}Drag to zoom, double-click for all; a dashed cursor reads the values. Amounts in ${run.quote}, times in UTC; benchmarks are read at 00:00 and at the end.${each}`,
  );

  root.replaceChildren(
    el(
      "div",
      { class: "fx-bar fx-controls" },
      el(
        "div",
        { class: "fx-group", role: "group", "aria-label": "Time shown" },
        ...spans.map((s) => s.node),
        all,
      ),
      el("div", { class: "fx-group", role: "group", "aria-label": "Move" }, earlier, later),
      log,
    ),
    el("div", { class: "fx-legend fx-lines" }, ...items.map((i) => i.toggle)),
    el("div", { class: "fx-legend" }, when, ...facts.map((f) => f.node)),
    box,
    key,
    note,
    spoken,
  );
  const plot = createEquityPlot(box, run, {
    onCursor(i) {
      row = i;
      show(i ?? lastRow);
    },
    onRange,
  });
  show(lastRow);
}
