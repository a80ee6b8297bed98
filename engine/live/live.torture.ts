import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { cutRun } from "./test-cuts.ts";
import { endOf, type Script, testRun } from "./test-live.ts";

const ROWS = 300;
const SCRIPT: Script = [
  { before: 160, command: "halt" },
  { before: 161, command: "halt" },
  { before: 190, command: "reset" },
];

test("1,000 kills at random moments, each killed once more on its way, come to the same bytes", async () => {
  const run = { rows: ROWS, script: SCRIPT };
  const whole = await cutRun({ ...run, at: new Set() });
  const reference = endOf(whole.folder);
  let seed = 12345;
  const random = (n: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return 1 + Math.floor((seed / 4294967296) * n);
  };
  for (let kill = 0; kill < 1000; kill++) {
    const first = await cutRun({ ...run, at: new Set([random(whole.calls)]) });
    const second = await cutRun({ ...run, from: first.cuts.at(-1), at: new Set([random(whole.calls)]) });
    for (const folder of [second.folder, ...second.cuts]) {
      await testRun({ ...run, folder });
      expect(endOf(folder)).toEqual(reference);
    }
    rmSync(dirname(first.folder), { recursive: true });
  }
});
