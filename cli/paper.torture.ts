import { expect, test } from "vitest";
import { killPaper } from "./test-paper-kill.ts";

test("200 paper runs killed at a random moment leave the bytes of one that was not", async () => {
  expect(await killPaper(200, 3)).toBeGreaterThan(20);
});
