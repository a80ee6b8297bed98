import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createIo, type Io } from "./io.ts";

/** For tests: an Io that keeps what is written, in an empty folder that goes when the test ends. */
export function testIo(given: {
  readonly env?: Readonly<Record<string, string>>;
  /** Files of the working directory, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly now?: () => number;
}): Io & { readonly out: () => string; readonly err: () => string } {
  const cwd = mkdtempSync(join(tmpdir(), "fathom-test-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(given.files ?? {})) writeFileSync(join(cwd, name), text);
  let out = "";
  let err = "";
  const io = createIo({
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    env: given.env ?? {},
    cwd,
    now: given.now ?? (() => 0),
  });
  return { ...io, out: () => out, err: () => err };
}
