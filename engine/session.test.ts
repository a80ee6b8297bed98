import { deserialize, serialize } from "node:v8";
import { describe, expect, it } from "vitest";
import type { Events } from "./events.ts";
import { ema } from "./indicators/ema.ts";
import type { Column } from "./kernel.ts";
import { createPlan, type Plan } from "./plan.ts";
import { createSession } from "./session.ts";

function emaPlan(n = 3, name = "x") {
  const plan = createPlan();
  const x = plan.input(name);
  const { y } = plan.add(ema(n), { x }, "BTC");
  return { plan, x, y };
}

const codeOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return "nothing thrown";
};

describe("a session", () => {
  it("goes on where the last advance ended", () => {
    const { plan, x, y } = emaPlan();
    const session = createSession(plan, { capacity: 4 });
    session.get(x).set([1, 2, 3, 4]);
    session.advance(4);
    expect([...session.get(y)]).toEqual([Number.NaN, Number.NaN, 2, 3]);
    session.get(x).set([5]);
    session.advance(1);
    expect([session.get(y)[0], session.row]).toEqual([4, 5]);
  });

  it("refuses more rows than it has room for, and less than whole ones", () => {
    const session = createSession(emaPlan().plan, { capacity: 4 });
    for (const rows of [5, -1, 1.5, Number.NaN])
      expect(codeOf(() => session.advance(rows))).toBe("E_SESSION_ROWS");
    expect(session.row).toBe(0);
  });

  it("shares nothing with another session of the same plan", () => {
    const { plan, x, y } = emaPlan(2);
    const [one, two] = [createSession(plan), createSession(plan)];
    one.get(x).set([1, 1, 1]);
    one.advance(3);
    two.get(x).set([8, 8, 8]);
    two.advance(3);
    expect([one.get(y)[2], two.get(y)[2]]).toEqual([1, 8]);
  });

  it("takes input events for one advance, and clears output events before the next", () => {
    const plan = createPlan();
    const x = plan.input("x");
    const orders = plan.events("orders", ["q"]);
    const { fills } = plan.add(
      {
        name: "echo",
        params: {},
        lookback: 0,
        writes: { fills: { name: "fills", fields: ["q"] as const } },
        init: () => null,
        advance(_: null, input: { x: Column; orders: Events<"q"> }, out: { fills: Events<"q"> }) {
          for (let k = 0; k < input.orders.n; k++)
            out.fills.at.q[out.fills.next()] = 2 * input.orders.at.q[k];
        },
      },
      { x, orders },
    );
    const session = createSession(plan);
    const [given, done] = [session.get(orders), session.get(fills)];
    given.at.q[given.next()] = 4;
    session.advance(1);
    expect([given.n, done.n, done.at.q[0]]).toEqual([0, 1, 8]);
    session.advance(1);
    expect(done.n).toBe(0);
  });

  it("names the kernel, its columns and the rows when a kernel throws", () => {
    const plan = createPlan();
    const x = plan.input("x");
    const kernel = { ...ema(3), name: "mine", advance: () => expect.unreachable("out of range") };
    plan.add(kernel, { x }, "BTC");
    const session = createSession(plan);
    expect(codeOf(() => session.advance(2))).toBe("E_KERNEL_THREW");
    expect(() => session.advance(2)).toThrow(
      /^kernel mine: threw ".*out of range.*" while it computed BTC.ema3 in rows 0 to 1,/,
    );
  });
});

describe("a checkpoint", () => {
  const prices = Float64Array.from({ length: 20 }, (_, i) => 100 + ((i * 7) % 5));
  const run = (plan: Plan, from?: ReturnType<ReturnType<typeof createSession>["checkpoint"]>) =>
    createSession(plan, { from });

  it("goes on in another session as if nothing had happened, through v8.serialize", () => {
    const whole = emaPlan();
    const all = run(whole.plan);
    all.get(whole.x).set(prices);
    all.advance(20);

    const a = emaPlan();
    const first = run(a.plan);
    first.get(a.x).set(prices.subarray(0, 9));
    first.advance(9);
    const b = emaPlan();
    const second = run(b.plan, deserialize(serialize(first.checkpoint())));
    expect(second.row).toBe(9);
    second.get(b.x).set(prices.subarray(9));
    second.advance(11);
    expect([...second.get(b.y).subarray(0, 11)]).toEqual([...all.get(whole.y).subarray(9, 20)]);
  });

  it("is not changed by what the session does next, nor by a session opened from it", () => {
    const { plan, x } = emaPlan();
    const session = run(plan);
    session.get(x).set(prices);
    session.advance(10);
    const taken = session.checkpoint();
    const before = structuredClone(taken);
    session.advance(5);
    run(plan, taken).advance(5);
    expect(taken).toEqual(before);
  });

  it("does not open under another plan, and names the first kernel that differs", () => {
    const taken = run(emaPlan(3).plan).checkpoint();
    const open = () => run(emaPlan(4).plan, taken);
    expect(codeOf(open)).toBe("E_CHECKPOINT_PLAN");
    expect(open).toThrow(
      /kernel 0 is the first that differs, found \["ema",\[\["n",3\]\].*expected \["ema",\[\["n",4\]\]/,
    );
  });

  it("does not open where only the inputs are called otherwise, and says so", () => {
    const taken = run(emaPlan(3).plan).checkpoint();
    expect(() => run(emaPlan(3, "z").plan, taken)).toThrow("the names or the order of the inputs differ");
  });

  it("does not open under a plan with a kernel more", () => {
    const taken = run(emaPlan(3).plan).checkpoint();
    const longer = emaPlan(3);
    longer.plan.add(ema(9), { x: longer.x });
    expect(() => run(longer.plan, taken)).toThrow(/kernel 1 is the first that differs, found nothing/);
  });
});
