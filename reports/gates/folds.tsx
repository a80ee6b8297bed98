import { raw } from "hono/html";
import type { GateDocument } from "../../research/gates/report.ts";
import { date, fineRatio, percent, shown, whole } from "../format.ts";
import { dataTable, How, Legend, Part } from "../table.tsx";
import type { Detail } from "./figures.ts";

interface Row {
  readonly k: number;
  readonly fold: Detail["folds"][number];
}

/** Every fold of the walk forward: what it was trained and tested on, and how it did. */
export function Folds({
  detail,
  bounds,
  chart,
}: {
  readonly detail: Detail;
  readonly bounds: GateDocument["bounds"];
  readonly chart: string | null;
}) {
  const { folds, model } = detail;
  if (chart === null) return null;
  const least = { precision: percent(bounds.precision), recall: percent(bounds.recall) };
  return (
    <Part id="folds" title="Folds">
      <figure class="scroll wide">{raw(chart)}</figure>
      <Legend
        entries={[
          { colour: "c7", name: "trained on; in the lower picture base rate" },
          { colour: "c0", name: `tested on; precision (dashed: at least ${least.precision})` },
          { colour: "c1", name: `recall (dashed: at least ${least.recall})` },
        ]}
      />
      {dataTable<Row>({
        label: "Folds",
        columns: [
          { head: "Fold", left: true, cell: ({ k }) => whole(k) },
          {
            head: "Tested",
            left: true,
            cell: ({ fold }) => (
              <span class="when">
                {date(fold.edge)} to {date(fold.end)}
              </span>
            ),
          },
          { head: "Trained on", cell: ({ fold }) => whole(fold.train) },
          { head: "Tested on", cell: ({ fold }) => whole(fold.n) },
          { head: "Threshold", cell: ({ fold }) => fineRatio(fold.threshold) },
          { head: "Base rate", cell: ({ fold }) => shown(fold.baseRate, percent) },
          { head: "Precision", cell: ({ fold }) => shown(fold.precision, percent) },
          { head: "Recall", cell: ({ fold }) => shown(fold.recall, percent) },
          { head: "F1", cell: ({ fold }) => shown(fold.f1, fineRatio) },
          { head: "AUC", cell: ({ fold }) => shown(fold.auc, fineRatio) },
        ],
        rows: folds.map((fold, k) => ({ k: k + 1, fold })),
      })}
      <How>
        Each model is trained on all samples before its edge whose labels were known there,{" "}
        {whole(model.labels.horizon)} h before it at the latest, and judged on what came after. The bounds
        hold for all folds together; a single fold may miss them. A fold whose base rate is high is easy:
        saying always yes has a precision of the base rate.
      </How>
    </Part>
  );
}
