import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** For tests: starts a loop of writing in a process of its own and kills it; returns what it acknowledged. */
export async function killed(
  folder: string,
  mode: "import" | "copy",
  when: (child: ChildProcess) => Promise<void>,
): Promise<readonly string[]> {
  const loop = fileURLToPath(new URL("./test-import-loop.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", loop, folder, mode]);
  let [out, err] = ["", ""];
  child.stderr.on("data", (data) => {
    err += data;
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await Promise.race([
    closed,
    new Promise<void>((resolve) => {
      child.stdout.on("data", (data) => {
        out += data;
        if (out.startsWith("ready\n")) resolve();
      });
    }),
  ]);
  await Promise.race([closed, when(child)]);
  child.kill("SIGKILL");
  await closed;
  if (child.signalCode !== "SIGKILL") throw new Error(`the loop ended by itself: ${err}`);
  // The last line may have been cut by the kill.
  return out.split("\n").slice(1, -1);
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A fixed sequence in [0, 1), so that a failing run can be repeated. */
export function uniform(seed: number): () => number {
  let x = seed >>> 0;
  return () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x / 4294967296;
  };
}
