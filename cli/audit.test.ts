import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { NOW, testHome } from "../research/artifacts/test-artifacts.ts";
import { writeTrial } from "../research/artifacts/test-trials.ts";
import { readTrials, trialsPath } from "../research/training/trials.ts";
import { main } from "./main.ts";
import { testIo } from "./test-io.ts";

/** A home in which two trials were made, the second of which the log remembers. */
function world() {
  const { home, using } = testHome();
  writeTrial(home, 1);
  writeTrial(home, 2);
  using((log) => log.append("training-decided", { trials: { ...readTrials(home, []).head } }, NOW));
  const verify = async (...flags: readonly string[]) => {
    const io = testIo({ now: () => NOW });
    const exit = await main(["audit", "verify", "--home", home, ...flags], io);
    return { exit, out: io.out(), err: io.err() };
  };
  const ledger = trialsPath(home);
  return { verify, ledger, text: readFileSync(ledger, "utf8") };
}

test("audit verify counts the trials of an intact ledger", async () => {
  const { verify, ledger } = world();
  const { exit, out } = await verify();
  expect(exit).toBe(0);
  expect(out).toContain(`\nTrials ${ledger}: 2 trials\nIntact: `);
  expect(JSON.parse((await verify("--json")).out)).toMatchObject({ intact: true, trials: 2, faults: [] });
});

test("audit verify tells of a line of the ledger that was edited, and the exit code is 1", async () => {
  const { verify, ledger, text } = world();
  writeFileSync(ledger, text.replace('"seed":1', '"seed":7'));
  const { exit, out, err } = await verify();
  expect(exit).toBe(1);
  expect(out).toContain(`\nTrials ${ledger}: not to be trusted\nLimit: `);
  expect(err).toMatch(/^E_TRIALS_CHAIN: trials: .* is broken at line 1: /);
  expect(JSON.parse((await verify("--json")).out)).toMatchObject({
    intact: false,
    trials: null,
    faults: [{ code: "E_TRIALS_CHAIN" }],
  });
});

test("audit verify tells of trials that were cut off the ledger", async () => {
  const { verify, ledger, text } = world();
  writeFileSync(
    ledger,
    text
      .split(/(?<=\n)/)
      .slice(0, 2)
      .join(""),
  );
  expect(await verify()).toMatchObject({
    exit: 1,
    err: expect.stringMatching(/^E_TRIALS_HEAD: trials: found 2 lines in .*, expected line 4 /),
  });
});
