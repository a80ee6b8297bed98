import { FathomError } from "../../engine/errors.ts";
import { NO_LINE, seal, unseal } from "../../engine/live/journal-lines.ts";
import { canonicalJson } from "../runs/canonical.ts";
import { hasKeys, isCount, isHex, isObject, isTime } from "./shape.ts";
import { strictJson } from "./strict-json.ts";

/*
 * The log is JSON lines, sealed as a journal's are: each ends in the hash of the line before and its own. The chain
 * alone shows what was done to a line, not that the end is missing or all of it was written anew: for that its head
 * is kept in other places, and each of them must be a point of the chain.
 *
 * The limit: hashes hold no secret. Whoever can write all places, the log, the head file and every artifact, can
 * make a history that fits. The head file should lie where the writer of the log cannot reach without notice (another
 * disk, a repository, a printout), and artifacts are signed, so that without the key no other head can be put
 * into one.
 */
export const LIMIT =
  "Who can write the log, the head file and every artifact at once can make a history that fits: " +
  "keep the head file (audit.head_file) out of the reach of whoever writes the log.";

/** Every kind of record. */
export const KINDS = [
  "log-created",
  "key-created",
  "training-started",
  "training-decided",
  "training-ended",
  "artifact-created",
  "gate-evidence",
  "promoted",
  "retired",
  "forced",
] as const;
export type AuditKind = (typeof KINDS)[number];

export interface AuditRecord {
  /** From 1. */
  readonly seq: number;
  /** ISO time. */
  readonly time: string;
  readonly kind: AuditKind;
  /** First 32 hex of sha256 of the line up to it. */
  readonly hash: string;
  /** What else the line says. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A point of the log: behind how many records and bytes, and the hash of the last of them. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
  readonly size: number;
}

export const EMPTY: AuditHead = { seq: 0, hash: NO_LINE, size: 0 };

/** The head file: where the log ends; while a record is being added also where it will end. */
export interface HeadFile {
  readonly last: AuditHead;
  readonly next?: AuditHead;
}

/** A point of the chain that somebody outside of the log remembers. */
export interface Witness {
  /** Where it is remembered, for people. */
  readonly where: string;
  readonly seq: number;
  readonly hash: string;
}

/** A record's line and the head behind it. @throws FathomError E_AUDIT_RECORD for what no record may hold. */
export function sealRecord(
  head: AuditHead,
  time: string,
  kind: AuditKind,
  payload: Readonly<Record<string, unknown>>,
): { readonly line: string; readonly head: AuditHead; readonly record: AuditRecord } {
  const seq = head.seq + 1;
  const taken = ["seq", "time", "kind", "previous", "hash"].find((key) => Object.hasOwn(payload, key));
  if (taken !== undefined) throw recordError(`the member "${taken}", which every record has by itself`, kind);
  const start = `{"seq":${seq},"time":${JSON.stringify(time)},"kind":${JSON.stringify(kind)}`;
  const members = canonicalJson(payload, `the record ${kind}`).slice(1, -1);
  const open = members === "" ? start : `${start},${members}`;
  const { line, hash } = seal(open, head.hash);
  const size = Buffer.byteLength(line);
  if (size > LARGEST_LINE) throw recordError(`${size} bytes, expected at most ${LARGEST_LINE}`, kind);
  const record = parseRecord(Buffer.from(`${open}}`), hash);
  if (typeof record === "string") throw recordError(record, kind);
  return { line, head: { seq, hash, size: head.size + size }, record };
}

const LARGEST_LINE = 1 << 20;

const recordError = (what: string, kind: string) =>
  new FathomError("E_AUDIT_RECORD", `audit: found ${what} in a record of kind ${kind}; nothing was written`, {
    kind,
  });

/** The record, or what is wrong with it. */
function parseRecord(text: Uint8Array, hash: string): AuditRecord | string {
  let found: unknown;
  try {
    found = strictJson(text);
  } catch (error) {
    return (error as Error).message;
  }
  if (!isObject(found)) return "no object";
  const { seq, time, kind, ...payload } = found;
  if (!isCount(seq, 1)) return "a seq that is no whole number from 1";
  if (!isTime(time)) return "a time that is no ISO time";
  if (!KINDS.includes(kind as AuditKind)) return `the kind ${JSON.stringify(kind)}`;
  return { seq, time, kind: kind as AuditKind, hash, payload };
}

/** What a log's bytes hold. */
export interface ReadChain {
  /** Up to the first line that does not belong there. */
  readonly records: readonly AuditRecord[];
  readonly head: AuditHead;
  /** Every reason not to believe it; none for an intact log. */
  readonly faults: readonly FathomError[];
  /** Bytes of an incomplete last line, which a kill leaves. */
  readonly torn: number;
}

/**
 * Holds a log to its chain, to its head file and to every witness.
 * Faults: E_AUDIT_CHAIN (a line was edited, deleted, inserted, moved or duplicated), E_AUDIT_HEAD (the end is
 * missing, more was added, or all was written anew). At most the first E_AUDIT_CHAIN is told: what comes behind it
 * says nothing.
 */
export function checkChain(
  bytes: Uint8Array,
  headFile: HeadFile | undefined | "corrupt",
  witnesses: readonly Witness[],
  where: { readonly log: string; readonly headFile: string },
): ReadChain {
  const records: AuditRecord[] = [];
  const faults: FathomError[] = [];
  let head = EMPTY;
  let end = bytes.indexOf(10);
  while (end >= 0) {
    const found = nextRecord(bytes.subarray(head.size, end), head);
    if (typeof found === "string") {
      faults.push(chainError(head.seq + 1, found, where.log));
      break;
    }
    records.push(found);
    head = { seq: found.seq, hash: found.hash, size: end + 1 };
    end = bytes.indexOf(10, end + 1);
  }
  if (faults.length === 0) {
    const wrong = headFault(head, bytes.length, headFile);
    if (wrong !== undefined) faults.push(headError(wrong, where.headFile, where.log));
    for (const { where: place, seq, hash } of witnesses) {
      const mine = seq === 0 ? NO_LINE : records[seq - 1]?.hash;
      if (mine === hash) continue;
      const found = mine === undefined ? `${records.length} records` : `record ${seq} with hash ${mine}`;
      faults.push(headError(`${found}, expected record ${seq} with hash ${hash}`, place, where.log));
    }
  }
  return { records, head, faults, torn: faults.length === 0 ? bytes.length - head.size : 0 };
}

function nextRecord(bytes: Uint8Array, before: AuditHead): AuditRecord | string {
  if (bytes.length > LARGEST_LINE) return "it is longer than any record";
  const line = unseal(bytes);
  if (line === undefined) return "its text does not have its hash: it was changed";
  if (line.previous !== before.hash) {
    return "it does not follow the line before: lines were taken out, put in or moved";
  }
  const record = parseRecord(Buffer.from(`${line.open}}`), line.hash);
  if (typeof record === "string") return `it holds ${record}`;
  if (record.seq !== before.seq + 1) return `it has seq ${record.seq}`;
  return record;
}

const same = (a: AuditHead, b: AuditHead) => a.seq === b.seq && a.hash === b.hash && a.size === b.size;

/** @param length Bytes of the log, an incomplete last line included. */
function headFault(
  head: AuditHead,
  length: number,
  file: HeadFile | undefined | "corrupt",
): string | undefined {
  if (file === "corrupt") return "a head file that cannot be read";
  if (file === undefined) {
    return length === 0 ? undefined : `a log of ${head.seq} records and no head file`;
  }
  const { last, next = last } = file;
  // A kill cuts the one record that was being added, and nothing else.
  const rest = length - head.size;
  if (same(head, last) ? rest === 0 || head.size + rest < next.size : same(head, next) && rest === 0) {
    return undefined;
  }
  const found = rest > 0 ? "goes on" : "ends";
  return (
    `a log that ${found} behind record ${head.seq} (${head.size} bytes, hash ${head.hash}), ` +
    `expected its end behind record ${last.seq} (${last.size} bytes, hash ${last.hash})`
  );
}

function chainError(seq: number, what: string, path: string): FathomError {
  return new FathomError(
    "E_AUDIT_CHAIN",
    `audit: ${path} is broken at seq ${seq}: ${what}; nothing is promoted on it: put the file back from a copy`,
    { path, seq },
  );
}

function headError(what: string, place: string, log: string): FathomError {
  return new FathomError(
    "E_AUDIT_HEAD",
    `audit: found ${what} by ${place}: ${log} was cut, added to, deleted or written anew, or that place belongs to ` +
      "another log; nothing is promoted on it: put both back as they were (or name the head file's place: audit.head_file)",
    { path: log, place },
  );
}

export const headText = (file: HeadFile): string =>
  `${canonicalJson({ fathom: "audit-head", format: 1, ...file })}\n`;

/** Reads what headText wrote, byte for byte. */
export function parseHead(bytes: Uint8Array): HeadFile | "corrupt" {
  let found: unknown;
  try {
    found = strictJson(bytes);
  } catch {
    return "corrupt";
  }
  if (!isObject(found)) return "corrupt";
  const { last, next } = found;
  if (!isHead(last) || (next !== undefined && !isHead(next))) return "corrupt";
  const file: HeadFile = next === undefined ? { last } : { last, next };
  return headText(file) === Buffer.from(bytes).toString() ? file : "corrupt";
}

const isHead = (x: unknown): x is AuditHead =>
  hasKeys(x, ["hash", "seq", "size"]) && isHex(x.hash, NO_LINE.length) && isCount(x.seq) && isCount(x.size);
