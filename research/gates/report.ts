import * as fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { FathomError } from "../../engine/errors.ts";
import { explainIo, makeDirectory, refuseSymlink, writeDurable } from "../../engine/live/durable.ts";
import { requireId } from "../artifacts/artifact-folder.ts";
import { VERDICTS, type Verdict, type Verdicts } from "../artifacts/lifecycle.ts";
import { strictJson } from "../artifacts/strict-json.ts";
import { type Plain, plain } from "../metrics/figure.ts";
import { canonicalJson, sha256 } from "../runs/canonical.ts";
import { moduleSources } from "../runs/sources.ts";
import { type GateBounds, gateBounds } from "./bounds.ts";
import { GATE_NUMBERS, type GateResult, judge, worst } from "./gate.ts";

/** What the four gates found of one artifact: the document of `fathom gates --json` and the file in `<home>/gates`. */
export interface GateReport {
  readonly artifact: string;
  /** Of the artifact, as the audit log knows it; 64 hex, as the next three. */
  readonly digest: string;
  /** Hashes of what the gates had before them; null where they did not get to look. */
  readonly data: string | null;
  readonly config: string | null;
  readonly code: string | null;
  /** sha256 of the sources that judged, the gates' own and what they import. */
  readonly judge: string;
  /** ISO time. */
  readonly created: string;
  readonly bounds: GateBounds;
  readonly gates: readonly GateResult[];
  /** PASS where all four passed. */
  readonly verdict: Verdict;
  /** Sentences that a reader must know. */
  readonly notes: readonly string[];
}

/** The report with every figure as JSON has it: a number, or {"value": null, "why": "..."}. */
export type GateDocument = Plain<GateReport>;

/** What the sources of the gates are now: other gates' evidence is not theirs. */
export const judgeHash = (): string =>
  sha256(canonicalJson(moduleSources([new URL("./run-gates.ts", import.meta.url).href])));

export const overall = (gates: readonly Pick<GateResult, "verdict">[]): Verdict =>
  worst(gates.map((gate) => gate.verdict));

export const verdictsOf = (gates: readonly Pick<GateResult, "gate" | "verdict">[]): Verdicts =>
  Object.fromEntries(gates.map(({ gate, verdict }) => [gate, verdict])) as unknown as Verdicts;

/** In the evidence of a gate 1 that did not get to look: the hash of nothing, which no artifact has. */
export const UNSEEN = "0".repeat(64);

const LARGEST = 1 << 22;

export const reportPath = (home: string, artifact: string, hash: string): string =>
  join(home, "gates", artifact, `${hash}.json`);

/** Writes the report under the sha256 of its bytes, to stay; returns that. @throws FathomError E_IO_* */
export function writeGateReport(home: string, report: GateReport): string {
  const text = `${canonicalJson(plain(report))}\n`;
  const hash = sha256(text);
  requireId(report.artifact);
  makeDirectory(join(home, "gates", report.artifact));
  writeDurable(reportPath(home, report.artifact, hash), text);
  return hash;
}

const figure = z.union([z.number(), z.strictObject({ value: z.null(), why: z.string() })]);
const verdict = z.enum(VERDICTS);
const reported = z.strictObject({
  name: z.string(),
  value: figure,
  n: z.number().optional(),
  interval: z
    .union([
      z.strictObject({ low: z.number(), high: z.number() }),
      z.strictObject({ low: z.null(), high: z.null(), why: z.string() }),
    ])
    .optional(),
  why: z.string().optional(),
});
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const document = z.strictObject({
  artifact: z.string(),
  digest: hash,
  data: hash.nullable(),
  config: hash.nullable(),
  code: hash.nullable(),
  judge: hash,
  created: z.string(),
  bounds: gateBounds,
  gates: z.array(
    z.strictObject({
      gate: z.literal(GATE_NUMBERS),
      name: z.string(),
      verdict,
      checks: z.array(reported.extend({ op: z.enum([">=", ">", "<="]), bound: z.number(), verdict })),
      reported: z.array(reported),
    }),
  ),
  verdict,
  notes: z.array(z.string()),
});

/**
 * Reads a report back by its hash and judges it again: each check by its value and bound, each gate by its checks.
 * @throws FathomError E_GATE_REPORT for a file that is missing, is not what the hash says, whose bounds are looser than
 * the gates' own, or whose verdicts do not follow from its figures; E_ART_ID, E_PATH_SYMLINK, E_IO_*.
 */
export function readGateReport(home: string, artifact: string, expected: string): GateDocument {
  requireId(artifact);
  const path = reportPath(home, artifact, expected);
  const refuse = (found: string, wanted: string): never => {
    throw new FathomError(
      "E_GATE_REPORT",
      `gates: ${path}: found ${found}, expected ${wanted}; run the gates again with fathom gates ${artifact}`,
      { artifact, path },
    );
  };
  const bytes = readBounded(path) ?? refuse("no such file", "the report that the audit log names");
  const found = sha256(bytes);
  if (found !== expected) refuse(`sha256 ${found}`, expected);
  const parsed = document.safeParse(strictJson(bytes));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refuse(
      `${issue.path.join(".")}: ${issue.message}`,
      "a gates' report with bounds no looser than ours",
    );
  }
  const report = parsed.data as GateDocument;
  const wrong = unfounded(report);
  if (wrong !== undefined) refuse(wrong, "verdicts that follow from the figures");
  return report;
}

function readBounded(path: string): Buffer | undefined {
  refuseSymlink(path);
  try {
    if (fs.statSync(path).size > LARGEST) return undefined;
    return fs.readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw explainIo(error, path);
  }
}

/** The first verdict that its figures do not bear out. A stricter one than they do is nobody's gain. */
function unfounded({ gates, verdict }: GateDocument): string | undefined {
  if (gates.map((gate) => gate.gate).join() !== GATE_NUMBERS.join()) return "other gates than 1 to 4";
  for (const { gate, checks, verdict: given } of gates) {
    for (const check of checks) {
      const { value, interval: _, ...rest } = check;
      const again = judge({ ...rest, value: typeof value === "number" ? { value } : value });
      if (check.verdict === "PASS" && again.verdict !== "PASS") return `gate ${gate}: PASS of ${check.name}`;
    }
    if (given !== worst(checks.map((check) => check.verdict))) return `gate ${gate}: ${given}`;
  }
  return verdict === worst(gates.map((gate) => gate.verdict)) ? undefined : verdict;
}
