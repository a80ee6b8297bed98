import { z } from "zod";
import { parseInterval } from "../../datasets/interval.ts";
import { rfc3339ToMs } from "../../datasets/times.ts";
import { engineConfig } from "../../engine/config.ts";
import { gateBounds } from "../../research/gates/bounds.ts";
import { labelSettings } from "../../research/training/labels.ts";

/** A UTC date ("2024-01-31") or a moment with its zone ("2024-01-31T06:00:00Z") as ms UTC, or undefined. */
export function parseMoment(text: string): number | undefined {
  return rfc3339ToMs(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
}

const checked = (parse: (text: string) => unknown, expected: string) =>
  z.string().check((ctx) => {
    if (parse(ctx.value) === undefined) {
      ctx.issues.push({
        code: "custom",
        input: ctx.value,
        message: `found "${ctx.value}", expected ${expected}`,
      });
    }
  });

const moment = (description: string) =>
  checked(parseMoment, "a UTC date (2024-01-31) or a moment with its zone (2024-01-31T06:00:00Z)")
    .optional()
    .meta({ unit: "UTC", description });

const dataSettings = z
  .strictObject({
    source: z
      .string()
      .default("synthetic")
      .meta({ unit: "name", description: 'Venue of the stored series, or "synthetic" for made ones' }),
    pairs: z
      .array(z.string())
      .default([])
      .meta({ unit: "symbols", description: "Pairs to read; empty = all that the source has" })
      .check((ctx) => {
        const twice = ctx.value.find((pair, i) => ctx.value.indexOf(pair) !== i);
        if (twice !== undefined) {
          ctx.issues.push({
            code: "custom",
            input: ctx.value,
            message: `found ${twice} twice, expected it once`,
          });
        }
      }),
    interval: checked(parseInterval, "15m, 1h, 1d or the like, or minutes as Kraken writes them")
      .default("1h")
      .meta({ unit: "m, h, d", description: "Length of a bar" }),
    from: moment("First close that may trade; earlier bars are read to warm up"),
    to: moment("Last close that is read"),
    index_file: z
      .string()
      .optional()
      .meta({ unit: "file", description: "VIX or DVOL values, where regime.source is not computed" }),
  })
  .check((ctx) => {
    const { from, to } = ctx.value;
    if (from === undefined || to === undefined) return;
    if (!(parseMoment(from)! < parseMoment(to)!)) {
      ctx.issues.push({
        code: "custom",
        input: ctx.value,
        message: `from must be before to, found from ${from} and to ${to}`,
      });
    }
  });

/** Settings that are no part of a run's config: where files lie, what is read, how models are trained and judged. */
export const workspaceSettings = z.strictObject({
  home: z.string().default(".fathom").meta({ unit: "folder", description: "Holds all that Fathom writes" }),
  data: dataSettings.prefault({}),
  labels: labelSettings.prefault({}),
  gates: gateBounds.prefault({}),
  audit: z
    .strictObject({
      head_file: z.string().optional().meta({
        unit: "file",
        description: "Remembers the end of the audit log; audit-head.json in home unless given",
      }),
    })
    .prefault({}),
});

/** A place in the tree of settings. */
export type Node =
  | { readonly kind: "section"; readonly children: Readonly<Record<string, z.core.$ZodType>> }
  | { readonly kind: "record"; readonly child: z.core.$ZodType }
  | { readonly kind: "list"; readonly item: z.core.$ZodType }
  | { readonly kind: "number" | "boolean" | "text" };

type Def = {
  type: string;
  innerType?: z.core.$ZodType;
  element?: z.core.$ZodType;
  items?: z.core.$ZodType[];
};

/** The schema inside default, prefault and optional. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  for (let next = (inner._zod.def as Def).innerType; next !== undefined; ) {
    inner = next;
    next = (inner._zod.def as Def).innerType;
  }
  return inner;
}

export function nodeOf(schema: z.core.$ZodType): Node {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return { kind: "section", children: inner.shape };
  if (inner instanceof z.ZodRecord) return { kind: "record", child: inner.valueType };
  const def = inner._zod.def as Def;
  if (def.type === "array") return { kind: "list", item: def.element! };
  if (def.type === "tuple") return { kind: "list", item: def.items![0] };
  if (def.type === "number" || def.type === "boolean") return { kind: def.type };
  if (def.type === "string" || def.type === "enum") return { kind: "text" };
  throw new Error(`settings of type ${def.type} have no reader: teach nodeOf in cli/settings/schema.ts`);
}

/** The whole tree, as `fathom.toml` sees it. Values are checked by its two parts: this one is for walking. */
export const tree = z.strictObject({ ...workspaceSettings.shape, ...engineConfig.shape });

/** One line of `fathom config`. A list or a record of settings is one value. */
export interface Setting {
  readonly path: string;
  readonly schema: z.core.$ZodType;
  readonly node: Node;
  readonly unit: string;
  readonly description: string;
}

/** The metadata nearest to the surface: `.meta()` may sit inside or outside of default and checks. */
export function metaOf(schema: z.core.$ZodType): { unit: string; description: string } {
  let unit = "";
  let description = "";
  for (let at: z.core.$ZodType | undefined = schema; at !== undefined; at = (at._zod.def as Def).innerType) {
    const meta = z.globalRegistry.get(at) as { unit?: string; description?: string } | undefined;
    unit ||= meta?.unit ?? "";
    description ||= meta?.description ?? "";
  }
  return { unit, description };
}

function collect(node: Node, path: string, settings: Setting[], sections: string[]): void {
  if (node.kind !== "section") return;
  for (const [key, schema] of Object.entries(node.children)) {
    const at = path === "" ? key : `${path}.${key}`;
    const child = nodeOf(schema);
    if (child.kind === "section") {
      sections.push(at);
      collect(child, at, settings, sections);
    } else {
      settings.push({ path: at, schema, node: child, ...metaOf(schema) });
    }
  }
}

const allSettings: Setting[] = [];
const allSections: string[] = [];
collect(nodeOf(tree), "", allSettings, allSections);

/** Every setting, in the order of the schema. */
export const settings: readonly Setting[] = allSettings;
/** The paths of every section. */
export const sections: readonly string[] = allSections;
