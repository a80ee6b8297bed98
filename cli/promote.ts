import { Command } from "commander";
import { type AuditFlags, placeOf, withAudit } from "./audit.ts";
import type { Io } from "./io.ts";

/** `fathom promote`: takes an artifact one stage further, where its gates allow it. */
export function promoteCommand(io: Io): Command {
  return withAudit(
    new Command("promote")
      .description(
        "Takes an artifact one stage further: CANDIDATE to VALIDATION with gates 1 and 2 passed, VALIDATION to APPROVED with all four. The evidence must be of this artifact, these bars, config and code, at most 7 days old; the report that it names is judged again.",
      )
      .argument("<artifact>", "id of the artifact, as `fathom artifacts list` shows it")
      .option("--reason <text>", "why, kept in the audit log"),
  )
    .addHelpText(
      "after",
      `
Examples:
  $ fathom gates logistic-v1
  $ fathom promote logistic-v1
  $ fathom promote logistic-v1 --reason "four gates passed, approved by J. Doe"

One call is one stage. \`fathom artifacts retire\` takes an artifact out of use.`,
    )
    .action(async (id: string, flags: AuditFlags & { readonly reason?: string }) => {
      const { promote } = await import("../research/gates/promote.ts");
      const { place, settings } = await placeOf(io, flags);
      const state = promote({ place, id, now: io.now(), bounds: settings.gates, reason: flags.reason });
      if (flags.json) io.json(state);
      else {
        const next = state.stage === "VALIDATION" ? `; once more for APPROVED: fathom promote ${id}` : "";
        io.stdout(`${id} is ${state.stage}${next}\n`);
      }
    });
}
