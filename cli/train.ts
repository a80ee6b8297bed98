import { Command } from "commander";
import { FathomError } from "../engine/errors.ts";
import type { Figure } from "../research/metrics/figure.ts";
import type { RecipeInput } from "../research/training/recipe.ts";
import type { ModelTraining, Training } from "../research/training/train.ts";
import { type AuditFlags, placeOf, withAudit } from "./audit.ts";
import { type DatasetOptions, datasetFlags, loadDataset, withDataset } from "./dataset.ts";
import type { Io } from "./io.ts";
import { kebab } from "./options.ts";

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

interface Options extends DatasetOptions, AuditFlags, Readonly<Partial<Record<Parameter, string>>> {
  readonly model: string;
  readonly data?: string;
  readonly name?: string;
  readonly force?: boolean;
}

/** `fathom train`: a model by a walk forward, as a signed artifact. */
export function trainCommand(io: Io): Command {
  const command = new Command("train")
    .description(
      "Trains a model by a walk forward: on all bars before an edge, at least 365 days, to be judged on the 90 days after it, and again 90 days later, as far as the bars go. The last model becomes a CANDIDATE artifact, signed with this home's key. Runs in the daily downtime alone, [03:00, 05:00) UTC by default.",
    )
    .requiredOption("--model <kind>", "logistic or xgboost")
    .option("--data <venue>", "a venue of the store (see `fathom data list`), or synthetic")
    .option(
      "--name <name>",
      "name of the artifact, which gets the next version of it (default: the model's kind)",
    )
    .option("--force", "train outside of the downtime too; the audit log says so");
  for (const [name, text] of Object.entries(PARAMETERS)) command.option(`--${kebab(name)} <x>`, text);
  return withAudit(withDataset(command))
    .addHelpText(
      "after",
      `
Examples:
  $ fathom keys create
  $ fathom train --model logistic --planted --force
  $ fathom train --model xgboost --data kraken --pairs BTC,ETH --rounds 200 --name btc-eth
  $ fathom train --model logistic --set labels.horizon=48 --set labels.multiple=1.5

Labels are made by the settings labels.* (\`fathom config labels\`). --seed also chooses the rows and features that
trees see. Every trial is kept in trials.jsonl: how many there were is part of how much a good one proves.`,
    )
    .action(async (options: Options) => {
      const [{ parseRecipe }, { train }, { requireOpen }, { openSigner }] = await Promise.all([
        import("../research/training/recipe.ts"),
        import("../research/training/train.ts"),
        import("../research/training/window.ts"),
        import("../research/artifacts/keys.ts"),
      ]);
      const recipe = parseRecipe(recipeOf(options));
      const flags = { "--data": ["data.source", options.data] as const, ...datasetFlags(options) };
      const { place, settings } = await placeOf(io, options, flags);
      const { engine: config, labels } = settings;
      // said before the bars are read
      requireOpen(config.downtime, io.now(), options.force ?? false);
      openSigner(place.home);
      const dataset = await loadDataset(io, settings, options);
      let progress: ReturnType<Io["progress"]> | undefined;
      let done: Training;
      try {
        done = await train({
          dataset,
          config,
          recipe,
          labels,
          place,
          name: options.name ?? recipe.model,
          now: io.now,
          force: options.force,
          onProgress(folds, of) {
            progress ??= io.progress("folds", of);
            progress.update(folds);
          },
        });
      } finally {
        progress?.stop();
      }
      if (options.json) io.json(documentOf(done));
      else print(io, done);
    });
}

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
      `Artifact ${state.id}, ${state.stage}: it acts from ${day(folds[folds.length - 1].edge)} on. Next: fathom gates ${state.id}\n`,
  );
}
