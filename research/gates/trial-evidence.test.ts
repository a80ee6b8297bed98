import { expect, test } from "vitest";
import { hashOf } from "../artifacts/test-artifacts.ts";
import type { Trial } from "../training/trials.ts";
import { trialEvidence } from "./trial-evidence.ts";

const DATA = hashOf("data");
const FIRST = Date.UTC(2022, 0, 2);
const DAYS = 64;

/** +-1 % by one binary digit of the day: two different digits are uncorrelated over 64 days. */
const digit = (d: number, mean = 0) =>
  Array.from({ length: DAYS }, (_, k) => mean + ((k >> d) % 2 === 0 ? 0.01 : -0.01));
const returns = (values: readonly number[], first = FIRST) => ({ first, values, sharpe: null });
const trial = (salt: number, part: Partial<Trial> = {}) =>
  ({ id: hashOf(salt), data: DATA, ...part }) as Trial;
const own = { id: hashOf("own"), returns: returns(digit(0, 0.001)) };

test("a first trial is one of one: nothing was chosen", () => {
  const found = trialEvidence([trial(0, { id: own.id })], DATA, own);
  expect(found).toMatchObject({ count: 1, replayed: 1, effective: 1 });
  expect(found.overfitting).toMatchObject({ value: null });
});

test("trials that were never replayed count, as independent and without skill", () => {
  const found = trialEvidence([trial(1), trial(2), trial(3)], DATA, own);
  expect(found).toMatchObject({ count: 4, replayed: 1, effective: 4, variance: 1 / (DAYS - 1) });
});

test("trials on other data and the same trial made before do not count", () => {
  const found = trialEvidence([trial(1, { data: hashOf("other") }), trial(0, { id: own.id })], DATA, own);
  expect(found.count).toBe(1);
});

test("replayed trials that move apart are independent, those that move alike are one", () => {
  const apart = [1, 2, 3].map((d) => trial(d, { returns: returns(digit(d)) }));
  expect(trialEvidence(apart, DATA, own)).toMatchObject({ count: 4, replayed: 4 });
  expect(trialEvidence(apart, DATA, own).effective).toBeCloseTo(4, 9);
  const alike = [1, 2, 3].map((d) => trial(d, { returns: returns(digit(0, d / 1e4)) }));
  expect(trialEvidence(alike, DATA, own).effective).toBeCloseTo(1, 9);
});

test("returns of other days are not compared with these, and their trials count all the same", () => {
  const others = [
    trial(1, { returns: returns(digit(1), FIRST + 1) }),
    trial(2, { returns: returns(digit(2).slice(1)) }),
  ];
  expect(trialEvidence(others, DATA, own)).toMatchObject({ count: 3, replayed: 1, effective: 3 });
});

test("overfitting is measured once two trials were replayed over the same days", () => {
  const found = trialEvidence([trial(1, { returns: returns(digit(1)) })], DATA, own);
  expect(found.overfitting.value).toBeGreaterThanOrEqual(0);
});
