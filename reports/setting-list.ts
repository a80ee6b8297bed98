import { z } from "zod";
import { defaultConfig, engineConfig } from "../engine/config.ts";

/** One setting of a run beside its default; values as a person reads them. */
export interface ShownSetting {
  readonly path: string;
  readonly value: string;
  readonly fallback: string;
  readonly differs: boolean;
  readonly unit: string;
  readonly description: string;
}

type Schema = z.core.$ZodType;

/** Every setting of a run's config in the order of the schema, those that differ from their default first. */
export function settingList(config: unknown): ShownSetting[] {
  const all: ShownSetting[] = [];
  collect(engineConfig, "", config, defaultConfig(), all);
  return [...all.filter((s) => s.differs), ...all.filter((s) => !s.differs)];
}

function collect(schema: Schema, path: string, value: unknown, fallback: unknown, all: ShownSetting[]): void {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    for (const [key, child] of Object.entries<Schema>(inner.shape)) {
      collect(child, path === "" ? key : `${path}.${key}`, member(value, key), member(fallback, key), all);
    }
    return;
  }
  const [now, before] = [text(value), text(fallback)];
  all.push({ path, value: now, fallback: before, differs: now !== before, ...metaOf(schema) });
}

const member = (of: unknown, key: string): unknown => (of as Record<string, unknown> | undefined)?.[key];

const innerOf = (schema: Schema): Schema | undefined =>
  (schema._zod.def as unknown as { readonly innerType?: Schema }).innerType;

function unwrap(schema: Schema): Schema {
  let at = schema;
  for (let next = innerOf(at); next !== undefined; next = innerOf(at)) at = next;
  return at;
}

/** `.meta()` may sit inside or outside of default and checks. */
function metaOf(schema: Schema): { unit: string; description: string } {
  let unit = "";
  let description = "";
  for (let at: Schema | undefined = schema; at !== undefined; at = innerOf(at)) {
    const meta = z.globalRegistry.get(at) as { unit?: string; description?: string } | undefined;
    unit ||= meta?.unit ?? "";
    description ||= meta?.description ?? "";
  }
  return { unit, description };
}

function text(value: unknown): string {
  if (value === undefined) return "none";
  if (Array.isArray(value) && value.every((x) => typeof x === "string")) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
