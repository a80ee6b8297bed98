import { Command } from "commander";
import { counted } from "../datasets/counted.ts";
import { FathomError } from "../engine/errors.ts";
import type { AuditRecord } from "../research/artifacts/audit-chain.ts";
import type { AuditPlace, AuditView } from "../research/artifacts/audit-log.ts";
import type { ArtifactState } from "../research/artifacts/lifecycle.ts";
import type { Io } from "./io.ts";
import { type OwnFlags, type SettingOptions, settingFlags, withSettings } from "./options.ts";
import type { Settings } from "./settings.ts";
import type { Row } from "./table.ts";

/** What every command has that reads or writes the audit log. */
export interface AuditFlags extends SettingOptions {
  readonly headFile?: string;
}

export const withAudit = (command: Command): Command =>
  withSettings(
    command.option(
      "--head-file <file>",
      "file that remembers the end of the audit log, best on another disk (default: audit-head.json in the home folder)",
    ),
  );

/** The settings, the command's own flags among them, and where they say that the log and its head file lie. */
export async function placeOf(
  io: Io,
  flags: AuditFlags,
  own: OwnFlags = {},
): Promise<{ readonly place: AuditPlace; readonly settings: Settings }> {
  const [{ loadSettings }, { auditPlace }] = await Promise.all([
    import("./settings.ts"),
    import("../research/artifacts/audit-log.ts"),
  ]);
  const headFile = { "--head-file": ["audit.head_file", flags.headFile] as const };
  const settings = loadSettings(io, settingFlags(flags, { ...headFile, ...own }));
  return { place: auditPlace(settings.home, settings.audit.headFile), settings };
}

/** Reads the log and says on stderr, before anything else, what is wrong with it. */
export async function readWithBanner(io: Io, flags: AuditFlags): Promise<AuditView & { place: AuditPlace }> {
  const { readAudit } = await import("../research/artifacts/audit-log.ts");
  const { place } = await placeOf(io, flags);
  const view = readAudit(place);
  for (const { code, message } of view.faults) io.stderr(`${code}: ${message}\n`);
  if (view.faults.length > 0) {
    io.stderr(
      `NOT TO BE TRUSTED: what follows is what the first ${counted(view.records.length, "record")} say.\n`,
    );
  }
  return { ...view, place };
}

export const plainFaults = (faults: readonly FathomError[]) =>
  faults.map(({ code, message, context }) => ({ code, message, context }));

/** A record with its payload beside seq, time and kind, as the log's line has it. */
const flat = ({ payload, seq, time, kind, hash }: AuditRecord) => ({ seq, time, kind, ...payload, hash });

/** `fathom audit ...`: the log of everything that was trained, judged and promoted. */
export function auditCommand(io: Io): Command {
  return new Command("audit")
    .description("check the audit log, print it, say what stood where at a time")
    .addCommand(verifyCommand(io))
    .addCommand(logCommand(io))
    .addCommand(asOfCommand(io))
    .addHelpText("after", "\nExamples:\n  $ fathom audit verify\n  $ fathom audit log --limit 20");
}

function verifyCommand(io: Io): Command {
  return withAudit(
    new Command("verify").description(
      "Holds every line of the audit log to the one before, its end to the head file and to the head that each artifact remembers, every promotion to the evidence that allowed it, and the ledger of trials to its own lines and to the ends that the log remembers.",
    ),
  )
    .addHelpText(
      "after",
      "\nExample:\n  $ fathom audit verify\n\nThe exit code is 0 where log and ledger are intact, else 1.",
    )
    .action(async (flags: AuditFlags) => {
      const [{ logPath, readAudit }, { LIMIT }, { stagesOf }] = await Promise.all([
        import("../research/artifacts/audit-log.ts"),
        import("../research/artifacts/audit-chain.ts"),
        import("../research/artifacts/lifecycle.ts"),
      ]);
      const { place } = await placeOf(io, flags);
      const { records, head, faults: logFaults, torn, witnesses } = readAudit(place);
      const ledger = await checkTrials(place.home, records);
      const log = logPath(place);
      const { unlawful } = stagesOf(records);
      const faults = [...logFaults, ...ledger.faults];
      const intact = faults.length === 0 && unlawful.length === 0;
      if (flags.json) {
        io.json({
          log,
          intact,
          records: records.length,
          head,
          trials: ledger.trials,
          faults: plainFaults(faults),
          unlawful,
          torn,
          witnesses,
          limit: LIMIT,
        });
      } else {
        io.stdout(
          `Audit log ${log}: ${counted(records.length, "record")}, ${counted(head.size, "byte")}, head ${head.hash}\n`,
        );
        for (const { where, seq, hash } of witnesses)
          io.stdout(`  remembered  record ${seq} ${hash}  ${where}\n`);
        io.stdout(
          `Trials ${ledger.path}: ${ledger.trials === null ? "not to be trusted" : counted(ledger.trials, "trial")}\n`,
        );
        if (torn > 0)
          io.stdout(
            `E_AUDIT_TORN: the last line is incomplete (${counted(torn, "byte")}): a kill leaves such, the next writer cuts it off\n`,
          );
        for (const { code, message } of faults.slice(1)) io.stdout(`${code}: ${message}\n`);
        for (const { seq, why } of unlawful)
          io.stdout(`E_AUDIT_UNLAWFUL: record ${seq} changes nothing: ${why}\n`);
        if (records.length === 0)
          io.stdout(
            "There is no record: nothing was done yet, or the log, its head file and every artifact are gone.\n",
          );
        else if (intact)
          io.stdout(
            "Intact: every line follows the one before, and every place that remembers an end finds it there.\n",
          );
        io.stdout(`Limit: ${LIMIT}\n`);
      }
      if (faults.length > 0) throw faults[0];
      if (intact) return;
      throw new FathomError(
        "E_AUDIT_UNLAWFUL",
        `audit: found ${counted(unlawful.length, "record")} that no command writes, first record ${unlawful[0].seq}: ${unlawful[0].why}; look at who wrote it, stages ignore it`,
        { unlawful },
      );
    });
}

interface CheckedTrials {
  readonly path: string;
  /** null where the ledger is not as it was written. */
  readonly trials: number | null;
  readonly faults: readonly FathomError[];
}

/** Holds the ledger of trials to itself and to the ends that the log remembers. */
async function checkTrials(home: string, records: readonly AuditRecord[]): Promise<CheckedTrials> {
  const { readTrials, trialsPath } = await import("../research/training/trials.ts");
  const path = trialsPath(home);
  try {
    return { path, trials: readTrials(home, records).trials.length, faults: [] };
  } catch (error) {
    if (error instanceof FathomError) return { path, trials: null, faults: [error] };
    throw error;
  }
}

function logCommand(io: Io): Command {
  return withAudit(
    new Command("log")
      .description("Prints the audit log, newest record last.")
      .option("--limit <n>", "only the last n records"),
  )
    .addHelpText(
      "after",
      "\nExamples:\n  $ fathom audit log --limit 20\n  $ fathom audit log --json | jq .records",
    )
    .action(async (flags: AuditFlags & { readonly limit?: string }) => {
      const limit = limitFlag(flags.limit);
      const { records, faults } = await readWithBanner(io, flags);
      const shown = limit === undefined ? records : records.slice(-limit);
      if (flags.json) io.json({ faults: plainFaults(faults), records: shown.map(flat) });
      else if (records.length === 0) io.stdout("the audit log is empty\n");
      else io.table(shown.map(recordRow));
    });
}

function limitFlag(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit >= 1) return limit;
  throw new FathomError("E_USAGE_LIMIT", `audit: found --limit ${text}, expected a whole number from 1`);
}

/** Everything a record says in one line; the long hashes are in --json. */
function recordRow({ seq, time, kind, payload }: AuditRecord): Row {
  const { artifact, ...rest } = payload;
  const said = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === "string" ? short(value) : JSON.stringify(value)}`,
  );
  return {
    seq,
    time,
    kind,
    artifact: artifact === undefined ? null : String(artifact),
    what: said.join(" "),
  };
}

const short = (value: string) => (/^[0-9a-f]{32,}$/.test(value) ? value.slice(0, 12) : value);

function asOfCommand(io: Io): Command {
  return withAudit(
    new Command("as-of")
      .description("Says what stage each artifact had at a time, and by which evidence.")
      .argument("<time>", "a UTC date (2024-01-31) or a moment with its zone (2024-01-31T06:00:00Z)"),
  )
    .addHelpText("after", "\nExample:\n  $ fathom audit as-of 2024-01-31T06:00:00Z")
    .action(async (text: string, flags: AuditFlags) => {
      const [{ recordsAsOf, stagesOf }, { parseMoment }] = await Promise.all([
        import("../research/artifacts/lifecycle.ts"),
        import("./settings/schema.ts"),
      ]);
      const time = parseMoment(text);
      if (time === undefined) {
        throw new FathomError(
          "E_USAGE_TIME",
          `audit as-of: found ${JSON.stringify(text)}, expected a UTC date (2024-01-31) or a moment with its zone (2024-01-31T06:00:00Z)`,
        );
      }
      const { records, faults } = await readWithBanner(io, flags);
      const then = recordsAsOf(records, time);
      const artifacts = [...stagesOf(then).artifacts.values()];
      const asOf = new Date(time).toISOString();
      if (flags.json) io.json({ asOf, records: then.length, faults: plainFaults(faults), artifacts });
      else if (artifacts.length === 0) io.stdout(`no artifact at ${asOf}\n`);
      else io.table(artifacts.map(stateRow));
    });
}

/** One artifact as the log knows it. */
export const stateRow = (state: ArtifactState): Row => ({
  id: state.id,
  stage: state.stage,
  created: state.created,
  validated: state.validated,
  approved: state.approved,
  retired: state.retired,
  gates: state.evidence && Object.values(state.evidence.verdicts).join(" "),
  judged: state.evidence?.time,
});
