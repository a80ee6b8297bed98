import { TomlDate } from "smol-toml";
import { z } from "zod";
import { didYouMean, nearest } from "../../engine/errors.ts";
import { metaOf, type Node, nodeOf, sections, settings, tree } from "./schema.ts";
import { sentence, shown } from "./sentence.ts";
import { parseText } from "./text.ts";

type Schema = z.core.$ZodType;

/** One value that a layer gives to one place. */
export interface Assignment {
  readonly parts: readonly string[];
  readonly value: unknown;
  readonly source: string;
}

export interface Problem {
  readonly code: "E_CFG_UNKNOWN" | "E_CFG_VALUE";
  readonly path: string;
  readonly what: string;
  readonly source: string;
}

/** What the layers said, lowest first, and all that is wrong with it. */
export interface Collected {
  readonly assignments: Assignment[];
  readonly problems: Problem[];
}

// Never settings: assigned to a plain object they would change its prototype.
const FORBIDDEN = ["__proto__", "constructor", "prototype"];

const paths = settings.map((s) => s.path);

/** Takes a whole table of settings, as a file holds it. */
export function takeTable(into: Collected, table: unknown, sourceOf: (path: string) => string): void {
  take(into, tree, [], table, sourceOf);
}

/** Takes a value apart along the tree: sections and records by key, the rest whole and checked. */
function take(
  into: Collected,
  schema: Schema,
  parts: readonly string[],
  value: unknown,
  sourceOf: (path: string) => string,
): void {
  const node = nodeOf(schema);
  const path = parts.join(".");
  const source = sourceOf(path);
  if (node.kind !== "section" && node.kind !== "record") {
    takeLeaf(into, schema, parts, value instanceof TomlDate ? value.toISOString() : value, source);
    return;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof TomlDate) {
    const expected = node.kind === "record" ? "a table of entries" : "a table of settings";
    const what = `found ${shown(value)}, expected ${expected}`;
    into.problems.push({ code: "E_CFG_VALUE", path, what, source });
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    const at = [...parts, key];
    const child = childOf(node, key);
    if (child !== undefined) take(into, child, at, item, sourceOf);
    else unknown(into, node, parts, [key], typeof item === "object", sourceOf(at.join(".")));
  }
}

function takeLeaf(
  into: Collected,
  schema: Schema,
  parts: readonly string[],
  value: unknown,
  source: string,
): void {
  const path = parts.join(".");
  into.assignments.push({ parts, value, source });
  const wrong = (what: string) => into.problems.push({ code: "E_CFG_VALUE", path, what, source });
  if (Object.is(value, -0)) wrong("found -0, expected 0");
  else if (typeof value === "string" && value.trim() !== value) {
    wrong(`found ${shown(value)}, expected text without spaces around it`);
  } else if (value === "") wrong('found "", expected text that is not empty');
  else {
    for (const issue of z.safeParse(schema, value).error?.issues ?? []) {
      addIssue(into, issue, parts, value, metaOf(schema).unit, source);
    }
  }
}

/** Adds what zod found at or below the place `parts`. */
export function addIssue(
  into: Collected,
  issue: z.core.$ZodIssue,
  parts: readonly string[],
  value: unknown,
  unit: string,
  source: string,
): void {
  const below = issue.path.map(String);
  const path = [...parts, ...below].join(".");
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) {
      const what = `is not a setting.${didYouMean(key, keysBelow([...parts, ...below]))}`;
      into.problems.push({ code: "E_CFG_UNKNOWN", path: `${path}.${key}`, what, source });
    }
    return;
  }
  let found = value;
  for (const part of below) found = (found as Record<string, unknown> | undefined)?.[part];
  into.problems.push({ code: "E_CFG_VALUE", path, what: sentence(issue, found, unit), source });
}

/** The keys that may stand at a place, also inside of a list. */
function keysBelow(parts: readonly string[]): readonly string[] {
  let schema: Schema = tree;
  for (const part of parts) {
    const node = nodeOf(schema);
    const child = node.kind === "list" ? node.item : childOf(node, part);
    if (child === undefined) return [];
    schema = child;
  }
  const node = nodeOf(schema);
  return node.kind === "section" ? Object.keys(node.children) : [];
}

function childOf(node: Node, key: string): Schema | undefined {
  if (FORBIDDEN.includes(key)) return undefined;
  if (node.kind === "record") return node.child;
  return node.kind === "section" && Object.hasOwn(node.children, key) ? node.children[key] : undefined;
}

/** How a text layer spells paths. */
export interface Spelling {
  /** Whether the case of the letters of a known name is free. */
  readonly anyCase: boolean;
  readonly show: (path: string) => string;
}

/** Takes a value given as text: `--set a.b=1`, `FATHOM_A__B=1`. */
export function takeText(
  into: Collected,
  written: readonly string[],
  text: string,
  source: string,
  spelling: Spelling,
): void {
  let schema: Schema = tree;
  const parts: string[] = [];
  for (const part of written) {
    const node = nodeOf(schema);
    const known = node.kind === "section" && spelling.anyCase ? Object.keys(node.children) : [];
    const key = known.find((k) => k.toLowerCase() === part.toLowerCase()) ?? part;
    const child = childOf(node, key);
    if (child === undefined) {
      unknown(into, node, parts, written.slice(parts.length), false, source, spelling.show);
      return;
    }
    parts.push(key);
    schema = child;
  }
  const result = parseText(nodeOf(schema), text);
  if ("value" in result) {
    take(into, schema, parts, result.value, () => source);
    return;
  }
  const what = `found ${JSON.stringify(text)}, expected ${result.expected}${result.hint}`;
  into.problems.push({ code: "E_CFG_VALUE", path: parts.join("."), what, source });
}

/** A path of which only `above` is known, with the nearest known one, or one that ends in the same name. */
function unknown(
  into: Collected,
  parent: Node,
  above: readonly string[],
  below: readonly string[],
  isTable: boolean,
  source: string,
  show = (path: string) => path,
): void {
  const path = [...above, ...below].join(".");
  const name = below[below.length - 1].toLowerCase();
  const siblings = parent.kind === "section" ? Object.keys(parent.children) : [];
  const beside = siblings.map((key) => [...above, key].join("."));
  const known = [...beside, ...(isTable ? sections : paths)];
  const near = nearest(path, known) ?? known.find((k) => k.endsWith(`.${name}`));
  const help = near === undefined ? "`fathom config` lists them all" : `Did you mean ${show(near)}?`;
  into.problems.push({ code: "E_CFG_UNKNOWN", path: show(path), what: `is not a setting. ${help}`, source });
}
