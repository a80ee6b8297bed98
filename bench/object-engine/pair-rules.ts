import type { EngineConfig } from "../../engine/config.ts";
import { HOUR } from "../../engine/market/bars.ts";
import { type Bar, barsIn } from "./bar.ts";
import { Atr, Ema, Highest, Lowest, SchmittTrigger, ZScore } from "./indicators.ts";

type Settings = EngineConfig["strategies"];

const clip = (x: number): number => Math.max(0, Math.min(1, x));

/** A rule that follows one pair on its own. */
export interface PairRule {
  desire: number;
  update(bar: Bar): void;
}

/** TrendFollower in one pair. */
export class TrendRule implements PairRule {
  desire = 0;
  private readonly settings: Settings["trend_follower"];
  private readonly fast: Ema;
  private readonly slow: Ema;
  private readonly inside = new SchmittTrigger();

  constructor(settings: Settings["trend_follower"], interval: number) {
    this.settings = settings;
    this.fast = new Ema(barsIn(settings.fast, interval));
    this.slow = new Ema(barsIn(settings.slow, interval));
  }

  update({ close }: Bar): void {
    const fast = this.fast.update(close);
    const slow = this.slow.update(close);
    this.inside.update(close > slow, close < (1 - this.settings.exit) * slow);
    this.desire = this.inside.on ? clip((fast / slow - 1) / this.settings.full) : 0;
  }
}

/** VolatilitySwing in one pair. */
export class BreakoutRule implements PairRule {
  desire = 0;
  private readonly settings: Settings["volatility_swing"];
  private readonly high: Highest;
  private readonly low: Lowest;
  private readonly fastAtr: Atr;
  private readonly slowAtr: Atr;
  private highSinceEntry = 0;

  constructor(settings: Settings["volatility_swing"], interval: number) {
    this.settings = settings;
    this.high = new Highest(barsIn(settings.breakout, interval));
    this.low = new Lowest(barsIn(settings.breakdown, interval));
    this.fastAtr = new Atr(barsIn(settings.fast_atr, interval));
    this.slowAtr = new Atr(barsIn(settings.slow_atr, interval));
  }

  update(bar: Bar): void {
    const { close } = bar;
    const atr = this.fastAtr.update(bar);
    const expansion = atr / this.slowAtr.update(bar);
    const previousHigh = this.high.value;
    const previousLow = this.low.value;
    if (this.desire > 0) {
      this.highSinceEntry = Math.max(this.highSinceEntry, close);
      if (close < previousLow || close < this.highSinceEntry - this.settings.trail * atr) this.desire = 0;
    } else if (close > previousHigh && expansion >= this.settings.expansion) {
      this.desire = 1;
      this.highSinceEntry = close;
    }
    this.high.update(close);
    this.low.update(close);
  }
}

/** MeanReversion in one pair. */
export class ReversionRule implements PairRule {
  desire = 0;
  private readonly settings: Settings["mean_reversion"];
  private readonly z: ZScore;
  private enteredAt = 0;
  private blocked = false;

  constructor(settings: Settings["mean_reversion"], interval: number) {
    this.settings = settings;
    this.z = new ZScore(barsIn(settings.window, interval));
  }

  update({ time, close }: Bar): void {
    const { entry, floor, target, full, window } = this.settings;
    const z = this.z.update(close);
    if (z >= target) {
      this.desire = 0;
      this.blocked = false;
    } else if (this.desire > 0) {
      const tooLong = time - this.enteredAt >= window * HOUR;
      if (z < floor || tooLong) {
        this.desire = 0;
        this.blocked = true;
      }
    } else if (z < entry && z >= floor && !this.blocked) {
      this.desire = Math.min(1, z / full);
      this.enteredAt = time;
    }
  }
}

/** Recovery in one pair. */
export class ReboundRule implements PairRule {
  desire = 0;
  private readonly settings: Settings["recovery"];
  private readonly ema: Ema;
  private readonly low: Lowest;
  private readonly base: Lowest;
  private inside = false;

  constructor(settings: Settings["recovery"], interval: number) {
    this.settings = settings;
    this.ema = new Ema(barsIn(settings.ema, interval));
    this.low = new Lowest(barsIn(settings.low, interval));
    this.base = new Lowest(barsIn(settings.base, interval));
  }

  update({ close }: Bar): void {
    const ema = this.ema.update(close);
    const previousLow = this.low.value;
    const low = this.low.update(close);
    const base = this.base.update(close);
    if (Number.isNaN(base)) return;
    if (this.inside) this.inside = !(close < previousLow);
    else this.inside = close > ema && close >= (1 + this.settings.rebound) * low;
    this.desire = this.inside ? clip((close / base - 1) / this.settings.full) : 0;
  }
}
