import * as fs from "node:fs";
import { FathomError } from "../errors.ts";
import type { System } from "../system.ts";
import { explainIo, type FileOps, refuseSymlink, writeDurable } from "./durable.ts";
import {
  headerText,
  inputText,
  type JournalPlan,
  NO_LINE,
  outputText,
  seal,
  unseal,
} from "./journal-lines.ts";
import type { Journal } from "./runner.ts";

export type JournalOps = FileOps & Pick<typeof fs, "ftruncateSync">;

/** A place in a journal: behind how many bytes and lines, and the hash of the last of them. */
export interface JournalPlace {
  readonly offset: number;
  readonly lines: number;
  readonly chain: string;
}

/** A journal that is open for writing. After an error it is void: its file is read again by the next runner. */
export interface JournalFile extends Journal {
  /** Notes that from here on another plan is followed; returns when that is there to stay. */
  carryOver(planText: string): void;
  place(): JournalPlace;
  /** Returns when all that was written is there to stay. */
  sync(): void;
  close(): void;
}

/** Makes a journal of a header alone. Throws E_IO_*. */
export function createJournal(path: string, system: System, feed: string, ops: JournalOps = fs): void {
  writeDurable(path, seal(headerText(system, feed), NO_LINE).line, ops);
}

/**
 * Opens a journal that was read to its last whole line, `place`, and cuts off what a kill left of a line behind it.
 * An input is on disk when `input` returns; an output follows from its input, and goes there with the next.
 * Throws E_IO_*.
 */
export function openJournal(
  path: string,
  system: System,
  place: JournalPlace,
  ops: JournalOps = fs,
): JournalFile {
  const hasOutside = system.inputs.outside !== undefined;
  let { offset, lines, chain } = place;
  const guard = <T>(act: () => T, bytes?: number): T => {
    try {
      return act();
    } catch (error) {
      throw explainIo(error, path, bytes);
    }
  };
  const fd = guard(() => ops.openSync(path, "a"));
  try {
    guard(() => {
      if (fs.fstatSync(fd).size > offset) ops.ftruncateSync(fd, offset);
      ops.fsyncSync(fd);
    });
  } catch (error) {
    ops.closeSync(fd);
    throw error;
  }

  function append(open: string): void {
    const { line, hash } = seal(open, chain);
    const bytes = Buffer.from(line);
    guard(() => {
      let done = 0;
      while (done < bytes.length) done += ops.writeSync(fd, bytes, done, bytes.length - done);
    }, bytes.length);
    offset += bytes.length;
    lines++;
    chain = hash;
  }

  return {
    input(row, at, said) {
      append(inputText(row, at, said, hasOutside));
      guard(() => ops.fsyncSync(fd));
    },
    output: (out) => append(outputText(out, system)),
    carryOver(line) {
      append(line);
      guard(() => ops.fsyncSync(fd));
    },
    place: () => ({ offset, lines, chain }),
    sync: () => guard(() => ops.fsyncSync(fd)),
    close: () => ops.closeSync(fd),
  };
}

/** A whole line with a right hash, and the place behind it. */
export interface ReadLine {
  readonly open: string;
  readonly place: JournalPlace;
}

/**
 * The lines of a journal, header first, each held to its own hash and to the line before. An incomplete last line
 * is left out: a kill leaves such.
 * @throws FathomError E_JOURNAL_HEADER, E_JOURNAL_LINE, E_JOURNAL_CHAIN with the number of the line, from 1.
 */
export function* readJournal(path: string): Generator<ReadLine, void, undefined> {
  refuseSymlink(path);
  let place: JournalPlace = { offset: 0, lines: 0, chain: NO_LINE };
  for (const bytes of wholeLines(path)) {
    const n = place.lines + 1;
    const line = unseal(bytes);
    if (line === undefined) {
      throw journalError("E_JOURNAL_LINE", path, n, "its text does not have its hash: it was changed");
    }
    if (line.previous !== place.chain) {
      const what = "it does not follow the line before: lines were taken out, put in or moved";
      throw journalError("E_JOURNAL_CHAIN", path, n, what);
    }
    place = { offset: place.offset + bytes.length + 1, lines: n, chain: line.hash };
    yield { open: line.open, place };
  }
  if (place.lines === 0) throw journalError("E_JOURNAL_HEADER", path, 1, "there is no whole header");
}

const CHUNK = 1 << 20;

/** Lines without their newline; valid until the next is asked for. */
function* wholeLines(path: string): Generator<Uint8Array, void, undefined> {
  const fd = fs.openSync(path, "r");
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const n = fs.readSync(fd, chunk, 0, CHUNK, null);
      if (n === 0) return;
      const bytes = Buffer.concat([rest, chunk.subarray(0, n)]);
      let from = 0;
      for (let to = bytes.indexOf(10); to >= 0; to = bytes.indexOf(10, from)) {
        yield bytes.subarray(from, to);
        from = to + 1;
      }
      rest = bytes.subarray(from);
    }
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * Requires that a journal's header is that of this system's pairs, strategies and bars, of this feed and version.
 * Returns the plan it was begun with.
 * @throws FathomError E_JOURNAL_HEADER, E_JOURNAL_SYSTEM, E_JOURNAL_FEED
 */
export function checkHeader(path: string, open: string, system: System, feed: string): JournalPlan {
  const found = parseHeader(open);
  if (found?.fathom !== "journal" || found.format !== 1 || !Array.isArray(found.kernels)) {
    throw journalError("E_JOURNAL_HEADER", path, 1, "it is no header of a journal of format 1");
  }
  const expected = parseHeader(headerText(system, feed))!;
  const differs = (field: string) => JSON.stringify(found[field]) !== JSON.stringify(expected[field]);
  for (const field of ["interval", "symbols", "traded", "strategies"]) {
    if (!differs(field)) continue;
    throw new FathomError(
      "E_JOURNAL_SYSTEM",
      `journal: found the ${field} ${found[field]} in ${path}, expected ${expected[field]}; go on with those it was begun with, or take another name`,
      { path, field, found: found[field], expected: expected[field] },
    );
  }
  if (differs("feed")) {
    throw new FathomError(
      "E_JOURNAL_FEED",
      `journal: found rows of ${found.feed} in ${path}, expected ${feed}; go on with the feed it was begun with, or take another name`,
      { path, found: found.feed, expected: feed },
    );
  }
  if (differs("tables")) {
    throw journalError("E_JOURNAL_HEADER", path, 1, "its tables are those of another version of Fathom");
  }
  return { plan: String(found.plan), kernels: found.kernels as string[] };
}

function parseHeader(open: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(`${open}}`);
  } catch {
    return undefined;
  }
}

export function journalError(code: string, path: string, line: number, what: string): FathomError {
  return new FathomError(
    code,
    `journal: line ${line} of ${path} cannot be taken: ${what}; nothing was written; put the file back as the runner left it, or begin again under another name`,
    { path, line },
  );
}
