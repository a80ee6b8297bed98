import * as fs from "node:fs";
import { join } from "node:path";
import type { JournalOps } from "./journal.ts";
import { testFolder } from "./test-folder.ts";
import { noSync, type TestRun, testRun } from "./test-live.ts";

/**
 * For tests: a run of which the folder is copied as a kill would leave it: before each file operation whose number
 * is in `at` and, where that is a write, with half of its bytes written. `from` is a folder to go on in.
 */
export async function cutRun({
  at,
  from,
  ...run
}: Omit<TestRun, "folder"> & { readonly at: ReadonlySet<number>; readonly from?: string }) {
  const base = testFolder();
  const folder = from ?? join(base, "run");
  const cuts: string[] = [];
  const { ops, calls } = countedOps((call) => {
    if (!at.has(call)) return;
    const copy = join(base, `cut-${cuts.length}`);
    // The lock is this process's, which is alive; that of a killed one is taken over.
    const filter = (path: string) => !/lock/.test(path);
    if (fs.existsSync(folder)) fs.cpSync(folder, copy, { recursive: true, filter });
    cuts.push(copy);
  });
  await testRun({ ...run, folder, ops });
  return { folder, cuts, calls: calls() };
}

/** For tests: file operations of which one fails, a write after half of its bytes. */
export const failAt = (call: number, code: string): JournalOps =>
  countedOps((n, moment) => {
    if (n === call && moment !== "write") throw Object.assign(new Error(code), { code });
  }).ops;

type Moment = "operation" | "write" | "half of a write";

/** Real operations but for fsync, numbered from 1; `at` is called before each and in the midst of a write. */
function countedOps(at: (call: number, moment: Moment) => void) {
  let calls = 0;
  const wrap =
    <A extends unknown[], R>(op: (...args: A) => R) =>
    (...args: A): R => {
      at(++calls, "operation");
      return op(...args);
    };
  const ops: JournalOps = {
    ...noSync,
    openSync: wrap(fs.openSync),
    fsyncSync: wrap(() => {}),
    renameSync: wrap(fs.renameSync),
    ftruncateSync: wrap(fs.ftruncateSync),
    mkdirSync: wrap(fs.mkdirSync as (...args: never[]) => undefined) as typeof fs.mkdirSync,
    writeSync: ((fd: number, bytes: Uint8Array, offset: number, length: number) => {
      at(++calls, "write");
      const half = fs.writeSync(fd, bytes, offset, length >> 1);
      at(calls, "half of a write");
      return half + fs.writeSync(fd, bytes, offset + half, length - half);
    }) as typeof fs.writeSync,
  };
  return { ops, calls: () => calls };
}
