import { expect, test } from "vitest";
import { killPaper } from "./test-paper-kill.ts";

test("30 paper runs killed at a random moment, halts and resets too, leave the bytes of one that was not", async () => {
  // Two at once: most of the time goes into starting processes.
  const ended = await Promise.all([killPaper(15, 1), killPaper(15, 2)]);
  for (const n of ended) expect(n).toBeGreaterThan(1);
}, 300_000);
