import { defaultConfig, type EngineConfig } from "../../engine/config.ts";
import { krakenRules } from "../../engine/market/pair-rules.ts";
import { canonicalJson } from "../runs/canonical.ts";
import { differing, leaves } from "../runs/compare.ts";
import { type LabelSettings, labelSettings } from "../training/labels.ts";

/** A setting that an artifact was trained and judged with and that is not at its default. */
export interface ChangedSetting {
  /** As in `fathom.toml`. */
  readonly path: string;
  /** As JSON, a text without its quotes. */
  readonly value: string;
  /** The same of the default; null where there is none, as of the rules of a pair that is not built in. */
  readonly usual: string | null;
  /** Whether it decides at what price and fee orders fill: a Sharpe ratio can be made with it, without any skill. */
  readonly isOfCosts: boolean;
}

/** Sections of the config that make fills cheap or dear. */
const COSTS = ["execution", "fees", "pairs"] as const;

/** Every setting of the config and of the labels that is not at its default, those of costs first. */
export function changedSettings(config: EngineConfig, labels: LabelSettings): ChangedSetting[] {
  const usual = { ...defaultConfig(), pairs: builtIn(config), labels: labelSettings.parse({}) };
  const changed = differing(leaves(usual), leaves({ ...config, labels })).map(({ name, a, b }) => ({
    path: name,
    value: text(b),
    usual: a === null ? null : text(a),
    isOfCosts: COSTS.some((section) => name.startsWith(`${section}.`)),
  }));
  return [...changed.filter((s) => s.isOfCosts), ...changed.filter((s) => !s.isOfCosts)];
}

/** Whether fills have other prices or fees than by default. */
export const hasOwnCosts = (settings: readonly Pick<ChangedSetting, "isOfCosts">[]): boolean =>
  settings.some(({ isOfCosts }) => isOfCosts);

/** The same config with every default that decides on costs; pairs that are not built in keep their rules. */
export function atDefaultCosts(config: EngineConfig): EngineConfig {
  const { execution, fees } = defaultConfig();
  const own = Object.entries(config.pairs).filter(([symbol]) => krakenRules[symbol] === undefined);
  return { ...config, execution, fees, pairs: Object.fromEntries(own) };
}

/** The built-in rules in the place of those that the config overrides. */
function builtIn({ pairs }: EngineConfig): EngineConfig["pairs"] {
  const rulesOf = (symbol: string, rules: object) =>
    Object.entries(krakenRules[symbol] ?? {}).filter(([name]) => Object.hasOwn(rules, name));
  return Object.fromEntries(
    Object.entries(pairs).map(([symbol, rules]) => [symbol, Object.fromEntries(rulesOf(symbol, rules))]),
  );
}

const text = (value: unknown): string => (typeof value === "string" ? value : canonicalJson(value));
