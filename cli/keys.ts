import { Command } from "commander";
import { type AuditFlags, placeOf, withAudit } from "./audit.ts";
import type { Io } from "./io.ts";
import { type SettingOptions, settingFlags, withSettings } from "./options.ts";

/** `fathom keys ...`: the key that signs artifacts, and those that are believed. */
export function keysCommand(io: Io): Command {
  return new Command("keys")
    .description("make the key that signs artifacts, show the keys that are believed")
    .addCommand(createCommand(io))
    .addCommand(showCommand(io));
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
      const place = await placeOf(io, flags);
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
  return withSettings(
    new Command("show").description("Shows the public keys that are believed, and which is this home's own."),
  )
    .addHelpText("after", "\nExample:\n  $ fathom keys show --json")
    .action(async (flags: SettingOptions) => {
      const [{ loadSettings }, { ownKey, trustedKeys }] = await Promise.all([
        import("./settings.ts"),
        import("../research/artifacts/keys.ts"),
      ]);
      const { home } = loadSettings(io, settingFlags(flags));
      const own = ownKey(home);
      const keys = [...trustedKeys(home).values()].map((key) => ({ ...key, own: key.id === own }));
      if (flags.json) io.json({ home, own: own ?? null, keys });
      else if (keys.length === 0) io.stdout(`no keys in ${home}; fathom keys create makes one\n`);
      else
        io.table(
          keys.map(({ id, key, added, own }) => ({ id, "public key": key, added, own: own ? "yes" : "no" })),
        );
    });
}
