import type { Dataset } from "../datasets/dataset.ts";
import { defaultConfig, type EngineConfig, type EngineConfigInput, engineConfig } from "../engine/config.ts";
import type { DriveOptions } from "../engine/drive.ts";
import { didYouMean, FathomError } from "../engine/errors.ts";
import { type Replay, replay } from "../engine/replay.ts";
import type { Strategy } from "../engine/strategies/strategy.ts";
import { createSystem, rulesOf } from "../engine/system.ts";
import { type RunDocument, runDocument } from "./runs/document.ts";
import { type RunFigures, runFigures } from "./runs/figures.ts";
import { type RunIdentity, runId, runIdentity } from "./runs/run-id.ts";
import { type WrittenRun, writeRun } from "./runs/write-run.ts";

export interface BacktestOptions extends DriveOptions {
  /** What differs from the defaults; keys as in fathom.toml. */
  readonly config?: EngineConfigInput;
  /** Pairs that may trade; those that the dataset was asked for unless given. */
  readonly pairs?: readonly string[];
  /** First close that may trade, ms UTC; the dataset's own unless given. */
  readonly start?: number;
  /** Strategies beside the six; config's selector names who is in charge when. */
  readonly strategies?: readonly Strategy[];
  /** Files of those strategies (import.meta.url): their text becomes part of the run's id. */
  readonly modules?: readonly string[];
}

/** A finished backtest: what was decided, the figures, and the document that `--json` prints. */
export interface Backtest {
  /** Run id: 16 hex, the same wherever code, config and bars are the same. */
  readonly run: string;
  readonly identity: RunIdentity;
  readonly config: EngineConfig;
  readonly replay: Replay;
  readonly figures: RunFigures;
  readonly document: RunDocument;
  /** Writes the run's folder under `home`. */
  write(home: string, created: number): Promise<WrittenRun>;
}

/** Below this much cash the least order value refuses most entries (domain of 5 % positions and $50). */
const SMALL_ACCOUNT = 13_000;

/**
 * Replays the whole system over a dataset and computes its figures. Nothing is written until `write`.
 * @throws FathomError E_CFG_VALUE for a bad config, and whatever createSystem refuses.
 */
export function backtest(dataset: Dataset, options: BacktestOptions = {}): Backtest {
  const { panel } = dataset;
  const config = parseConfig(options.config);
  const traded = options.pairs ?? dataset.traded;
  const start = options.start ?? dataset.start;
  const { strategies = [], modules = [] } = options;
  const system = createSystem({
    config,
    symbols: panel.symbols,
    traded,
    interval: panel.interval,
    start,
    strategies,
  });
  const done = replay(system, panel, options);
  const pairs = traded.map((symbol, p) => {
    const { tick, half_spread: halfSpread } = rulesOf(config, symbol);
    return { symbol, eligibleFrom: done.eligibleFrom[p], tick, halfSpread };
  });
  const figures = runFigures(done, { pairs, fees: config.fees });
  const scope = { traded, start: start ?? null, strategies: system.strategies };
  const identity = runIdentity({ panel, config, scope, modules });
  const run = runId(identity);
  const notes = [...dataset.notes];
  if (config.account.initial_cash < SMALL_ACCOUNT) {
    notes.push(
      `The account of $${config.account.initial_cash} is small: below about $13,000 the least order value of ` +
        `$${config.risk.min_usd} refuses most entries (risk.min_usd).`,
    );
  }
  const document = runDocument(done, figures, {
    run,
    pairs: traded,
    quote: [...new Set(dataset.series.map((s) => s.quote))].join("+"),
    venues: [...new Set(dataset.series.map((s) => s.venue))],
    notes,
  });
  return {
    run,
    identity,
    config,
    replay: done,
    figures,
    document,
    write: (home, created) =>
      writeRun({ home, identity, replay: done, trips: figures.trips, document, created }),
  };
}

/** Rows that a backtest of these pairs reads as warm-up before its start: three times the plan's lookback. */
export function warmupRows(config: EngineConfig, symbols: readonly string[], interval: number): number {
  return 3 * createSystem({ config, symbols, interval }).lookback;
}

function parseConfig(input: EngineConfigInput = {}): EngineConfig {
  const parsed = engineConfig.safeParse(input);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== "unrecognized_keys") return `${path.join(".") || "config"}: ${issue.message}`;
    const known = path.reduce<unknown>((x, key) => (x as Record<string, unknown>)[key], defaultConfig());
    const names = issue.keys.map(
      (key) =>
        `${[...path, key].join(".")} is not a setting.${didYouMean(key, Object.keys(known as object))}`,
    );
    return names.join(" ");
  });
  throw new FathomError("E_CFG_VALUE", `config: ${lines.join("; ")}`, { issues: lines });
}
