import type { EngineConfig } from "../../engine/config.ts";
import { DAY, HOUR } from "../../engine/market/bars.ts";
import { barsIn } from "./bar.ts";
import { Ema, Highest, SchmittTrigger, SlidingWindow } from "./indicators.ts";

export const REGIMES = ["RISK_ON", "NEUTRAL", "RISK_OFF", "PANIC"] as const;
const [RISK_ON, NEUTRAL, RISK_OFF, PANIC] = [0, 1, 2, 3];

type RegimeConfig = EngineConfig["regime"];

/** Volatility index in VIX points from the reference's closes. */
export class VolatilityIndex {
  private readonly closes: SlidingWindow<number>;
  private readonly average: Ema;
  private readonly factor: number;
  private readonly perYear: number;

  constructor(config: RegimeConfig["index"], interval: number) {
    this.closes = new SlidingWindow(barsIn(config.return_hours, interval));
    const weight = 1 - 0.5 ** (interval / (config.half_life * HOUR));
    this.average = new Ema(barsIn(config.seed, interval), weight);
    this.factor = 100 * config.scale;
    this.perYear = (365 * 24) / config.return_hours;
  }

  update(close: number): number {
    const before = this.closes.push(close);
    if (before === undefined) return Number.NaN;
    const r = close / before - 1;
    return this.factor * Math.sqrt(this.perYear * this.average.update(r * r));
  }
}

const QUANTILES = [
  [0, 9],
  [0.627, 20],
  [0.914, 30],
  [0.974, 40],
  [1, 80],
];

/** Maps a value by its rank among its trailing three years, once there is one. */
export class QuantileMap {
  private readonly window: SlidingWindow<number>;
  private readonly least: number;
  private readonly sorted: number[] = [];

  constructor(interval: number) {
    this.window = new SlidingWindow((3 * 365 * DAY) / interval);
    this.least = (365 * DAY) / interval;
  }

  update(x: number): number {
    if (Number.isNaN(x)) return x;
    const left = this.window.push(x);
    if (left !== undefined) this.sorted.splice(this.below(left), 1);
    const rank = this.below(x);
    this.sorted.splice(rank, 0, x);
    if (this.sorted.length < this.least) return Number.NaN;
    const q = rank / (this.sorted.length - 1);
    let k = 1;
    while (k < QUANTILES.length - 1 && q > QUANTILES[k][0]) k++;
    const [[q0, v0], [q1, v1]] = [QUANTILES[k - 1], QUANTILES[k]];
    return v0 + ((v1 - v0) * (q - q0)) / (q1 - q0);
  }

  /** How many values are below x. */
  private below(x: number): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sorted[middle] < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const clip = (x: number): number => Math.max(0, Math.min(1, x));

/** Regime, confidence and recovery phase, updated at each close of the reference. */
export class RegimeClassifier {
  regime = Number.NaN;
  confidence = Number.NaN;
  inRecovery = false;
  /** Highest index of the present PANIC, NaN outside. */
  panicPeak = Number.NaN;
  private readonly config: RegimeConfig;
  private readonly levels = [new SchmittTrigger(), new SchmittTrigger(), new SchmittTrigger()];
  private readonly up = new SchmittTrigger();
  private readonly down = new SchmittTrigger();
  private readonly fast: Ema;
  private readonly slow: Ema;
  private readonly highest: Highest;
  private since = Number.NaN;
  private leftStressAt = Number.NEGATIVE_INFINITY;
  private panicHigh = Number.NaN;

  constructor(config: RegimeConfig, interval: number) {
    this.config = config;
    this.fast = new Ema(barsIn(config.trend.fast, interval));
    this.slow = new Ema(barsIn(config.trend.slow, interval));
    this.highest = new Highest(barsIn(config.decline_window, interval));
  }

  update(time: number, close: number, index: number): void {
    const { levels, release, trend } = this.config;
    const bounds = [levels.risk_on, levels.risk_off, levels.panic];
    bounds.forEach((level, k) => {
      this.levels[k].update(index > level, index < release * level);
    });
    const gap = this.fast.update(close) / this.slow.update(close) - 1;
    this.up.update(gap > trend.beyond, gap < trend.inside);
    this.down.update(gap < -trend.beyond, gap > -trend.inside);
    const high = this.highest.update(close);
    if (Number.isNaN(index) || Number.isNaN(gap) || Number.isNaN(high)) return;

    const distance = Math.min(...bounds.map((level) => Math.abs(index - level)));
    const fromTrend = Math.abs(Math.abs(gap) - trend.beyond);
    this.confidence = Math.min(clip(distance / 5), clip(fromTrend / trend.beyond));

    if (this.regime === PANIC) this.panicHigh = Math.max(this.panicHigh, close);
    this.move(time, this.firstMatch(close, index, high), high);
    this.panicPeak = this.regime === PANIC ? Math.max(index, this.panicPeak || index) : Number.NaN;
    const stressed = this.regime === RISK_OFF || this.regime === PANIC;
    this.inRecovery = !stressed && time - this.leftStressAt < this.config.recovery * DAY;
  }

  private firstMatch(close: number, index: number, high: number): number {
    const { decline, panic_hold, release, levels } = this.config;
    const [above20, above30, above40] = this.levels;
    const panicHolds =
      this.regime === PANIC && index >= release * levels.panic && close <= (1 - panic_hold) * this.panicHigh;
    if (panicHolds || (above40.on && close <= (1 - decline) * high)) return PANIC;
    if (above30.on || this.down.on) return RISK_OFF;
    if (!above20.on && this.up.on) return RISK_ON;
    return NEUTRAL;
  }

  private move(time: number, next: number, high: number): void {
    if (next === this.regime) return;
    const young = time - this.since < this.config.dwell * HOUR;
    if (young && next !== PANIC) return;
    const leavesStress = this.regime >= RISK_OFF && next < RISK_OFF;
    if (leavesStress) this.leftStressAt = time;
    if (next === PANIC) this.panicHigh = high;
    this.regime = next;
    this.since = time;
  }
}
