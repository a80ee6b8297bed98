import type { GateDocument } from "../../research/gates/report.ts";
import { Part } from "../table.tsx";
import { whyNotRun } from "./figures.ts";

/** Why there is nothing to see behind gates 3 and 4. */
export function Unseen({ document }: { readonly document: GateDocument }) {
  const third = document.gates.find(({ gate }) => gate === 3);
  const why = third?.checks.find((check) => check.verdict !== "PASS" && check.why !== undefined)?.why;
  return (
    <Part id="unseen" title="Folds, scores and equity">
      <p>
        No model was judged, so there is nothing to show.{" "}
        {third !== undefined && third.checks.length === 0
          ? whyNotRun(document, third)
          : why !== undefined && `Gate 3 could not go on: ${why}.`}
      </p>
    </Part>
  );
}
