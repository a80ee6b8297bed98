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
}

/** What the page says of a trip with these orders; A and B are in charge in CALM unless told otherwise. */
function said(...sent: Sent[]): string[] {
  const column = (of: (order: Sent) => number) => Float64Array.from(sent, of);
  const run = runOf({
    strategies: ["A", "B", "C"],
    regimes: ["CALM", "PANIC"],
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
  expect(text).not.toContain("exit rule");
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
