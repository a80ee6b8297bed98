import { counted } from "../../datasets/counted.ts";
import { DAY, HOUR, MINUTE } from "../../engine/market/bars.ts";
import type { Replay } from "../../engine/replay.ts";
import { type Plain, plain } from "../metrics/figure.ts";
import type { Bounds } from "./bounds.ts";
import type { RefusalFigures, RegimeFigures } from "./breakdown.ts";
import type { MonthFigures, YearFigures } from "./calendar.ts";
import type { Certificate } from "./certificate.ts";
import type { EquityFigures } from "./equity-figures.ts";
import type { RunFigures, RunMetrics } from "./figures.ts";
import type { Intervals } from "./intervals.ts";
import type { PairFigures, StrategyFigures } from "./parts.ts";
import { iso } from "./rows.ts";

/**
 * The one JSON document of a run: `fathom backtest --json` and the run folder's metrics.json. Keys are
 * camelCase, times ISO 8601 UTC, shares fractions, money in `quote`; a figure is a number, or
 * {"value": null, "why": "..."} where it is not supported.
 */
export interface RunDocument {
  /** Run id: 16 hex. */
  readonly run: string;
  /** Symbols that may trade, in order. */
  readonly pairs: readonly string[];
  /** Quote currency and the venues the bars come from. */
  readonly quote: string;
  readonly venues: readonly string[];
  /** Length of a bar: "1h". */
  readonly interval: string;
  /** Closes of the first row of the figures and of the last row; null where no row may trade. */
  readonly from: string | null;
  readonly to: string | null;
  /** Rows replayed; the first `warmUpRows` of them come before the figures. */
  readonly rows: number;
  readonly warmUpRows: number;
  readonly metrics: Plain<RunMetrics>;
  readonly benchmark: { readonly buyAndHold: Plain<EquityFigures>; readonly scaled: Plain<EquityFigures> };
  readonly byRegime: readonly Plain<RegimeFigures>[];
  readonly byStrategy: readonly Plain<StrategyFigures>[];
  readonly byPair: readonly Plain<PairFigures>[];
  readonly byYear: readonly Plain<YearFigures>[];
  readonly byMonth: readonly Plain<MonthFigures>[];
  /** One entry a rule, in the order of the checks. */
  readonly refusals: readonly RefusalFigures[];
  /** When the drawdown limit first halted the run, and how often it did. */
  readonly halted: string | null;
  readonly halts: number;
  /** Sentences that a reader must know. */
  readonly notes: readonly string[];
}

/** metrics.json of a run folder and what `fathom backtest --json` prints: the figures and how sure they are. */
export interface ProvenDocument extends RunDocument {
  readonly intervals: Intervals;
  readonly bounds: Bounds;
  readonly certificate: Certificate;
}

export interface DocumentOptions {
  readonly run: string;
  readonly pairs: readonly string[];
  readonly quote: string;
  readonly venues: readonly string[];
  /** Of the dataset, before the run's own. */
  readonly notes: readonly string[];
}

/** Puts a run's figures into the document. */
export function runDocument(replay: Replay, figures: RunFigures, options: DocumentOptions): RunDocument {
  const { panel, firstRow } = replay;
  const rows = panel.time.length;
  const { metrics, benchmark, halts } = figures;
  return {
    run: options.run,
    pairs: options.pairs,
    quote: options.quote,
    venues: options.venues,
    interval: intervalName(panel.interval),
    from: firstRow < rows ? iso(panel.time[firstRow]) : null,
    to: firstRow < rows ? iso(panel.time[rows - 1]) : null,
    rows,
    warmUpRows: firstRow,
    metrics: plain(metrics),
    benchmark: plain(benchmark),
    byRegime: plain(figures.byRegime),
    byStrategy: plain(figures.byStrategy),
    byPair: plain(figures.byPair),
    byYear: plain(figures.byYear),
    byMonth: plain(figures.byMonth),
    refusals: figures.refusals,
    halted: halts.length > 0 ? iso(panel.time[halts[0]]) : null,
    halts: halts.length,
    notes: [...options.notes, ...replay.notes, ...notesOf(figures, firstRow < rows)],
  };
}

/** "1d", "4h", "15m" or, where it is no whole minute, "1500ms". */
export function intervalName(interval: number): string {
  if (interval % DAY === 0) return `${interval / DAY}d`;
  if (interval % HOUR === 0) return `${interval / HOUR}h`;
  if (interval % MINUTE === 0) return `${interval / MINUTE}m`;
  return `${interval}ms`;
}

const MOSTLY_CASH = 0.5;

function notesOf({ metrics, refusals }: RunFigures, traded: boolean): string[] {
  if (!traded) return ["No row may trade: the data ends before the regime is known and trading may begin."];
  const notes: string[] = [];
  const exposure = metrics.exposureMean.value;
  if (exposure !== null && exposure < MOSTLY_CASH) {
    notes.push(
      `The book is mostly cash: on average ${(exposure * 100).toFixed(1)} % of equity is invested. ` +
        "Compare it with buy-and-hold scaled to that exposure.",
    );
  }
  if (metrics.years < 1) {
    const days = Math.floor(metrics.years * 365);
    notes.push(`The figures cover less than a year (${days} d): what is annualised from them says little.`);
  }
  if (metrics.fills === 0) {
    const refused = refusals.reduce((sum, r) => sum + r.count, 0);
    const what =
      metrics.orders > 0
        ? `of ${counted(metrics.orders, "order")} none was filled`
        : refused > 0
          ? `every order was refused (${refused})`
          : "no strategy asked for a position";
    notes.push(`Nothing was traded: ${what}.`);
  }
  return notes;
}
