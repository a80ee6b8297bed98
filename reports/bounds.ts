import type { ProvenDocument } from "../research/runs/document.ts";
import type { StoredRun } from "../research/runs/read-run.ts";
import { date } from "./format.ts";

type Bound = ProvenDocument["bounds"]["worst" | "best"];

/** When a halt ended a bound's path (ISO time); null where none did, or where an older run does not tell. */
function haltOf(bound: Bound): string | null {
  const { halted = null } = bound as Bound & { readonly halted?: string | null };
  return halted;
}

/** " (halted on 2021-05-19)", or nothing. */
export function haltedOn(bound: Bound): string {
  const halted = haltOf(bound);
  return halted === null ? "" : ` (halted on ${date(halted)})`;
}

/** How to read bounds of which one halted, as a sentence; nothing where none did. */
export const haltNote = ({ worst, best }: ProvenDocument["bounds"]): string =>
  haltOf(worst) === null && haltOf(best) === null
    ? ""
    : "A bound that halted sold everything and traded no more: it is the end of that path, and no limit to what other fills would have come to.";

/** The prices at which the run itself filled: "modelled", "worst" or "best". */
export const fillPrice = ({ manifest }: StoredRun): string => manifest.config.execution.price ?? "modelled";
