import { describe, expect, expectTypeOf, it } from "vitest";
import type { Events } from "./events.ts";
import { ema } from "./indicators/ema.ts";
import type { Column, Kernel, Slot } from "./kernel.ts";
import { createPlan, type Plan } from "./plan.ts";

/** y = x - z, on ports of which the order could be mistaken. */
function minus(
  params: Record<string, number | string> = {},
): Kernel<{ x: Column; z: Column }, { y: Column }, null> {
  return {
    name: "minus",
    params,
    lookback: 2,
    writes: { y: "difference" },
    init: () => null,
    advance(_, { x, z }, { y }, rows) {
      for (let i = 0; i < rows; i++) y[i] = x[i] - z[i];
    },
  };
}

function sumOf(n: number): Kernel<{ list: readonly Column[]; rest: readonly Column[] }, { y: Column }, null> {
  return {
    name: "sum",
    params: {},
    lookback: n,
    writes: { y: `sum${n}` },
    init: () => null,
    advance: () => {},
  };
}

const twoInputs = (): [Plan, Slot, Slot] => {
  const plan = createPlan();
  return [plan, plan.input("a"), plan.input("b")];
};

describe("a plan", () => {
  it("makes the same kernel on the same slots once", () => {
    const [plan, a] = twoInputs();
    expect(plan.add(ema(3), { x: a }, "one")).toBe(plan.add(ema(3), { x: a }, "two"));
    expect(plan.nodes).toHaveLength(1);
  });

  it("takes ports by name, in whatever order they are written", () => {
    const [plan, a, b] = twoInputs();
    const first = plan.add(minus(), { x: a, z: b }, "one");
    expect(plan.add(minus(), { z: b, x: a }, "two")).toBe(first);
    expect(plan.add(minus(), { z: a, x: b }, "swapped")).not.toBe(first);
  });

  it("tells lists of other lengths apart where the slots are the same", () => {
    const [plan, a, b] = twoInputs();
    const first = plan.add(sumOf(0), { list: [a, b], rest: [] }, "one");
    expect(plan.add(sumOf(0), { list: [a], rest: [b] }, "two")).not.toBe(first);
  });

  it("tells params apart, numbers from text and from numbers that JSON cannot write", () => {
    const [plan, a, b] = twoInputs();
    const all: Record<string, number | string>[] = [
      {},
      { n: 1 },
      { n: "1" },
      { n: Number.POSITIVE_INFINITY },
      { n: Number.NaN },
      { m: 1 },
    ];
    for (const [k, params] of all.entries()) plan.add(minus(params), { x: a, z: b }, `${k}`);
    expect(plan.nodes).toHaveLength(all.length);
  });

  it("takes params in whatever order they are written", () => {
    const [plan, a, b] = twoInputs();
    plan.add(minus({ n: 1, m: 2 }), { x: a, z: b });
    plan.add(minus({ m: 2, n: 1 }), { x: a, z: b });
    expect(plan.nodes).toHaveLength(1);
  });

  it("adds up lookbacks along the longest way", () => {
    const [plan, a, b] = twoInputs();
    const { y } = plan.add(ema(10), { x: a });
    const { y: difference } = plan.add(minus(), { x: y, z: b });
    expect([plan.lookback(a), plan.lookback(y), plan.lookback(difference)]).toEqual([0, 9, 11]);
  });

  it("has the hash of its wiring: the same again, another after any change", () => {
    const wire = (n: number, name = "a", swap = false) => {
      const plan = createPlan();
      const [x, z] = [plan.input(name), plan.input("b")];
      plan.add(ema(n), { x: swap ? z : x });
      return plan.hash;
    };
    expect(wire(3)).toBe(wire(3));
    expect(new Set([wire(3), wire(4), wire(3, "c"), wire(3, "a", true)]).size).toBe(4);
  });

  it("refuses a name twice, and says how to go on", () => {
    const [plan, a, b] = twoInputs();
    plan.add(ema(3), { x: a });
    expect(() => plan.add(ema(3), { x: b })).toThrow(
      "plan: the name ema3 is taken; give the kernel another place",
    );
    expect(() => plan.input("a")).toThrow("plan: the name a is taken");
  });

  it("refuses a slot of another plan", () => {
    const [plan] = twoInputs();
    const [, stranger] = twoInputs();
    expect(() => plan.add(ema(3), { x: stranger })).toThrow("plan: the slot a belongs to another plan");
    expect(() => plan.lookback(stranger)).toThrow("belongs to another plan");
  });

  it("refuses two different kernels of one name and params", () => {
    const [plan, a, b] = twoInputs();
    plan.add(minus(), { x: a, z: b });
    const other = { ...minus(), advance: () => {} };
    expect(() => plan.add(other, { x: a, z: b }, "other")).toThrow("two different kernels are called minus");
  });

  it("names nested outputs by their place", () => {
    const [plan, a] = twoInputs();
    const kernel: Kernel<{ x: Column }, { pairs: readonly { y: Column }[]; log: Events<"t"> }, null> = {
      name: "nested",
      params: {},
      lookback: 0,
      writes: { pairs: [{ y: "y0" }, { y: "y1" }], log: { name: "log", fields: ["t"] } },
      init: () => null,
      advance: () => {},
    };
    const out = plan.add(kernel, { x: a }, "BTC");
    expect([out.pairs[1].y.name, out.log.name]).toEqual(["BTC.y1", "BTC.log"]);
    expect(plan.slots[out.log.id].fields).toEqual(["t"]);
  });

  it("does not compile with wrong ports", () => {
    const [plan, a] = twoInputs();
    const log = plan.events("log", ["t"]);
    // @ts-expect-error a column is wanted, a table is given
    expect(() => plan.add(ema(3), { x: log }, "table")).not.toThrow();
    // @ts-expect-error the port is called x
    expect(() => plan.add(ema(4), { price: a }, "misnamed")).not.toThrow();
    expectTypeOf(plan.add(ema(5), { x: a }).y).toEqualTypeOf<Slot>();
  });
});
