import { join } from "node:path";
import type { SeriesInfo } from "../../datasets/dataset.ts";
import { FathomError } from "../../engine/errors.ts";
import { makeDirectory, writeDurable } from "../../engine/live/durable.ts";
import { requireId } from "../artifacts/artifact-folder.ts";
import type { Verdict, Verdicts } from "../artifacts/lifecycle.ts";
import { readPlain } from "../artifacts/plain-file.ts";
import { strictJson } from "../artifacts/strict-json.ts";
import { type Plain, plain } from "../metrics/figure.ts";
import { canonicalJson, sha256 } from "../runs/canonical.ts";
import { moduleSources } from "../runs/sources.ts";
import type { GateBounds } from "./bounds.ts";
import { type ChangedSetting, hasOwnCosts } from "./changed-settings.ts";
import type { GateDetail } from "./detail.ts";
import { GATE_NUMBERS, type GateResult, judge, worst } from "./gate.ts";
import { reportSchema } from "./report-schema.ts";
import { type RequiredCheck, requiredChecks } from "./required-checks.ts";

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
  /** The artifact's settings that are not the defaults; null where the gates did not get to look, as the next. */
  readonly settings: readonly ChangedSetting[] | null;
  readonly bars: JudgedBars | null;
  readonly gates: readonly GateResult[];
  /** PASS where all four passed. */
  readonly verdict: Verdict;
  /** Sentences that a reader must know. */
  readonly notes: readonly string[];
  /** null where gates 3 and 4 were not run or could not be judged. */
  readonly detail: GateDetail | null;
}

/** What the gates were given to judge on. */
export interface JudgedBars {
  /** False where a script handed them over: then `series` is that script's word. */
  readonly loaded: boolean;
  readonly series: readonly SeriesInfo[];
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

/**
 * Reads a report back by its hash and judges it again: each check by its value and bound, each gate by its checks, and
 * a gate that passed by whether these are all that it has to make.
 * @throws FathomError E_GATE_REPORT for a file that is missing, is not what the hash says, whose bounds are looser than
 * the gates' own, or whose verdicts do not follow from its figures; E_ART_ID, E_PATH_SYMLINK, E_PATH_FILE, E_IO_*.
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
  const { bytes, size } =
    readPlain(path, LARGEST) ?? refuse("no such file", "the report that the audit log names");
  if (size > LARGEST) refuse(`${size} bytes`, `at most ${LARGEST}`);
  const found = sha256(bytes);
  if (found !== expected) refuse(`sha256 ${found}`, expected);
  let read: unknown;
  try {
    read = strictJson(bytes);
  } catch (error) {
    refuse((error as Error).message, "a gates' report");
  }
  const parsed = reportSchema.safeParse(read);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refuse(
      `${issue.path.join(".")}: ${issue.message}`,
      "a gates' report with bounds no looser than ours",
    );
  }
  const report = parsed.data;
  const wrong = unfounded(report);
  if (wrong !== undefined) refuse(wrong, "verdicts that follow from the figures");
  return report;
}

/** The first verdict that its figures do not bear out. A stricter one than they do is nobody's gain. */
function unfounded(document: GateDocument): string | undefined {
  const { gates, verdict } = document;
  if (gates.map((gate) => gate.gate).join() !== GATE_NUMBERS.join()) return "other gates than 1 to 4";
  for (const one of gates) {
    const { gate, checks, verdict: given } = one;
    for (const check of checks) {
      const { value, interval: _, ...rest } = check;
      const again = judge({ ...rest, value: typeof value === "number" ? { value } : value });
      if (check.verdict === "PASS" && again.verdict !== "PASS") return `gate ${gate}: PASS of ${check.name}`;
    }
    if (given !== worst(checks.map((check) => check.verdict))) return `gate ${gate}: ${given}`;
    const other = given === "PASS" ? otherCheck(one, document) : undefined;
    if (other !== undefined) return `gate ${gate}: PASS ${other}`;
  }
  return verdict === worst(gates.map((gate) => gate.verdict)) ? undefined : verdict;
}

/** Where the checks of a gate that passed are first not those that it has to make. */
function otherCheck(
  { gate, checks, reported }: GateDocument["gates"][number],
  { bounds, settings }: GateDocument,
): string | undefined {
  const baseRate = reported.find(({ name }) => name === "base rate")?.value;
  const rate = typeof baseRate === "number" ? baseRate : Number.NaN;
  const required = requiredChecks(gate, bounds, rate, hasOwnCosts(settings ?? []));
  const text = (check?: RequiredCheck) => check && `${check.name} ${check.op} ${check.bound}`;
  for (let k = 0; k < Math.max(checks.length, required.length); k++) {
    const [found, wanted] = [text(checks[k]), text(required[k])];
    if (found !== wanted) return `by ${found ?? "no check"} in the place of ${wanted ?? "none"}`;
  }
  return undefined;
}
