// @ts-check
import { formatPercent, formatSignificant } from "./format.js";

/** @typedef {NonNullable<ReturnType<typeof import("./order-facts.js").sizingOf>>} Sizing */
/** @typedef {NonNullable<Sizing["judgement"]>} Judgement */

/** @param {number} x a score, a threshold or the factor that follows from them */
export const scoreText = (x) => formatSignificant(x, 6);

/**
 * How an order came by its target: the strategy's sum and, where a model judges, what it said and the sum with its
 * factor. `kind` is the class of a paragraph.
 * @param {string} owner @param {Sizing} sizing
 */
export function sizingTexts(owner, sizing) {
  const { judgement, sized, target } = sizing;
  const texts = [{ kind: "fx-sum", text: `${owner}: ${weightText(sizing)}` }];
  if (judgement !== undefined)
    texts.push(
      { kind: "fx-text", text: judgementText(judgement) },
      { kind: "fx-sum", text: `Model: ${factorText(sizing, judgement)}` },
    );
  const fits = Math.abs(sized - target) <= 1e-6 * Math.max(sized, target);
  if (!fits) texts[texts.length - 1].text += `; the order's target is ${formatPercent(target, 4)}`;
  return texts.map(({ kind, text }) => ({ kind, text: `${text}.` }));
}

/** @param {Sizing} sizing */
function weightText({ desire, unit, multiplier, allocation, weight, cap, isImplied }) {
  const known = `${formatSignificant(desire, 6)} desire × ${formatPercent(unit)} unit × ${formatPercent(allocation)} allocation`;
  if (Number.isNaN(weight))
    return `${known} × its multiplier reaches the cap of ${formatPercent(cap)} of equity`;
  const by = `${formatSignificant(multiplier, 6)} multiplier${isImplied ? " (from the target)" : ""}`;
  const end =
    weight > cap ? `, capped at ${formatPercent(cap)}` : `, within the cap of ${formatPercent(cap)}`;
  return `${known} × ${by} = ${formatPercent(weight, 4)} of equity${end}`;
}

/** @param {Judgement} judgement */
function judgementText({ score, threshold, bound, factor }) {
  const [p, t, low, share] = [score, threshold, bound, factor].map(scoreText);
  const where =
    score < threshold
      ? `below its threshold of ${t}; the pair had been let in at an earlier close and is given up only below ${low}`
      : `${score > threshold ? "above" : "at"} its threshold of ${t}`;
  return `The model's score was ${p}, ${where}: it left ${share} of that weight`;
}

/** @param {Sizing} sizing @param {Judgement} judgement */
function factorText({ capped, sized }, { score, threshold, least, factor }) {
  const [p, t, low, share] = [score, threshold, least, factor].map(scoreText);
  const from = score > threshold ? ` (${low} + (1 − ${low}) × (${p} − ${t}) ÷ (1 − ${t}))` : "";
  return `${formatPercent(capped, 4)} × ${share}${from} = ${formatPercent(sized, 4)} of equity`;
}
