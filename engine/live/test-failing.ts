import * as fs from "node:fs";
import type { JournalOps } from "./journal.ts";

const failure = (code: string) => Object.assign(new Error(code), { code });

/** For tests: real file operations of which the n-th throws; close, exists and remove never do. */
export function failingAt(n: number, code: string): JournalOps & { readonly calls: () => number } {
  let calls = 0;
  const wrap = <F extends (...args: never[]) => unknown>(op: F): F =>
    ((...args: Parameters<F>) => {
      if (++calls === n) throw failure(code);
      return op(...args);
    }) as F;
  return {
    openSync: wrap(fs.openSync),
    writeSync: wrap(fs.writeSync as (...args: never[]) => number) as typeof fs.writeSync,
    fsyncSync: wrap(fs.fsyncSync),
    renameSync: wrap(fs.renameSync),
    mkdirSync: wrap(fs.mkdirSync as (...args: never[]) => undefined) as typeof fs.mkdirSync,
    ftruncateSync: wrap(fs.ftruncateSync),
    closeSync: fs.closeSync,
    existsSync: fs.existsSync,
    rmSync: fs.rmSync,
    calls: () => calls,
  };
}
