import { Command } from "commander";
import { type AuditFlags, placeOf, plainFaults, readWithBanner, withAudit } from "./audit.ts";
import type { Io } from "./io.ts";

/** `fathom keys ...`: the key that signs artifacts, and those that are believed. */
export function keysCommand(io: Io): Command {
  return new Command("keys")
    .description("make the key that signs artifacts, show the keys that are believed")
    .addCommand(createCommand(io))
    .addCommand(showCommand(io))
    .addHelpText("after", "\nExamples:\n  $ fathom keys create\n  $ fathom keys show");
}

function createCommand(io: Io): Command {
  return withAudit(
    new Command("create").description(
      "Makes this home's Ed25519 key: keys/signing-key.pem, which only you may read, and its public half in keys/trusted.json.",
    ),
  )
    .addHelpText("after", "\nExample:\n  $ fathom keys create")
    .action(async (flags: AuditFlags) => {
      const [{ openAudit }, { createKey }] = await Promise.all([
        import("../research/artifacts/audit-log.ts"),
        import("../research/artifacts/keys.ts"),
      ]);
      const { place } = await placeOf(io, flags);
      const log = openAudit(place, io.now());
      try {
        const made = createKey(place.home, log, io.now());
        if (flags.json) io.json(made);
        else io.stdout(`key ${made.id} was made\npublic key ${made.key}\n`);
      } finally {
        log.close();
      }
    });
}

function showCommand(io: Io): Command {
  return withAudit(
    new Command("show").description(
      "Shows the public keys in keys/trusted.json: which are believed, for the audit log tells of their making, and which is this home's own.",
    ),
  )
    .addHelpText("after", "\nExample:\n  $ fathom keys show --json")
    .action(async (flags: AuditFlags) => {
      const { believedKeys, ownKey, trustedKeys } = await import("../research/artifacts/keys.ts");
      const { records, faults, place } = await readWithBanner(io, flags);
      const { home } = place;
      const own = ownKey(home);
      const believed = believedKeys(home, records);
      const keys = [...trustedKeys(home).values()].map((key) => ({
        ...key,
        own: key.id === own,
        believed: believed.has(key.id),
      }));
      if (flags.json) io.json({ home, faults: plainFaults(faults), own: own ?? null, keys });
      else if (keys.length === 0) io.stdout(`no keys in ${home}; fathom keys create makes one\n`);
      else
        io.table(
          keys.map(({ id, key, added, own, believed }) => ({
            id,
            "public key": key,
            added,
            own: own ? "yes" : "no",
            believed: believed ? "yes" : "not in the log: not believed",
          })),
        );
    });
}
