import type { LawRecord } from "../../research/runs/certificate.ts";
import type { StoredRun } from "../../research/runs/read-run.ts";
import { fillPrice, haltedOn, haltNote } from "../bounds.ts";
import { Chip } from "../chip.tsx";
import { numberOf, ratio, shown, whole, wholeMoney } from "../format.ts";

/** What was proved of the run, what was not tried yet, and what bars hide of its fills. */
export function Verdicts({ run }: { readonly run: StoredRun }) {
  const { document, certificate, parity } = run;
  const { laws, verdict, rows, windows } = certificate;
  const trials = laws.reduce((sum, law) => sum + law.trials, 0);
  const compared = laws.reduce((sum, law) => sum + law.compared, 0);
  const broken = violationsOf(laws);
  const isLong = broken.reduce((sum, { text }) => sum + text.length, 0) > ROOM;
  const { worst, best } = document.bounds;
  const [low, high] = [worst.finalEquity, best.finalEquity].map(numberOf);
  const own = numberOf(document.metrics.finalEquity);
  const note = haltNote(document.bounds);
  const chips = (
    <ul class="chips">
      <Chip title="Certificate" verdict={verdict} kind={verdict === "passed" ? "good" : "bad"}>
        {broken.length === 0
          ? `${laws.length} laws held, among them that nothing depends on a later bar: ${whole(trials)} trial runs over ` +
            `${whole(rows)} rows and, closely, ${whole(windows)} stretches of them; ${whole(compared)} numbers the same to the bit.`
          : isLong
            ? `Broken: ${broken.map(({ names }) => names).join(", ")}. How each was found is said below.`
            : broken.map(({ names, text }) => (
                <span class="chip-line">
                  {names}: {text}
                </span>
              ))}
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
          Final equity ({document.quote}) between fills at the worst price of their bar{haltedOn(worst)} and
          fills at its open with half-spread and fee alone{haltedOn(best)}
          {own !== null && `; ${wholeMoney(own)} ${ownFills(fillPrice(run))}`}. Sharpe{" "}
          {textOf(shown(worst.sharpe, ratio))} to {textOf(shown(best.sharpe, ratio))}.
          {low > high &&
            " The worse prices ended higher: each run's sizes and refusals follow its own equity."}
          {note !== "" && ` ${note}`}
        </Chip>
      )}
    </ul>
  );
  if (!isLong) return chips;
  return (
    <>
      {chips}
      <ul class="violations">
        {broken.map(({ names, text }) => (
          <li>
            <strong>{names}</strong>: {text}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Characters of violations that a chip takes; more of them stand below. */
const ROOM = 240;

/** Every sentence by which laws were found broken, once, with the laws that say it; a law's own name is taken off. */
function violationsOf(laws: readonly LawRecord[]): { readonly names: string; readonly text: string }[] {
  const by = new Map<string, Set<string>>();
  for (const { law, violation } of laws) {
    if (violation === null) continue;
    const text = violation.startsWith(`${law}: `) ? violation.slice(law.length + 2) : violation;
    by.set(text, (by.get(text) ?? new Set()).add(law));
  }
  return [...by].map(([text, names]) => ({ text, names: [...names].join(", ") }));
}

const ownFills = (price: string): string =>
  price === "modelled" ? "as modelled" : `in this run, whose own fills are the ${price}`;

const textOf = (cell: string | { readonly why: string }): string =>
  typeof cell === "string" ? cell : `n/a (${cell.why})`;
