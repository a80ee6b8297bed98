import { shown, tenth, whole } from "../format.ts";
import { dataTable, How, Part } from "../table.tsx";
import type { Detail } from "./figures.ts";

type Need = Detail["needed"][number];

const DAYS_A_MONTH = 365 / 12;

const months = (days: number) => (days === 0 ? "0" : tenth(days / DAYS_A_MONTH));

/** How much more data it takes to judge. */
export function Needed({ needed }: Pick<Detail, "needed">) {
  if (needed.length === 0) return null;
  return (
    <Part id="needed" title="Data still needed">
      {dataTable<Need>({
        label: "Data still needed",
        columns: [
          { head: "For enough", left: true, cell: (n) => n.what },
          { head: "Days", cell: (n) => shown(n.days, (x) => whole(Math.ceil(x))) },
          { head: "Months", cell: (n) => shown(n.days, months) },
        ],
        rows: needed,
        rowClass: (n) => (n.days === 0 ? undefined : "not-passed open"),
      })}
      <How>
        Days of further data, if it comes as it came so far; 0 where there is enough. More data makes a
        verdict possible, not favourable.
      </How>
    </Part>
  );
}
