import type { Command } from "commander";
import type { DataOrigin, Dataset } from "../datasets/dataset.ts";
import { FathomError } from "../engine/errors.ts";
import type { Io } from "./io.ts";
import type { SettingOptions } from "./options.ts";
import type { Settings } from "./settings.ts";

/** Options that say which bars a command runs on, beside their source. */
export interface DatasetOptions extends SettingOptions {
  readonly pairs?: string;
  readonly interval?: string;
  readonly from?: string;
  readonly to?: string;
  readonly seed?: string;
  readonly planted?: boolean;
  readonly indexFile?: string;
}

/** Adds the options of DatasetOptions. */
export function withDataset(command: Command): Command {
  return command
    .option(
      "--pairs <symbols>",
      "pairs that may trade, as BTC,ETH; all of the universe that the source has unless given",
    )
    .option("--interval <length>", "length of a bar: 1m, 5m, 15m, 30m, 1h, 4h, 12h, 1d")
    .option("--from <date>", "first close that may trade, UTC; earlier bars are read as warm-up")
    .option("--to <date>", "last close that is read, UTC")
    .option("--planted", "give the synthetic market a component that can be predicted")
    .option("--seed <n>", "seed of the paper fills' latency and of the synthetic market")
    .option("--index-file <file>", "VIX or DVOL file, where regime.source takes the index from outside");
}

/** Which settings those options stand for: see settingFlags. */
export const datasetFlags = (options: DatasetOptions) =>
  ({
    "--pairs": ["data.pairs", options.pairs],
    "--interval": ["data.interval", options.interval],
    "--from": ["data.from", options.from],
    "--to": ["data.to", options.to],
    "--seed": ["seed", options.seed],
    "--index-file": ["data.index_file", options.indexFile],
  }) as const;

/**
 * The bars that the settings name, with the warm-up that the system needs. Throws E_USAGE_INDEX, E_USAGE_PLANTED and
 * what load throws.
 */
export async function loadDataset(
  io: Io,
  { engine, home, data }: Settings,
  { indexFile, planted }: DatasetOptions,
): Promise<Dataset> {
  if (indexFile !== undefined && engine.regime.source === "computed") {
    throw new FathomError(
      "E_USAGE_INDEX",
      `found --index-file ${indexFile}, but regime.source is computed and reads none; add --set regime.source=VIX or DVOL`,
    );
  }
  if (planted && data.source !== "synthetic") {
    throw new FathomError(
      "E_USAGE_PLANTED",
      `found --planted with bars of ${data.source}, expected the synthetic market; leave --planted out, or take the data "synthetic"`,
    );
  }
  const [{ load }, { warmupRows }] = await Promise.all([
    import("../datasets/load.ts"),
    import("../research/backtest.ts"),
  ]);
  const { source, pairs, interval, from, to } = data;
  const { reference } = engine.regime;
  const outside =
    engine.regime.source === "computed" ? undefined : { name: engine.regime.source, file: data.indexFile };
  const symbols = [...new Set([...pairs, reference])];
  return load({
    home,
    data: source,
    pairs,
    interval,
    from,
    to,
    reference,
    outside,
    seed: engine.seed,
    planted,
    warmupRows: from === undefined ? undefined : warmupRows(engine, symbols, interval),
    progress: io.progress,
  });
}

/**
 * The options with the made market that a model was trained on, where they name none.
 * @throws FathomError E_USAGE_MODEL for a model of stored bars where no venue is named: the default would be made ones.
 */
export function barsOfModel<O extends DatasetOptions>(
  origin: DataOrigin | undefined,
  { data, sources }: Settings,
  options: O,
): O {
  if (origin === undefined) return options;
  if (origin.data !== data.source && sources.get("data.source")?.source === "default") {
    throw new FathomError(
      "E_USAGE_MODEL",
      `found a model that was trained on bars of ${origin.data} and no venue for this run, expected one by name: --data ${origin.data} (paper: --feed ${origin.data}) with --pairs ${origin.pairs.join(",")}`,
    );
  }
  if (options.planted !== undefined || origin.data !== data.source) return options;
  return { ...options, planted: origin.planted };
}
