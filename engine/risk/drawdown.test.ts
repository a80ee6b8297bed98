import { expect, it } from "vitest";
import { DAY } from "../market/bars.ts";
import { type DrawdownGuard, guardDrawdown, haltByOperator, resetGuard } from "./drawdown.ts";

const start = (peak = 100): DrawdownGuard => ({ peak, halted: 0, haltedAt: 0, byOperator: 0 });

/** Marks equities a day apart; returns the drawdowns and where trading was halted. */
function mark(guard: DrawdownGuard, equities: readonly number[], limit = 0.2, resetAfter = 0) {
  return equities.map((equity, i) => {
    const drawdown = guardDrawdown(guard, equity, i * DAY, limit, resetAfter);
    return { drawdown, halted: guard.halted };
  });
}

it("measures from the highest equity since the start, the start included", () => {
  const marks = mark(start(), [90, 120, 108]);
  expect(marks[0].drawdown).toBeCloseTo(0.1, 12);
  expect(marks[1].drawdown).toBe(0);
  expect(marks[2].drawdown).toBeCloseTo(0.1, 12);
});

it("halts beyond 20 %, not at it", () => {
  expect(mark(start(), [80])[0].halted).toBe(0);
  expect(mark(start(), [79.99])[0].halted).toBe(1);
});

it("notes when it halted, and stays halted though equity recovers", () => {
  const guard = start();
  expect(mark(guard, [100, 70, 90, 150]).map((m) => m.halted)).toEqual([0, 1, 1, 1]);
  expect(guard.haltedAt).toBe(DAY);
});

it("halts on an equity that is no number", () => {
  expect(mark(start(), [Number.NaN])[0].halted).toBe(1);
  expect(mark(start(), [Number.NEGATIVE_INFINITY])[0].halted).toBe(1);
});

it("never resets by itself unless it is told after how long", () => {
  const guard = start();
  mark(guard, [70]);
  guardDrawdown(guard, 70, 1e6 * DAY, 0.2, 0);
  expect(guard.halted).toBe(1);
});

it("resets after its days to a peak of the equity of the moment", () => {
  const guard = start();
  const marks = mark(guard, [70, 60, 50, 45, 39], 0.2, 2 * DAY);
  expect(marks.map((m) => m.halted)).toEqual([1, 1, 0, 0, 1]); // 50 is the peak; 39 is 22 % below it
  expect(marks[2].drawdown).toBe(0);
  expect(marks[3].drawdown).toBeCloseTo(0.1, 12);
  expect(guard.haltedAt).toBe(4 * DAY);
});

it("is not ended by time once an operator holds it, whoever began it", () => {
  for (const before of [90, 70]) {
    const guard = start();
    mark(guard, [before], 0.2, 1);
    haltByOperator(guard, 0);
    expect(mark(guard, [100, 100, 100, 100], 0.2, 1).map((m) => m.halted)).toEqual([1, 1, 1, 1]);
  }
});

it("ends by a reset, and counts from the equity of that moment", () => {
  const guard = start();
  mark(guard, [70]);
  resetGuard(guard, 70);
  expect(mark(guard, [70, 60])).toEqual([
    { drawdown: 0, halted: 0 },
    { drawdown: 1 - 60 / 70, halted: 0 },
  ]);
});

it("keeps its peak through a reset that ends no halt", () => {
  const guard = start();
  resetGuard(guard, 50);
  expect(mark(guard, [90])[0].drawdown).toBeCloseTo(0.1, 12);
});
