import { Command } from "commander";
import { counted } from "../datasets/counted.ts";
import { FathomError } from "../engine/errors.ts";
import type { PlainFigure } from "../research/metrics/figure.ts";
import type { ListedRun, UnreadableRun } from "../research/runs/list-runs.ts";
import type { Io } from "./io.ts";
import { type SettingOptions, settingFlags, withSettings } from "./options.ts";
import type { Row } from "./table.ts";

interface Flags extends SettingOptions {
  readonly limit?: string;
}

/** `fathom runs`: what has been run. */
export function runsCommand(io: Io): Command {
  return withSettings(
    new Command("runs")
      .description("Lists the written runs, newest first, with their headline figures and verdicts.")
      .option("--limit <n>", "at most so many"),
  )
    .addHelpText("after", "\nExamples:\n  $ fathom runs\n  $ fathom runs --limit 5 --json")
    .action(async (flags: Flags) => {
      const [{ loadSettings }, { listRuns }, format] = await Promise.all([
        import("./settings.ts"),
        import("../research/runs/list-runs.ts"),
        import("../reports/format.ts"),
      ]);
      const limit = limitFlag(flags.limit);
      const { home } = loadSettings(io, settingFlags(flags));
      const runs = listRuns(home, limit);
      if (flags.json) io.json({ home, runs });
      else if (runs.length === 0) io.stdout(`no runs in ${home}; fathom backtest makes one\n`);
      else print(io, runs, format);
    });
}

function limitFlag(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit >= 1) return limit;
  throw new FathomError("E_USAGE_LIMIT", `runs: found --limit ${text}, expected a whole number from 1`);
}

type Format = typeof import("../reports/format.ts");

function print(io: Io, runs: readonly (ListedRun | UnreadableRun)[], format: Format): void {
  const readable = runs.filter((run): run is ListedRun => !("error" in run));
  io.table(readable.map((run) => row(run, format)));
  for (const run of runs) if ("error" in run) io.stdout(`${run.error.code}: ${run.error.message}\n`);
}

const SHOWN = 4;
const CHANGED = 2;

function row(run: ListedRun, { date, money, moment, percent, ratio, shown }: Format): Row {
  const figure = (x: PlainFigure, show: (x: number) => string) => {
    const text = shown(x, show);
    return typeof text === "string" ? text : null;
  };
  const others = run.pairs.length - SHOWN;
  return {
    run: run.run,
    created: moment(run.created),
    pairs: run.pairs.slice(0, SHOWN).join(" ") + (others > 0 ? ` + ${counted(others, "pair")}` : ""),
    interval: run.interval,
    from: run.from && date(run.from),
    to: run.to && date(run.to),
    "final equity": figure(run.finalEquity, money),
    CAGR: figure(run.cagr, percent),
    Sharpe: figure(run.sharpe, ratio),
    "max drawdown, daily": figure(run.maxDrawdown, percent),
    orders: run.orders,
    halted: run.halted && date(run.halted),
    changed: run.changed.slice(0, CHANGED).join(" ") + (run.changed.length > CHANGED ? " ..." : ""),
    certificate: run.certificate,
    parity: run.parity,
  };
}
