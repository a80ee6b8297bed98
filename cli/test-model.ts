import { beforeAll } from "vitest";
import { trainedHome } from "../research/training/test-trained.ts";
import { main } from "./main.ts";
import { testIo } from "./test-io.ts";

/** For tests: after all that was done to a trained home. */
export const LATER = Date.UTC(2026, 0, 2);

/** For tests: the bars that its artifact was trained on. */
export const BARS = ["--planted", "--pairs", "BTC,ETH", "--interval", "4h", "--to", "2022-08-26T08:00:00Z"];

/** For tests: a home with the trained artifact score-v1 for a file of tests, there once they run, and commands in it. */
export function modelWorld() {
  const world = {} as { made: Awaited<ReturnType<typeof trainedHome>> };
  beforeAll(async () => {
    world.made = await trainedHome();
    return world.made.remove;
  });
  const fathom = async (...args: string[]) => {
    const io = testIo({ now: () => LATER });
    const exit = await main([...args, "--home", world.made.home], io);
    return { exit, out: io.out(), err: io.err() };
  };
  return { world, fathom };
}
