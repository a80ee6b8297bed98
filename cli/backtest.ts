import { join } from "node:path";
import { Command } from "commander";
import type { Dataset } from "../datasets/dataset.ts";
import { FathomError } from "../engine/errors.ts";
import type { Backtest } from "../research/backtest.ts";
import type { Io } from "./io.ts";
import { type SettingOptions, settingFlags, withSettings } from "./options.ts";
import type { Settings } from "./settings.ts";

interface Options extends SettingOptions {
  readonly data?: string;
  readonly pairs?: string;
  readonly interval?: string;
  readonly from?: string;
  readonly to?: string;
  readonly seed?: string;
  readonly indexFile?: string;
}

/** `fathom backtest`: the whole system over a stored or synthetic market, with figures and a run folder. */
export function backtestCommand(io: Io): Command {
  return withSettings(new Command("backtest"))
    .description(
      "Replays the whole system over history and prints what came of it. Without --data it runs on the embedded synthetic market.",
    )
    .option("--data <venue>", "a venue of the store (see `fathom data list`), or synthetic")
    .option(
      "--pairs <symbols>",
      "pairs that may trade, as BTC,ETH; all of the universe that the source has unless given",
    )
    .option("--interval <length>", "length of a bar: 1m, 5m, 15m, 30m, 1h, 4h, 12h, 1d")
    .option("--from <date>", "first close that may trade, UTC; earlier bars are read as warm-up")
    .option("--to <date>", "last close that is read, UTC")
    .option("--seed <n>", "seed of the paper fills' latency and of the synthetic market")
    .option("--index-file <file>", "VIX or DVOL file, where regime.source takes the index from outside")
    .addHelpText(
      "after",
      `
Examples:
  $ fathom backtest
  $ fathom backtest --data kraken --pairs BTC,ETH --interval 1h --from 2018-01-01 --set risk.correlation=0.95
  $ fathom backtest --json | jq .metrics.sharpe`,
    )
    .action(async (options: Options) => {
      const began = io.now();
      const [{ loadSettings }, { requireWritable }, { backtest }, { summary }] = await Promise.all([
        import("./settings.ts"),
        import("../engine/live/durable.ts"),
        import("../research/backtest.ts"),
        import("./backtest-summary.ts"),
      ]);
      const settings = loadSettings(
        io,
        settingFlags(options, {
          "--data": ["data.source", options.data],
          "--pairs": ["data.pairs", options.pairs],
          "--interval": ["data.interval", options.interval],
          "--from": ["data.from", options.from],
          "--to": ["data.to", options.to],
          "--seed": ["seed", options.seed],
          "--index-file": ["data.index_file", options.indexFile],
        }),
      );
      if (options.indexFile !== undefined && settings.engine.regime.source === "computed") {
        throw new FathomError(
          "E_USAGE_INDEX",
          `backtest: found --index-file ${options.indexFile}, but regime.source is computed and reads none; add --set regime.source=VIX or DVOL`,
        );
      }
      requireWritable(join(settings.home, "runs"));
      const dataset = await loadDataset(io, settings);
      const progress = io.progress("replay", dataset.panel.time.length);
      let done: Backtest;
      try {
        done = backtest(dataset, {
          config: settings.engine,
          onProgress: (rows) => progress.update(rows),
        });
      } finally {
        progress.stop();
      }
      const written = await done.write(settings.home, io.now());
      const { document } = done;
      const seconds = (io.now() - began) / 1000;
      if (options.json) io.json({ ...document, folder: written.folder, seconds });
      else io.stdout(`${summary(document, 1000 * seconds)}\nWritten to ${written.folder}\n`);
    });
}

async function loadDataset(io: Io, { engine, home, data }: Settings): Promise<Dataset> {
  const [{ load }, { warmupRows }] = await Promise.all([
    import("../datasets/load.ts"),
    import("../research/backtest.ts"),
  ]);
  const { source, pairs, interval, from, to, indexFile } = data;
  const { reference } = engine.regime;
  const outside =
    engine.regime.source === "computed" ? undefined : { name: engine.regime.source, file: indexFile };
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
    warmupRows: from === undefined ? undefined : warmupRows(engine, symbols, interval),
    progress: io.progress,
  });
}
