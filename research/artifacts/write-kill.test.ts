import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readAudit } from "./audit-log.ts";
import { recordEvidence, stagesOf } from "./lifecycle.ts";
import { NOW, testEvidence, testHome } from "./test-artifacts.ts";
import { killWrites, startLoop } from "./test-kill-writes.ts";

test("30 writers killed at a random moment leave log and ledger intact, whole artifacts and all that was acknowledged", async () => {
  // Two homes at once: most of the time goes into starting processes.
  for (const kept of await Promise.all([killWrites(15, 1), killWrites(15, 2)])) {
    expect(kept.acknowledged).toBeGreaterThanOrEqual(15);
    expect(kept.artifacts).toBeGreaterThanOrEqual(5);
    expect(kept.trials).toBeGreaterThanOrEqual(15);
  }
}, 300_000);

test("of several processes that promote the same artifacts at once, one does each", async () => {
  const { home, place, using, write } = testHome();
  const made = Array.from({ length: 8 }, (_, k) => write(`score${k}`));
  using((log) => {
    for (const state of made) recordEvidence(log, testEvidence(state), NOW);
  });
  const go = join(home, "go");
  const loops = await Promise.all([1, 2, 3].map(() => startLoop("promote", home, go)));
  writeFileSync(go, "");
  const said = (await Promise.all(loops.map(({ ended }) => ended))).flat().sort();
  expect(said).toEqual(made.map(({ id }) => id));
  const { records, faults } = readAudit(place);
  expect(faults).toEqual([]);
  expect(records.filter(({ kind }) => kind === "promoted")).toHaveLength(made.length);
  expect(stagesOf(records).unlawful).toEqual([]);
}, 120_000);
