import { intervalName } from "../../research/runs/document.ts";
import { judgeOf } from "../../research/runs/judge.ts";
import type { StoredRun } from "../../research/runs/read-run.ts";
import { type Fact, Facts } from "../facts.tsx";
import { moment, whole } from "../format.ts";
import { dataTable, How, Part } from "../table.tsx";

/** What went in and what came out, so that another can make the same run and compare. */
export function Ledger({ run }: { readonly run: StoredRun }) {
  const { manifest, document } = run;
  const { environment } = manifest;
  const { models: _, ...scope } = manifest.scope;
  const judge = judgeOf(manifest);
  const facts: readonly Fact[] = [
    ["Run", manifest.run],
    ["Result", manifest.result],
    ["Seed", String(manifest.seed)],
    [
      "Written",
      `${moment(manifest.created)} UTC, Node ${environment.node}, V8 ${environment.v8}, ${environment.platform}`,
    ],
    ["Engine", `${whole(manifest.engine.length)} source files, each with its sha256 in manifest.json`],
    ["Data", manifest.origin === undefined ? "given by a script" : told(manifest.origin)],
    ["Scope", told(scope)],
    ...(judge === undefined ? [] : [["Model", judge] as const]),
    [
      "Resampling",
      `${document.intervals.method}, ${whole(document.intervals.draws)} draws, seed ${document.intervals.seed}`,
    ],
    ["Certificate", `${whole(run.certificate.windows)} stretches, seed ${run.certificate.seed}`],
  ];
  const files = Object.entries(manifest.files).map(([path, sha256]) => ({ path, sha256 }));
  return (
    <Part id="ledger" title="Ledger">
      <Facts facts={facts} />
      <h3>Bars that went in</h3>
      {dataTable<(typeof manifest.series)[number]>({
        label: "Series of bars",
        columns: [
          { head: "Series", left: true, cell: (s) => s.symbol },
          { head: "Bars", cell: (s) => intervalName(s.interval) },
          { head: "First close (UTC)", cell: (s) => (s.rows > 0 ? moment(s.first) : "none") },
          { head: "Last close (UTC)", cell: (s) => (s.rows > 0 ? moment(s.last) : "none") },
          { head: "Rows", cell: (s) => whole(s.rows) },
          { head: "sha256 of the columns", left: true, cell: (s) => <code>{s.sha256}</code> },
        ],
        rows: manifest.series,
      })}
      {manifest.modules.length > 0 && (
        <>
          <h3>Strategy files</h3>
          {fileTable("Strategy files", manifest.modules)}
          {manifest.strategyFiles !== undefined && (
            <p class="why">Given to the command: {manifest.strategyFiles.join(", ")}</p>
          )}
        </>
      )}
      <h3>Files of the run</h3>
      {fileTable("Files of the run", files)}
      <How>
        The same sources, config and bars make the same run on any machine:{" "}
        <code>fathom verify {manifest.run}</code> does it again and compares. Times are closes of bars.
      </How>
    </Part>
  );
}

/** Plain JSON in words: "pairs BTC, ETH · interval 1h · to 2023-01-07 10:00 UTC". */
function told(options: object): string {
  const text = (key: string, value: unknown): string => {
    if (Array.isArray(value)) return value.join(", ");
    if (typeof value !== "number") return typeof value === "string" ? value : JSON.stringify(value);
    if (key === "interval") return intervalName(value);
    return MOMENTS.has(key) ? `${moment(value)} UTC` : String(value);
  };
  const known = Object.entries(options).filter(([, value]) => value !== null && value !== undefined);
  return known.map(([key, value]) => `${key} ${text(key, value)}`).join(" · ");
}

const MOMENTS = new Set(["from", "to", "start"]);

const fileTable = (label: string, files: readonly { readonly path: string; readonly sha256: string }[]) =>
  dataTable<{ readonly path: string; readonly sha256: string }>({
    label,
    columns: [
      { head: "File", left: true, cell: (f) => f.path },
      { head: "sha256", left: true, cell: (f) => <code>{f.sha256}</code> },
    ],
    rows: files,
  });
