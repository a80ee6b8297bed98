import { describe, expect, it } from "vitest";
import { every } from "./every.ts";
import { ema } from "./indicators/ema.ts";
import { rollingMax } from "./indicators/rolling-extreme.ts";
import type { Column, Slot, Slots } from "./kernel.ts";
import { createInputs } from "./law-inputs.ts";
import { runAll, type Subject } from "./law-run.ts";
import { BAR_FIELDS, type BarColumns, HOUR, MINUTE } from "./market/bars.ts";
import { rollUpBars } from "./market/roll-up.ts";
import { createPlan, type Plan, type Ports } from "./plan.ts";
import { createSession } from "./session.ts";

const ROWS = 1500;
const made = createInputs(ROWS, 11, "usual");
const data = { time: made.time(MINUTE), bars: made.bars(), level: made.level(0, 1) };

/** Averages over long bars of one pair, as a subject over minute rows. */
function hourly(ms: number, build: (plan: Plan, bars: Slots<BarColumns>) => readonly Slot[]): Subject {
  return {
    name: "hourly",
    rows: ROWS,
    warmUp: "at most",
    inputs: { time: data.time, pairs: [data.bars], extra: { level: data.level } },
    build() {
      const plan = createPlan();
      const bars = Object.fromEntries(BAR_FIELDS.map((f) => [f, plan.input(f)])) as Slots<BarColumns>;
      const inputs = { time: plan.input("time"), pairs: [bars], extra: { level: plan.input("level") } };
      const kernel = every(
        ms,
        { interval: MINUTE, pairs: 1, extra: ["level"] },
        (inner, { pairs, extra, time }) => ({
          signal: build(inner, pairs[0]),
          level: extra.level,
          time,
        }),
      );
      return { plan, inputs, outputs: plan.add(kernel, inputs, "1h") as Ports<Slot> };
    },
  };
}

const columnsOf = (subject: Subject) => runAll(subject, [100]).outputs.columns;
const average = (plan: Plan, bars: Slots<BarColumns>) => [plan.add(ema(3), { x: bars.close }).y];

/** The same average over the same long bars, made by the other roll-up and an ordinary session. */
function expected(ms: number): Column {
  const values = Object.fromEntries(BAR_FIELDS.map((f) => [f, data.bars[f].values])) as BarColumns;
  const time = data.time.values.map((t) => t - MINUTE); // stored bars carry their open time
  const long = rollUpBars(
    { symbol: "x", interval: MINUTE, time, trades: new Float64Array(ROWS), ...values },
    ms,
  );
  const plan = createPlan();
  const x = plan.input("x");
  const { y } = plan.add(ema(3), { x });
  const session = createSession(plan, { capacity: long.close.length });
  session.get(x).set(long.close);
  session.advance(long.close.length);
  return session.get(y);
}

describe("every", () => {
  it.each([MINUTE, 5 * MINUTE, HOUR])(
    "is the inner plan on long bars of %d ms, held between their closes",
    (ms) => {
      const found = columnsOf(hourly(ms, average)).get("signal.0")!;
      const long = expected(ms);
      for (let i = 0; i < ROWS; i++) {
        const closed = Math.floor((i + 1) / (ms / MINUTE)) - 1; // the row that closes a long bar already sees it
        expect(found[i]).toBe(closed < 0 ? Number.NaN : long[closed]);
      }
    },
  );

  it("samples extra columns and the time at each long close", () => {
    const columns = columnsOf(hourly(HOUR, average));
    expect(columns.get("level")![59]).toBe(data.level.values[59]);
    expect(columns.get("level")![118]).toBe(data.level.values[59]);
    expect(columns.get("level")![119]).toBe(data.level.values[119]);
    expect(columns.get("time")![130]).toBe(data.time.values[119]);
  });

  it("states a lookback in rows that holds wherever the first row lies in its long bar", () => {
    const kernel = every(HOUR, { interval: 15 * MINUTE, pairs: 1 }, (plan, { pairs: [bar] }) => ({
      slow: plan.add(ema(10), { x: bar.close }).y,
      fast: plan.add(ema(2), { x: bar.close }).y,
    }));
    expect(kernel.lookback).toBe((9 + 1) * 4 - 1);
  });

  it("is named by its inner plan: another inner kernel, clock or choice of outputs is another kernel", () => {
    const kernel = (ms: number, n: number, take: "a" | "b") =>
      every(ms, { interval: MINUTE, pairs: 1 }, (plan, { pairs: [bar] }) => {
        const a = plan.add(ema(n), { x: bar.close }).y;
        const b = plan.add(rollingMax(n), { x: bar.close }).y;
        return { y: take === "a" ? a : b };
      });
    const params = [
      kernel(HOUR, 3, "a"),
      kernel(HOUR, 4, "a"),
      kernel(HOUR, 3, "b"),
      kernel(2 * HOUR, 3, "a"),
    ].map((k) => JSON.stringify(k.params));
    expect(new Set(params).size).toBe(4);
    expect(JSON.stringify(kernel(HOUR, 3, "a").params)).toBe(params[0]);
  });

  it("gives a slot that is returned twice two names", () => {
    const subject = hourly(HOUR, (plan, bars) => [...average(plan, bars), ...average(plan, bars)]);
    const columns = columnsOf(subject);
    expect(columns.get("signal.1")).toEqual(columns.get("signal.0"));
  });

  it.each([
    [HOUR, 7 * MINUTE],
    [MINUTE, HOUR],
    [HOUR, 0],
    [Number.NaN, MINUTE],
  ])("refuses a clock of %d ms over bars of %d ms", (ms, interval) => {
    expect(() => every(ms, { interval, pairs: 0 }, () => [])).toThrow(
      /^every: found .* expected a whole multiple/,
    );
  });

  it("says which inner kernel threw", () => {
    const broken: ReturnType<typeof ema> = {
      ...ema(2),
      name: "broken",
      advance() {
        throw new RangeError("out of range");
      },
    };
    const bad = hourly(HOUR, (plan, bars) => [plan.add(broken, { x: bars.close }).y]);
    expect(() => columnsOf(bad)).toThrow(/^kernel every: threw "kernel broken: threw "out of range"/);
  });
});
