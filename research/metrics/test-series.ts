import { readFileSync } from "node:fs";
import { createRandom, fillNormals } from "../../datasets/random.ts";
import { sharedData } from "../../engine/test-data.ts";
import { returnsOf } from "./drawdown.ts";

/** For tests: the cases of an oracle file, none where the shared data is absent. */
export function oracleCases<Case>(file: string): readonly Case[] {
  const path = sharedData(`oracles/${file}`);
  return path === undefined ? [] : (JSON.parse(readFileSync(path, "utf8")).cases as Case[]);
}

/** For tests: daily returns between the days `first` and `last` of a Kraken CSV; a missing day is flat. */
export function dailyReturns(file: string, first: string, last: string): Float64Array {
  const close = new Map<number, number>();
  for (const line of readFileSync(sharedData(file) as string, "utf8").split("\n")) {
    const cells = line.split(",");
    if (cells.length > 5) close.set(Number(cells[0]), Number(cells[4]));
  }
  const second = (day: string) => Date.parse(`${day}T00:00:00Z`) / 1000;
  const equity: number[] = [];
  for (let t = second(first); t <= second(last); t += 86_400) {
    equity.push(close.get(t) ?? (equity.at(-1) as number));
  }
  return returnsOf(equity);
}

/** For tests: `count` series of n independent normals. */
export function noise(count: number, n: number, seed: number): Float64Array[] {
  const random = createRandom(seed, 11);
  return Array.from({ length: count }, () => {
    const x = new Float64Array(n);
    fillNormals(random, x);
    return x;
  });
}
