import { Command } from "commander";
import { didYouMean, FathomError } from "../engine/errors.ts";
import type { Io } from "./io.ts";
import { type SettingOptions, settingFlags, withSettings } from "./options.ts";
import type { EffectiveSetting } from "./settings.ts";

interface Options extends SettingOptions {
  readonly diff?: boolean;
}

/** `fathom config [prefix]`: every effective setting with its unit and origin. */
export function configCommand(io: Io): Command {
  return withSettings(
    new Command("config")
      .description("print every setting: its value, unit, origin and meaning")
      .argument("[prefix]", "print only these settings, as risk or regime.levels")
      .option("--diff", "print only what differs from the defaults"),
  )
    .addHelpText("after", "\nExample:\n  $ fathom config risk --set risk.drawdown=0.15")
    .action(async (prefix: string | undefined, options: Options) => {
      const { loadSettings } = await import("./settings.ts");
      const all = loadSettings(io, settingFlags(options)).sources;
      const chosen = [...all]
        .filter(([path]) => prefix === undefined || path === prefix || path.startsWith(`${prefix}.`))
        .filter(([, setting]) => options.diff !== true || differs(setting));
      if (prefix !== undefined && ![...all.keys()].some((p) => p === prefix || p.startsWith(`${prefix}.`))) {
        throw new FathomError(
          "E_CFG_UNKNOWN",
          `config: found no setting or section ${prefix}.${didYouMean(prefix, namesOf(all))}`,
        );
      }
      if (options.json) io.json({ settings: chosen.map(document) });
      else print(io, chosen);
    });
}

const differs = (setting: EffectiveSetting) =>
  JSON.stringify(setting.value) !== JSON.stringify(setting.default);

/** Every setting and every section above one. */
function namesOf(all: ReadonlyMap<string, unknown>): Set<string> {
  const names = new Set<string>();
  for (const path of all.keys()) {
    path.split(".").forEach((_, i, parts) => {
      names.add(parts.slice(0, i + 1).join("."));
    });
  }
  return names;
}

function document([path, setting]: [string, EffectiveSetting]) {
  return { path, ...setting, value: setting.value ?? null, default: setting.default ?? null };
}

type Entry = [path: string, setting: EffectiveSetting];

/** One aligned table; a blank line parts the sections of the first level. */
function print(io: Io, entries: readonly Entry[]): void {
  if (entries.length === 0) {
    io.stdout("every setting has its default\n");
    return;
  }
  const rows = entries.map(([path, { value, unit, source, description }]) => ({
    setting: path,
    value: compact(value),
    unit,
    source,
    meaning: description,
  }));
  io.table(rows, (row, before) => sectionOf(row.setting) !== sectionOf(before.setting));
}

const sectionOf = (path: string) => (path.includes(".") ? path.slice(0, path.indexOf(".")) : "");

/** A value on one line: lists of names with commas, longer things as JSON that ends early. */
function compact(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string")) {
    return value.join(",");
  }
  if (Array.isArray(value) && value.length > 0 && typeof value[0] === "object") {
    return `${value.length} entries (--json)`;
  }
  if (typeof value !== "object" || value === null) return String(value);
  const text = JSON.stringify(value);
  return text.length <= 40 ? text : `${Object.keys(value).length} entries (--json)`;
}
