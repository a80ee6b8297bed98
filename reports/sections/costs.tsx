import type { ProvenDocument } from "../../research/runs/document.ts";
import { finePercent, money, numberOf, percent } from "../format.ts";
import { bars } from "../interval-plot.tsx";
import { dataTable, How, Part } from "../table.tsx";

const KINDS = [
  ["fee", "Fee"],
  ["halfSpread", "Half-spread"],
  ["drift", "Latency drift"],
  ["impact", "Impact"],
  ["rounding", "Rounding to tick"],
  ["total", "Total"],
] as const;

/** What trading cost, by kind. */
export function Costs({ document }: { readonly document: ProvenDocument }) {
  const { metrics, quote } = document;
  const { costs, traded, costsOfGross } = metrics;
  if (traded === 0) return null;
  const gross = numberOf(costsOfGross);
  const ofTotal = (cost: number) => (costs.total > 0 ? cost / costs.total : 0);
  const draw = bars([costs.fee, costs.halfSpread, costs.drift, costs.impact, costs.rounding]);
  return (
    <Part id="costs" title="Costs">
      {dataTable<(typeof KINDS)[number]>({
        label: "Costs by kind",
        columns: [
          { head: "Kind", left: true, cell: ([, name]) => name },
          { head: `Cost (${quote})`, cell: ([kind]) => money(costs[kind]) },
          { head: "", left: true, cell: ([kind]) => (kind === "total" ? "" : draw(costs[kind], "accent")) },
          { head: "Share of costs", cell: ([kind]) => percent(ofTotal(costs[kind])) },
          { head: "Of value traded", cell: ([kind]) => finePercent(costs[kind] / traded) },
          {
            head: "Of gain before costs",
            cell: ([kind]) =>
              gross === null && typeof costsOfGross !== "number"
                ? costsOfGross
                : percent((gross ?? 0) * ofTotal(costs[kind])),
          },
        ],
        rows: KINDS,
        rowClass: ([kind]) => (kind === "total" ? "total" : undefined),
      })}
      <How>
        All that a fill lost against its bar's open, and the fee. Half-spread, drift and impact are modelled:
        the table of worst and best fills under “All figures” says what the run would be at other prices of
        the same bars.
      </How>
    </Part>
  );
}
