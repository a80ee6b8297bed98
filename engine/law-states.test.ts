import { expect, it } from "vitest";
import { assignStates } from "./law-states.ts";

const states = (sum: number, lots: number[], more: object = {}) => [
  { sum, ring: Float64Array.from([sum, sum + 1]), lots: lots.map((q) => ({ q })), ...more },
  null,
  [sum, [Float64Array.from(lots)]],
];

it("makes states equal in place where their shapes are the same", () => {
  const to = states(1, [5, 6]);
  const { ring } = to[0] as { ring: Float64Array };
  assignStates(to, states(2, [7, 8]));
  expect(to).toEqual(states(2, [7, 8]));
  expect((to[0] as { ring: Float64Array }).ring).toBe(ring);
});

it("makes them equal where lists have grown, keys came or went, and arrays have another type", () => {
  for (const from of [
    states(2, [7]),
    states(2, [7, 8, 9]),
    states(2, [7, 8], { extra: 1 }),
    states(2, [7, 8], { ring: [1, 2] }),
    states(2, [7, 8], { ring: Int32Array.of(1, 2) }),
    states(2, [7, 8], { lots: null }),
  ]) {
    const to = states(1, [5, 6]);
    assignStates(to, from);
    expect(to).toEqual(from);
  }
});

it("shares no memory with what it takes", () => {
  const from = states(2, [7, 8, 9]);
  const to = states(1, [5, 6]);
  assignStates(to, from);
  (from[0] as { ring: Float64Array }).ring[0] = 99;
  (from[0] as { lots: { q: number }[] }).lots[0].q = 99;
  expect(to).toEqual(states(2, [7, 8, 9]));
});
