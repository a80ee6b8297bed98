import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { readTrials } from "../training/trials.ts";
import { against, verifyArtifact } from "./artifact.ts";
import { readAudit, requireIntact } from "./audit-log.ts";
import { testHome } from "./test-artifacts.ts";

/** For tests: starts the loop in a process of its own. Resolves once it says "ready". */
export async function startLoop(
  ...args: readonly string[]
): Promise<{ readonly child: ChildProcess; readonly ended: Promise<readonly string[]> }> {
  const loop = fileURLToPath(new URL("./test-write-loop.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", loop, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stderr!.on("data", (data) => {
    err += data;
  });
  const ready = new Promise<void>((resolve) => {
    child.stdout!.on("data", (data) => {
      out += data;
      if (out.startsWith("ready\n")) resolve();
    });
  });
  // The last line may have been cut by a kill.
  const ended = new Promise<readonly string[]>((resolve, reject) =>
    child.once("close", () => (err === "" ? resolve(out.split("\n").slice(1, -1)) : reject(new Error(err)))),
  );
  await Promise.race([ready, ended]);
  return { child, ended };
}

/**
 * Kills a writer of records, trials and artifacts again and again at random moments. After each kill log and ledger must
 * be intact, every artifact that the log knows whole, and everything that was acknowledged there.
 */
export async function killWrites(
  kills: number,
  seed: number,
): Promise<{ acknowledged: number; artifacts: number; trials: number }> {
  const { home, place } = testHome();
  const promised = new Map<string, string>();
  const tried = new Set<string>();
  let [seqs, acknowledged, artifacts, trials] = [0, 0, 0, 0];
  for (let kill = 0; kill < kills; kill++) {
    const { child, ended } = await startLoop("write", home);
    await new Promise((resolve) => setTimeout(resolve, (seed * 131 + kill * 7919) % 397));
    child.kill("SIGKILL");
    const lines = await ended;
    expect(child.signalCode).toBe("SIGKILL");
    acknowledged += lines.length;
    for (const line of lines) {
      const [what, name, digest] = line.split(" ");
      if (what === "artifact") promised.set(name, digest);
      else if (what === "trial") tried.add(name);
      else seqs = Math.max(seqs, Number(name));
    }
    const view = readAudit(place);
    requireIntact(view);
    expect(view.records.length).toBeGreaterThanOrEqual(seqs);
    const known = against(home, view.records);
    for (const [id, digest] of promised) expect(known.stages.artifacts.get(id)?.digest).toBe(digest);
    for (const id of known.stages.artifacts.keys()) verifyArtifact(home, id, known);
    artifacts = known.stages.artifacts.size;
    const ledger = new Set(readTrials(home, view.records).trials.map(({ id }) => id));
    for (const id of tried) expect(ledger).toContain(id);
    trials = ledger.size;
  }
  // Each writer swept what those before it left: at most the last one's part is there.
  const parts = readdirSync(join(home, "artifacts")).filter((name) => name.endsWith(".part"));
  expect(parts.length).toBeLessThanOrEqual(1);
  const heads = readdirSync(home).filter((name) => name.startsWith("audit-head.json."));
  expect(heads.length).toBeLessThanOrEqual(1);
  return { acknowledged, artifacts, trials };
}
