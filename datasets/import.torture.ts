import { expect, test } from "vitest";
import { killImports } from "./test-kill-imports.ts";

test("200 imports killed at a random moment leave whole series and keep what was acknowledged", async () => {
  const runs = await Promise.all([killImports(100, 11), killImports(100, 12)]);
  for (const { acknowledged } of runs) expect(acknowledged).toBeGreaterThanOrEqual(100);
});
