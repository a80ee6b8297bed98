import { readFileSync } from "node:fs";
import type { StoredRun } from "../research/runs/read-run.ts";
import { clientScript, clientStyle } from "./client/bundle.ts";
import { type Drawings, daysAStep, drawings } from "./drawings.ts";
import { date } from "./format.ts";
import { heldHeight } from "./held-height.ts";
import { page } from "./page.tsx";
import { runData } from "./run-data.ts";
import { type RunTables, runTables } from "./run-tables.ts";
import { ByPair, ByRegime, ByStrategy, ByYear } from "./sections/breakdowns.tsx";
import { Costs } from "./sections/costs.tsx";
import { Equity } from "./sections/equity.tsx";
import { Exposure } from "./sections/exposure.tsx";
import { AllFigures } from "./sections/figures.tsx";
import { Header, Headline } from "./sections/headline.tsx";
import { Ledger } from "./sections/ledger.tsx";
import { Months } from "./sections/months.tsx";
import { Refusals } from "./sections/refusals.tsx";
import { Returns } from "./sections/returns.tsx";
import { Settings } from "./sections/settings.tsx";
import { Trips } from "./sections/trips.tsx";
import { Unknowns } from "./sections/unknowns.tsx";
import { Verdicts } from "./sections/verdicts.tsx";

/**
 * The report of a written run as one HTML text: everything in it comes from the run's folder. The same folder
 * gives the same bytes.
 */
export async function renderBacktest(run: StoredRun): Promise<string> {
  const tables = await runTables(run);
  return backtestPage(run, tables, await drawings(run, tables));
}

/** The same of tables that are read and pictures that are drawn. */
export function backtestPage(run: StoredRun, tables: RunTables, charts: Drawings): string {
  const { data, leftOut } = runData(run, tables);
  const { document } = run;
  const style = readFileSync(new URL("./style.css", import.meta.url), "utf8");
  const dated = document.from === null ? "" : `, ${date(document.from)} to ${date(document.to ?? "")}`;
  // each is null where the run has nothing of the kind
  const parts = [
    [
      "exposure",
      "Exposure",
      Exposure({ document, chart: charts.exposure, days: daysAStep(tables.daily.rows) }),
    ],
    ["months", "Months", Months({ document })],
    ["regimes", "Regimes", ByRegime({ document })],
    ["strategies", "Strategies", ByStrategy({ document })],
    ["pairs", "Pairs", ByPair({ document })],
    ["years", "Years", ByYear({ document })],
    ["returns", "Returns", Returns({ charts, metrics: document.metrics })],
    ["round-trips", "Round trips", Trips({ trips: tables["round-trips"], quote: document.quote })],
    ["costs", "Costs", Costs({ document })],
    ["refusals", "Refusals", Refusals({ document, chart: charts.refusals })],
    ["figures", "All figures", AllFigures({ run })],
    ["ledger", "Ledger", Ledger({ run })],
    ["config", "Config", Settings({ config: run.manifest.config })],
  ] as const;
  const shown = parts.filter(([, , part]) => part !== null);
  const body = (
    <main>
      <Header run={run} />
      <Headline document={document} />
      <Verdicts run={run} />
      <nav aria-label="Contents">
        <a href="#equity">Equity</a>
        <a href="#unknown">Limits</a>
        {shown.map(([id, name]) => (
          <a href={`#${id}`}>{name}</a>
        ))}
      </nav>
      <Equity still={charts.equity} heldHeight={heldHeight(tables.daily)} />
      <Unknowns run={run} leftOut={leftOut} />
      {shown.map(([, , part]) => part)}
    </main>
  );
  return page({
    title: `Backtest ${document.run}: ${document.pairs.join(" ")}${dated}`,
    style: `${style}\n${clientStyle()}`,
    live: { script: clientScript(), data },
    children: body,
  });
}
