import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { didYouMean, FathomError } from "../engine/errors.ts";
import type { Command as Word } from "../engine/live/operator.ts";
import type { Io } from "./io.ts";
import { type SettingOptions, settingFlags, withSettings } from "./options.ts";

export const DEFAULT_NAME = "paper";

/** The folder of a paper run. Throws E_USAGE_NAME for what is no plain name. */
export function paperFolder(home: string, name: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) return join(home, "live", name);
  throw new FathomError(
    "E_USAGE_NAME",
    `paper: found --name ${JSON.stringify(name)}, expected up to 64 of a-z, 0-9, "-", "_" and ".", a letter or digit first`,
  );
}

const MEANING = {
  halt: "takes open orders back, sells everything and trades no more until a reset",
  reset: "trades again, if it was halted",
} as const;

/** `fathom paper halt` and `fathom paper reset`: heard by the run at its next row, whoever runs it and when. */
export function operatorCommand(io: Io, word: Word): Command {
  return withSettings(new Command(word))
    .summary(MEANING[word])
    .description(
      `Tells a paper run to ${word}: at its next row it ${MEANING[word]}. It hears it once, also when it is not running now.`,
    )
    .option("--name <name>", "name of the run", DEFAULT_NAME)
    .addHelpText("after", `\nExample:\n  $ fathom paper ${word} --name btc-eth`)
    .action(async (_: unknown, command: Command) => {
      // `fathom paper` has these options too and takes them wherever they stand.
      const options = command.optsWithGlobals<SettingOptions & { readonly name: string }>();
      const [{ loadSettings }, { giveCommand }] = await Promise.all([
        import("./settings.ts"),
        import("../engine/live/operator.ts"),
      ]);
      const { home } = loadSettings(io, settingFlags(options));
      const folder = paperFolder(home, options.name);
      requireRun(home, options.name);
      const given = giveCommand(folder, word, io.now());
      if (options.json) io.json({ name: options.name, folder, command: word, given });
      else io.stdout(`${word} was given to ${options.name}: at its next row it ${MEANING[word]}\n`);
    });
}

function requireRun(home: string, name: string): void {
  let names: string[] = [];
  try {
    names = readdirSync(join(home, "live"));
  } catch {
    // No run yet: told below.
  }
  if (names.includes(name)) return;
  const there = names.length === 0 ? "no run" : names.join(", ");
  throw new FathomError(
    "E_LIVE_NAME",
    `paper: found ${there} in ${join(home, "live")}, expected a run called ${name}; name one with --name.${didYouMean(name, names)}`,
    { name, names },
  );
}
