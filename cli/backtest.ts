import { join, resolve } from "node:path";
import { Command } from "commander";
import type { Dataset } from "../datasets/dataset.ts";
import { FathomError } from "../engine/errors.ts";
import type { Backtest, ProofProgress } from "../research/backtest.ts";
import type { ProvenDocument } from "../research/runs/document.ts";
import { type DatasetOptions, datasetFlags, loadDataset, withDataset } from "./dataset.ts";
import type { Io, Progress } from "./io.ts";
import { append, settingFlags, withSettings } from "./options.ts";
import type { Settings } from "./settings.ts";

interface Options extends DatasetOptions {
  readonly data?: string;
  readonly strategy?: readonly string[];
}

/** `fathom backtest`: the whole system over a stored or synthetic market, with its proof, a run folder and a report. */
export function backtestCommand(io: Io): Command {
  const command = new Command("backtest")
    .description(
      "Replays the whole system over history, proves what came of it and reports it. Without --data it runs on the embedded synthetic market.",
    )
    .option("--data <venue>", "a venue of the store (see `fathom data list`), or synthetic")
    .option("--strategy <file>", "a module that exports `strategies`; may be repeated", append);
  return withSettings(withDataset(command))
    .addHelpText(
      "after",
      `
Examples:
  $ fathom backtest
  $ fathom backtest --data kraken --pairs BTC,ETH --interval 1h --from 2018-01-01 --set risk.correlation=0.95
  $ fathom backtest --strategy my-strategies.ts --set selector.RISK_ON=Mine,cash
  $ fathom backtest --json | jq .metrics.sharpe

The exit code is 0, or 1 where the causality certificate found a violation (the run is written all the same).`,
    )
    .action(async (options: Options) => {
      const began = io.now();
      const [{ loadSettings }, { requireWritable }, { summary }, { writeReport }] = await Promise.all([
        import("./settings.ts"),
        import("../engine/live/durable.ts"),
        import("./backtest-summary.ts"),
        import("../reports/write-report.ts"),
      ]);
      const flags = { "--data": ["data.source", options.data] as const, ...datasetFlags(options) };
      const settings = loadSettings(io, settingFlags(options, flags));
      requireWritable(join(settings.home, "runs"));
      const done = await replayed(io, settings, await loadDataset(io, settings, options), options);
      const document = proven(io, done);
      const { folder } = await done.write(settings.home, io.now());
      const report = await writeReport(settings.home, done.run);
      const seconds = (io.now() - began) / 1000;
      if (options.json) io.json({ ...document, folder, report, seconds });
      else io.stdout(`${summary(document, 1000 * seconds)}\nWritten to ${folder}\nReport: ${report}\n`);
      if (document.certificate.verdict === "failed") throw violated(document);
    });
}

async function replayed(io: Io, settings: Settings, dataset: Dataset, options: Options): Promise<Backtest> {
  const [{ backtest }, { importStrategies }] = await Promise.all([
    import("../research/backtest.ts"),
    import("../research/runs/strategy-files.ts"),
  ]);
  const files = (options.strategy ?? []).map((file) => resolve(io.cwd, file));
  const strategies = await importStrategies(files);
  const progress = io.progress("replay", dataset.panel.time.length);
  try {
    return backtest(dataset, {
      config: settings.engine,
      strategies,
      ...(files.length > 0 && { modules: files, strategyFiles: files }),
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
