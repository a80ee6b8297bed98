import type { ProvenDocument } from "../../research/runs/document.ts";
import { numberOf, percent, shown } from "../format.ts";
import { type Cell, dataTable, How, Part } from "../table.tsx";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Where one shade ends and the next begins. */
const STEPS = [0.005, 0.015, 0.04, 0.08];

/** The class of a return's shade: "up-0" to "up-4", "down-0" to "down-4". */
export function shadeOf(r: number): string {
  const size = Math.abs(r);
  const step = STEPS.filter((bound) => size >= bound).length;
  return `${r < 0 ? "down" : "up"}-${step}`;
}

/** Returns of calendar months, a year a row. */
export function Months({ document }: { readonly document: ProvenDocument }) {
  const { byMonth, byYear } = document;
  if (byMonth.length === 0) return null;
  const returns = new Map(byMonth.map((m) => [m.month, m.totalReturn]));
  const ofMonth = (year: number, k: number): Cell => {
    const figure = returns.get(`${year}-${String(k + 1).padStart(2, "0")}`);
    if (figure === undefined) return "";
    const r = numberOf(figure);
    return r === null ? shown(figure, percent) : <span class={`shade ${shadeOf(r)}`}>{percent(r)}</span>;
  };
  return (
    <Part id="months" title="Monthly returns">
      {dataTable({
        label: "Monthly returns",
        columns: [
          { head: "Year", left: true, cell: (y: (typeof byYear)[number]) => String(y.year) },
          ...MONTHS.map((head, k) => ({ head, cell: (y: (typeof byYear)[number]) => ofMonth(y.year, k) })),
          {
            head: "Year",
            cell: (y) => {
              const r = shown(y.totalReturn, percent);
              return typeof r === "string" ? <strong>{r}</strong> : r;
            },
          },
        ],
        rows: byYear,
        rowClass: () => "months",
      })}
      <How>
        Each cell is what equity gained in that month; the deeper the shade, the larger the gain (blue) or
        loss (orange). An empty cell lies outside the run; the first and the last month, and their years, may
        be parts.
      </How>
    </Part>
  );
}
