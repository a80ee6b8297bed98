import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** For tests: an empty folder that goes when the test ends. */
export function testFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "fathom-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
