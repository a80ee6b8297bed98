import { expect, test } from "vitest";
import { killWrites } from "./test-kill-writes.ts";

test("500 writers killed at a random moment leave log and ledger intact, whole artifacts and all that was acknowledged", async () => {
  // Several homes: all artifacts of a home are verified after each kill.
  let total = 0;
  for (let pair = 0; pair < 10; pair++) {
    const runs = await Promise.all([killWrites(25, 2 * pair), killWrites(25, 2 * pair + 1)]);
    for (const { acknowledged } of runs) total += acknowledged;
  }
  expect(total).toBeGreaterThanOrEqual(500);
}, 3_600_000);
