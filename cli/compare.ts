import { Command } from "commander";
import { counted } from "../datasets/counted.ts";
import type { PlainFigure } from "../research/metrics/figure.ts";
import type { FigurePairing, Pairing, RunComparison } from "../research/runs/compare.ts";
import type { Io } from "./io.ts";
import { type SettingOptions, settingFlags, withSettings } from "./options.ts";
import { formatTable, type Row } from "./table.ts";

/** `fathom compare`: what differs between two written runs, in what went in and in what came out. */
export function compareCommand(io: Io): Command {
  return withSettings(
    new Command("compare")
      .description("Says which inputs of two written runs differ and puts their figures side by side.")
      .argument("<a>", "a run id, its first 4 digits or more, or latest")
      .argument("<b>", "another"),
  )
    .addHelpText("after", "\nExample:\n  $ fathom compare 3f2a latest")
    .action(async (a: string, b: string, flags: SettingOptions) => {
      const [{ loadSettings }, { resolveRun }, { readRun }, { compareRuns }, format] = await Promise.all([
        import("./settings.ts"),
        import("../research/runs/list-runs.ts"),
        import("../research/runs/read-run.ts"),
        import("../research/runs/compare.ts"),
        import("../reports/format.ts"),
      ]);
      const { home } = loadSettings(io, settingFlags(flags));
      const [one, two] = [a, b].map((text) => readRun(home, resolveRun(home, text)));
      const comparison = compareRuns(one, two);
      if (flags.json) io.json(comparison);
      else io.stdout(told(comparison, format));
    });
}

type Format = typeof import("../reports/format.ts");

function told(comparison: RunComparison, format: Format): string {
  const { a, b, identical, inputs, halted, figures, byStrategy } = comparison;
  const halts = Object.entries(halted).flatMap(([name, at]) =>
    at === null
      ? []
      : `${name.toUpperCase()} HALTED on ${at.slice(0, 10)} by the drawdown limit and held cash from then on.`,
  );
  const decided = identical ? "Both decided the same, to the bit." : "They decided differently.";
  const result = [decided, ...halts].join("\n");
  const parts = [
    `A ${a}, B ${b}. ${result}\n`,
    inputsTold(inputs, format),
    formatTable(figures.map((f) => row(f.name, f, SHOWN[f.name] ?? "money", format))),
    formatTable(byStrategy.map((f) => ({ "P&L": f.name, ...row("", f, "money", format, false) }))),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

const MOST = 12;

/** One line for all that is equal, a table for each kind that is not. */
function inputsTold(
  { engine, strategy, config, scope, data }: RunComparison["inputs"],
  format: Format,
): string {
  const day = (
    x: {
      readonly first: number;
      readonly last: number;
      readonly rows: number;
      readonly sha256: string;
    } | null,
  ) =>
    x &&
    `${counted(x.rows, "row")} ${format.date(x.first)} to ${format.date(x.last)}, ${x.sha256.slice(0, 12)}`;
  const hash = (x: string | null) => x?.slice(0, 12);
  const value = (x: unknown) => (x === null ? null : JSON.stringify(x));
  const tables = [
    table("engine file", engine, hash),
    table("strategy file", strategy, hash),
    table("setting", config, value),
    table("scope", scope, value),
    table("series", data, day),
  ].filter((text) => text !== "");
  const kinds = { engine, strategies: strategy, config, scope, data };
  const equal = Object.entries(kinds).flatMap(([kind, list]) => (list.length === 0 ? [kind] : []));
  const sentence = equal.length === 0 ? "" : `Equal: ${equal.join(", ")}.\n`;
  return [sentence, ...tables].filter((text) => text !== "").join("\n");
}

function table<T>(
  head: string,
  pairs: readonly Pairing<T>[],
  show: (x: T | null) => string | null | undefined,
): string {
  const rows = pairs.slice(0, MOST).map(({ name, a, b }) => ({ [head]: name, A: show(a), B: show(b) }));
  const more = pairs.length > MOST ? `and ${pairs.length - MOST} more; --json tells of each\n` : "";
  return formatTable(rows) + more;
}

/** How a figure is shown; money unless named. */
const SHOWN: Readonly<Record<string, "percent" | "ratio" | "whole">> = {
  totalReturn: "percent",
  cagr: "percent",
  volatility: "percent",
  maxDrawdown: "percent",
  exposureMean: "percent",
  winRate: "percent",
  sharpe: "ratio",
  sortino: "ratio",
  calmar: "ratio",
  turnover: "ratio",
  orders: "whole",
  fills: "whole",
  roundTrips: "whole",
};

const WORDS: Readonly<Record<string, string>> = {
  finalEquity: "final equity",
  totalReturn: "total return",
  cagr: "CAGR",
  volatility: "volatility a year",
  sharpe: "Sharpe",
  sortino: "Sortino",
  calmar: "Calmar",
  maxDrawdown: "max drawdown, daily",
  exposureMean: "exposure, mean",
  turnover: "turnover a year",
  roundTrips: "closed round trips",
  winRate: "won",
};

function row(
  name: string,
  { a, b, difference, intervals, overlap }: FigurePairing,
  as: "percent" | "ratio" | "whole" | "money",
  format: Format,
  isNamed = true,
): Row {
  const show = format[as];
  const cell = (x: PlainFigure | null) => (typeof x === "number" ? show(x) : null);
  const text = (x: string | { readonly why: string } | null) => (typeof x === "string" ? x : null);
  return {
    ...(isNamed && { "": WORDS[name] ?? name }),
    A: cell(a),
    B: cell(b),
    "B - A": difference === null ? null : `${difference > 0 ? "+" : ""}${show(difference)}`,
    "A's interval": intervals && text(format.span(intervals.a, show)),
    "B's interval": intervals && text(format.span(intervals.b, show)),
    overlap: overlap === null ? null : overlap ? "yes" : "NO",
  };
}
