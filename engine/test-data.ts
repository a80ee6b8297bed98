import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * For tests: the path of a real-data file beside the checkout, or undefined where it is absent, so
 * that the test can skip. Under FATHOM_REQUIRE_DATA=1 a missing file is an error.
 */
export function sharedData(path: string): string | undefined {
  const full = fileURLToPath(new URL(`../../shared/data/${path}`, import.meta.url));
  if (existsSync(full)) return full;
  if (process.env.FATHOM_REQUIRE_DATA === "1") {
    throw new Error(`test data ${path} is missing and FATHOM_REQUIRE_DATA=1: expected it at ${full}`);
  }
  return undefined;
}
