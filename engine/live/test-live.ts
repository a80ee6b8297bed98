import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";
import { type EngineConfigInput, engineConfig } from "../config.ts";
import { createInputs } from "../law-inputs.ts";
import { BAR_FIELDS, type BarColumns, HOUR, type Panel } from "../market/bars.ts";
import { QUICK_WINDOWS } from "../quick-config.test-data.ts";
import { createSystem, type System } from "../system.ts";
import { paperBroker } from "./broker.ts";
import type { JournalOps } from "./journal.ts";
import { type LiveOptions, type LiveSummary, runLive } from "./live.ts";
import { giveCommand } from "./operator.ts";
import { type LiveRow, panelRows } from "./row.ts";

const QUICK: EngineConfigInput = {
  ...QUICK_WINDOWS,
  risk: { correlation_window: 24, drawdown: 0.9 },
  execution: { slippage: { impact_days: 2, drift_window: 12 } },
};

const SYMBOLS = ["BTC", "ETH", "XRP"];

/** For tests: a system of three pairs that trades after some ninety rows; `change` lies over its config. */
export const testSystem = (change: EngineConfigInput = {}): System =>
  createSystem({ config: engineConfig.parse({ ...QUICK, ...change }), symbols: SYMBOLS, interval: HOUR });

const make = createInputs(520, 7, "staggered");
const made = { time: make.time(HOUR), pairs: SYMBOLS.map(() => make.bars()) };

/** For tests: the first rows of one made market, at most 520; each pair is listed at a row of its own. */
export function testPanel(rows: number): Panel {
  const pairs = made.pairs.map(
    (bars) => Object.fromEntries(BAR_FIELDS.map((f) => [f, bars[f].values.slice(0, rows)])) as BarColumns,
  );
  return { interval: HOUR, time: made.time.values.slice(0, rows), symbols: SYMBOLS, pairs };
}

/** For tests: the commands that the feed's owner gives before certain rows, in order. */
export type Script = readonly { readonly before: number; readonly command: "halt" | "reset" }[];

export interface TestRun extends Partial<LiveOptions> {
  readonly folder: string;
  readonly rows: number;
  readonly system?: System;
  readonly script?: Script;
}

/** For tests: a live run over the made bars, without waiting for the disk. */
export function testRun({
  rows,
  script = [],
  system = testSystem(),
  ...options
}: TestRun): Promise<LiveSummary> {
  const panel = testPanel(rows);
  const { folder } = options;
  async function* feed(): AsyncGenerator<LiveRow> {
    let i = 0;
    for (const row of panelRows(panel)) {
      script.forEach(({ before, command }, k) => {
        if (before === i && givenTo(folder) === k) giveCommand(folder, command, 0, noSync);
      });
      i++;
      yield row;
    }
  }
  return runLive(system, feed, {
    feed: "made",
    broker: paperBroker(),
    now: () => Date.UTC(2200, 0, 1),
    checkpointEvery: 64,
    ops: noSync,
    ...options,
  });
}

/** How many commands were given to a folder. */
const givenTo = (folder: string): number => {
  const path = join(folder, "operator.json");
  return fs.existsSync(path) ? (JSON.parse(fs.readFileSync(path, "utf8")) as unknown[]).length : 0;
};

/** For tests: file operations that do not wait for the disk. */
export const noSync: JournalOps = { ...fs, fsyncSync: () => {} };

export const journalOf = (folder: string): string => fs.readFileSync(join(folder, "journal.jsonl"), "utf8");

/** For tests: what a run leaves, as length and hash of its files, to be compared to the byte. */
export const endOf = (folder: string) =>
  ["journal.jsonl", "checkpoint.bin"].map((name) => {
    const bytes = fs.readFileSync(join(folder, name));
    return `${name} ${bytes.length} ${createHash("sha256").update(bytes).digest("hex")}`;
  });
