import { counted } from "../datasets/counted.ts";
import { DAY } from "../engine/market/bars.ts";
import type { PlainFigure } from "../research/metrics/figure.ts";
import type { ProvenDocument } from "../research/runs/document.ts";
import type { Interval } from "../research/runs/intervals.ts";
import { type Cell, formatTable, type Row } from "./table.ts";

const WIDTH = 98;

/** What a person reads after a backtest: percent here and nowhere else. @param milliseconds How long it took. */
export function summary(document: ProvenDocument, milliseconds?: number): string {
  const parts = [
    headline(document, milliseconds),
    formatTable(comparison(document)),
    certificate(document),
    formatTable(fillBounds(document)),
    trading(document),
    formatTable(costs(document)),
    formatTable(regimes(document)),
    formatTable(strategies(document)),
    formatTable(refusals(document)),
    notes(document),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function headline(document: ProvenDocument, milliseconds?: number): string {
  const { run, pairs, interval, from, to, rows, warmUpRows, venues, quote, halted } = document;
  const took = milliseconds === undefined ? "" : `, ${seconds(milliseconds)}`;
  const bars = `${counted(rows, "bar")} (${whole(warmUpRows)} to warm up)`;
  const range =
    from === null || to === null
      ? "no row may trade"
      : `${from.slice(0, 10)} to ${to.slice(0, 10)} (${whole((Date.parse(to) - Date.parse(from)) / DAY)} days)`;
  const lines = [
    ...wrap(`Backtest of ${pairs.join(" ")}, ${interval} bars from ${venues.join(", ")} in ${quote}`),
    `${range}, ${bars}${took}, run ${run}`,
  ];
  if (halted !== null)
    lines.push(`HALTED on ${halted.slice(0, 16).replace("T", " ")} UTC by the drawdown limit`);
  return `${lines.join("\n")}\n`;
}

function comparison({ metrics, benchmark, intervals, quote }: ProvenDocument): Row[] {
  const { buyAndHold, scaled } = benchmark;
  const exposure = numberOf(metrics.exposureMean);
  const third = exposure === null ? "scaled" : `scaled to ${percent(exposure)}`;
  const sure = `${Math.round(intervals.level * 100)}% interval`;
  const all: Readonly<Partial<Record<string, Interval>>> = intervals.metrics;
  const row = (what: string, show: (x: number) => string, key: keyof typeof buyAndHold): Row => ({
    "": what,
    strategy: shown(metrics[key] as PlainFigure, show),
    [sure]: between(all[key], show),
    "buy-and-hold": shown(buyAndHold[key] as PlainFigure, show),
    [third]: shown(scaled[key] as PlainFigure, show),
  });
  const own = (what: string, cell: Cell): Row => ({
    "": what,
    strategy: cell,
    [sure]: null,
    "buy-and-hold": null,
    [third]: null,
  });
  return [
    row(`final equity (${quote})`, money, "finalEquity"),
    row("total return", percent, "totalReturn"),
    row("CAGR", percent, "cagr"),
    row("volatility a year", percent, "volatility"),
    row("Sharpe", ratio, "sharpe"),
    row("Sortino", ratio, "sortino"),
    row("Calmar", ratio, "calmar"),
    row("max drawdown, daily", percent, "maxDrawdown"),
    row("max drawdown, bars", percent, "maxDrawdownAtBars"),
    {
      "": "longest under water (days)",
      strategy: days(metrics.longestUnderwater),
      [sure]: null,
      "buy-and-hold": days(buyAndHold.longestUnderwater),
      [third]: days(scaled.longestUnderwater),
    },
    row("worst 5 % of days, mean", percent, "conditionalValueAtRisk"),
    own("exposure, mean", shown(metrics.exposureMean, percent)),
    own("exposure, greatest", shown(metrics.exposureMax, percent)),
    own("turnover a year", shown(metrics.turnover, ratio)),
  ];
}

/** What the run's own system was put to, on its own data. */
function certificate({ certificate: c }: ProvenDocument): string {
  const trials = c.laws.reduce((sum, law) => sum + law.trials, 0);
  const compared = c.laws.reduce((sum, law) => sum + law.compared, 0);
  const put = `${whole(c.laws.length)} laws, ${counted(trials, "trial")}, ${whole(compared)} numbers compared`;
  const found = c.laws.flatMap((law) => law.violation ?? []);
  const lines =
    c.verdict === "passed"
      ? wrap(
          `Causality certificate: passed (${put}). It cannot see what a strategy loads or computes by itself, nor choices made on these very years.`,
        )
      : [`Causality certificate: FAILED (${put})`, ...found.flatMap((text) => wrap(text, "- "))];
  return `${lines.join("\n")}\n`;
}

/** The same run with fills at the ends of what their bars hide. */
function fillBounds(document: ProvenDocument): Row[] {
  const { metrics, bounds, quote } = document;
  if (metrics.fills === 0) return [];
  const figures = {
    worst: bounds.worst,
    "of this run": { ...metrics, halted: document.halted },
    best: bounds.best,
  };
  return Object.entries(figures).map(([fills, of]) => ({
    fills,
    [`final equity (${quote})`]: shown(of.finalEquity, money),
    CAGR: shown(of.cagr, percent),
    Sharpe: shown(of.sharpe, ratio),
    "max drawdown, bars": shown(of.maxDrawdownAtBars, percent),
    halted: of.halted?.slice(0, 10) ?? null,
  }));
}

function trading({ metrics, quote }: ProvenDocument): string {
  const { orders, fills, cancels, flaggedShare, roundTrips: t } = metrics;
  if (orders === 0) return "";
  const flagged = numberOf(flaggedShare);
  const outside = flagged === null ? "" : ` (${percent(flagged)} outside their bar's range)`;
  const sentences = [
    `${counted(orders, "order")}, ${counted(fills, "fill")}${outside}, ${whole(cancels)} cancelled.`,
  ];
  const trips = counted(t.closed, "closed round trip") + (t.open > 0 ? `, ${whole(t.open)} still open` : "");
  const won = numberOf(t.winRate);
  if (won === null) sentences.push(`${trips}.`);
  else {
    sentences.push(
      `${trips}: ${percent(won)} won, profit factor ` +
        `${shown(t.profitFactor, ratio) ?? "-"}, on average ${shown(t.expectancy, money)} ${quote} ` +
        `after ${shown(t.meanHoldHours, tenth)} hours.`,
    );
  }
  return `${sentences.flatMap((s) => wrap(s)).join("\n")}\n`;
}

const COST_NAMES = {
  fee: "fee",
  halfSpread: "half-spread",
  drift: "latency drift",
  impact: "impact",
  rounding: "rounding to tick",
  total: "total",
} as const;

function costs({ metrics, quote }: ProvenDocument): Row[] {
  const { costs: c, traded, costsOfGross } = metrics;
  if (traded === 0) return [];
  const gross = numberOf(costsOfGross);
  return Object.entries(COST_NAMES).map(([kind, name]) => {
    const cost = c[kind as keyof typeof COST_NAMES];
    const ofGross =
      gross === null ? {} : { "of gain before costs": percent(c.total > 0 ? (gross * cost) / c.total : 0) };
    return {
      costs: name,
      [quote]: money(cost),
      share: percent(c.total > 0 ? cost / c.total : 0),
      "of value traded": `${((cost / traded) * 100).toFixed(3)}%`,
      ...ofGross,
    };
  });
}

function regimes({ byRegime, quote, from }: ProvenDocument): Row[] {
  if (from === null) return [];
  return byRegime.map((r) => ({
    regime: r.regime,
    "share of bars": percent(r.share),
    [`P&L (${quote})`]: money(r.pnl),
    return: shown(r.totalReturn, percent),
    Sharpe: shown(r.sharpe, ratio),
    fills: whole(r.fills),
    [`costs (${quote})`]: money(r.costs.total),
    trips: whole(r.roundTrips.closed),
    won: shown(r.roundTrips.winRate, percent),
  }));
}

function strategies({ byStrategy, quote, from }: ProvenDocument): Row[] {
  if (from === null) return [];
  return byStrategy.map((s) => ({
    strategy: s.strategy,
    [`P&L (${quote})`]: money(s.pnl),
    orders: whole(s.orders),
    refused: whole(s.refusals),
    fills: whole(s.fills),
    [`costs (${quote})`]: money(s.costs.total),
    trips: whole(s.roundTrips.closed),
    won: shown(s.roundTrips.winRate, percent),
    "profit factor": shown(s.roundTrips.profitFactor, ratio),
  }));
}

function refusals({ refusals: all, quote }: ProvenDocument): Row[] {
  return all
    .filter((r) => r.count > 0)
    .map((r) => ({ "refused by": r.rule, orders: whole(r.count), [`value (${quote})`]: money(r.value) }));
}

/** The document's notes, what is still open, and why a "-" stands in the strategy's column. */
function notes(document: ProvenDocument): string {
  const { metrics, from } = document;
  const all = [...document.notes];
  if (document.byStrategy.some(({ pnl, roundTrips: t }) => pnl * ((numberOf(t.profitFactor) ?? 1) - 1) < 0)) {
    all.push(
      "A strategy's P&L is marked to market while it holds a pair; a round trip counts for the strategy that opened it. After a takeover the two can differ in sign.",
    );
  }
  const spell = metrics.longestUnderwater;
  if (spell?.open) all.push(`The longest time under water, since ${spell.from.slice(0, 10)}, is not over.`);
  if (from !== null) {
    const named = {
      Sharpe: metrics.sharpe,
      Sortino: metrics.sortino,
      Calmar: metrics.calmar,
      CAGR: metrics.cagr,
    };
    for (const [name, figure] of Object.entries(named)) {
      if (typeof figure !== "number") all.push(`No ${name}: ${figure.why}.`);
    }
  }
  if (all.length === 0) return "";
  return `${all.flatMap((note) => wrap(note, "- ", "  ")).join("\n")}\n`;
}

const numberOf = (f: PlainFigure): number | null => (typeof f === "number" ? f : null);

const shown = (f: PlainFigure, show: (x: number) => string): string | null =>
  typeof f === "number" ? show(f) : null;

const grouped = (x: number, digits: number): string => {
  const text = x.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return /^-[0.,]*$/.test(text) ? text.slice(1) : text; // no -0.00
};

const between = (interval: Interval | undefined, show: (x: number) => string): string | null =>
  interval === undefined || interval.low === null ? null : `${show(interval.low)} .. ${show(interval.high)}`;

const percent = (x: number): string => `${grouped(x * 100, 1)}%`;
const money = (x: number): string => grouped(x, 2);
const ratio = (x: number): string => grouped(x, 2);
const tenth = (x: number): string => grouped(x, 1);
const whole = (x: number): string => grouped(x, 0);
const seconds = (ms: number): string => `${grouped(ms / 1000, ms < 10_000 ? 2 : 1)} s`;

const days = (spell: { readonly days: number } | null): string => (spell === null ? "0" : whole(spell.days));

/** Words in lines of at most WIDTH. */
function wrap(text: string, first = "", next = "  "): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(" ")) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = next;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  lines.push(line);
  return lines;
}
