import { raw } from "hono/html";
import type { ProvenDocument } from "../../research/runs/document.ts";
import { percent, shown } from "../format.ts";
import { colourOf, How, Legend, Part } from "../table.tsx";

/** How much of the equity was invested, and by whom. */
export function Exposure({
  document,
  chart,
  days,
}: {
  readonly document: ProvenDocument;
  readonly chart: string | null;
  /** How many days one step of the chart is the mean of. */
  readonly days: number;
}) {
  if (chart === null) return null;
  const { exposureMean, exposureMax } = document.metrics;
  const text = (cell: string | { readonly why: string }) => (typeof cell === "string" ? cell : "n/a");
  return (
    <Part id="exposure" title="Exposure by strategy">
      <figure class="scroll wide">{raw(chart)}</figure>
      <Legend
        entries={document.byStrategy.map(({ strategy }, k) => ({ colour: colourOf(k), name: strategy }))}
      />
      <How>
        The height is the share of equity that was invested, the colours say by which strategy; the rest is
        cash. A step is {days === 1 ? "a day" : `the mean of ${days} days`}. On average{" "}
        {text(shown(exposureMean, percent))} was invested, at most {text(shown(exposureMax, percent))} at a
        bar's close.
      </How>
    </Part>
  );
}
