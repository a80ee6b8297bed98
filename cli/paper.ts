import { resolve } from "node:path";
import { Command } from "commander";
import type { Dataset } from "../datasets/dataset.ts";
import { FathomError } from "../engine/errors.ts";
import type { LiveSummary } from "../engine/live/live.ts";
import type { System } from "../engine/system.ts";
import type { AuditPlace } from "../research/artifacts/audit-log.ts";
import type { RunModels } from "../research/training/run-models.ts";
import { type AuditFlags, placeOf, withAudit } from "./audit.ts";
import { barsOfModel, type DatasetOptions, datasetFlags, loadDataset, withDataset } from "./dataset.ts";
import { interruptSignal } from "./interrupt.ts";
import { type Io, noFigure } from "./io.ts";
import { append } from "./options.ts";
import { closeRun, paperModel } from "./paper-model.ts";
import { DEFAULT_NAME, operatorCommand, paperFolder } from "./paper-operator.ts";
import type { Settings } from "./settings.ts";

interface Options extends DatasetOptions, AuditFlags {
  readonly feed?: string;
  readonly strategy?: readonly string[];
  readonly model?: string;
  readonly speed?: string;
  readonly name: string;
  readonly checkpointEvery?: string;
  readonly carryOver?: boolean;
}

/** `fathom paper`: the live runner on paper, over closed rows one by one; `halt` and `reset` are heard at its next row. */
export function paperCommand(io: Io, interrupt = interruptSignal): Command {
  const command = new Command("paper")
    .description(
      "Feeds closed bars one row at a time to the system that `fathom backtest` replays, with paper fills and a journal. The same command goes on where it stopped.",
    )
    .option("--feed <venue>", "where the bars come from: a venue of the store, or synthetic")
    .option("--strategy <file>", "a module that exports `strategies`; may be repeated", append)
    .option(
      "--model <artifact>",
      "an APPROVED model that judges every entry; its stage is looked up at the start",
    )
    .option("--speed <n>", "rows a second; as fast as it can unless given")
    .option("--name <name>", "name of the run: its state lies in live/NAME", DEFAULT_NAME)
    .option("--checkpoint-every <n>", "rows between two checkpoints (default: 256)")
    .option(
      "--carry-over",
      "where the config is another than that of the run: go on under it with cash, positions, open orders, halt and peak as they are",
    );
  return withAudit(withDataset(command))
    .addHelpText(
      "after",
      `
Examples:
  $ fathom paper --feed synthetic
  $ fathom paper --feed kraken --pairs BTC,ETH --from 2022-01-01 --speed 10 --name btc-eth
  $ fathom paper --feed kraken --pairs BTC,ETH --set risk.drawdown=0.15 --carry-over --name btc-eth
  $ fathom paper --feed kraken --pairs BTC,ETH --model btc-eth-v3 --name btc-eth
  $ fathom paper halt --name btc-eth`,
    )
    .addCommand(operatorCommand(io, "halt"))
    .addCommand(operatorCommand(io, "reset"))
    .action((options: Options) => paper(io, options, interrupt));
}

async function paper(io: Io, options: Options, interrupt: typeof interruptSignal): Promise<void> {
  const began = io.now();
  const speed = positive("--speed", options.speed);
  const checkpointEvery = positive("--checkpoint-every", options.checkpointEvery, true);
  const [{ requireWritable }, { runLive }, { paperBroker }, { pacedRows }, { printRow }] = await Promise.all([
    import("../engine/live/durable.ts"),
    import("../engine/live/live.ts"),
    import("../engine/live/broker.ts"),
    import("./paper-feed.ts"),
    import("./paper-print.ts"),
  ]);
  const flags = { "--feed": ["data.source", options.feed] as const, ...datasetFlags(options) };
  const { place, settings } = await placeOf(io, options, flags);
  const folder = paperFolder(settings.home, options.name);
  requireWritable(folder);
  const dataset = await loadDataset(io, settings, await barsOf(place, settings, options));
  const { judged, notes, barred } = await paperModel(place, options.model, dataset, settings.engine, folder);
  const system = await systemOf(io, settings, dataset, options, judged);
  const onNote = (note: string) => io.stderr(`${note}\n`);
  const live = { folder, feed: settings.data.source, now: io.now, onNote };
  if (barred !== undefined) return closeRun(system, live, barred);
  for (const note of notes) onNote(note);
  const { panel } = dataset;
  const progress = io.progress("paper", panel.time.length);
  const { signal, release } = interrupt();
  let summary: LiveSummary;
  try {
    summary = await runLive(
      system,
      (after) => pacedRows(panel, after, { speed, signal, start: dataset.start }),
      {
        ...live,
        checkpointEvery,
        carryOver: options.carryOver,
        signal,
        broker: paperBroker((out) => {
          if (io.isTTY) printRow(io.stderr, system, out);
          progress.update(out.row + 1);
        }),
      },
    );
  } finally {
    release();
    progress.stop();
  }
  const seconds = (io.now() - began) / 1000;
  if (options.json) io.json(documentOf(options, folder, settings, system, summary, seconds));
  else io.stdout(summaryText(options, folder, settings, system, summary, seconds));
}

async function barsOf(place: AuditPlace, settings: Settings, options: Options): Promise<Options> {
  if (options.model === undefined) return options;
  const { openModel } = await import("../research/training/open-model.ts");
  return barsOfModel(openModel(place, options.model).training.origin, settings, options);
}

async function systemOf(
  io: Io,
  { engine }: Settings,
  { panel, traded, start }: Dataset,
  options: Options,
  judged: RunModels | undefined,
): Promise<System> {
  const [{ createSystem }, { importStrategies }] = await Promise.all([
    import("../engine/system.ts"),
    import("../research/runs/strategy-files.ts"),
  ]);
  const strategies = await importStrategies((options.strategy ?? []).map((file) => resolve(io.cwd, file)));
  const { symbols, interval } = panel;
  return createSystem({
    config: engine,
    symbols,
    traded,
    interval,
    start,
    strategies,
    models: judged?.models,
  });
}

type RunOptions = Pick<Options, "name" | "model">;

/** What --json prints. Money in quote currency. */
function documentOf(
  { name, model }: RunOptions,
  folder: string,
  { data }: Settings,
  { traded, interval }: System,
  { rows, newRows, time, totals, money, stopped }: LiveSummary,
  seconds: number,
) {
  const figure = (x: number) => (rows > 0 ? x : noFigure("no row was taken yet"));
  return {
    name,
    folder,
    feed: data.source,
    pairs: traded,
    model: model ?? null,
    interval,
    rows,
    newRows,
    lastClose: rows > 0 ? new Date(time).toISOString() : null,
    ...totals,
    equity: figure(money.equity),
    cash: figure(money.cash),
    held: figure(money.held),
    halted: money.halted === 1,
    stopped,
    seconds,
  };
}

const whole = (x: number) => x.toLocaleString("en");
const money2 = (x: number) => x.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function summaryText(
  { name, model }: RunOptions,
  folder: string,
  { data }: Settings,
  { traded }: System,
  { rows, newRows, time, totals: t, money, stopped }: LiveSummary,
  seconds: number,
): string {
  const lines = [
    `Paper run ${name} of ${traded.join(" ")}, bars from ${data.source}${model === undefined ? "" : `, judged by ${model}`}`,
  ];
  if (rows === 0) lines.push("No row was taken.");
  else {
    lines.push(
      `${whole(rows)} rows (${whole(newRows)} new, ${seconds.toFixed(1)} s) to ${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`,
      `orders ${whole(t.orders)}, fills ${whole(t.fills)}, taken back ${whole(t.cancels)}, refused ${whole(t.refusals)}`,
      `equity ${money2(money.equity)}, of it cash ${money2(money.cash)}${money.halted === 1 ? `; halted: nothing is bought until \`fathom paper reset --name ${name}\`` : ""}`,
    );
  }
  if (stopped) lines.push("Stopped after the row at hand; the same command goes on from here.");
  return `${lines.join("\n")}\nState in ${folder}\n`;
}

function positive(flag: string, text: string | undefined, isWhole = false): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value < Infinity && (!isWhole || Number.isSafeInteger(value))) return value;
  throw new FathomError(
    "E_USAGE_NUMBER",
    `paper: found ${flag} ${text}, expected a ${isWhole ? "whole number from 1" : "number above 0"}`,
  );
}
