import { raw } from "hono/html";
import type { ProvenDocument } from "../../research/runs/document.ts";
import { money, whole } from "../format.ts";
import { colourOf, dataTable, How, Key, Part } from "../table.tsx";

const MEANING: Readonly<Record<string, string>> = {
  downtime: "the close lay in the daily downtime",
  history: "too little volume to know what a fill would cost",
  "index-stale": "the outside index was too old",
  "min-usd": "the order was smaller than the least value",
  ordermin: "less than the exchange's least quantity",
  costmin: "less than the exchange's least value",
  position: "too large a share of equity in one pair",
  leverage: "more than the equity would have been invested",
  pairs: "too many pairs at once",
  "top-3": "too large a share in the three largest pairs",
  correlation: "too closely correlated with a pair already held",
};

/** What the limits refused, by rule and over time. */
export function Refusals({
  document,
  chart,
}: {
  readonly document: ProvenDocument;
  readonly chart: string | null;
}) {
  const refusing = document.refusals.filter((r) => r.count > 0).map((r, k) => ({ ...r, k }));
  if (refusing.length === 0) return null;
  return (
    <Part id="refusals" title="Refused orders">
      {chart !== null && <figure class="scroll wide">{raw(chart)}</figure>}
      {dataTable<(typeof refusing)[number]>({
        label: "Refused orders by rule",
        columns: [
          { head: "Rule", left: true, cell: (r) => <Key colour={colourOf(r.k)} name={r.rule} /> },
          { head: "Orders", cell: (r) => whole(r.count) },
          { head: `Value (${document.quote})`, cell: (r) => money(r.value) },
          { head: "Because", left: true, cell: (r) => MEANING[r.rule] ?? "" },
        ],
        rows: refusing,
      })}
      <How>
        Orders that a rule refused, by month in the chart. An order is refused whole, never cut down, and
        counts for the first rule that it breaks; it is not asked again until something changes, so these are
        decisions and not attempts.
      </How>
    </Part>
  );
}
