import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Figure, median } from "./measure.ts";

const COMMAND = fileURLToPath(new URL("../cli/fathom.mjs", import.meta.url));

/** Seconds from the start of the command to its end, as a user waits for them. */
export function commandCost(): Figure[] {
  const home = mkdtempSync(join(tmpdir(), "fathom-bench-"));
  try {
    const seconds = (args: readonly string[]) => {
      const began = performance.now();
      const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...args, "--home", home], {
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`fathom ${args.join(" ")} failed: ${stderr}`);
      return (performance.now() - began) / 1000;
    };
    const runs = (args: readonly string[]) => median(Array.from({ length: 4 }, () => seconds(args)).slice(1));
    return [
      { name: "fathom config, start to end", value: runs(["config"]), unit: "s" },
      {
        name: "fathom backtest (10 pairs, 3 years of hours), start to result",
        value: runs(["backtest"]),
        unit: "s",
      },
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
