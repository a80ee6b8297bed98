/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { Child } from "hono/jsx";
import type { StoredRun } from "../../research/runs/read-run.ts";
import { numberOf, ratio, shown, whole, wholeMoney } from "../format.ts";

const Chip = ({
  title,
  verdict,
  kind,
  children,
}: {
  readonly title: string;
  readonly verdict: Child;
  readonly kind: "good" | "bad" | "open";
  readonly children?: Child;
}) => (
  <li class={`chip ${kind}`}>
    <span class="chip-title">{title}</span>
    <strong>{verdict}</strong>
    <span class="chip-text">{children}</span>
  </li>
);

/** What was proved of the run, what was not tried yet, and what bars hide of its fills. */
export function Verdicts({ run: { document, certificate, parity } }: { readonly run: StoredRun }) {
  const { laws, verdict, rows, windows } = certificate;
  const trials = laws.reduce((sum, law) => sum + law.trials, 0);
  const compared = laws.reduce((sum, law) => sum + law.compared, 0);
  const broken = laws.find((law) => law.violation !== null);
  const { worst, best } = document.bounds;
  const [low, high] = [worst.finalEquity, best.finalEquity].map(numberOf);
  const modelled = numberOf(document.metrics.finalEquity);
  return (
    <ul class="chips">
      <Chip title="Certificate" verdict={verdict} kind={verdict === "passed" ? "good" : "bad"}>
        {broken === undefined
          ? `${laws.length} laws held, among them that nothing depends on a later bar: ${whole(trials)} trial runs over ` +
            `${whole(rows)} rows and, closely, ${whole(windows)} stretches of them; ${whole(compared)} numbers the same to the bit.`
          : `${broken.law}: ${broken.violation}`}
      </Chip>
      {parity === null ? (
        <Chip title="Replay equals live" verdict="not run yet" kind="open">
          <code>fathom parity {document.run}</code>
        </Chip>
      ) : (
        <Chip
          title="Replay equals live"
          verdict={parity.verdict}
          kind={parity.verdict === "identical" ? "good" : "bad"}
        >
          {parity.difference === null
            ? `${whole(parity.rows)} rows went through the live runner one at a time: ${whole(parity.orders)} orders, ` +
              `${whole(parity.fills)} fills and ${whole(parity.numbers)} numbers, the same to the bit.`
            : `first at ${parity.difference.what}${parity.difference.pair === null ? "" : ` of ${parity.difference.pair}`}, ` +
              `row ${whole(parity.difference.row)} (${parity.difference.time}): replay ${parity.difference.replay}, ` +
              `live ${parity.difference.live}.`}
        </Chip>
      )}
      {low === null || high === null ? (
        <Chip title="What bars hide" verdict="not known" kind="open">
          Without a final equity there is nothing between the worst and the best fills.
        </Chip>
      ) : (
        <Chip title="What bars hide" verdict={`${wholeMoney(low)} to ${wholeMoney(high)}`} kind="open">
          Final equity ({document.quote}) between fills at the worst price of their bar and fills at its open
          with half-spread and fee alone{modelled !== null && `; ${wholeMoney(modelled)} as modelled`}. Sharpe{" "}
          {textOf(shown(worst.sharpe, ratio))} to {textOf(shown(best.sharpe, ratio))}.
          {low > high &&
            " The worse prices ended higher: each run's sizes and refusals follow its own equity."}
        </Chip>
      )}
    </ul>
  );
}

const textOf = (cell: string | { readonly why: string }): string =>
  typeof cell === "string" ? cell : `n/a (${cell.why})`;
