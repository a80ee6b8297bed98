import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { counted } from "../datasets/counted.ts";
import { FathomError } from "../engine/errors.ts";
import { type Answer, QUESTIONS, type Question, type Verification } from "../research/runs/verification.ts";
import { type AuditFlags, placeOf, withAudit } from "./audit.ts";
import type { Io } from "./io.ts";

/** `fathom verify`: makes a written run again and says what of it is the same. */
export function verifyCommand(io: Io): Command {
  return withAudit(
    new Command("verify")
      .description(
        "Makes a written run again from its manifest and says, each by itself, whether its files, the engine's sources, the strategy files, the models, the config, the bars, the result, the figures and the report are the same.",
      )
      .argument("<run>", "a run id, its first 4 digits or more, or latest"),
  )
    .addHelpText(
      "after",
      `
Examples:
  $ fathom verify latest
  $ fathom verify 3f2a --json | jq .changed

The exit code is 0 where all is the same, else 1.`,
    )
    .action(async (text: string, flags: AuditFlags) => {
      const [{ resolveRun }, { verifyStored }] = await Promise.all([
        import("../research/runs/list-runs.ts"),
        import("../research/runs/verify.ts"),
      ]);
      const { place } = await placeOf(io, flags);
      const { home } = place;
      const run = resolveRun(home, text);
      const again = await verifyStored(home, run, { place, progress: io.progress });
      const report = await reportAnswer(home, again);
      const found: Told = { ...again, verified: again.verified && report.same !== false, report };
      if (flags.json) io.json(found);
      else io.stdout(told(found));
      if (found.verified) return;
      throw new FathomError("E_RUN_NOT_VERIFIED", `run ${found.run}: not verified: ${causeOf(found)}`, {
        run: found.run,
        changed: found.changed,
      });
    });
}

/** What the command says: report.html is made by the reports, so research cannot judge it. */
interface Told extends Verification {
  /** Whether it is byte for byte what this version writes; null where there is none, or files or figures differ. */
  readonly report: Answer;
}

async function reportAnswer(home: string, { run, files, figures }: Verification): Promise<Answer> {
  const [{ runFolder }, { readRun }, { renderBacktest }] = await Promise.all([
    import("../research/runs/write-run.ts"),
    import("../research/runs/read-run.ts"),
    import("../reports/backtest.tsx"),
  ]);
  const path = join(runFolder(home, run), "report.html");
  if (!existsSync(path)) return { same: null, evidence: `none; \`fathom report ${run}\` writes one` };
  if (files.same !== true || figures.same !== true) {
    return { same: null, evidence: "not compared: what it would show is not the same" };
  }
  if (readFileSync(path, "utf8") === (await renderBacktest(readRun(home, run)))) {
    return { same: true, evidence: "report.html, every byte" };
  }
  const evidence = `report.html was edited, or another version wrote it; \`fathom report ${run}\` writes it anew`;
  return { same: false, evidence };
}

const ASKED: Readonly<Record<Question, string>> = {
  files: "files intact",
  engine: "same engine",
  strategy: "same strategies",
  model: "same models",
  config: "same config",
  data: "same data",
  result: "same result",
  figures: "same figures",
};

/** What a person reads: one line a question, the verdict last. */
function told(found: Told): string {
  const { node, report } = found;
  const answers = Object.entries(ASKED).map(
    ([question, asked]) => [asked, found[question as Question]] as const,
  );
  const lines = [...answers, ["same report", report] as const].map(([asked, { same, evidence }]) =>
    line(asked, same === null ? "?" : same ? "yes" : "NO", evidence),
  );
  const isSame = node.found === node.expected;
  lines.push(
    line(
      "same Node",
      isSame ? "yes" : "no",
      isSame ? node.found : `${node.found}, the run's was ${node.expected}`,
    ),
  );
  return `Run ${found.run}\n${lines.join("")}${verdict(found)}\n`;
}

const line = (asked: string, answer: string, evidence: string): string =>
  `  ${asked.padEnd(15)}  ${answer.padEnd(3)}  ${evidence}\n`;

/** What the four causes of another result are called. */
const CHANGED: Readonly<Record<Question, string>> = {
  files: "files changed",
  engine: "engine changed",
  strategy: "strategy changed",
  model: "models changed",
  config: "config changed",
  data: "data changed",
  result: "result differs",
  figures: "figures differ",
};
const CAUSES: readonly Question[] = ["engine", "strategy", "model", "config", "data"];

function verdict(found: Told): string {
  const { verified, changed, compared, result, report } = found;
  if (verified && compared !== null) {
    const { rows, orders, fills, refusals, numbers } = compared;
    const counts = [
      counted(rows, "row"),
      counted(orders, "order"),
      counted(fills, "fill"),
      counted(refusals, "refusal"),
      counted(numbers, "number"),
    ];
    return `verified: identical: ${counts.join(", ")}`;
  }
  const phrases = named(changed).map((question) => `${CHANGED[question]} (${found[question].evidence})`);
  if (report.same === false) phrases.push(`report differs (${report.evidence})`);
  const isCaused = changed.some((question) => CAUSES.includes(question));
  if (isCaused && result.same !== null) {
    phrases.push(result.same ? "the result is the same" : "the result differs");
  } else if (!isCaused && result.same === false) {
    phrases.push(
      `engine, strategies, models, config and data are the same${result.difference === null ? "" : OTHERWISE}`,
    );
  }
  if (phrases.length === 0) phrases.push(found[unanswered(found)].evidence);
  return `NOT verified: ${phrases.join("; ")}`;
}

/** What gives another result to the same inputs; see repeatRun. */
const OTHERWISE =
  ", so a strategy depends on something else: on rows ahead in its block, on what its module remembers, on a file or the clock";

/** Another result is what a changed input leads to: a consequence, not a finding of its own. */
const named = (changed: readonly Question[]): Question[] => {
  const isCaused = changed.some((question) => CAUSES.includes(question));
  return changed.filter((question) => !(isCaused && question === "result"));
};

const unanswered = (found: Verification): Question =>
  QUESTIONS.find((question) => found[question].same === null) ?? "result";

function causeOf(found: Told): string {
  const phrases = named(found.changed).map((question) => CHANGED[question]);
  if (found.report.same === false) phrases.push("report differs");
  return phrases.length > 0 ? phrases.join(", ") : `${ASKED[unanswered(found)]}: cannot be told`;
}
