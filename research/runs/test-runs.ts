import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Dataset } from "../../datasets/dataset.ts";
import { importPaths } from "../../datasets/import.ts";
import { openStore } from "../../datasets/store.ts";
import { syntheticBars } from "../../datasets/synthetic.ts";
import { testFolder } from "../../engine/live/test-folder.ts";
import { type Backtest, type BacktestOptions, backtest } from "../backtest.ts";
import { sha256 } from "./canonical.ts";
import { testProof } from "./test-proof.ts";
import { readManifest, runFolder, writeRun } from "./write-run.ts";

/** For tests: a backtest that was written, its proof a quick one. */
export async function testRun(
  home: string,
  dataset: Dataset,
  options: BacktestOptions = {},
  created = 0,
): Promise<Backtest> {
  const done = backtest(dataset, options);
  const { identity, replay, figures } = done;
  const document = testProof(done.document, replay, figures);
  const { origin } = dataset;
  const { strategyFiles, model } = options;
  const { multipliers } = done.build();
  await writeRun({
    home,
    identity,
    replay,
    figures,
    document,
    created,
    origin,
    strategyFiles,
    model,
    multipliers,
  });
  return { ...done, prove: () => document };
}

/** For tests: the same run's folder in a home of its own, to be damaged. */
export function copiedHome(home: string, run: string): string {
  const copy = testFolder();
  cpSync(runFolder(home, run), runFolder(copy, run), { recursive: true });
  return copy;
}

/** For tests: changes a JSON file of a run's folder; its hash in the manifest goes along, as a forger's would. */
export function editJson(home: string, run: string, name: string, edit: (json: never) => void): void {
  const folder = runFolder(home, run);
  const path = join(folder, name);
  const json = JSON.parse(readFileSync(path, "utf8")) as never;
  edit(json);
  writeFileSync(path, JSON.stringify(json, null, 2));
  if (name === "manifest.json") return;
  const manifest = readManifest(home, run);
  const files = { ...manifest.files, [name]: sha256(readFileSync(path)) };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...manifest, files }, null, 2));
}

/** For tests: flips one bit in the middle of a file. */
export function flipBit(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(path, bytes);
}

/** For tests: hourly bars of a made BTC as Kraken's archive has them, in the store of `home`; `edit` may change a line. */
export async function storeBtc(
  home: string,
  rows: number,
  edit: (line: string, row: number) => string = (line) => line,
): Promise<void> {
  const [{ time, open, high, low, close, volume }] = syntheticBars({ rows, pairs: ["BTC"], seed: 3 });
  const lines = Array.from(time, (t, i) =>
    edit([t / 1000, open[i], high[i], low[i], close[i], volume[i], 1].join(), i),
  );
  const file = join(testFolder(), "XBTUSD_60.csv");
  writeFileSync(file, `${lines.join("\n")}\n`);
  const now = Date.UTC(2030, 0, 1);
  const { files } = await importPaths(openStore(home), [file], { now, replace: true });
  const refused = files.find((f) => f.error !== undefined);
  if (refused !== undefined) throw refused.error;
}
