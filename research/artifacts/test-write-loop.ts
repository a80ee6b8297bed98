// For tests: node --import tsx research/artifacts/test-write-loop.ts write HOME writes records, trials and artifacts until
// it is killed, and says on stdout, one line each, what it has acknowledged. `promote HOME GO` waits for the file GO,
// then tries to promote every artifact and says which it did.
import { existsSync, writeSync } from "node:fs";
import { FathomError } from "../../engine/errors.ts";
import { readTrials } from "../training/trials.ts";
import { writeArtifact } from "./artifact.ts";
import { artifactIds } from "./artifact-folder.ts";
import { auditPlace, openAudit } from "./audit-log.ts";
import { openSigner } from "./keys.ts";
import { transition } from "./lifecycle.ts";
import { NOW, testParts } from "./test-artifacts.ts";
import { writeTrial } from "./test-trials.ts";

const [, , mode, home, go] = process.argv;
const say = (line: string) => writeSync(1, `${line}\n`);
const place = auditPlace(home);

if (mode === "write") {
  const signer = openSigner(home);
  for (let turn = 0; ; turn++) {
    const log = openAudit(place, NOW);
    const { seq } = log.append("training-ended", { turn, note: "x".repeat((turn * 97) % 5000) }, NOW);
    if (turn > 0) say(`record ${seq}`);
    const trial = writeTrial(home, turn);
    if (turn > 0) say(`trial ${trial}`);
    const { head } = readTrials(home, log.records);
    log.append("training-decided", { trial, trials: { ...head } }, NOW);
    const { id, digest } = writeArtifact(log, testParts("score", turn), signer, NOW);
    // Ready once it is busy: the kill then comes in the midst of the turns that follow.
    if (turn === 0) say("ready");
    say(`artifact ${id} ${digest}`);
    log.close();
  }
} else {
  say("ready");
  while (!existsSync(go));
  for (const id of artifactIds(home)) {
    for (;;) {
      try {
        const log = openAudit(place, NOW);
        try {
          transition(log, id, "VALIDATION", NOW);
          say(id);
        } finally {
          log.close();
        }
        break;
      } catch (error) {
        if (!(error instanceof FathomError)) throw error;
        if (error.code === "E_GATE_STAGE") break; // somebody else did
        if (error.code !== "E_AUDIT_LOCKED") throw error;
      }
    }
  }
}
