import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { sha256 } from "./canonical.ts";
import { readManifest } from "./write-run.ts";

const KILLS = 40;

const here = (name: string) =>
  JSON.stringify(pathToFileURL(fileURLToPath(new URL(name, import.meta.url))).href);

/** A process that writes one run after the other until it is killed, and says "go" after the first. */
const WRITER = `
const { testReplay } = await import(${here("./test-replay.ts")});
const { runIdentity, runId } = await import(${here("./run-id.ts")});
const { runFigures } = await import(${here("./figures.ts")});
const { runDocument } = await import(${here("./document.ts")});
const { testProof } = await import(${here("./test-proof.ts")});
const { writeRun } = await import(${here("./write-run.ts")});
const { defaultConfig } = await import(${here("../../engine/config.ts")});
const closes = [Array.from({ length: 3000 }, (_, i) => 100 + (i * 7919) % 101)];
const replay = testReplay({ interval: 3600000, start: 0, symbols: ["BTC"], strategies: ["A"], closes, cash: 1000 });
const config = defaultConfig();
const figures = runFigures(replay, { pairs: [], fees: config.fees });
for (let seed = Number(process.argv[2]); ; seed++) {
  const identity = runIdentity({ panel: replay.panel, config: { ...config, seed } });
  const document = testProof(runDocument(replay, figures, { run: runId(identity), pairs: [], quote: "USD", venues: [], notes: [] }), replay, figures);
  await writeRun({ home: process.argv[1], identity, replay, figures, document, created: 0 });
  console.log("go");
}`;

it(`leaves only whole runs after ${KILLS} writers were killed`, async () => {
  const home = mkdtempSync(join(tmpdir(), "fathom-kill-"));
  for (let k = 0; k < KILLS; k++) {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", WRITER, home, String(k * 1000)],
      {
        stdio: ["ignore", "pipe", "inherit"],
        cwd: fileURLToPath(new URL("../../", import.meta.url)),
      },
    );
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await new Promise((resolve) => setTimeout(resolve, (k * 7919) % 400));
    child.kill("SIGKILL");
    await ended;
    expect(child.signalCode).toBe("SIGKILL");
  }
  const runs = join(home, "runs");
  const whole = readdirSync(runs).filter((name) => !name.endsWith(".part"));
  expect(whole.length).toBeGreaterThanOrEqual(KILLS);
  for (const run of whole) {
    const { files } = readManifest(home, run);
    expect(Object.keys(files)).toHaveLength(7);
    for (const [name, hash] of Object.entries(files)) {
      expect(sha256(readFileSync(join(runs, run, name)))).toBe(hash);
    }
  }
  // every writer swept what those before it left: at most the last one's part is there
  expect(readdirSync(runs).length - whole.length).toBeLessThanOrEqual(1);
  rmSync(home, { recursive: true });
  expect(existsSync(home)).toBe(false);
});
