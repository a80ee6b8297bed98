import type { GateDocument } from "../../research/gates/report.ts";
import { type Show, span, whole } from "../format.ts";
import { type Column, dataTable, How, Part } from "../table.tsx";
import { type Check, type Gate, kindOf, readingOf, showOf, textOf, whyNotRun } from "./figures.ts";

type Reported = Gate["reported"][number];

const ASKS: Readonly<Record<Gate["gate"], string>> = {
  1: "Whether the artifact is what was written, signed and logged, and today's bars, config and code are those that it was trained with. Checks count what is wrong.",
  2: "Whether features are the engine's in order, type and range, and the model reads them so. Checks count what is wrong.",
  3: "The recipe is trained again fold by fold, every row is judged by a model that never saw it, and one replay changes models at the edges. Where there is too little to judge by, no figure passes or fails.",
  4: "The same replay, at every bar close. The engine looks at its limits when an order is sent, and prices move on: this is how far.",
};

/** A gate's checks, and the figures that are reported beside them. */
export function GatePart({ document, gate }: { readonly document: GateDocument; readonly gate: Gate }) {
  const { checks, reported } = gate;
  return (
    <Part id={`gate-${gate.gate}`} title={`Gate ${gate.gate}: ${gate.name}`}>
      {checks.length === 0 ? <p>{whyNotRun(document, gate)}</p> : <Checks gate={gate} />}
      <How>{ASKS[gate.gate]}</How>
      {reported.length > 0 && (
        <>
          <h3>Reported; decides nothing</h3>
          <OtherFigures gate={gate} />
        </>
      )}
    </Part>
  );
}

const Checks = ({ gate: { gate, checks } }: { readonly gate: Gate }) =>
  dataTable<Check>({
    label: `Checks of gate ${gate}`,
    columns: [
      { head: "Check", left: true, cell: (c) => <span class="meaning">{c.name}</span> },
      { head: "Value", cell: (c) => readingOf(c).value },
      { head: "Bound", cell: (c) => readingOf(c).bound },
      ...support<Check>(checks, (c) => readingOf(c).show),
      { head: "Verdict", left: true, cell: (c) => <strong class={kindOf(c.verdict)}>{c.verdict}</strong> },
      ...reasons<Check>(checks),
    ],
    rows: checks,
    rowClass: (c) => (c.verdict === "PASS" ? undefined : `not-passed ${kindOf(c.verdict)}`),
  });

const OtherFigures = ({ gate: { gate, reported } }: { readonly gate: Gate }) =>
  dataTable<Reported>({
    label: `Figures of gate ${gate} that decide nothing`,
    columns: [
      { head: "Figure", left: true, cell: (r) => <span class="meaning">{r.name}</span> },
      { head: "Value", cell: (r) => textOf(r.value, showOf(r.name, r.value)) },
      ...support<Reported>(reported, (r) => showOf(r.name, r.value)),
      ...reasons<Reported>(reported),
    ],
    rows: reported,
  });

/** What figures rest on, where any tells. */
function support<R extends Reported>(rows: readonly R[], show: (row: R) => Show): Column<R>[] {
  return [
    ...columnIf<R>(
      rows.some((r) => r.n !== undefined),
      { head: "n", cell: ({ n }) => (n === undefined ? "" : whole(n)) },
    ),
    ...columnIf<R>(
      rows.some((r) => r.interval !== undefined),
      {
        head: "95% interval",
        cell: (r) => (r.interval === undefined || r.interval.low === null ? "" : span(r.interval, show(r))),
      },
    ),
  ];
}

const reasons = <R extends Reported>(rows: readonly R[]): Column<R>[] =>
  columnIf<R>(
    rows.some((r) => whyOf(r) !== ""),
    { head: "Why", left: true, cell: (r) => <span class="meaning">{whyOf(r)}</span> },
  );

const columnIf = <R,>(isNeeded: boolean, column: Column<R>): Column<R>[] => (isNeeded ? [column] : []);

/** All that the row says of itself, each once. */
function whyOf({ value, interval, why }: Reported): string {
  const said = new Set<string>();
  if (why !== undefined) said.add(why);
  if (typeof value !== "number") said.add(value.why);
  if (interval?.low === null && !said.has(interval.why)) said.add(`no interval: ${interval.why}`);
  return [...said].join("; ");
}
