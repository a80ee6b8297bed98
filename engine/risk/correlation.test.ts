import * as fc from "fast-check";
import { expect, it } from "vitest";
import { oracle, realHours } from "../indicators/test-oracles.ts";
import { HOUR, MINUTE } from "../market/bars.ts";
import { column } from "../test-data.ts";
import { correlationOf, createReturnHistory, noteRows, type ReturnHistory } from "./correlation.ts";

const T0 = Date.UTC(2024, 0, 1);

/** Notes rows [from, to) of closes (and volumes, 1 unless given) of some pairs. */
function note(
  h: ReturnHistory,
  closes: readonly ArrayLike<number>[],
  volumes?: readonly ArrayLike<number>[],
  from = 0,
  to = closes[0].length,
  step = HOUR,
  decision = HOUR,
): ReturnHistory {
  const rows = closes[0].length;
  const pairs = closes.map((c, p) => ({
    close: Float64Array.from(c),
    decisionVolume: volumes ? Float64Array.from(volumes[p]) : column(rows, () => 1),
  }));
  noteRows(
    h,
    column(rows, (i) => T0 + i * step),
    pairs,
    decision,
    from,
    to,
  );
  return h;
}

function correlation(h: ReturnHistory, a = 0, b = 1) {
  const out = { value: 0.1, present: 0.1 };
  correlationOf(h, a, b, out);
  return out;
}

/** Pearson in two passes. */
function pearson(x: readonly number[], y: readonly number[]): number {
  const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const sum = (f: (k: number) => number) => x.reduce((s, _, k) => s + f(k), 0);
  return (
    sum((k) => (x[k] - mx) * (y[k] - my)) /
    Math.sqrt(sum((k) => (x[k] - mx) ** 2) * sum((k) => (y[k] - my) ** 2))
  );
}
const returnsOf = (c: ArrayLike<number>, from: number, to: number) =>
  Array.from({ length: to - from }, (_, k) => c[from + k] / c[from + k - 1] - 1);

const real = realHours();

it.skipIf(real === undefined)("is what TA-Lib and numpy find for 72 returns of real hours", () => {
  const expected = oracle("09-indicators", "correlation-of-returns-72");
  const { x, y } = real!;
  const h = createReturnHistory(2, 72);
  let compared = 0;
  for (let i = 0; i < x.close.length; i++) {
    note(h, [x.close, y.close], undefined, i, i + 1);
    if (Number.isNaN(expected[i])) continue;
    expect(Math.abs(correlation(h).value - expected[i])).toBeLessThan(1e-9);
    expect(correlation(h).present).toBe(1);
    compared++;
  }
  expect(compared).toBe(400 - 72);
});

const closesOf = fc.array(fc.double({ min: 50, max: 150, noNaN: true }), { minLength: 12, maxLength: 40 });

it("is Pearson in two passes over the bars present in both", () => {
  fc.assert(
    fc.property(
      closesOf,
      closesOf,
      fc.array(fc.constantFrom(0, 1, 1), { minLength: 80, maxLength: 80 }),
      (a, b, v) => {
        const n = Math.min(a.length, b.length);
        const window = 10;
        const volumes = [v.slice(0, n), v.slice(40, 40 + n)];
        const h = note(createReturnHistory(2, window), [a.slice(0, n), b.slice(0, n)], volumes);
        const rows = Array.from({ length: window }, (_, k) => n - window + k).filter(
          (i) => volumes[0][i] > 0 && volumes[1][i] > 0,
        );
        const { value, present } = correlation(h);
        expect(present).toBe(rows.length / window);
        if (rows.length < 3) return;
        const [x, y] = [a, b].map((c) => rows.map((i) => c[i] / c[i - 1] - 1));
        expect(value).toBeCloseTo(pearson(x, y), 9);
      },
    ),
    { numRuns: 300 },
  );
});

it("measures a bar after a hole from the close before it", () => {
  // the hole of row 2 is a flat bar; row 3 then has its own return
  const closes = [
    [100, 101, 101, 103],
    [50, 51, 50, 52],
  ];
  const h = note(createReturnHistory(2, 3), closes, [
    [1, 1, 0, 1],
    [1, 1, 1, 1],
  ]);
  expect(correlation(h).present).toBe(2 / 3);
  const [third, second, hole] = h.returns; // a ring of three: row 3 took the place of row 0
  expect(second).toBe(101 / 100 - 1);
  expect(hole).toBeNaN();
  expect(third).toBe(103 / 101 - 1);
});

it("does not count a bar before the listing, nor the first, which has no return", () => {
  const h = note(createReturnHistory(2, 4), [
    [100, 101, 102, 103],
    [Number.NaN, 50, 51, 52],
  ]);
  expect(correlation(h).present).toBe(2 / 4);
});

it("changes no bit with the phase of its ring or the blocks it was fed in", () => {
  const window = 24;
  const rows = 24 + 40;
  const a = column(rows, (i) => 100 + 7 * Math.sin(i * 1.3) + ((i * 37) % 11));
  const b = column(rows, (i) => 50 + 3 * Math.sin(i * 0.7) + ((i * 53) % 7));
  const whole = correlation(note(createReturnHistory(2, window), [a, b])).value;
  for (let from = 0; from < 40; from++) {
    // the same last rows at another place of the ring
    const h = note(createReturnHistory(2, window), [a.subarray(from), b.subarray(from)]);
    expect(correlation(h).value).toBe(whole);
  }
  for (const block of [1, 2, 5, 13]) {
    const h = createReturnHistory(2, window);
    for (let i = 0; i < rows; i += block) note(h, [a, b], undefined, i, Math.min(rows, i + block));
    expect(correlation(h).value).toBe(whole);
  }
});

it("takes full decision bars only, with returns from one to the next", () => {
  const a = column(121, (i) => 100 + ((i * 31) % 17));
  const b = column(121, (i) => 50 + ((i * 23) % 13));
  const h = note(createReturnHistory(2, 2), [a, b], undefined, 0, 121, MINUTE, HOUR);
  expect(h.count).toBe(3);
  expect([...h.returns.subarray(0, 2)]).toEqual([a[120] / a[60] - 1, a[60] / a[0] - 1]);
});

it("is 1 for a pair with itself or its multiple, -1 for its mirror, and never beyond", () => {
  fc.assert(
    fc.property(closesOf, fc.double({ min: 0.01, max: 100, noNaN: true }), (closes, k) => {
      const mirror = [100];
      for (let i = 1; i < closes.length; i++) mirror.push(mirror[i - 1] * (2 - closes[i] / closes[i - 1]));
      fc.pre(mirror.every((m) => m > 1e-3));
      const h = note(createReturnHistory(3, closes.length - 1), [closes, closes.map((c) => c * k), mirror]);
      const same = correlation(h, 0, 1).value;
      const opposite = correlation(h, 0, 2).value;
      expect(same <= 1 && opposite >= -1).toBe(true);
      fc.pre(new Set(returnsOf(closes, 1, closes.length)).size > 3);
      expect(same).toBeCloseTo(1, 6);
    }),
    { numRuns: 300 },
  );
});

it("is 0 where either does not move", () => {
  const h = note(createReturnHistory(2, 3), [
    [100, 100, 100, 100],
    [50, 51, 50, 52],
  ]);
  expect(correlation(h)).toEqual({ value: 0, present: 1 });
});

it("is 0 for fewer than two common bars", () => {
  const h = note(createReturnHistory(2, 4), [
    [100, 101],
    [50, 51],
  ]);
  expect(correlation(h)).toEqual({ value: 0, present: 1 / 4 });
});
