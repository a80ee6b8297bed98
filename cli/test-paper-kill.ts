import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { pause, uniform } from "../datasets/test-kill.ts";
import { testFolder } from "../engine/live/test-folder.ts";
import { main } from "./main.ts";
import { testIo } from "./test-io.ts";
import { paperEnd, QUICK_RUN, writeQuickSettings } from "./test-paper.ts";

/**
 * For tests: kills `fathom paper` and its `halt` and `reset` again and again at random moments; every run that ended
 * in between must have left the bytes of one that nobody killed. Returns how many ended.
 */
export async function killPaper(kills: number, seed: number): Promise<number> {
  const reference = await uninterrupted();
  const size = Number(reference[0].split(" ")[1]);
  const cwd = join(testFolder(), "killed");
  mkdirSync(cwd);
  writeQuickSettings(cwd);
  const random = uniform(seed);
  let ended = 0;
  for (let kill = 0; kill < kills; kill++) {
    // A kill after so many bytes and a moment, not after a time: a busy machine gets as far as an idle one.
    const bytes = journaled(cwd, ended) + random() * 1.2 * size;
    const moment = random() * 20;
    const isDue = async (child: ChildProcess) => {
      while (child.exitCode === null && journaled(cwd, ended) < bytes) await pause(1);
      await pause(moment);
    };
    for (const name of await loop(cwd, ended, isDue)) {
      expect(paperEnd(cwd, name)).toEqual(reference);
      ended++;
    }
  }
  return ended;
}

async function uninterrupted(): Promise<readonly string[]> {
  const io = testIo({ now: () => Date.UTC(2030, 0, 1) });
  writeQuickSettings(io.cwd);
  const fathom = async (...args: string[]) => {
    const exit = await main(args, io);
    expect([exit, io.err()]).toEqual([0, ""]);
  };
  await fathom(...QUICK_RUN, "--to", "2021-01-06", "--name", "whole");
  await fathom("paper", "halt", "--name", "whole");
  await fathom(...QUICK_RUN, "--to", "2021-01-07", "--name", "whole");
  await fathom("paper", "reset", "--name", "whole");
  await fathom(...QUICK_RUN, "--name", "whole");
  // What is compared must hold something.
  expect(io.out()).toMatch(/\norders \d\d, fills \d\d/);
  return paperEnd(io.cwd, "whole");
}

/** Bytes in the journals of a run and the two after it. */
function journaled(cwd: string, first: number): number {
  let bytes = 0;
  for (let run = first; run < first + 3; run++) {
    const path = join(cwd, ".fathom", "live", `run-${run}`, "journal.jsonl");
    bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

/** Runs the loop from a run on, kills it when it is due, and returns what it says has ended. */
async function loop(
  cwd: string,
  first: number,
  isDue: (child: ChildProcess) => Promise<void>,
): Promise<readonly string[]> {
  const file = fileURLToPath(new URL("./test-paper-loop.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", file, cwd, String(first)]);
  let [out, err] = ["", ""];
  child.stderr.on("data", (data) => {
    err += data;
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (data) => {
      out += data;
      if (out.startsWith("ready\n")) resolve();
    });
  });
  await Promise.race([closed, ready]);
  await Promise.race([closed, isDue(child)]);
  child.kill("SIGKILL");
  await closed;
  if (child.signalCode !== "SIGKILL") throw new Error(`the loop ended by itself: ${err}`);
  // The last line may have been cut by the kill.
  return out.split("\n").slice(1, -1);
}
