import { expect, it } from "vitest";
import { drive } from "./drive.ts";
import { ema } from "./indicators/ema.ts";
import { createPlan } from "./plan.ts";
import { column } from "./test-data.ts";

function run(blockRows?: number) {
  const plan = createPlan();
  const x = plan.input("x");
  const { y } = plan.add(ema(3), { x });
  const seen: number[] = [];
  const driven = drive(plan, 10, { blockRows, onProgress: (rows) => seen.push(rows) });
  driven.feed(
    column(10, (i) => i),
    x,
  );
  const kept = driven.keep(y);
  const third = driven.firstRowOf(y, 3);
  driven.go();
  return { kept, third: third(), seen };
}

it("keeps whole columns whatever the block, and tells how far it is", () => {
  const { kept, third, seen } = run(4);
  expect(seen).toEqual([4, 8, 10]);
  expect(third).toBe(4);
  expect(kept).toEqual(run().kept);
});

it("refuses blocks that are no whole number of rows from 1", () => {
  for (const blockRows of [0, -1, 1.5, Number.NaN])
    expect(() => run(blockRows)).toThrow(/^drive: blocks of .* expected a whole number from 1/);
});
