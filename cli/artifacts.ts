import { Command } from "commander";
import { counted } from "../datasets/counted.ts";
import { marketOf } from "../datasets/dataset.ts";
import { formatInterval } from "../datasets/interval.ts";
import { FathomError } from "../engine/errors.ts";
import type { Artifact } from "../research/artifacts/check-artifact.ts";
import type { ArtifactState } from "../research/artifacts/lifecycle.ts";
import type { ModelTraining } from "../research/training/train.ts";
import { type AuditFlags, placeOf, plainFaults, readWithBanner, stateRow, withAudit } from "./audit.ts";
import type { Io } from "./io.ts";

/** `fathom artifacts ...`: trained models, their stages and what is wrong with them. */
export function artifactsCommand(io: Io): Command {
  return new Command("artifacts")
    .description("list trained models with their stages, show one, retire one")
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(retireCommand(io))
    .addHelpText(
      "after",
      "\nExamples:\n  $ fathom artifacts list\n  $ fathom artifacts show logistic-v1\n\n`fathom train` makes artifacts, `fathom gates` judges them, `fathom promote` takes them further.",
    );
}

/** What became of verifying one. */
interface Listed {
  readonly id: string;
  readonly state?: ArtifactState;
  readonly artifact?: Artifact;
  readonly error?: FathomError;
}

function listCommand(io: Io): Command {
  return withAudit(
    new Command("list").description(
      "Lists every artifact with its stage, which the audit log tells, and verifies its files.",
    ),
  )
    .addHelpText("after", "\nExample:\n  $ fathom artifacts list")
    .action(async (flags: AuditFlags) => {
      const [{ against, verifyArtifact }, { artifactIds }] = await Promise.all([
        import("../research/artifacts/artifact.ts"),
        import("../research/artifacts/artifact-folder.ts"),
      ]);
      const { records, faults, place } = await readWithBanner(io, flags);
      const known = against(place.home, records);
      const ids = [...new Set([...known.stages.artifacts.keys(), ...artifactIds(place.home)])].sort();
      const listed = ids.map((id): Listed => {
        const state = known.stages.artifacts.get(id);
        try {
          return { id, state, artifact: verifyArtifact(place.home, id, known) };
        } catch (error) {
          if (!(error instanceof FathomError)) throw error;
          return { id, state, error };
        }
      });
      if (flags.json) {
        io.json({
          home: place.home,
          faults: plainFaults(faults),
          artifacts: listed.map(({ id, state, error }) => ({
            id,
            ...state,
            error: error ? plainFaults([error])[0] : null,
          })),
        });
        return;
      }
      if (listed.length === 0) io.stdout(`no artifacts in ${place.home}; fathom train makes one\n`);
      io.table(
        listed.flatMap(({ state, error }) =>
          state === undefined ? [] : [{ ...stateRow(state), files: error?.code ?? "verified" }],
        ),
      );
      for (const { error } of listed) if (error !== undefined) io.stdout(`${error.code}: ${error.message}\n`);
    });
}

function showCommand(io: Io): Command {
  return withAudit(
    new Command("show")
      .description(
        "Shows one artifact: where it stands, what it was made from, what its gates said, its files, its records.",
      )
      .argument("<id>", "id of the artifact"),
  )
    .addHelpText("after", "\nExample:\n  $ fathom artifacts show logistic-v1")
    .action(async (id: string, flags: AuditFlags) => {
      const [{ against, verifyArtifact }, { supersededBy }, { reportPath }] = await Promise.all([
        import("../research/artifacts/artifact.ts"),
        import("../research/artifacts/lifecycle.ts"),
        import("../research/gates/report.ts"),
      ]);
      const { records, faults, place } = await readWithBanner(io, flags);
      const known = against(place.home, records);
      const { manifest, state, training } = verifyArtifact(place.home, id, known);
      const newer = supersededBy(known.stages.artifacts, state)?.id ?? null;
      const own = records.filter(({ payload }) => payload.artifact === id);
      if (flags.json) {
        io.json({
          faults: plainFaults(faults),
          state,
          supersededBy: newer,
          manifest,
          trials: training.trials,
          records: own.map(({ seq, time, kind }) => ({ seq, time, kind })),
        });
        return;
      }
      const { inputs, signature, files } = manifest;
      const line = (name: string, value: string) => io.stdout(`${name.padEnd(12)}${value}\n`);
      line("artifact", `${id}, version ${state.version} of ${state.name}`);
      line("stage", newer === null ? state.stage : `${state.stage}, superseded by ${newer}`);
      for (const [name, value] of madeFrom(training as Partial<ModelTraining>)) line(name, value);
      line("digest", `${state.digest}, signed by key ${signature.key}`);
      for (const [name, hash] of Object.entries(inputs)) line(name, hash);
      line("trials", counted(training.trials, "trial"));
      for (const [name, { sha256, size }] of Object.entries(files))
        line(name.split(".")[0], `${sha256}, ${counted(size, "byte")}`);
      for (const [gate, verdict] of Object.entries(state.evidence?.verdicts ?? {}))
        line(`gate ${gate}`, `${verdict} (${state.evidence!.time})`);
      if (state.evidence !== undefined) line("report", reportPath(place.home, id, state.evidence.report));
      io.table(
        own.map(({ seq, time, kind, payload: { to = null } }) => ({
          seq,
          time,
          kind,
          to: to as string | null,
        })),
      );
    });
}

/** What a training report says of its making, in words; of one that a script wrote only what is there. */
function madeFrom(training: Partial<ModelTraining>): [name: string, value: string][] {
  const { recipe, pairs, origin, folds, samples } = training;
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const facts: [string, string][] = [];
  if (recipe !== undefined) {
    const { model, ...rest } = recipe;
    facts.push(["recipe", [model, ...Object.entries(rest).map(([name, x]) => `${name} ${x}`)].join(", ")]);
  }
  if (origin !== undefined) facts.push(["bars", `${marketOf(origin)}, ${formatInterval(origin.interval)}`]);
  if (pairs !== undefined) facts.push(["pairs", pairs.join(" ")]);
  if (samples !== undefined)
    facts.push([
      "samples",
      `${samples.n.toLocaleString("en")}, ${day(samples.first)} to ${day(samples.last)}`,
    ]);
  const last = folds?.[folds.length - 1];
  if (last?.edge !== undefined)
    facts.push(["acts from", `${day(last.edge)}, at a score of ${last.threshold.toFixed(3)} and more`]);
  return facts;
}

function retireCommand(io: Io): Command {
  return withAudit(
    new Command("retire")
      .description("Takes an artifact out of use, for good: from any stage, whatever its files look like.")
      .argument("<id>", "id of the artifact")
      .option("--reason <text>", "why, kept in the audit log"),
  )
    .addHelpText("after", '\nExample:\n  $ fathom artifacts retire logistic-v1 --reason "replaced by v2"')
    .action(async (id: string, flags: AuditFlags & { readonly reason?: string }) => {
      const [{ openAudit }, { transition }] = await Promise.all([
        import("../research/artifacts/audit-log.ts"),
        import("../research/artifacts/lifecycle.ts"),
      ]);
      const { place } = await placeOf(io, flags);
      const log = openAudit(place, io.now());
      try {
        const state = transition(log, id, "RETIRED", io.now(), flags.reason);
        if (flags.json) io.json(state);
        else io.stdout(`${id} is RETIRED\n`);
      } finally {
        log.close();
      }
    });
}
