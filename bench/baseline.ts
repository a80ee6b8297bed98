import { type Figure, medianSeconds } from "./measure.ts";

const ROWS = 2048;
const ROUNDS = 2000;

function copy(x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < ROWS; i++) y[i] = x[i] + 1;
}

function recurrence(x: Float64Array, y: Float64Array): void {
  let e = 0;
  for (let i = 0; i < ROWS; i++) {
    e = 0.9 * e + 0.1 * x[i];
    y[i] = e;
  }
}

/** What this machine and Node make of the two simplest loops: the yardstick for all other figures. */
export function baseline(): Figure[] {
  const x = new Float64Array(ROWS).fill(3.5);
  const y = new Float64Array(ROWS);
  const cost = (f: (x: Float64Array, y: Float64Array) => void) =>
    (medianSeconds(9, () => {
      for (let k = 0; k < ROUNDS; k++) f(x, y);
    }) *
      1e9) /
    (ROWS * ROUNDS);
  const memory = medianSeconds(5, () => void new Float64Array(4e6).fill(1)) / 4e6;
  return [
    { name: "plain loop: y = x + 1", value: cost(copy), unit: "ns/row" },
    { name: "plain loop: e = 0.9 e + 0.1 x", value: cost(recurrence), unit: "ns/row" },
    { name: "first write to fresh memory", value: memory * 1e9, unit: "ns/number" },
  ];
}
