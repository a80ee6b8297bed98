import { defaultConfig } from "./config.ts";
import { drive } from "./drive.ts";
import { FathomError } from "./errors.ts";
import type { Column, Slot, Slots } from "./kernel.ts";
import { BAR_FIELDS, type BarColumns, type Panel } from "./market/bars.ts";
import { createMarket } from "./market-view.ts";
import { createPlan } from "./plan.ts";
import { allIn, BARE_FILL_FIELDS, type BareFillEvents } from "./portfolio/all-in.ts";
import type { Strategy } from "./strategies/strategy.ts";

export interface BareOptions {
  readonly strategy: Strategy;
  /** The pair to trade; the panel's first unless given. */
  readonly symbol?: string;
  /** Proportional fee of every fill, a fraction. */
  readonly fee?: number;
  /** Cash at the start, quote currency. */
  readonly cash?: number;
}

export interface BareResult {
  /** Close of each row, ms UTC. */
  readonly time: Column;
  /** Quote currency. */
  readonly equity: Column;
  /** Whole fills; their rows count from the pair's listing. */
  readonly fills: BareFillEvents;
}

/**
 * One strategy alone on one pair: all in while its desire is above 0, a fixed fee, fills at the next
 * open, no rounding, no limits, no regime, no downtime (portfolio/all-in.ts). It is the form in which
 * people compare engines and look at a raw signal; it is not what the system would have earned. Signals
 * are computed on the panel's own bars.
 */
export function replayBare(panel: Panel, options: BareOptions): BareResult {
  const { strategy, symbol = panel.symbols[0], fee = 0.0026, cash = 100_000 } = options;
  const at = panel.symbols.indexOf(symbol);
  if (at < 0) {
    throw new FathomError(
      "E_SYSTEM_PAIR",
      `bare: ${symbol} is not in the panel, found ${panel.symbols.join(", ")}`,
    );
  }
  const plan = createPlan();
  const time = plan.input("time");
  const bars = Object.fromEntries(BAR_FIELDS.map((f) => [f, plan.input(f)])) as Slots<BarColumns>;
  const pair = { symbol, bars };
  const market = createMarket(plan, defaultConfig(), time, [pair], pair, panel.interval);
  const [desire] = strategy.desires(market);
  const out = plan.add(allIn(cash, fee), { open: bars.open, close: bars.close, desire });

  const columns = panel.pairs[at];
  const run = drive(plan, panel.time.length);
  run.feed(panel.time, time);
  for (const f of BAR_FIELDS) run.feed(columns[f], bars[f]);
  const equity = run.keep(out.equity);
  const fills = run.collect(out.fills as Slot<BareFillEvents>, BARE_FILL_FIELDS);
  run.go();
  return { time: panel.time, equity, fills };
}
