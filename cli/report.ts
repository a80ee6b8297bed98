import { spawn } from "node:child_process";
import { Command } from "commander";
import { FathomError } from "../engine/errors.ts";
import type { Io } from "./io.ts";
import { type SettingOptions, settingFlags, withSettings } from "./options.ts";

interface Options extends SettingOptions {
  readonly open?: boolean;
}

/** `fathom report`: writes the HTML report of a written run into its folder. */
export function reportCommand(io: Io, open: (path: string) => Promise<void> = openInBrowser): Command {
  return withSettings(
    new Command("report")
      .description(
        "Writes report.html into a run's folder: one file that loads nothing, with the run's figures, charts, round trips, proof and config.",
      )
      .argument("<run>", "a run id, its first 4 digits or more, or latest")
      .option("--open", "show it in the system's browser"),
  )
    .addHelpText(
      "after",
      "\nExamples:\n  $ fathom report latest --open\n  $ fathom report 3f2a --json | jq -r .path",
    )
    .action(async (text: string, options: Options) => {
      const [{ loadSettings }, { resolveRun }, { writeReport }] = await Promise.all([
        import("./settings.ts"),
        import("../research/runs/list-runs.ts"),
        import("../reports/write-report.ts"),
      ]);
      const { home } = loadSettings(io, settingFlags(options));
      const run = resolveRun(home, text);
      const path = await writeReport(home, run);
      if (options.json) io.json({ run, path });
      else io.stdout(`${path}\n`);
      if (options.open) await open(path);
    });
}

/** What shows a file on this system: a command and what stands before the path. */
export function opener(platform: string): readonly [command: string, ...args: string[]] {
  if (platform === "darwin") return ["open"];
  // `start` is a word of cmd's, which would read & and ^ in a path; explorer takes it as it is
  if (platform === "win32") return ["explorer.exe"];
  return ["xdg-open"];
}

/** Resolves once the browser's starter runs. @throws FathomError E_REPORT_OPEN where there is none. */
function openInBrowser(path: string): Promise<void> {
  const [command, ...args] = opener(process.platform);
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args, path], { detached: true, stdio: "ignore" });
    child.once("error", (error) => {
      reject(
        new FathomError(
          "E_REPORT_OPEN",
          `report: found no way to start a browser (${command}: ${error.message}); the report is written: open ${path}`,
          { path },
        ),
      );
    });
    child.once("spawn", () => {
      child.unref();
      resolve();
    });
  });
}
