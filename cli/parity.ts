import { join } from "node:path";
import { Command } from "commander";
import { counted } from "../datasets/counted.ts";
import { FathomError } from "../engine/errors.ts";
import type { AuditPlace } from "../research/artifacts/audit-log.ts";
import type { Backtest } from "../research/backtest.ts";
import type { Parity } from "../research/runs/parity.ts";
import { type AuditFlags, placeOf, withAudit } from "./audit.ts";
import type { Io } from "./io.ts";

/** `fathom parity`: a written run's rows through the live runner, compared with its replay. */
export function parityCommand(io: Io): Command {
  return withAudit(
    new Command("parity")
      .description(
        "Feeds the rows of a written run to the live runner, one at a time, and compares all that it decides and does with the replay, bit for bit. Writes parity.json into the run's folder and the verdict into its report.",
      )
      .argument("<run>", "a run id, its first 4 digits or more, or latest"),
  )
    .addHelpText(
      "after",
      `
Example:
  $ fathom parity latest

The exit code is 0 where replay and live runner are identical, else 1.`,
    )
    .action(async (text: string, flags: AuditFlags) => {
      const [{ resolveRun }, { parity }, { runFolder }, { writeDurable }, { PARITY_FILE }, { writeReport }] =
        await Promise.all([
          import("../research/runs/list-runs.ts"),
          import("../research/runs/parity.ts"),
          import("../research/runs/write-run.ts"),
          import("../engine/live/durable.ts"),
          import("../research/runs/read-run.ts"),
          import("../reports/write-report.ts"),
        ]);
      const { place } = await placeOf(io, flags);
      const { home } = place;
      const run = resolveRun(home, text);
      const { build, replay } = await madeAgain(io, place, run);
      const progress = io.progress("live", replay.panel.time.length);
      let found: Parity;
      try {
        found = parity(build(), replay.panel, replay, { onProgress: (rows) => progress.update(rows) });
      } finally {
        progress.stop();
      }
      const path = join(runFolder(home, run), PARITY_FILE);
      writeDurable(path, `${JSON.stringify(found, null, 2)}\n`);
      await writeReport(home, run); // its first screen holds the verdict
      if (flags.json) io.json({ run, ...found, file: path });
      else io.stdout(`${verdict(found)}\nWritten to ${path}\n`);
      if (found.verdict === "identical") return;
      throw new FathomError("E_PARITY", `run ${run}: the live runner does not do what the replay did`, {
        run,
      });
    });
}

/** The run as its manifest says, with the same result as it had. @throws FathomError E_PARITY_RESULT. */
async function madeAgain(io: Io, place: AuditPlace, run: string): Promise<Backtest> {
  const { home } = place;
  const [{ readManifest }, { repeatData, repeatModels, repeatRun }, { resultHash }] = await Promise.all([
    import("../research/runs/write-run.ts"),
    import("../research/runs/repeat.ts"),
    import("../research/runs/run-id.ts"),
  ]);
  const manifest = readManifest(home, run);
  const dataset = await repeatData(home, manifest, io.progress);
  const judged = await repeatModels(place, dataset, manifest, io.progress);
  const progress = io.progress("replay", dataset.panel.time.length);
  let again: Backtest;
  try {
    again = await repeatRun(dataset, manifest, judged, { onProgress: (rows) => progress.update(rows) });
  } finally {
    progress.stop();
  }
  const found = resultHash(again.replay);
  if (found === manifest.result) return again;
  throw new FathomError(
    "E_PARITY_RESULT",
    `run ${run}: made again it has the result ${found}, expected ${manifest.result}: code, config or data are not those of the run; \`fathom verify ${run}\` tells which`,
    { run, found, expected: manifest.result },
  );
}

function verdict({ verdict, rows, orders, fills, cancels, refusals, numbers, difference }: Parity): string {
  const counts = [
    counted(rows, "row"),
    counted(orders, "order"),
    counted(fills, "fill"),
    counted(cancels, "cancel"),
    counted(refusals, "refusal"),
    counted(numbers, "number"),
  ].join(", ");
  if (difference === null) return `${verdict}: ${counts}`;
  const { what, pair, row, time, replay, live } = difference;
  const where = `${what}${pair === null ? "" : ` of ${pair}`}, row ${row} (${time})`;
  return `${verdict.toUpperCase()}: ${where}: replay ${replay ?? "nothing"}, live ${live ?? "nothing"}; the same until then: ${counts}`;
}
