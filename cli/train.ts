import { resolve } from "node:path";
import { Command } from "commander";
import type { Dataset } from "../datasets/dataset.ts";
import { FathomError } from "../engine/errors.ts";
import type { Figure } from "../research/metrics/figure.ts";
import type { RecipeInput } from "../research/training/recipe.ts";
import type { ModelTraining, Training } from "../research/training/train.ts";
import { type DatasetOptions, datasetFlags, loadDataset, withDataset } from "./dataset.ts";
import type { Io } from "./io.ts";
import { settingFlags, withSettings } from "./options.ts";
import type { Settings } from "./settings.ts";

/** Parameters of a recipe that have a flag of their own. */
const PARAMETERS = {
  lambda: "L2 penalty: on a logistic model's weights, or on the leaves of trees",
  rounds: "trees (xgboost)",
  maxDepth: "splits from root to leaf, at most (xgboost)",
  eta: "share of each tree's step that is taken (xgboost)",
  subsample: "share of the rows that a tree sees (xgboost)",
  colsample: "share of the features that a tree sees (xgboost)",
  minChildWeight: "least curvature in a leaf (xgboost)",
} as const;
type Parameter = keyof typeof PARAMETERS;

interface Options extends DatasetOptions, Readonly<Partial<Record<Parameter, string>>> {
  readonly model: string;
  readonly data?: string;
  readonly planted?: boolean;
  readonly name?: string;
  readonly force?: boolean;
  readonly headFile?: string;
}

/** `fathom train`: a model by a walk forward, as a signed artifact. */
export function trainCommand(io: Io): Command {
  const command = new Command("train")
    .description(
      "Trains a model on everything before an edge and judges it on the 90 days after, edge by edge; the last fold's model becomes a CANDIDATE artifact. Runs in the daily downtime alone, [03:00, 05:00) UTC.",
    )
    .requiredOption("--model <kind>", "logistic or xgboost")
    .option("--data <venue>", "a venue of the store (see `fathom data list`), or synthetic")
    .option("--planted", "of the synthetic market, the one with a component that can be predicted")
    .option("--name <name>", "the artifact is the next version of it; the model's kind unless given")
    .option("--force", "train outside of the downtime too; the audit log says so")
    .option(
      "--head-file <file>",
      "where the audit log's head is kept beside it (default: audit-head.json in the home folder)",
    );
  for (const [name, text] of Object.entries(PARAMETERS)) command.option(`--${kebab(name)} <x>`, text);
  return withSettings(withDataset(command))
    .addHelpText(
      "after",
      `
Examples:
  $ fathom keys create
  $ fathom train --model logistic --planted
  $ fathom train --model xgboost --data kraken --pairs BTC,ETH --rounds 200 --name btc-eth

Every trial is kept in trials.jsonl: how many there were is part of how much a good one proves.`,
    )
    .action(async (options: Options) => {
      const [{ loadSettings }, { auditPlace }, { parseRecipe }, { train }, { requireOpen }, { openSigner }] =
        await Promise.all([
          import("./settings.ts"),
          import("../research/artifacts/audit-log.ts"),
          import("../research/training/recipe.ts"),
          import("../research/training/train.ts"),
          import("../research/training/window.ts"),
          import("../research/artifacts/keys.ts"),
        ]);
      const recipe = parseRecipe(recipeOf(options));
      const flags = { "--data": ["data.source", options.data] as const, ...datasetFlags(options) };
      const settings = loadSettings(io, settingFlags(options, flags));
      const { home, engine: config } = settings;
      // said before the bars are read
      requireOpen(config.downtime, io.now(), options.force ?? false);
      openSigner(home);
      const dataset = await datasetOf(io, settings, options);
      let progress: ReturnType<Io["progress"]> | undefined;
      try {
        const done = await train({
          dataset,
          config,
          recipe,
          place: auditPlace(
            home,
            options.headFile === undefined ? undefined : resolve(io.cwd, options.headFile),
          ),
          name: options.name ?? recipe.model,
          now: io.now,
          force: options.force,
          onProgress(folds, of) {
            progress ??= io.progress("folds", of);
            progress.update(folds);
          },
        });
        if (options.json) io.json(documentOf(done));
        else print(io, done);
      } finally {
        progress?.stop();
      }
    });
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What the flags say, to be checked by the recipe's own schema. */
function recipeOf(options: Options): RecipeInput {
  const given = (Object.keys(PARAMETERS) as Parameter[]).flatMap((name) => {
    const text = options[name];
    return text === undefined ? [] : [[name, numberOf(name, text)]];
  });
  return { model: options.model, ...Object.fromEntries(given) } as RecipeInput;
}

function numberOf(name: string, text: string): number {
  const x = Number(text);
  if (text.trim() !== "" && Number.isFinite(x)) return x;
  throw new FathomError("E_USAGE_NUMBER", `train: found --${kebab(name)} ${text}, expected a number`);
}

async function datasetOf(io: Io, settings: Settings, options: Options): Promise<Dataset> {
  const { data } = settings;
  if (options.planted && data.source !== "synthetic") {
    throw new FathomError(
      "E_USAGE_PLANTED",
      `train: found --planted with the data ${data.source}, expected the synthetic market; leave one of them out`,
    );
  }
  return loadDataset(io, settings, options);
}

/** The --json document: the training report with the artifact, without the config and the series. */
function documentOf({ state, report, isNewTrial, forced }: Training) {
  const { config: _, data: __, origin: ___, ...rest } = report;
  const { id, name, version, stage, digest } = state;
  return { artifact: { id, name, version, stage, digest }, forced, isNewTrial, ...rest };
}

const share = ({ value }: Figure) => (value === null ? null : `${(100 * value).toFixed(1)}%`);
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

function print(io: Io, { state, report, isNewTrial, forced }: Training): void {
  const { samples, folds, pooled, trials, recipe, pairs } = report;
  const whole = (x: number) => x.toLocaleString("en");
  io.stdout(
    `${JSON.stringify(recipe)} on ${pairs.join(" ")}: ${whole(samples.n)} samples of ${whole(samples.rows)} bars, ` +
      `median barrier ${(100 * samples.medianBarrier).toFixed(1)}%\n` +
      `no sample: ${Object.entries(samples.dropped)
        .map(([why, n]) => `${whole(n)} ${why}`)
        .join(", ")}\n\n`,
  );
  const row = (figures: ModelTraining["pooled"]) => ({
    judged: whole(figures.n),
    "base rate": share(figures.baseRate),
    precision: share(figures.precision),
    recall: share(figures.recall),
    F1: share(figures.f1),
  });
  io.table(
    [
      ...folds.map((fold) => ({
        from: day(fold.edge),
        trained: whole(fold.train),
        threshold: fold.threshold.toFixed(3),
        ...row(fold),
        AUC: fold.auc.value?.toFixed(3),
      })),
      { from: "all folds", trained: null, threshold: null, ...row(pooled), AUC: null },
    ],
    (next) => next.from === "all folds",
  );
  io.stdout(
    `\nTrial ${report.trial.slice(0, 16)}, ${isNewTrial ? "new" : "made before"}; ${whole(trials)} in the ledger.\n` +
      `${forced ? "Forced outside of the downtime: the audit log says so.\n" : ""}` +
      `Artifact ${state.id}, ${state.stage}.\n`,
  );
}
