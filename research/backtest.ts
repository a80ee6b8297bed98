import { type Dataset, quoteOf } from "../datasets/dataset.ts";
import { defaultConfig, type EngineConfig, type EngineConfigInput, engineConfig } from "../engine/config.ts";
import type { DriveOptions } from "../engine/drive.ts";
import { didYouMean, FathomError } from "../engine/errors.ts";
import type { Panel } from "../engine/market/bars.ts";
import { type Replay, replay } from "../engine/replay.ts";
import { modelHash } from "../engine/scoring/model.ts";
import type { ScheduledModel } from "../engine/scoring/schedule.ts";
import type { Strategy } from "../engine/strategies/strategy.ts";
import { createSystem, rulesOf, type System } from "../engine/system.ts";
import { bounds } from "./runs/bounds.ts";
import { certify } from "./runs/certificate.ts";
import { type ProvenDocument, type RunDocument, runDocument } from "./runs/document.ts";
import { type RunFigures, runFigures } from "./runs/figures.ts";
import { intervals } from "./runs/intervals.ts";
import { iso } from "./runs/rows.ts";
import { type RunIdentity, runId, runIdentity } from "./runs/run-id.ts";
import { type WrittenRun, writeRun } from "./runs/write-run.ts";
import type { RunModel } from "./training/run-models.ts";

export interface BacktestOptions extends DriveOptions {
  /** What differs from the defaults; keys as in fathom.toml. */
  readonly config?: EngineConfigInput;
  /** Pairs that may trade; those that the dataset was asked for unless given. */
  readonly pairs?: readonly string[];
  /** First close that may trade, ms UTC; the dataset's own unless given. */
  readonly start?: number;
  /** Strategies beside the six; config's selector names who is in charge when. */
  readonly strategies?: readonly Strategy[];
  /** Models that judge every pair, each from its own moment on. */
  readonly models?: readonly ScheduledModel[];
  /** The artifact that they come from, recorded so that the run can be made again from its folder. */
  readonly model?: RunModel;
  /** Files of those strategies (import.meta.url): their text becomes part of the run's id. */
  readonly modules?: readonly string[];
  /** Those of them that `importStrategies` read, recorded so that the run can be made again from its folder. */
  readonly strategyFiles?: readonly string[];
}

/** How far the proof is: which part of it, and how much of that. */
export type ProofProgress = (part: "bounds" | "certificate", done: number, of: number) => void;

/** A finished backtest: what was decided, the figures, and the document of them. */
export interface Backtest {
  /** Run id: 16 hex, the same wherever code, config and bars are the same. */
  readonly run: string;
  readonly identity: RunIdentity;
  readonly config: EngineConfig;
  readonly replay: Replay;
  readonly figures: RunFigures;
  readonly document: RunDocument;
  /** Wires the same system anew. */
  build(): System;
  /** How sure the figures are: intervals, bounds and the causality certificate, computed at the first call. */
  prove(onProgress?: ProofProgress): ProvenDocument;
  /** Proves the run and writes its folder under `home`. */
  write(home: string, created: number): Promise<WrittenRun>;
}

/** Chooses the resamples of the intervals and the rows of the certificate; both record it. */
const PROOF_SEED = 1;

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
  const { strategies = [], models = [], model, modules = [], strategyFiles } = options;
  const { symbols, interval } = panel;
  const build = (settings = config) =>
    createSystem({ config: settings, symbols, traded, interval, start, strategies, models });
  const system = build();
  const done = replayed(system, panel, options);
  const pairs = traded.map((symbol, p) => {
    const { tick, half_spread: halfSpread } = rulesOf(config, symbol);
    return { symbol, eligibleFrom: done.eligibleFrom[p], tick, halfSpread };
  });
  const figures = runFigures(done, { pairs, fees: config.fees });
  const judges = judgesOf(models);
  const scope = {
    traded,
    start: start ?? null,
    strategies: system.strategies,
    ...(judges.length > 0 && { models: judges }),
  };
  const identity = runIdentity({ panel, config, scope, modules });
  const run = runId(identity);
  const notes = [...dataset.notes];
  const chosen = new Set<string>(Object.values(config.selector).flat().map(String));
  for (const { name } of strategies) {
    if (chosen.has(name)) continue;
    notes.push(
      `${name} is named in no slot of the selector, so it holds nothing: set selector.RISK_ON or another.`,
    );
  }
  if (config.account.initial_cash < SMALL_ACCOUNT) {
    notes.push(
      `The account of $${config.account.initial_cash} is small: below about $13,000 the least order value of ` +
        `$${config.risk.min_usd} refuses most entries (risk.min_usd).`,
    );
  }
  const document = runDocument(done, figures, {
    run,
    pairs: traded,
    quote: quoteOf(dataset),
    venues: [...new Set(dataset.series.map((s) => s.venue))],
    notes,
  });
  let proven: ProvenDocument | undefined;
  const prove = (onProgress?: ProofProgress): ProvenDocument => {
    proven ??= {
      ...document,
      intervals: intervals(done, figures, { seed: PROOF_SEED }),
      bounds: bounds(build, config, panel, done.firstRow, (k, of) => onProgress?.("bounds", k, of)),
      certificate: certify({
        build,
        panel,
        replay: done,
        seed: PROOF_SEED,
        onProgress: (k, of) => onProgress?.("certificate", k, of),
      }),
    };
    return proven;
  };
  const { origin } = dataset;
  return {
    run,
    identity,
    config,
    replay: done,
    figures,
    document,
    build,
    prove,
    async write(home, created) {
      if (strategies.length > 0 && modules.length === 0) {
        throw new FathomError(
          "E_RUN_MODULES",
          `backtest: found the strategies ${strategies.map((x) => x.name).join(", ")} and no modules, expected the files that they are written in: two strategies of one name would share a run. Pass modules: [import.meta.url]`,
        );
      }
      return writeRun({
        home,
        identity,
        replay: done,
        figures,
        document: prove(),
        created,
        origin,
        strategyFiles,
        model,
        multipliers: system.multipliers,
      });
    },
  };
}

/** Models as a run's scope has them. */
export const judgesOf = (models: readonly ScheduledModel[]) =>
  models.map(({ from, threshold, model }) => ({ from, threshold, model: modelHash(model) }));

/** Rows that a backtest of these pairs reads as warm-up before its start: three times the plan's lookback. */
export function warmupRows(config: EngineConfig, symbols: readonly string[], interval: number): number {
  return 3 * createSystem({ config, symbols, interval }).lookback;
}

/** A replay, where a kernel that throws is told with the times of the rows as well. */
function replayed(system: System, panel: Panel, options: DriveOptions): Replay {
  try {
    return replay(system, panel, options);
  } catch (error) {
    if (!(error instanceof FathomError) || error.code !== "E_KERNEL_THREW") throw error;
    const { first, rows } = error.context as { first: number; rows: number };
    const [from, to] = [panel.time[first], panel.time[first + rows - 1]].map(iso);
    const message = `${error.message} (closes ${from} to ${to})`;
    throw new FathomError(error.code, message, { ...error.context, from, to });
  }
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
