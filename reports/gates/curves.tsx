import { raw } from "hono/html";
import type { GateDocument } from "../../research/gates/report.ts";
import { fineRatio, percent } from "../format.ts";
import { How, Legend, Part } from "../table.tsx";
import type { GateDrawings } from "./drawings.ts";
import { type Detail, showOf, textOf } from "./figures.ts";

/** What the scores of all out-of-sample rows are worth, at the model's own thresholds and at any other. */
export function Curves({
  detail,
  bounds,
  charts,
}: {
  readonly detail: Detail;
  readonly bounds: GateDocument["bounds"];
  readonly charts: GateDrawings;
}) {
  const { roc, precisionRecall, calibration, scores } = charts;
  if (roc === null && precisionRecall === null && calibration === null && scores === null) return null;
  const { operating, model } = detail;
  const of = (name: "precision" | "recall") =>
    textOf(operating[name], showOf(name, operating[name], bounds[name]));
  const falseRate = textOf(operating.falsePositiveRate, percent);
  return (
    <Part id="scores" title="Scores out of sample">
      <div class="two">
        {precisionRecall !== null && (
          <div>
            <h3>Precision over recall</h3>
            <figure>{raw(precisionRecall)}</figure>
            <How>
              What one threshold for all folds would have given, high on the left to low on the right. In the
              green corner precision is at least {percent(bounds.precision)} and recall at least{" "}
              {percent(bounds.recall)}; dotted is the base rate, the precision of saying always yes. The dot
              is where the folds' own thresholds put the model, which need not be on the curve: precision{" "}
              {of("precision")}, recall {of("recall")}, {falseRate} of the negatives taken for positives.
            </How>
          </div>
        )}
        {roc !== null && (
          <div>
            <h3>ROC curve</h3>
            <figure>{raw(roc)}</figure>
            <How>
              How many of the positives are found at the price of which share of the negatives. Scores that
              say nothing lie on the diagonal; dashed is the least recall.
            </How>
          </div>
        )}
        {scores !== null && (
          <div>
            <h3>Scores by what came</h3>
            <figure>{raw(scores)}</figure>
            <Legend
              entries={[
                { colour: "c0", name: "positives, upwards" },
                { colour: "c1", name: "negatives, downwards" },
                { colour: "band", name: "thresholds of all folds" },
              ]}
            />
            <How>
              The farther the two heaps lie apart, the better the model tells them apart. Dashed is the last
              fold's threshold, {fineRatio(model.threshold)}, with which the model would act.
            </How>
          </div>
        )}
        {calibration !== null && (
          <div>
            <h3>Calibration</h3>
            <figure>{raw(calibration)}</figure>
            <How>
              On the diagonal a score is a probability: of rows that score 0.7, 70% are positive. Below the
              line the model promises too much. The bars tell how many rows each point rests on.
            </How>
          </div>
        )}
      </div>
    </Part>
  );
}
