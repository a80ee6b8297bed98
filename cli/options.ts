import type { Command } from "commander";
import { parseInterval } from "../datasets/interval.ts";
import { FathomError } from "../engine/errors.ts";
import type { SettingFlags } from "./settings.ts";

/** What withSettings adds to the options of a command. */
export interface SettingOptions {
  readonly json?: boolean;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly home?: string;
}

/** Adds the options that every command with settings has: --config, --set, --home and --json. */
export function withSettings(command: Command): Command {
  return command
    .option("--config <file>", "read settings from this file instead of fathom.toml")
    .option("--set <key=value>", "set one setting, as risk.drawdown=0.15; may be repeated", append)
    .option("--home <folder>", "folder that holds all that Fathom writes")
    .option("--json", "print one JSON document on stdout");
}

/** A flag as it is typed: "indexFile" is index-file. */
export const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export const append = (argument: string, before: readonly string[] = []) => [...before, argument];

/** A command's further flags and the settings they stand for: { "--seed": ["seed", options.seed] }. */
export type OwnFlags = Readonly<Record<string, readonly [path: string, text: string | undefined]>>;

/** The flags for loadSettings; those of `own` that were not given are left out. */
export function settingFlags(options: SettingOptions, own: OwnFlags = {}): SettingFlags {
  const all = { "--home": ["home", options.home] as const, ...own };
  return {
    config: options.config,
    set: options.set,
    own: Object.entries(all).flatMap(([flag, [path, text]]) =>
      text === undefined ? [] : [{ flag, path, text }],
    ),
  };
}

/** The --interval of a `fathom data` command as ms. Throws E_USAGE_INTERVAL. */
export function intervalFlag(who: string, text: string | undefined): number | undefined {
  const interval = text === undefined ? undefined : parseInterval(text);
  if (text === undefined || interval !== undefined) return interval;
  throw new FathomError(
    "E_USAGE_INTERVAL",
    `${who}: found --interval ${text}, expected the length of a bar: 1m, 15m, 1h, 1d or Kraken's minutes`,
  );
}
