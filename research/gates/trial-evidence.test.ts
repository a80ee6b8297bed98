import { expect, test } from "vitest";
import { DAY } from "../../engine/market/bars.ts";
import { hashOf } from "../artifacts/test-artifacts.ts";
import type { Trial } from "../training/trials.ts";
import { trialEvidence } from "./trial-evidence.ts";

const FIRST = Date.UTC(2022, 0, 2);
const DAYS = 64;

/** +-1 % by one binary digit of the day: two different digits are uncorrelated over 64 days. */
const digit = (d: number, mean = 0) =>
  Array.from({ length: DAYS }, (_, k) => mean + ((k >> d) % 2 === 0 ? 0.01 : -0.01));
/** A fold, in days from the first. */
const span = (edge: number, end: number) =>
  ({ edge: FIRST + edge * DAY, end: FIRST + end * DAY }) as Trial["folds"][number];
const returns = (values: readonly number[], first = FIRST) => ({ first, values, sharpe: null });
const trial = (salt: number, part: Partial<Trial> = {}) =>
  ({ id: hashOf(salt), pairs: ["BTC"], folds: [span(0, 90)], ...part }) as Trial;
const own = {
  id: hashOf("own"),
  pairs: ["BTC", "ETH"],
  from: FIRST,
  to: FIRST + 90 * DAY,
  returns: returns(digit(0, 0.001)),
};

test("a first trial is one of one: nothing was chosen", () => {
  const found = trialEvidence([trial(0, { id: own.id })], own);
  expect(found).toMatchObject({ count: 1, replayed: 1, effective: 1 });
  expect(found.overfitting).toMatchObject({ value: null });
});

test("trials that were never replayed count, as independent and without skill", () => {
  const found = trialEvidence([trial(1), trial(2), trial(3)], own);
  expect(found).toMatchObject({ count: 4, replayed: 1, effective: 4, variance: 1 / (DAYS - 1) });
});

test("trials of other pairs or days and the same trial made before do not count", () => {
  const others = [
    trial(1, { pairs: ["SOL"] }),
    trial(2, { folds: [span(-90, 0), span(90, 180)] }),
    trial(0, { id: own.id }),
  ];
  expect(trialEvidence(others, own).count).toBe(1);
});

test("trials on bars that end elsewhere count where a day was judged in both", () => {
  const others = [
    trial(1, { folds: [span(89, 179)], data: hashOf("a bar more") }),
    trial(2, { pairs: ["ETH", "SOL"] }),
  ];
  expect(trialEvidence(others, own).count).toBe(3);
});

test("replayed trials that move apart are independent, those that move alike are one", () => {
  const apart = [1, 2, 3].map((d) => trial(d, { returns: returns(digit(d)) }));
  expect(trialEvidence(apart, own)).toMatchObject({ count: 4, replayed: 4 });
  expect(trialEvidence(apart, own).effective).toBeCloseTo(4, 9);
  const alike = [1, 2, 3].map((d) => trial(d, { returns: returns(digit(0, d / 1e4)) }));
  expect(trialEvidence(alike, own).effective).toBeCloseTo(1, 9);
});

test("two replays that are alike do not make one of the trials beside them that nobody replayed", () => {
  const unseen = Array.from({ length: 100 }, (_, k) => trial(10 + k));
  const alike = trial(1, { returns: returns(digit(0, 0.0011)) });
  const found = trialEvidence([...unseen, alike], own);
  expect(found).toMatchObject({ count: 102, replayed: 2 });
  // 1 of the two that move as one, and 100 of which nobody knows how they would have moved
  expect(found.effective).toBeCloseTo(101, 9);
  // Sharpe ratios of 0.1 and 0.11 a day vary less than those of so many without skill
  expect(found.variance).toBe(1 / (DAYS - 1));
  expect(trialEvidence([alike], own).variance).toBeLessThan(1e-4);
});

test("returns of other days are not compared with these, and their trials count all the same", () => {
  const others = [
    trial(1, { returns: returns(digit(1), FIRST + 1) }),
    trial(2, { returns: returns(digit(2).slice(1)) }),
  ];
  expect(trialEvidence(others, own)).toMatchObject({ count: 3, replayed: 1, effective: 3 });
});

test("overfitting is measured once two trials were replayed over the same days", () => {
  const found = trialEvidence([trial(1, { returns: returns(digit(1)) })], own);
  expect(found.overfitting.value).toBeGreaterThanOrEqual(0);
});
