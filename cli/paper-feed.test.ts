import { describe, expect, test } from "vitest";
import { synthetic } from "../datasets/load.ts";
import { pacedRows } from "./paper-feed.ts";

const { panel } = synthetic({ rows: 6, pairs: ["BTC"] });

async function times(after: number, pace: Parameters<typeof pacedRows>[2]): Promise<number[]> {
  const found: number[] = [];
  for await (const row of pacedRows(panel, after, pace)) found.push(row.time);
  return found;
}

describe("the paper feed", () => {
  test("gives the rows after a time, at any pace", async () => {
    const { signal } = new AbortController();
    expect(await times(panel.time[1], { signal })).toEqual([...panel.time.slice(2)]);
    expect(await times(panel.time[1], { signal, speed: 100 })).toEqual([...panel.time.slice(2)]);
  });

  test("waits for no row of the warm-up", async () => {
    const { signal } = new AbortController();
    const start = panel.time[panel.time.length - 1] + 1;
    expect(await times(Number.NaN, { signal, speed: 1e-9, start })).toEqual([...panel.time]);
  });

  test("waits longer than a timer can, and ends its wait on the signal", async () => {
    const stop = new AbortController();
    const rows = pacedRows(panel, Number.NaN, { signal: stop.signal, speed: 1e-9 });
    const first = rows.next();
    const winner = await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 50, "waits"))]);
    expect(winner).toBe("waits");
    stop.abort();
    expect(await first).toMatchObject({ value: { time: panel.time[0] } });
  });
});
