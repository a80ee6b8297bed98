import { counted } from "../../datasets/counted.ts";
import type { StoredRun } from "../../research/runs/read-run.ts";
import { date, whole } from "../format.ts";
import { daysOf } from "./breakdowns.tsx";

/** What a reader must not read into the figures, in one place and before them. */
export function Unknowns({ run, leftOut }: { readonly run: StoredRun; readonly leftOut: readonly string[] }) {
  return (
    <section class="unknowns" id="unknown">
      <h2>What these figures do not tell</h2>
      <ul>
        {unknowns(run, leftOut).map((sentence) => (
          <li>{sentence}</li>
        ))}
      </ul>
    </section>
  );
}

function unknowns({ document, certificate }: StoredRun, leftOut: readonly string[]): string[] {
  const { metrics, byYear, halted } = document;
  const all = [...document.notes];
  all.push(
    "This is one history. The intervals say how much chance there is in its days; they say nothing about a strategy, a pair or " +
      "a number that was chosen because it did well on them.",
  );
  if (halted !== null) {
    all.push(
      `The run traded no more after it was halted on ${date(halted)}: what it would have done then is not shown.`,
    );
  }
  const { open } = metrics.roundTrips;
  if (open > 0) {
    all.push(
      `${whole(open)} round trip${open === 1 ? " is" : "s are"} still open: counted at the last close, without the costs of an exit, ` +
        "and no part of win rate, profit factor and expectancy.",
    );
  }
  const partial = byYear
    .filter((y) => y.days < daysOf(y.year))
    .map((y) => `${y.year} (${counted(y.days, "day")})`);
  if (partial.length > 0) all.push(`Parts of years, not whole ones: ${partial.join(", ")}.`);
  const spell = metrics.longestUnderwater;
  if (spell?.open) all.push(`The longest time under water, since ${date(spell.from)}, is not over.`);
  for (const [name, figure] of Object.entries({
    Sharpe: metrics.sharpe,
    Sortino: metrics.sortino,
    Calmar: metrics.calmar,
    CAGR: metrics.cagr,
  })) {
    if (typeof figure !== "number") all.push(`No ${name}: ${figure.why}.`);
  }
  all.push(...certificate.blind);
  if (leftOut.length > 0) {
    all.push(
      `Left out of this page to keep it small, and complete in the run's Parquet tables: ${leftOut.join("; ")}.`,
    );
  }
  return all;
}
