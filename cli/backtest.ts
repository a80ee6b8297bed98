import { join, resolve } from "node:path";
import { Command } from "commander";
import type { Dataset } from "../datasets/dataset.ts";
import type { EngineConfig } from "../engine/config.ts";
import { FathomError } from "../engine/errors.ts";
import type { AuditPlace } from "../research/artifacts/audit-log.ts";
import type { Backtest, ProofProgress } from "../research/backtest.ts";
import type { ProvenDocument } from "../research/runs/document.ts";
import type { RunModels } from "../research/training/run-models.ts";
import { type AuditFlags, placeOf, withAudit } from "./audit.ts";
import { barsOfModel, type DatasetOptions, datasetFlags, loadDataset, withDataset } from "./dataset.ts";
import type { Io, Progress } from "./io.ts";
import { append, kebab } from "./options.ts";
import type { Settings } from "./settings.ts";

interface Options extends DatasetOptions, AuditFlags {
  readonly data?: string;
  readonly strategy?: readonly string[];
  readonly model?: string;
  readonly walkForward?: boolean;
}

/** `fathom backtest`: the whole system over a stored or synthetic market, with its proof, a run folder and a report. */
export function backtestCommand(io: Io): Command {
  const command = new Command("backtest")
    .description(
      "Replays the whole system over history, proves what came of it and reports it. Without --data it runs on the embedded synthetic market.",
    )
    .option("--data <venue>", "a venue of the store (see `fathom data list`), or synthetic")
    .option("--strategy <file>", "a module that exports `strategies`; may be repeated", append)
    .option("--model <artifact>", "a trained model that judges every entry, from the edge of its training on")
    .option(
      "--walk-forward",
      "of that artifact: its recipe trained anew at every edge, over its own bars and config, as gate 3 does; the last one acts to the end of the bars",
    );
  return withAudit(withDataset(command))
    .addHelpText(
      "after",
      `
Examples:
  $ fathom backtest
  $ fathom backtest --data kraken --pairs BTC,ETH --interval 1h --from 2018-01-01 --set risk.correlation=0.95
  $ fathom backtest --strategy my-strategies.ts --set selector.RISK_ON=Mine,cash
  $ fathom backtest --model logistic-v1 --walk-forward
  $ fathom backtest --json | jq .metrics.sharpe

The exit code is 0, or 1 where the causality certificate found a violation (the run is written all the same).`,
    )
    .action(async (options: Options) => {
      const began = io.now();
      const [{ requireWritable }, { summary }, { writeReport }] = await Promise.all([
        import("../engine/live/durable.ts"),
        import("./backtest-summary.ts"),
        import("../reports/write-report.ts"),
      ]);
      const flags = { "--data": ["data.source", options.data] as const, ...datasetFlags(options) };
      const { place, settings } = await placeOf(io, options, flags);
      requireWritable(join(settings.home, "runs"));
      const done = await replayed(io, await subjectOf(io, place, settings, options), options);
      const document = proven(io, done);
      const { folder, written } = await done.write(settings.home, io.now());
      const report = await writeReport(settings.home, done.run);
      const seconds = (io.now() - began) / 1000;
      if (options.json) io.json({ ...document, folder, report, seconds });
      else
        io.stdout(
          `${summary(document, 1000 * seconds)}\n${written ? "Written to" : "The same, to the bit, as written before to"} ${folder}\nReport: ${report}\n`,
        );
      if (document.certificate.verdict === "failed") throw violated(document);
    });
}

/** What is replayed: bars, config and, where there are any, models. */
interface Subject {
  readonly dataset: Dataset;
  readonly config: EngineConfig;
  readonly judged?: RunModels;
}

async function subjectOf(io: Io, place: AuditPlace, settings: Settings, options: Options): Promise<Subject> {
  const { model, walkForward = false } = options;
  const config = settings.engine;
  if (model === undefined) {
    if (walkForward) throw usage("--walk-forward without --model", "--model ARTIFACT beside it");
    return { dataset: await loadDataset(io, settings, options), config };
  }
  const [{ openModel, trainedOn }, { frozenModels, walkedModels, withModels }] = await Promise.all([
    import("../research/training/open-model.ts"),
    import("../research/training/run-models.ts"),
  ]);
  const found = openModel(place, model);
  if (!walkForward) {
    const bars = barsOfModel(found.training.origin, settings, options);
    const dataset = await loadDataset(io, settings, bars);
    const judged = frozenModels(found, dataset, config);
    return { dataset: withModels(dataset, judged), config, judged };
  }
  const given = OWN.filter((name) => options[name] !== undefined).map((name) => `--${kebab(name)}`);
  if (given.length > 0) {
    throw usage(
      `--walk-forward with ${given.join(", ")}`,
      "none of them: an artifact is walked forward over its own bars and config; anything else is another trial, to be trained by fathom train",
    );
  }
  const own = await trainedOn(settings.home, found, io.progress);
  const judged = await walkedModels(found, own.dataset, own.config, io.progress);
  return { dataset: withModels(own.dataset, judged), config: own.config, judged };
}

/** What an artifact brings itself. */
const OWN = [
  "data",
  "pairs",
  "interval",
  "from",
  "to",
  "seed",
  "indexFile",
  "planted",
  "set",
  "strategy",
] as const;

const usage = (found: string, expected: string): FathomError =>
  new FathomError("E_USAGE_MODEL", `backtest: found ${found}, expected ${expected}`);

async function replayed(io: Io, { dataset, config, judged }: Subject, options: Options): Promise<Backtest> {
  const [{ backtest }, { importStrategies }] = await Promise.all([
    import("../research/backtest.ts"),
    import("../research/runs/strategy-files.ts"),
  ]);
  const files = (options.strategy ?? []).map((file) => resolve(io.cwd, file));
  const strategies = await importStrategies(files);
  const progress = io.progress("replay", dataset.panel.time.length);
  try {
    return backtest(dataset, {
      config,
      strategies,
      ...(files.length > 0 && { modules: files, strategyFiles: files }),
      models: judged?.models,
      model: judged?.model,
      onProgress: (rows) => progress.update(rows),
    });
  } finally {
    progress.stop();
  }
}

function proven(io: Io, done: Backtest): ProvenDocument {
  let part = "";
  let progress: Progress | undefined;
  const show: ProofProgress = (name, at, of) => {
    if (name !== part) {
      progress?.stop();
      progress = io.progress(name, of);
      part = name;
    }
    progress?.update(at);
  };
  try {
    return done.prove(show);
  } finally {
    progress?.stop();
  }
}

function violated({ run, certificate }: ProvenDocument): FathomError {
  const found = certificate.laws.flatMap((law) => law.violation ?? []);
  return new FathomError(
    "E_CERTIFICATE",
    `run ${run}: its system breaks a law of causality, so its figures prove nothing: ${found.join("; ")}. Correct the strategy that owns the column named`,
    { run, found },
  );
}
