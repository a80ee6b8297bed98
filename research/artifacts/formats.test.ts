import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { testFolder } from "../../engine/live/test-folder.ts";
import { readArtifact } from "./artifact.ts";
import { auditPlace, openAudit, readAudit } from "./audit-log.ts";
import { FORMAT_1 } from "./format-1.test-data.ts";
import { stagesOf, transition } from "./lifecycle.ts";
import { NOW } from "./test-artifacts.ts";

test("a home of format 1 is verified, read and written on", () => {
  const home = testFolder();
  for (const [name, text] of Object.entries(FORMAT_1)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  const { records, faults } = readAudit(auditPlace(home));
  expect(faults).toEqual([]);
  expect(stagesOf(records).unlawful).toEqual([]);
  const { model, state } = readArtifact(home, "score-v1", records);
  expect(state.stage).toBe("APPROVED");
  expect(JSON.parse(model).weights).toEqual([0.25, 1, -1e-7]);
  const log = openAudit(auditPlace(home), NOW);
  expect(transition(log, "score-v1", "RETIRED", NOW).stage).toBe("RETIRED");
  log.close();
});
