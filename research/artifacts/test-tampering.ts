import fc from "fast-check";
import { seal } from "../../engine/live/journal-lines.ts";
import { type AuditHead, checkChain, EMPTY, type HeadFile, sealRecord, type Witness } from "./audit-chain.ts";

const WHERE = { log: "log", headFile: "head" };

/** For tests: a log of n records as its writer leaves it. */
export function testLog(
  n: number,
  note = "first",
): { readonly lines: readonly string[]; readonly head: AuditHead } {
  let head = EMPTY;
  const lines: string[] = [];
  for (let k = 0; k < n; k++) {
    const sealed = sealRecord(head, new Date(k * 1000).toISOString(), "training-decided", { note, k });
    lines.push(sealed.line);
    head = sealed.head;
  }
  return { lines, head };
}

export const check = (
  lines: readonly string[],
  file: HeadFile | undefined | "corrupt",
  witnesses: readonly Witness[] = [],
) => checkChain(Buffer.from(lines.join(""), "latin1"), file, witnesses, WHERE);

/** All that can be done to a log. `at` and `to` are places in it, `at < to`. */
export const TAMPERING: Readonly<
  Record<string, (lines: readonly string[], at: number, to: number) => readonly string[]>
> = {
  "line edited": (lines, at) => lines.with(at, lines[at].replace(/"k":\d+/, '"k":99')),
  "byte flipped": (lines, at, to) => {
    const bytes = Buffer.from(lines[at]);
    bytes[(to * 7919) % bytes.length] ^= 1 << (to % 8);
    return lines.with(at, bytes.toString("latin1"));
  },
  "line deleted": (lines, at) => lines.toSpliced(at, 1),
  "line inserted": (lines, at) =>
    lines.toSpliced(at, 0, seal('{"seq":1,"time":"x","kind":"forced"', "0".repeat(32)).line),
  "lines swapped": (lines, at, to) => lines.with(at, lines[to]).with(to, lines[at]),
  "line duplicated": (lines, at) => lines.toSpliced(at, 0, lines[at]),
  "tail truncated": (lines, at) => lines.slice(0, at),
  "tail cut inside of a line": (lines, at) => [
    ...lines.slice(0, at),
    lines[at].slice(0, 1 + ((at * 31) % (lines[at].length - 1))),
  ],
  "bytes added behind the end": (lines, at, to) => [
    ...lines,
    lines[at].slice(0, to % (lines[at].length - 1) || 1),
  ],
  "log rewritten": (lines) => testLog(lines.length, "other").lines,
  "log deleted": () => [],
};

/** What leaves whole lines, whose hashes can be made to fit. */
const WHOLE = new Set(Object.keys(TAMPERING).filter((kind) => !/inside of a line|behind the end/.test(kind)));

/** Gives the lines the hashes that they need to follow each other: what somebody does who knows the format. */
function resealed(lines: readonly string[]): string[] {
  let previous = EMPTY.hash;
  return lines.map((line, k) => {
    const open = line.replace(/,"previous".*\n?$/, "").replace(/"seq":\d+/, `"seq":${k + 1}`);
    const sealed = seal(open, previous);
    previous = sealed.hash;
    return sealed.line;
  });
}

/** Tampers `runs` times, by each kind, with the hashes made to fit and without; throws for the first that passes. */
export function tamper(runs: number): void {
  const kinds = Object.keys(TAMPERING);
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      fc
        .integer({ min: 2, max: 9 })
        .chain((n) =>
          fc.tuple(fc.constant(n), fc.integer({ min: 0, max: n - 2 }), fc.integer({ min: 1, max: 99 })),
        ),
      fc.boolean(),
      (kind, [n, at, step], fits) => {
        const { lines, head } = testLog(n);
        const to = at + 1 + (step % (n - 1 - at));
        const changed = TAMPERING[kind](lines, at, to);
        if (changed.join("") === lines.join("")) throw new Error(`${kind} changed nothing`);
        const told = fits && WHOLE.has(kind) ? resealed(changed) : changed;
        fc.pre(told.join("") !== lines.join("")); // making the hashes fit may undo what was done to a hash or a seq
        const { faults } = check(told, { last: head });
        return faults.length > 0 && ["E_AUDIT_CHAIN", "E_AUDIT_HEAD"].includes(faults[0].code);
      },
    ),
    { numRuns: runs },
  );
}
