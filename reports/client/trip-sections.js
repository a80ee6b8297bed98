// @ts-check
import { el, smallTable } from "./dom.js";
import {
  baseOf,
  formatMoney,
  formatNumber,
  formatPercent,
  formatSigned,
  formatSignificant,
  formatUtc,
} from "./format.js";
import { fateOf, riskChecks, sizingOf } from "./order-facts.js";
import { sizingTexts } from "./sizing-text.js";
import { fillArithmetic } from "./trip-facts.js";

/** @typedef {import("./decode.js").Run} Run */

/** @param {string} text */
export const paragraph = (text, kind = "fx-text") => el("p", { class: kind }, text);

const price = (/** @type {number} */ x) => formatSignificant(x, 10);

/** @param {Run} run @param {number} code */
export const strategyName = ({ strategies }, code) =>
  code >= 0 ? (strategies[code] ?? "an unknown strategy") : "cash";

/** @param {Run} run @param {number} i row of an order */
export const kindOf = ({ orders }, i) => String(orders.kinds?.[orders.kind[i]] ?? "order");

/** Who was in charge when an order was decided, and why it was as large as it was. @param {Run} run @param {number} i row of an order that buys */
export function decisionSection(run, i) {
  const { orders, regimes, quote, pairs } = run;
  const regime = regimes[orders.regime?.[i]];
  const confidence = orders.confidence?.[i];
  const share = orders.share?.[i];
  const nodes = [];
  const said = regime === undefined ? "No regime is recorded for it" : `The regime was ${regime}`;
  const sure = Number.isFinite(confidence) ? ` with a confidence of ${formatPercent(confidence, 1)}` : "";
  const charge = Number.isFinite(share)
    ? ` In charge were ${strategyName(run, orders.first[i])} with ${formatPercent(share, 1)} of the allocation and ${strategyName(run, orders.second[i])} with ${formatPercent(1 - share, 1)}.`
    : "";
  nodes.push(paragraph(`Decided at the close of ${formatUtc(orders.time[i])} UTC. ${said}${sure}.${charge}`));

  const sizing = sizingOf(run, i);
  const owner = strategyName(run, orders.strategy[i]);
  if (sizing === undefined) {
    nodes.push(paragraph(`Target weight: ${formatPercent(orders.target[i], 4)} of equity.`));
  } else {
    nodes.push(...sizingTexts(owner, sizing).map(({ kind, text }) => paragraph(text, kind)));
    if (sizing.isImplied)
      nodes.push(paragraph("This page does not carry the strategy's multiplier.", "fx-note"));
  }
  const base = baseOf(pairs[orders.pair[i]]);
  const value = orders.quantity[i] * orders.price[i];
  nodes.push(
    paragraph(
      `Ordered: ${formatSignificant(orders.quantity[i])} ${base} at the close of ${price(orders.price[i])} = ${formatNumber(value)} ${quote}.`,
    ),
  );
  return nodes;
}

/** @param {number} x @param {string} unit */
function inUnit(x, unit) {
  if (unit === "money") return formatMoney(x);
  if (unit === "share") return formatPercent(x, 3);
  return unit === "count" ? formatNumber(x, 0) : formatSignificant(x, 5);
}

/** @param {Run} run @param {number} i row of an order that buys */
export function checksSection(run, i) {
  const caption = `Risk checks of order ${orders(run, i)} (${kindOf(run, i)})`;
  const rows = riskChecks(run, i).map(({ name, unit, measure, bound, isLeast, passed, why }) => [
    name,
    passed === undefined ? "not measured" : inUnit(measure, unit),
    `${isLeast ? "at least" : "at most"} ${inUnit(bound, unit)}`,
    passed === undefined
      ? why
      : el("span", { class: passed ? "fx-good" : "fx-bad" }, passed ? "passed" : "beyond the bound"),
  ]);
  return smallTable(caption, ["Check", "Measured", "Bound", "Result"], rows, [1, 2]);
}

/** @param {Run} run @param {number} i */
const orders = (run, i) => formatNumber(run.orders.order[i], 0);

/** @param {Run} run @param {readonly number[]} rows of the orders */
export function ordersTable(run, rows) {
  const { orders: table } = run;
  const cells = rows.map((i) => {
    const { filled, slices, end, endTime } = fateOf(run, i);
    const part =
      slices === 0
        ? "nothing filled"
        : `${formatSignificant(filled)} in ${slices} ${slices === 1 ? "fill" : "fills"}`;
    const when = Number.isFinite(endTime) ? ` at ${formatUtc(endTime)}` : "";
    const fate = end === "filled" ? `filled, ${part}` : `${end}${when}, ${part}`;
    return [
      orders(run, i),
      formatUtc(table.time[i]),
      kindOf(run, i),
      formatSignificant(table.quantity[i]),
      price(table.price[i]),
      formatPercent(table.target[i], 3),
      `${formatNumber(table.latency[i], 0)} ms`,
      fate,
    ];
  });
  const head = [
    "Order",
    "Sent, UTC",
    "Kind",
    "Quantity",
    `Close then, ${run.quote}`,
    "Target, of equity",
    "Latency",
    "What became of it",
  ];
  return smallTable("Orders", head, cells, [0, 3, 4, 5, 6]);
}

/**
 * The fills' figures, and under them how each price came about.
 * @param {Run} run @param {readonly number[]} rows of the fills
 */
export function fillsSection(run, rows) {
  const { fills, quote } = run;
  const facts = rows.map((k) => ({
    k,
    f: fillArithmetic(fills, k),
    side: fills.side[k] > 0 ? "buy" : "sell",
  }));
  const cells = facts.map(({ k, f, side }) => [
    formatNumber(fills.order[k], 0),
    formatUtc(fills.time[k]),
    side,
    formatSignificant(f.quantity),
    price(f.price),
    formatNumber(f.notional),
    `${formatNumber(f.costs.fee, 4)} (${formatPercent(f.rate, 3)})`,
    `${formatNumber(f.total, 4)} (${formatNumber(f.share * 10_000, 1)} bp)`,
    fills.flagged[k] === 1 ? el("span", { class: "fx-bad" }, "outside the bar") : "inside the bar",
  ]);
  const head = ["Order", "Bar's open, UTC", "Side", "Quantity", `Price, ${quote}`];
  head.push(`Notional, ${quote}`, `Fee, ${quote} (rate)`, `All costs, ${quote}`, "Price lies");
  const part = (/** @type {number} */ x) => formatPercent(x, 4);
  const sums = facts.map(({ k, f, side }) => {
    const parts = `${part(fills.halfSpread[k])} + ${part(fills.drift[k])} + ${part(fills.impact[k])}`;
    const text = `${price(f.open)} × (1 ${f.side > 0 ? "+" : "−"} (${parts})) = ${price(f.unrounded)}, to the tick ${price(f.price)}`;
    return el("li", { class: "fx-sum" }, `${side} ${formatUtc(fills.time[k])}: ${text}`);
  });
  return [
    smallTable("Fills", head, cells, [0, 3, 4, 5, 6, 7]),
    el(
      "details",
      { class: "fx-more" },
      el(
        "summary",
        {},
        sums.length === 1 ? "How the price came about" : `How the ${sums.length} prices came about`,
      ),
      paragraph(
        "Price = the bar's open × (1 ± (half-spread + drift during the latency + impact)), rounded to the tick against us:",
        "fx-note",
      ),
      el("ol", { class: "fx-sums" }, ...sums),
    ),
  ];
}

/** @param {Run} run @param {ReturnType<typeof import("./trip-facts.js").tripSum>} sum @param {number} mark */
export function sumSection(run, { gross, costs, net, pnl, held, isAll, addsUp }, mark) {
  const { quote } = run;
  const money = (/** @type {number} */ x) => formatSigned(x, 4);
  const rows = [
    ["At the bars' opens, before costs", money(gross)],
    ["Half-spread", money(-costs.halfSpread)],
    ["Drift during the latency", money(-costs.drift)],
    ["Impact", money(-costs.impact)],
    ["Rounding to the tick", money(-costs.rounding)],
    ["Fees", money(-costs.fee)],
    [el("strong", {}, "Net"), el("strong", {}, money(net))],
    ["P&L of the round trip", money(pnl)],
  ];
  let text = `These do not add up: the net differs from the P&L by ${formatSignificant(net - pnl, 6)} ${quote}.`;
  if (addsUp === true) text = "The fills add up to the round trip's P&L.";
  if (!isAll) text = "Not every fill of this round trip is in this page, so the sum is not checked.";
  else if (addsUp === undefined)
    text = "What is still held is valued at a close that is not in this page, so the sum is not checked.";
  if (held !== 0 && Number.isFinite(mark))
    text += ` ${formatSignificant(held)} still held count at the last close, ${price(mark)}.`;
  const tone = addsUp === undefined ? "fx-text" : `fx-text ${addsUp ? "fx-good" : "fx-bad"}`;
  return [smallTable(`Sum, ${quote}`, ["", quote], rows, [1]), paragraph(text, tone)];
}

/** @param {Run} run @param {readonly number[]} rows of the refusals */
export function refusalsTable(run, rows) {
  const { refusals: r, rules, pairs, quote } = run;
  const cells = rows.map((i) => [
    formatUtc(r.time[i]),
    r.side[i] > 0 ? "buy" : "sell",
    strategyName(run, r.strategy[i]),
    String(rules[r.rule[i]] ?? "unknown"),
    formatSignificant(r.measure[i], 6),
    r.bound[i] < 1e-300 ? "above 0" : formatSignificant(r.bound[i], 6),
    formatNumber(r.value[i]),
    r.other?.[i] >= 0 ? (pairs[r.other[i]] ?? "") : "",
  ]);
  const head = ["Time, UTC", "Side", "Strategy", "Rule", "Measured", "Bound", `Value, ${quote}`, "With"];
  return smallTable("Refused for this pair meanwhile", head, cells, [4, 5, 6]);
}
