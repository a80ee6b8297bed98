import type { EngineConfig } from "./config.ts";
import { FathomError } from "./errors.ts";
import type { Slot, Slots } from "./kernel.ts";
import { type BarColumns, DAY, HOUR } from "./market/bars.ts";
import { eligibility } from "./market/eligibility.ts";
import type { Plan } from "./plan.ts";
import { addRegime, type OutsideSlots, type RegimeSlots } from "./regime/regime.ts";
import type { Market, PairView } from "./strategies/strategy.ts";

/** One pair's decision bars. */
export interface PairBars {
  readonly symbol: string;
  readonly bars: Slots<BarColumns>;
}

/**
 * The market as strategies see it. Regime and eligibility are wired when first asked for, so that a
 * strategy that runs alone pays only for what it looks at.
 */
export interface MarketView extends Market {
  readonly regimeSlots: RegimeSlots;
}

/**
 * @param pairs those that may be traded. @param interval decision interval, ms.
 * @throws FathomError E_CFG_SPAN, when a part is first asked for, for a span that is no whole number of bars.
 */
export function createMarket(
  plan: Plan,
  config: EngineConfig,
  time: Slot,
  pairs: readonly PairBars[],
  reference: PairBars,
  interval: number,
  outside?: OutsideSlots,
): MarketView {
  const bars = (hours: number, setting = "a span") => wholeBars(hours, interval, setting);
  const view = ({ symbol, bars: columns }: PairBars): PairView => ({
    symbol,
    bars: columns,
    get eligible() {
      const { age, window, present } = config.eligibility;
      const kernel = eligibility(bars(age, "eligibility.age"), bars(window, "eligibility.window"), present);
      return plan.add(kernel, { volume: columns.volume }, symbol).eligible;
    },
  });
  let regime: RegimeSlots | undefined;
  const regimeSlots = (): RegimeSlots => {
    const of = { symbol: reference.symbol, close: reference.bars.close };
    regime ??= addRegime(plan, config.regime, of, outside, bars, interval);
    return regime;
  };
  return {
    plan,
    time,
    pairs: pairs.map(view),
    reference: view(reference),
    get relationBars() {
      return relationBars(config, interval);
    },
    bars,
    get regimeSlots() {
      return regimeSlots();
    },
    get index() {
      return regimeSlots().index;
    },
    get indexPeak() {
      return regimeSlots().indexPeak;
    },
    get gap() {
      return regimeSlots().gap;
    },
    get regime() {
      return regimeSlots().regime;
    },
  };
}

/** Decision bars of the window in which correlation and beta are measured. */
export function relationBars(config: EngineConfig, interval: number): number {
  const { risk } = config;
  return interval >= DAY
    ? wholeBars(24 * risk.correlation_window_daily, interval, "risk.correlation_window_daily")
    : wholeBars(risk.correlation_window, interval, "risk.correlation_window");
}

/** A span in hours as bars. @throws FathomError E_CFG_SPAN when it is not a whole number of them. */
export function wholeBars(hours: number, interval: number, setting: string): number {
  const n = (hours * HOUR) / interval;
  if (Number.isInteger(n) && n >= 1) return n;
  throw new FathomError(
    "E_CFG_SPAN",
    `${setting}: ${hours} h are ${n} decision bars of ${interval / HOUR} h, expected a whole number from 1; choose a multiple of ${interval / HOUR} h`,
    { setting, hours, interval },
  );
}
