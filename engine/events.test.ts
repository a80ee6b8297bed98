import { describe, expect, it } from "vitest";
import { appendEvents, createEvents } from "./events.ts";

describe("createEvents", () => {
  it("keeps every row while it grows past its first capacity", () => {
    const events = createEvents(["a", "b"]);
    for (let i = 0; i < 1000; i++) {
      const k = events.next();
      events.at.a[k] = i;
      events.at.b[k] = -i;
    }
    expect(events.n).toBe(1000);
    expect([...events.at.a.subarray(0, 1000)]).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(events.at.b[999]).toBe(-999);
  });

  it("starts again at row 0 once cleared", () => {
    const events = createEvents(["a"]);
    events.next();
    events.clear();
    expect(events.n).toBe(0);
    expect(events.next()).toBe(0);
  });
});

describe("appendEvents", () => {
  it("adds the rows of one table behind those of another and leaves the first as it was", () => {
    const [to, from] = [createEvents(["a"]), createEvents(["a"])];
    to.at.a[to.next()] = 1;
    for (let i = 0; i < 100; i++) from.at.a[from.next()] = 10 + i;
    appendEvents(to, from);
    expect(to.n).toBe(101);
    expect([to.at.a[0], to.at.a[1], to.at.a[100]]).toEqual([1, 10, 109]);
    expect(from.n).toBe(100);
  });
});
