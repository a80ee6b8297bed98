import { raw } from "hono/html";
import { numberOf, ratio, shown, span, wholeMoney } from "../format.ts";
import { whiskers } from "../interval-plot.tsx";
import { dataTable, How, Part } from "../table.tsx";
import type { Detail } from "./figures.ts";

type Sharpe = Detail["sharpe"]["withModel"];

/** What the model earned out of sample, beside the same system without it. */
export function ModelEquity({ detail, chart }: { readonly detail: Detail; readonly chart: string | null }) {
  const { sharpe, equity, quote } = detail;
  if (chart === null) return null;
  const last = (line: readonly number[]) => wholeMoney(line[line.length - 1]);
  const rows = [
    { name: "With the model", key: <i class="line" />, final: last(equity.withModel), of: sharpe.withModel },
    { name: "Without", key: <i class="line without" />, final: last(equity.without), of: sharpe.without },
    { name: "Difference", final: "", of: sharpe.difference },
  ];
  const whisker = ({ value, interval }: Sharpe) => ({ interval, at: numberOf(value) });
  const draw = whiskers(rows.map((row) => whisker(row.of)));
  return (
    <Part id="equity" title="Equity out of sample">
      <figure class="scroll wide">{raw(chart)}</figure>
      {dataTable<(typeof rows)[number]>({
        label: "Sharpe ratios with the model and without",
        columns: [
          {
            head: "",
            left: true,
            cell: ({ name, key }) => (
              <span class="key">
                {key}
                {name}
              </span>
            ),
          },
          { head: `Final equity (${quote})`, cell: (row) => row.final },
          { head: "Sharpe a year", cell: (row) => shown(row.of.value, ratio) },
          { head: "95% interval", cell: (row) => span(row.of.interval, ratio) },
          { head: "Around 0", left: true, cell: (row) => draw(whisker(row.of)) },
        ],
        rows,
      })}
      <How>
        One replay over all folds, in which each fold's model acts from its edge (thin lines) on, beside the
        same system over the same bars without any. {verdictOf(sharpe.difference)}
      </How>
    </Part>
  );
}

function verdictOf({ interval }: Sharpe): string {
  if (interval.low === null) return "";
  const where =
    interval.low > 0
      ? "lies above 0: on these days the model earned more for its risk."
      : interval.high < 0
        ? "lies below 0: on these days the model earned less for its risk."
        : "contains 0: these days do not tell the two apart.";
  return `The interval of the difference, which resamples the same days of both, ${where}`;
}
