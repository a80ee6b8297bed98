import { Command } from "commander";
import { FathomError } from "../engine/errors.ts";
import type { Check, GateResult, Reported } from "../research/gates/gate.ts";
import type { Gated } from "../research/gates/run-gates.ts";
import type { Figure } from "../research/metrics/figure.ts";
import { type AuditFlags, placeOf, withAudit } from "./audit.ts";
import type { Io } from "./io.ts";

/** `fathom gates`: puts an artifact through the four gates. */
export function gatesCommand(io: Io): Command {
  return withAudit(
    new Command("gates")
      .description(
        "Puts an artifact through the four gates: integrity, schema, out-of-sample, portfolio limits. Loads its bars again, trains its recipe again fold by fold, replays the folds' models in one go and certifies that replay. Writes the report to <home>/gates, as JSON and as a page to read, and its verdicts to the audit log, where `fathom promote` finds them.",
      )
      .argument("<artifact>", "id of the artifact, as `fathom artifacts list` shows it"),
  )
    .addHelpText(
      "after",
      `
Examples:
  $ fathom gates logistic-v1
  $ fathom gates logistic-v1 --json | jq '.gates[] | {name, verdict}'

The bounds are the settings gates.* (\`fathom config gates\`); they can be made stricter, never looser.
The engine's settings are those that the artifact was trained with: of the present ones gates.* alone acts here.
The exit code is 0 where all four gates passed, else 1.`,
    )
    .action(async (id: string, flags: AuditFlags) => {
      const [{ runGates }, { reportPath }, { MONTHS_NEEDED }, { writeGatePage }, { plain }] =
        await Promise.all([
          import("../research/gates/run-gates.ts"),
          import("../research/gates/report.ts"),
          import("../research/gates/needed.ts"),
          import("../reports/write-gates.ts"),
          import("../research/metrics/figure.ts"),
        ]);
      const { place, settings } = await placeOf(io, flags);
      const gated = await runGates({
        place,
        id,
        now: io.now,
        bounds: settings.gates,
        progress: io.progress,
      });
      const { report, hash } = gated;
      const page = await writeGatePage(place.home, id, hash);
      if (flags.json) io.json({ ...plain(report), report: hash, page });
      else {
        tell(io, gated, MONTHS_NEEDED);
        io.stdout(`report  ${reportPath(place.home, id, hash)}\npage    ${page}\n`);
      }
      if (report.verdict === "PASS") {
        if (!flags.json) io.stdout(`Next: fathom promote ${id}\n`);
        return;
      }
      const open = report.gates.filter((gate) => gate.verdict !== "PASS");
      throw new FathomError(
        "E_GATE_VERDICT",
        `artifact ${id}: ${open.map(({ gate, verdict }) => `gate ${gate} is ${verdict}`).join(", ")}; it cannot be APPROVED`,
        { id, verdicts: open.map(({ gate, verdict }) => ({ gate, verdict })) },
      );
    });
}

/** The verdicts at a glance with how much more data it takes, where that is what is missing, then what each rests on. */
function tell(io: Io, { report }: Gated, months: string): void {
  io.stdout(`Gates of ${report.artifact}: ${report.verdict}\n`);
  for (const { gate, name, verdict, checks } of report.gates) {
    io.stdout(`  ${gate}  ${name.padEnd(16)}  ${verdict}\n`);
    for (const check of checks) if (check.verdict !== "PASS") io.stdout(`       ${missed(check)}\n`);
  }
  for (const gate of report.gates) if (gate.verdict === "INSUFFICIENT") tellMissing(io, gate, months);
  for (const gate of report.gates) tellGate(io, gate);
  io.stdout("\n");
  for (const note of report.notes) io.stdout(`${note}\n`);
}

const missed = ({ name, value, op, bound, verdict }: Check): string =>
  `${verdict}: ${name} ${shown(value)}, asked ${op} ${text(bound)}`;

function tellMissing(io: Io, { reported }: GateResult, months: string): void {
  const found = reported.find(({ name }) => name === months);
  if (found === undefined) return;
  const { value, why } = found;
  const said = value.value === null ? `not known: ${value.why}` : text(value.value);
  io.stdout(`\n  ${months}: ${said}${why === undefined ? "" : ` (${why})`}\n`);
}

function tellGate(io: Io, { gate, name, checks, reported }: GateResult): void {
  if (checks.length === 0) return;
  io.stdout(`\nGate ${gate}, ${name}\n`);
  io.table([
    ...checks.map((check) => ({
      ...row(check),
      bound: `${check.op} ${text(check.bound)}`,
      verdict: check.verdict,
    })),
    ...reported.map((figure) => ({ ...row(figure), bound: null, verdict: null })),
  ]);
  for (const { name, verdict, why } of checks) {
    if (verdict !== "PASS" && why !== undefined) io.stdout(`${name}: ${why}\n`);
  }
}

const row = ({ name, value, n, interval }: Reported) => ({
  check: name,
  value: shown(value),
  bound: null,
  n: n === undefined ? null : text(n),
  "95% interval":
    interval === undefined || interval.low === null
      ? null
      : `${text(interval.low)} .. ${text(interval.high)}`,
});

const shown = (figure: Figure): string => (figure.value === null ? "-" : text(figure.value));

/** Fractions, ratios and counts alike: three digits behind the point where there are any. */
const text = (x: number): string => x.toLocaleString("en", { maximumFractionDigits: 3 });
