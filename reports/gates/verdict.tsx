import { counted } from "../../datasets/counted.ts";
import { DAY } from "../../engine/market/bars.ts";
import { FRESH } from "../../research/artifacts/lifecycle.ts";
import { keeps } from "../../research/gates/gate.ts";
import { MONTHS_NEEDED } from "../../research/gates/needed.ts";
import type { GateDocument } from "../../research/gates/report.ts";
import { Chip } from "../chip.tsx";
import { moment, tenth, whole } from "../format.ts";
import { type Check, type Gate, kindOf, readingOf, whyNotRun } from "./figures.ts";

interface Props {
  readonly document: GateDocument;
}

/** What was judged, in one line, and what the verdict means. */
export function Header({ document }: Props) {
  const { artifact, created, verdict, detail } = document;
  return (
    <header>
      <p class="eyebrow">Fathom · gates report</p>
      <h1>{artifact}</h1>
      <p class="run-line">
        {detail !== null &&
          `${detail.model.recipe.model} model of ${counted(detail.samples.n, "sample")} in ${counted(detail.model.pairs.length, "pair")} · `}
        judged {moment(created)} UTC
      </p>
      <p class={`verdict ${kindOf(verdict)}`}>
        <strong>{verdict}</strong> {meaning(document)}
      </p>
    </header>
  );
}

const LASTS = `Evidence counts for ${FRESH / DAY} days, and as long as nothing it is bound to changes: artifact, data, config, code and gates.`;

/** Whether the artifact may be promoted, and what is missing. */
function meaning({ gates, verdict }: GateDocument): string {
  if (verdict === "PASS")
    return `All four gates passed: the artifact may go to VALIDATION, and then to APPROVED. ${LASTS}`;
  const open = gates.filter((gate) => gate.verdict !== "PASS");
  const isValid = open.every((gate) => gate.gate > 2);
  return [
    ...open
      .filter((gate) => gate.verdict !== "NOT_RUN")
      .map(({ gate, name, verdict }) => `Gate ${gate} (${name}) is ${verdict}.`),
    isValid
      ? `The artifact may go to VALIDATION, and not to APPROVED, which needs all four gates. ${LASTS}`
      : "The artifact may not be promoted: VALIDATION needs gates 1 and 2, APPROVED all four.",
    ...moreData(gates),
  ].join(" ");
}

function moreData(gates: GateDocument["gates"]): string[] {
  const needed = gates.flatMap((gate) => gate.reported).find(({ name }) => name === MONTHS_NEEDED);
  if (needed === undefined) return [];
  const { value, why } = needed;
  if (typeof value !== "number") return [`How much more data it takes is not known: ${value.why}.`];
  if (value === 0) return [];
  return [`Data still needed: ${tenth(value)} months${why === undefined ? "" : `, ${why}`}.`];
}

/** The four gates at a glance. */
export function Chips({ document }: Props) {
  return (
    <ul class="chips four">
      {document.gates.map((gate) => (
        <Chip title={`Gate ${gate.gate} · ${gate.name}`} verdict={gate.verdict} kind={kindOf(gate.verdict)}>
          {gate.checks.length === 0 ? whyNotRun(document, gate) : glance(gate)}
        </Chip>
      ))}
    </ul>
  );
}

/** Checks that a chip names; the rest is counted. */
const NAMED = 3;

function glance({ verdict, checks }: Gate) {
  if (verdict === "PASS") return `${counted(checks.length, "check")} passed.`;
  const broken = checks.filter((check) => check.verdict === verdict && !isKept(check)).slice(0, NAMED);
  const rest = checks.filter((check) => check.verdict !== "PASS").length - broken.length;
  return (
    <>
      {broken.map((check) => (
        <span class="chip-line">{shortly(check)}</span>
      ))}
      {rest > 0 && <span class="chip-line">and {whole(rest)} more</span>}
    </>
  );
}

/** With too little to judge by, a value that keeps its bound is none of what is missing. */
const isKept = ({ value, op, bound }: Check) => typeof value === "number" && keeps(value, op, bound);

function shortly(check: Check): string {
  const { value, bound } = readingOf(check);
  return `${check.name}: ${value}, asked ${bound.replaceAll(" ", "\u00a0")}`;
}
