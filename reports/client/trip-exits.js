// @ts-check
import { el } from "./dom.js";
import { formatNumber, formatPercent, formatSignificant, formatUtc } from "./format.js";
import { judgementOf, sizingOf } from "./order-facts.js";
import { scoreText } from "./sizing-text.js";
import { kindOf, paragraph, strategyName } from "./trip-sections.js";
import { outcomeOf } from "./trips.js";

/** @typedef {import("./decode.js").Run} Run */

/**
 * Why each order of a trip that sold was sent, in order: `text` is a sentence, `isDesire` whether it rests on a desire
 * of 0.
 * @param {Run} run @param {readonly number[]} sent rows of the trip's orders, ascending
 */
export function exitsOf(run, sent) {
  const { orders } = run;
  const entry = sent.find((i) => orders.side[i] > 0);
  return sent.flatMap((i, k) => {
    if (orders.side[i] > 0) return [];
    const kind = kindOf(run, i);
    const found =
      kind === "flatten"
        ? { text: "The drawdown limit or an operator halted trading; everything was sold." }
        : kind === "reduction"
          ? { text: reductionText(run, i, sent[k - 1]) }
          : exitReason(run, i, entry);
    return [{ i, kind, isDesire: false, ...found }];
  });
}

/** @param {Run} run @param {number} i row of an exit @param {number | undefined} entry row of the trip's first buy */
function exitReason(run, i, entry) {
  const { orders, regimes } = run;
  const owner = strategyName(run, orders.strategy[i]);
  const [first, second] = [orders.first?.[i], orders.second?.[i]];
  // a row that is not in the page is no row in cash
  if (!(Number.isFinite(first) && Number.isFinite(second)))
    return { text: `Who was in charge when ${owner} gave the pair up is not in this page.` };
  if (first !== orders.strategy[i] && second !== orders.strategy[i]) {
    const now = regimes[orders.regime[i]];
    const before = entry === undefined ? undefined : regimes[orders.regime[entry]];
    const names = [first, second].map((code) => strategyName(run, code));
    const chosen = names[0] === names[1] ? `${names[0]} alone` : names.join(" and ");
    const changed =
      before !== undefined && now !== undefined && before !== now
        ? ` The regime had changed from ${before} to ${now}.`
        : "";
    const where = now === undefined ? "" : `in ${now} `;
    return { text: `${owner} was no longer in charge: ${where}the selector chose ${chosen}.${changed}` };
  }
  const desire = orders.desire?.[i];
  if (desire > 0) {
    const still = `${owner} was in charge and wanted the pair still (its desire was ${formatSignificant(desire, 4)}), but`;
    return {
      text: `${still} ${refusedByModel(run, i) ?? "its target came to 0: its multiplier or allocation was 0."}`,
    };
  }
  return {
    isDesire: true,
    text: `${owner} was in charge and wanted the pair no more: its own exit rule had come true (its desire was 0).`,
  };
}

/** Why the model's gate was shut for an exit of which a weight was wanted. @param {Run} run @param {number} i row of the exit */
function refusedByModel(run, i) {
  const sizing = sizingOf(run, i);
  if (sizing?.judgement === undefined || !(sizing.weight > 0)) return undefined;
  const { score, threshold, release, bound, least } = sizing.judgement;
  const [p, t] = [score, threshold].map(scoreText);
  if (score < bound)
    return `the model gave it up: its score of ${p} was below ${scoreText(bound)}, its threshold of ${t} less the release of ${scoreText(release)}.`;
  const shut = least > 0 ? ", and the pair had been given up at an earlier close" : "";
  return `the model left nothing of it: its score of ${p} was not above its threshold of ${t}${shut}.`;
}

/** Whether the model's factor fell as well as the target. @param {Run} run @param {number} before @param {number} i rows of two orders of a pair */
function fallText(run, before, i) {
  const [was, is] = [judgementOf(run, before), judgementOf(run, i)];
  if (was === undefined || is === undefined || is.factor >= was.factor) return "";
  const told = (/** @type {typeof is} */ { factor, score, threshold }) =>
    `${scoreText(factor)} (score ${scoreText(score)}, threshold ${scoreText(threshold)})`;
  return ` The model's factor fell from ${told(was)} to ${told(is)}.`;
}

/** @param {Run} run @param {number} i row of a reduction @param {number | undefined} before row of the order before it */
function reductionText(run, i, before) {
  const { orders } = run;
  const to = `${formatPercent(orders.target[i], 3)} of equity`;
  if (before === undefined) return `The target was ${to}, and more was held.`;
  const [was, is] = [orders.strategy[before], orders.strategy[i]];
  const passed =
    was === is ? "" : ` The pair had passed from ${strategyName(run, was)} to ${strategyName(run, is)}.`;
  const from = formatPercent(orders.target[before], 3);
  if (orders.target[before] === 0)
    return `The order before was to sell all of it; then the pair was wanted again, with a target of ${to}, and what was left was worth more.${passed}`;
  return orders.target[i] < orders.target[before]
    ? `The target fell from ${from} to ${to}.${passed}${fallText(run, before, i)}`
    : `The target was ${to} (${from} at the order before), and what was held was worth more.${passed}`;
}

/** @param {Run} run @param {number} t @param {readonly number[]} sent rows of its orders */
export function exitSection(run, t, sent) {
  const exits = exitsOf(run, sent);
  const isOpen = outcomeOf(run.trips, t) === "open";
  const nodes = [];
  if (exits.length > 0)
    nodes.push(
      el(
        "ol",
        { class: "fx-sums" },
        ...exits.map(({ i, kind, text }) =>
          el(
            "li",
            { class: "fx-text" },
            `${formatUtc(run.orders.time[i])} UTC, ${kind} (order ${formatNumber(run.orders.order[i], 0)}): ${text}`,
          ),
        ),
      ),
    );
  if (exits.some(({ isDesire }) => isDesire))
    nodes.push(
      paragraph("A desire counts as 0 too where the pair has traded too little to be eligible.", "fx-note"),
    );
  if (isOpen)
    nodes.push(
      paragraph(
        exits.length === 0
          ? "No exit yet: it is still held, and no order to sell was sent."
          : "No exit yet that sold all of it: it is still held.",
      ),
    );
  else if (exits.length === 0)
    nodes.push(
      paragraph(
        "The orders that sold were left out of this page for its size. They are in the run's table of orders.",
        "fx-missing",
      ),
    );
  return nodes;
}
