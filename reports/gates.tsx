import { readFileSync } from "node:fs";
import type { GateDocument } from "../research/gates/report.ts";
import { GatePart } from "./gates/checks.tsx";
import { Curves } from "./gates/curves.tsx";
import { type GateDrawings, gateDrawings } from "./gates/drawings.ts";
import { ModelEquity } from "./gates/equity.tsx";
import { Folds } from "./gates/folds.tsx";
import { Influence } from "./gates/influence.tsx";
import { Needed } from "./gates/needed.tsx";
import { Notes } from "./gates/notes.tsx";
import { Hashes, Subject } from "./gates/subject.tsx";
import { Unseen } from "./gates/unseen.tsx";
import { Chips, Header } from "./gates/verdict.tsx";
import { page } from "./page.tsx";

/**
 * The report of the four gates as one HTML text that loads nothing and has no script. The same document gives the same
 * bytes.
 * @param hash sha256 of the document's bytes, 64 hex: what the audit log calls it.
 */
export async function renderGates(document: GateDocument, hash: string): Promise<string> {
  const { detail } = document;
  return gatePage(document, hash, detail === null ? null : await gateDrawings(document, detail));
}

/** The same of pictures that are drawn. */
export function gatePage(document: GateDocument, hash: string, charts: GateDrawings | null): string {
  const { artifact, verdict, bounds, gates, detail } = document;
  const style = ["./style.css", "./gates/gates.css"].map((file) =>
    readFileSync(new URL(file, import.meta.url), "utf8"),
  );
  // each is null where the report has nothing of the kind
  const parts = [
    ...gates.map((gate) => [`gate-${gate.gate}`, `Gate ${gate.gate}`, GatePart({ document, gate })] as const),
    ...(detail === null || charts === null
      ? ([["unseen", "Folds", Unseen({ document })]] as const)
      : ([
          ["needed", "Data needed", Needed(detail)],
          ["folds", "Folds", Folds({ detail, bounds, chart: charts.folds })],
          ["scores", "Scores", Curves({ detail, bounds, charts })],
          ["equity", "Equity", ModelEquity({ detail, chart: charts.equity })],
          ["influence", "Influence", Influence(detail)],
        ] as const)),
    ["hashes", "Hashes", Hashes({ document, hash })] as const,
  ];
  const shown = parts.filter(([, , part]) => part !== null);
  return page({
    title: `Gates of ${artifact}: ${verdict}`,
    style: style.join("\n"),
    children: (
      <main>
        <Header document={document} />
        <Chips document={document} />
        <nav aria-label="Contents">
          <a href="#unknown">Limits</a>
          <a href="#subject">What was judged</a>
          {shown.map(([id, name]) => (
            <a href={`#${id}`}>{name}</a>
          ))}
        </nav>
        <Notes document={document} />
        <Subject document={document} />
        {shown.map(([, , part]) => part)}
      </main>
    ),
  });
}
