import { expect, it } from "vitest";
import { ORDER_KINDS } from "./events.ts";
import { runScenario } from "./harness.test-data.ts";
import { OPERATOR } from "./operator.ts";

const { halt, reset } = OPERATOR;
const saying = (rows: Readonly<Record<number, number>>) => (row: number) => rows[row] ?? OPERATOR.none;
const kinds = (orders: { kind: number }[]) => orders.map((o) => ORDER_KINDS[o.kind]);

it("sells everything at an operator's halt and trades no more until a reset", () => {
  const { halted, orders, quantity } = runScenario({
    rows: 12,
    pairs: [{ target: 0.05 }],
    operator: saying({ 3: halt, 8: reset }),
  });
  expect(Array.from(halted)).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
  expect(kinds(orders)).toEqual(["entry", "flatten", "entry"]);
  expect(Array.from(quantity[0]).map((q) => q > 0)).toEqual([
    ...[false, true, true, true],
    ...[false, false, false, false, false],
    ...[true, true, true],
  ]);
});

it("takes an open entry back at the halt", () => {
  const { cancels, fills } = runScenario({
    rows: 4,
    pairs: [{ target: 0.05, volume: 0 }],
    operator: saying({ 1: halt }),
  });
  expect(cancels).toMatchObject([{ order: 0, remaining: 50 }]);
  expect(fills).toEqual([]);
});

it("is heard in a row in which nothing is wanted or held", () => {
  const { halted } = runScenario({ rows: 6, pairs: [{}], operator: saying({ 2: halt, 4: reset }) });
  expect(Array.from(halted)).toEqual([0, 0, 1, 1, 0, 0]);
});

it("changes nothing when a halt is said twice, or a reset to who trades", () => {
  const run = (said: Record<number, number>) =>
    runScenario({ rows: 12, pairs: [{ target: 0.05 }], operator: saying(said) });
  expect(run({ 3: halt, 4: halt, 5: halt }).orders).toEqual(run({ 3: halt }).orders);
  expect(run({ 5: reset }).orders).toEqual(run({}).orders);
});

it("says with each entry what the limits measured, the order included", () => {
  const { orders } = runScenario({
    rows: 6,
    pairs: [{ target: 0.05 }, { target: (i) => (i >= 2 ? 0.04 : 0), close: (i) => 100 + (i % 2) }],
    correlationBars: 3,
    config: { risk: { correlation_present: 0 } },
  });
  expect(orders[0]).toMatchObject({ desire: 1, pairs: 1, position: 0.05, leverage: 0.05, top3: 0.05 });
  expect(orders[0].correlation).toBeNaN(); // nothing else is held
  expect(orders[1].pairs).toBe(2);
  expect(orders[1].leverage).toBeCloseTo(0.09, 3); // 5 % held and 4 % ordered, of an equity that paid costs
  expect(orders[1].correlation).toBe(0); // the other pair stands still
});

it("says nothing of the limits with a sale", () => {
  const { orders } = runScenario({ rows: 6, pairs: [{ target: (i) => (i < 3 ? 0.05 : 0) }] });
  expect(kinds(orders)).toEqual(["entry", "exit"]);
  expect([orders[1].position, orders[1].pairs, orders[1].correlation]).toEqual([NaN, NaN, NaN]);
});
