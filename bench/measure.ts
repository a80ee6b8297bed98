/** One measured figure. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** Median seconds of `rounds` runs of `work` after one that is not counted. */
export function medianSeconds(rounds: number, work: () => void): number {
  work();
  const seconds: number[] = [];
  for (let k = 0; k < rounds; k++) {
    const began = performance.now();
    work();
    seconds.push((performance.now() - began) / 1000);
  }
  return median(seconds);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
