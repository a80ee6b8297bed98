import { expect, it } from "vitest";
import { runOf } from "./page.test-data.ts";
import { exitsOf } from "./trip-exits.js";

const KINDS = ["entry", "increase", "reduction", "exit", "flatten"];

interface Sent {
  readonly kind: string;
  readonly strategy?: number;
  readonly target?: number;
  readonly desire?: number;
  readonly regime?: number;
  readonly first?: number;
  readonly second?: number;
  readonly score?: number;
}

/** What the page says of a trip with these orders; A and B are in charge in CALM unless told otherwise. */
const said = (...sent: Sent[]) => saidBy({}, sent);

/** The same where a model judges at a threshold of 0.6 with a release of 0.1. */
const judged = (...sent: Sent[]) => saidBy({ model: { release: 0.1, least: 0.5 } }, sent);

function saidBy(more: object, sent: readonly Sent[]): string[] {
  const column = (of: (order: Sent) => number) => Float64Array.from(sent, of);
  const run = runOf({
    strategies: ["A", "B", "C"],
    regimes: ["CALM", "PANIC"],
    sizing: { unit: 0.05, cap: 0.05, multipliers: { A: 2, B: 0 } },
    ...more,
    orders: {
      order: column((o) => sent.indexOf(o)),
      side: column(({ kind }) => (kind === "entry" || kind === "increase" ? 1 : -1)),
      kind: column(({ kind }) => KINDS.indexOf(kind)),
      strategy: column(({ strategy = 0 }) => strategy),
      target: column(({ target = 0 }) => target),
      desire: column(({ desire = 0 }) => desire),
      regime: column(({ regime = 0 }) => regime),
      first: column(({ first = 0 }) => first),
      second: column(({ second = 1 }) => second),
      share: column(() => 0.6),
      score: column(({ score = 0.8 }) => score),
      threshold: column(() => 0.6),
      kinds: KINDS,
    },
  });
  return exitsOf(
    run,
    sent.map((_, i) => i),
  ).map(({ text }) => text);
}
const ENTRY = { kind: "entry", target: 0.04, desire: 1 };

it("explains an exit by the strategy's own rule where it was in charge", () => {
  for (const strategy of [0, 1])
    expect(said(ENTRY, { kind: "exit", strategy })).toEqual([
      `${"AB"[strategy]} was in charge and wanted the pair no more: its own exit rule had come true (its desire was 0).`,
    ]);
});

it("blames no exit rule where the strategy wanted the pair still", () => {
  const [text] = said(ENTRY, { kind: "exit", desire: 0.4 });
  expect(text).toContain("A was in charge and wanted the pair still (its desire was 0.4)");
  expect(text).toContain("its multiplier or allocation was 0");
  expect(text).not.toMatch(/exit rule|model/);
});

it("explains an exit by the model's score where it fell below the threshold less the release", () => {
  expect(judged(ENTRY, { kind: "exit", desire: 0.4, score: 0.42 })).toEqual([
    "A was in charge and wanted the pair still (its desire was 0.4), but the model gave it up: its score of 0.42 was below 0.5, its threshold of 0.6 less the release of 0.1.",
  ]);
});

it("says of an exit that waited, its score risen meanwhile, that the pair had been given up before", () => {
  expect(judged(ENTRY, { kind: "exit", desire: 0.4, score: 0.55 })[0]).toContain(
    "but the model left nothing of it: its score of 0.55 was not above its threshold of 0.6, and the pair had been given up at an earlier close.",
  );
});

it("needs no earlier close where the gate leaves nothing below the threshold", () => {
  const [text] = saidBy({ model: { release: 0.1, least: 0 } }, [
    ENTRY,
    { kind: "exit", desire: 0.4, score: 0.55 },
  ]);
  expect(text).toMatch(
    /the model left nothing of it: its score of 0\.55 was not above its threshold of 0\.6\.$/,
  );
});

it("blames no model for a weight that was 0 without it, nor for a desire that was", () => {
  const low = { kind: "exit", score: 0.1 };
  expect(judged(ENTRY, { ...low, strategy: 1, desire: 0.4 })[0]).toContain("multiplier or allocation was 0");
  expect(judged(ENTRY, low)[0]).toContain("its own exit rule had come true");
  expect(judged(ENTRY, { ...low, first: 1, second: 2 })[0]).toContain("was no longer in charge");
});

it("says of a target that fell whether the model's factor fell with it", () => {
  // 0.5 + 0.5 * (0.8 - 0.6) / 0.4 = 0.75, and at 0.7 it is 0.625
  expect(judged(ENTRY, { kind: "reduction", target: 0.03, score: 0.7 })).toEqual([
    "The target fell from 4.000% to 3.000% of equity. The model's factor fell from 0.75 (score 0.8, threshold 0.6) to 0.625 (score 0.7, threshold 0.6).",
  ]);
  expect(judged(ENTRY, { kind: "reduction", target: 0.03, score: 0.8 })[0]).not.toContain("factor");
});

it("explains it by the selector where it was in charge no more, with the change of regime", () => {
  const out = { kind: "exit", first: 1, second: 2 };
  expect(said(ENTRY, out)).toEqual(["A was no longer in charge: in CALM the selector chose B and C."]);
  expect(said(ENTRY, { ...out, second: -1, regime: 1 })).toEqual([
    "A was no longer in charge: in PANIC the selector chose B and cash. The regime had changed from CALM to PANIC.",
  ]);
  expect(said(ENTRY, { kind: "exit", first: -1, second: -1 })).toEqual([
    "A was no longer in charge: in CALM the selector chose cash alone.",
  ]);
});

it("takes a row that is not in the page for unknown, not for cash", () => {
  expect(said(ENTRY, { kind: "exit", first: Number.NaN, second: Number.NaN })).toEqual([
    "Who was in charge when A gave the pair up is not in this page.",
  ]);
});

it("explains what a halt sold by the halt, whoever was in charge", () => {
  expect(said(ENTRY, { kind: "flatten", first: 1, second: 2 })).toEqual([
    "The drawdown limit or an operator halted trading; everything was sold.",
  ]);
});

it("tells a target that fell from a holding worth more than it", () => {
  expect(said(ENTRY, { kind: "reduction", target: 0.03 })).toEqual([
    "The target fell from 4.000% to 3.000% of equity.",
  ]);
  expect(said(ENTRY, { kind: "reduction", target: 0.03, strategy: 1 })).toEqual([
    "The target fell from 4.000% to 3.000% of equity. The pair had passed from A to B.",
  ]);
  expect(said(ENTRY, { kind: "reduction", target: 0.04 })[0]).toBe(
    "The target was 4.000% of equity (4.000% at the order before), and what was held was worth more.",
  );
});

it("does not take an exit that left some for a target that rose", () => {
  const [, text] = said(ENTRY, { kind: "exit" }, { kind: "reduction", target: 0.02, strategy: 1 });
  expect(text).toContain("then the pair was wanted again, with a target of 2.000% of equity");
  expect(text).toContain("The pair had passed from A to B.");
});

it("lists every order that sold, in order, and no order that bought", () => {
  const texts = said(
    ENTRY,
    { kind: "exit" },
    { kind: "increase", target: 0.05, desire: 1 },
    { kind: "reduction", target: 0.02 },
    { kind: "flatten" },
  );
  expect(texts.map((text) => /exit rule|5\.000% to 2\.000%|halted/.exec(text)?.[0])).toEqual([
    "exit rule",
    "5.000% to 2.000%",
    "halted",
  ]);
});
