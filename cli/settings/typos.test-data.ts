import fc from "fast-check";
import { expect } from "vitest";
import { takeEnvironment, takeFlag } from "./layers.ts";
import { sections, settings } from "./schema.ts";
import { type Collected, takeTable } from "./take.ts";

export const paths = settings.map((s) => s.path);
const known = [...paths, ...sections];

/** Levenshtein's distance by its definition, with a table of all prefixes. */
function distance(a: string, b: string): number {
  const d = [...Array(a.length + 1)].map((_, i) => [...Array(b.length + 1)].map((_, j) => (i === 0 ? j : i)));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const swap = d[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, swap);
    }
  }
  return d[a.length][b.length];
}

const letter = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz_0123456789");
const edit = fc.record({ kind: fc.constantFrom("insert", "delete", "replace"), at: fc.nat(), letter });
const edits = fc.array(edit, { minLength: 1, maxLength: 2 });
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;

const mistype = (text: string, all: readonly Edit[]) =>
  all.reduce((typed, { kind, at, letter }) => {
    const i = at % (typed.length + 1);
    if (kind === "insert") return typed.slice(0, i) + letter + typed.slice(i);
    return typed.slice(0, i) + (kind === "replace" ? letter : "") + typed.slice(i + 1);
  }, text);

const empty = (): Collected => ({ assignments: [], problems: [] });

/** The problem of a typo must offer a name at least as near as the right one: that one, where it is nearest. */
function expectOffer({ problems, assignments }: Collected, typed: string, right: string, offered: RegExp) {
  expect(assignments).toEqual([]);
  expect(problems.map((p) => p.code)).toEqual(["E_CFG_UNKNOWN"]);
  const name = offered.exec(problems[0].what)?.[1].replaceAll("__", ".").toLowerCase();
  expect(name, problems[0].what).toBeDefined();
  const [from, to] = [typed.toLowerCase(), right.toLowerCase()];
  expect(distance(from, name!)).toBeLessThanOrEqual(distance(from, to));
  const others = known.filter((k) => k !== right && Math.abs(k.length - from.length) <= 2);
  if (others.every((k) => distance(from, to) < distance(from, k.toLowerCase()))) expect(name).toBe(to);
}

const isKnown = (typed: string) => known.some((k) => k.toLowerCase() === typed.toLowerCase());

/** One or two typos in a path are an error that offers it, in every layer. */
export function checkTypos(path: string, numRuns: number): void {
  const last = path.lastIndexOf(".") + 1;
  fc.assert(
    fc.property(edits, (all) => {
      const typed = mistype(path, all);
      fc.pre(!isKnown(typed) && typed !== "" && distance(typed, path) <= 2);

      const flag = empty();
      takeFlag(flag, { flag: "--set", path: typed, text: "1" });
      expectOffer(flag, typed, path, /Did you mean (\S+)\?/);

      const env = empty();
      takeEnvironment(env, "/nowhere", { [`FATHOM_${typed.replaceAll(".", "__")}`]: "1" });
      // Two edits can change where the levels are parted: only the error is sure then.
      if (typed.includes("__")) expect(env.problems[0]?.code).toBe("E_CFG_UNKNOWN");
      else expectOffer(env, typed, path, /Did you mean FATHOM_(\S+)\?/);

      const key = mistype(path.slice(last), all);
      fc.pre(key !== "" && !isKnown(path.slice(0, last) + key));
      // of "to", two typos leave nothing to go by
      fc.pre(distance(key, path.slice(last)) < path.length - last);
      const file = empty();
      const parts = path.slice(0, last).split(".").slice(0, -1);
      const table = parts.reduceRight<unknown>((inner, part) => ({ [part]: inner }), { [key]: 1 });
      takeTable(file, table, () => "fathom.toml");
      expectOffer(file, path.slice(0, last) + key, path, /Did you mean (\S+)\?/);
    }),
    { numRuns },
  );
}
