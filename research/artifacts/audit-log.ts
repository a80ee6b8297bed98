import * as fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { FathomError } from "../../engine/errors.ts";
import {
  explainIo,
  makeDirectory,
  PART,
  sweep,
  syncDirectory,
  writeDurable,
} from "../../engine/live/durable.ts";
import type { JournalOps } from "../../engine/live/journal.ts";
import { takeLock } from "../../engine/live/lock.ts";
import { artifactHeads, NAMESPACE } from "./artifact-folder.ts";
import {
  type AuditHead,
  type AuditKind,
  type AuditRecord,
  checkChain,
  type HeadFile,
  headText,
  parseHead,
  type ReadChain,
  sealRecord,
  type Witness,
} from "./audit-chain.ts";
import { readPlain } from "./plain-file.ts";

const FORMAT = 1;

/** Where a log lies: `<home>/audit/log.jsonl`, its head in a file outside of that folder. */
export interface AuditPlace {
  /** FATHOM_HOME. */
  readonly home: string;
  /** Absolute; by default `<home>/audit-head.json`. */
  readonly headFile: string;
}

export const auditPlace = (home: string, headFile = join(home, "audit-head.json")): AuditPlace => ({
  home,
  headFile,
});

export const logPath = ({ home }: AuditPlace): string => join(home, "audit", "log.jsonl");

/** A log as it was read. Whoever shows it shows its faults too. */
export interface AuditView extends ReadChain {
  /** What remembers its head: the head file and every artifact. */
  readonly witnesses: readonly Witness[];
}

/** The log, open for the only writer. */
export interface AuditLog {
  readonly place: AuditPlace;
  /** All of them, those that were added since included. */
  readonly records: readonly AuditRecord[];
  head(): AuditHead;
  /** Bytes of an incomplete last line that were cut off when it was opened. */
  readonly torn: number;
  /**
   * Adds a record. On return it is on disk, and remembered outside of the log. After an error the log is to be
   * opened again, which tells whether the record is in it.
   * @param now ms UTC.
   * @throws FathomError E_AUDIT_RECORD, E_AUDIT_HEAD, E_AUDIT_VOID, E_IO_*
   */
  append(kind: AuditKind, payload: Readonly<Record<string, unknown>>, now: number): AuditRecord;
  close(): void;
}

/** ISO time of ms UTC. @throws FathomError E_AUDIT_TIME for what is no time. */
export function utc(now: number): string {
  if (Number.isFinite(new Date(now).getTime())) return new Date(now).toISOString();
  throw new FathomError("E_AUDIT_TIME", `audit: found the time ${now}, expected ms UTC`);
}

/**
 * Reads the log, broken or not, without its lock. Never throws for what the log says: see `faults`.
 * @throws FathomError E_PATH_SYMLINK, E_PATH_FILE, E_IO_*
 */
export function readAudit(place: AuditPlace): AuditView {
  const { chain, witnesses } = readAll(place);
  return { ...chain, witnesses };
}

/** @throws FathomError the first fault, where there is one: what decides does not decide on a broken log. */
export function requireIntact(view: ReadChain): void {
  if (view.faults.length > 0) throw view.faults[0];
}

function readAll(place: AuditPlace): {
  readonly chain: ReadChain;
  readonly file: HeadFile | "corrupt" | undefined;
  readonly witnesses: readonly Witness[];
} {
  const log = logPath(place);
  const heads = artifactHeads(place.home);
  for (;;) {
    const before = readPlain(place.headFile, LARGEST_HEAD)?.bytes;
    const file = before && parseHead(before);
    const bytes = readPlain(log, endOf(file))?.bytes ?? Buffer.alloc(0);
    const after = readPlain(place.headFile, LARGEST_HEAD)?.bytes;
    // The head file changes before and after every record: a writer came between the two reads.
    if (before === undefined ? after !== undefined : after === undefined || !before.equals(after)) continue;
    const chain = checkChain(bytes, file, heads, { log, headFile: place.headFile });
    const own = file !== undefined && file !== "corrupt" ? [{ where: place.headFile, ...file.last }] : [];
    return { chain: checkNamespace(chain, log), file, witnesses: [...own, ...heads] };
  }
}

const LARGEST_HEAD = 1 << 12;
/** Of a log whose head file says nothing: it is read to be shown, never to be written. */
const LARGEST_LOG = 1 << 29;

/** How much of the log is read: to where it may end, and a byte more, which tells that it goes on. */
function endOf(file: HeadFile | "corrupt" | undefined): number {
  return file === undefined || file === "corrupt" ? LARGEST_LOG : (file.next ?? file.last).size + 1;
}

/** Models of other systems are not kept here, and ours not in their logs. */
function checkNamespace(chain: ReadChain, log: string): ReadChain {
  const [first] = chain.records;
  if (first === undefined) return chain;
  const { kind, payload } = first;
  const { namespace, format } = payload;
  if (kind === "log-created" && namespace === NAMESPACE && format === FORMAT) return chain;
  const found = `a log of ${JSON.stringify(namespace)}, format ${JSON.stringify(format)}`;
  const fault = new FathomError(
    "E_AUDIT_NAMESPACE",
    `audit: found ${found} in ${log}, expected "${NAMESPACE}", format ${FORMAT}; nothing is written to it: pass another --home`,
    { path: log },
  );
  return { ...chain, faults: [fault, ...chain.faults] };
}

/**
 * Opens the log for writing, makes it where there is none, and cuts off what a kill left of a last line.
 * @param now ms UTC.
 * @throws FathomError E_AUDIT_LOCKED, E_AUDIT_CHAIN, E_AUDIT_HEAD, E_AUDIT_NAMESPACE, and what readAudit throws.
 */
export function openAudit(place: AuditPlace, now: number, ops: JournalOps = fs): AuditLog {
  const path = logPath(place);
  makeDirectory(dirname(path), ops);
  makeDirectory(dirname(place.headFile), ops);
  const release = lock(join(dirname(path), "log.lock"), now);
  let fd: number | undefined;
  try {
    const { chain, file } = readAll(place);
    requireIntact(chain);
    sweep(
      dirname(place.headFile),
      (name) => name.startsWith(`${basename(place.headFile)}.`) && name.endsWith(PART),
    );
    fd = openAt(path, chain, ops);
    if (file !== undefined && file !== "corrupt" && file.next !== undefined) {
      writeDurable(place.headFile, headText({ last: chain.head }), ops);
    }
    const log = writer(place, fd, chain, ops, release);
    if (chain.head.seq === 0) log.append("log-created", { format: FORMAT, namespace: NAMESPACE }, now);
    return log;
  } catch (error) {
    if (fd !== undefined) ops.closeSync(fd);
    release();
    throw error;
  }
}

function lock(path: string, now: number): () => void {
  try {
    return takeLock(path, now);
  } catch (error) {
    if (!(error instanceof FathomError) || error.code !== "E_LOCK_HELD") throw error;
    throw new FathomError(
      "E_AUDIT_LOCKED",
      error.message.replace("lock:", "audit: the log's lock is"),
      error.context,
    );
  }
}

/** Appends behind the last whole line. */
function openAt(path: string, { head, torn }: ReadChain, ops: JournalOps): number {
  let fd: number | undefined;
  try {
    fd = ops.openSync(path, "a");
    if (torn > 0) ops.ftruncateSync(fd, head.size);
    ops.fsyncSync(fd);
    syncDirectory(dirname(path), ops);
    return fd;
  } catch (error) {
    if (fd !== undefined) ops.closeSync(fd);
    throw explainIo(error, path);
  }
}

function writer(
  place: AuditPlace,
  fd: number,
  chain: ReadChain,
  ops: JournalOps,
  release: () => void,
): AuditLog {
  const path = logPath(place);
  const records = [...chain.records];
  let { head } = chain;
  let isVoid = false;
  let isClosed = false;

  /** The one step in which a record comes to be. */
  function commit(line: string): void {
    const bytes = Buffer.from(line);
    try {
      let done = 0;
      while (done < bytes.length) done += ops.writeSync(fd, bytes, done, bytes.length - done);
      ops.fsyncSync(fd);
    } catch (error) {
      throw explainIo(error, path, bytes.length);
    }
  }

  function append(kind: AuditKind, payload: Readonly<Record<string, unknown>>, now: number): AuditRecord {
    if (isVoid) {
      throw new FathomError(
        "E_AUDIT_VOID",
        "audit: an earlier record failed or the log is closed: open it again",
      );
    }
    const sealed = sealRecord(head, utc(now), kind, payload);
    isVoid = true;
    const { size } = fs.fstatSync(fd);
    if (size !== head.size) {
      throw new FathomError(
        "E_AUDIT_HEAD",
        `audit: found ${size} bytes in ${path}, expected ${head.size}: somebody else wrote to it; nothing was added`,
        { path },
      );
    }
    // Where the log ends is told before and after: a kill leaves one of both ends, and no third passes.
    writeDurable(place.headFile, headText({ last: head, next: sealed.head }), ops);
    commit(sealed.line);
    head = sealed.head;
    records.push(sealed.record);
    try {
      writeDurable(place.headFile, headText({ last: head }), ops);
    } catch (error) {
      throw unfinished(error, sealed.record, place.headFile);
    }
    isVoid = false;
    return sealed.record;
  }

  return {
    place,
    records,
    head: () => head,
    torn: chain.torn,
    append,
    close() {
      if (isClosed) return;
      isClosed = true;
      isVoid = true;
      ops.closeSync(fd);
      release();
    },
  };
}

const unfinished = (error: unknown, { seq, kind }: AuditRecord, headFile: string): unknown =>
  error instanceof FathomError
    ? new FathomError(
        error.code,
        `audit: record ${seq} (${kind}) is in the log, but ${headFile} could not be finished (${error.code}); the next command does it once there is room`,
        { ...error.context, seq },
      )
    : error;
