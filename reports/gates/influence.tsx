import { FEATURE_SCHEMA } from "../../engine/scoring/feature-schema.ts";
import { fineRatio, whole } from "../format.ts";
import { signedBars } from "../interval-plot.tsx";
import { dataTable, How, Part } from "../table.tsx";
import type { Detail } from "./figures.ts";

type Row = Detail["model"]["influence"][number];

/** What the last fold's model makes most of. */
export function Influence({ model: { recipe, influence } }: Pick<Detail, "model">) {
  if (influence.length === 0) return null;
  const isLogistic = recipe.model === "logistic";
  const draw = signedBars(influence.map((row) => row.value));
  const meaning = new Map<string, string>(FEATURE_SCHEMA.features.map((f) => [f.name, f.definition]));
  return (
    <Part id="influence" title="What the model makes most of">
      {dataTable<Row>({
        label: "Influence of features",
        columns: [
          { head: "Feature", left: true, cell: (row) => row.feature },
          {
            head: isLogistic ? "Weight" : "Splits",
            cell: (row) => (isLogistic ? fineRatio : whole)(row.value),
          },
          { head: "", left: true, cell: (row) => draw(row.value) },
          {
            head: "Definition",
            left: true,
            cell: (row) => <span class="meaning">{meaning.get(row.feature) ?? ""}</span>,
          },
        ],
        rows: influence,
      })}
      <How>
        {isLogistic
          ? "What one standard deviation of the feature adds to the log-odds of a positive. Features that move together share their weight among them, and may take opposite signs."
          : "How many splits of the trees ask for the feature: how often it is looked at, not which way it points."}
      </How>
    </Part>
  );
}
