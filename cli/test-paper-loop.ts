// For tests: node --import tsx cli/test-paper-loop.ts FOLDER FIRST. Runs `fathom paper` under the names run-FIRST,
// run-FIRST+1, ... until it is killed, each after a halt and a reset, and says on stdout which have ended.
import { existsSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createIo } from "./io.ts";
import { main } from "./main.ts";
import { QUICK_RUN } from "./test-paper.ts";

const [, , cwd, first] = process.argv;
const say = (line: string) => writeSync(1, `${line}\n`);
const stderr = (text: string) => void writeSync(2, text);

async function fathom(...args: string[]): Promise<void> {
  const io = createIo({ stdout: () => {}, stderr, env: {}, cwd, now: Date.now });
  if ((await main(args, io)) !== 0) process.exit(1);
}

function given(name: string): number {
  const path = join(cwd, ".fathom", "live", name, "operator.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as unknown[]).length : 0;
}

// What the commands load on their first call, so that kills come in the midst of the runs.
await Promise.all([import("./paper.ts"), import("../datasets/load.ts"), import("../engine/live/live.ts")]);
say("ready");
for (let turn = Number(first); ; turn++) {
  const name = `run-${turn}`;
  // The folder is there once ten rows were taken; then it is halted and, ten rows later, reset.
  if (given(name) < 1) await fathom(...QUICK_RUN, "--to", "2021-01-06", "--name", name);
  if (given(name) < 1) await fathom("paper", "halt", "--name", name);
  if (given(name) < 2) await fathom(...QUICK_RUN, "--to", "2021-01-07", "--name", name);
  if (given(name) < 2) await fathom("paper", "reset", "--name", name);
  await fathom(...QUICK_RUN, "--name", name);
  say(name);
}
