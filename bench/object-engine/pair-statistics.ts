import type { EngineConfig } from "../../engine/config.ts";
import { DAY } from "../../engine/market/bars.ts";
import { type Bar, barsIn } from "./bar.ts";
import { Deviation, Returns, SlidingWindow } from "./indicators.ts";

const DAYS = 30;

/** What risk and execution know of one pair: eligibility, deviations, daily volume, recent returns. */
export class PairStatistics {
  eligible = false;
  /** Simple returns of the last bars, NaN where the bar had no volume. */
  readonly tradedReturns: SlidingWindow<number>;
  private readonly config: EngineConfig;
  private readonly interval: number;
  private readonly presence: SlidingWindow<boolean>;
  private readonly age: number;
  private readonly returns = new Returns();
  private readonly barDeviation: Deviation;
  private readonly dailyReturns = new Returns();
  private readonly dayDeviation = new Deviation(DAYS);
  private readonly dayVolumes = new SlidingWindow<number>(DAYS);
  private barsSeen = 0;
  private present = 0;
  private barsToday = 0;
  private volumeToday = 0;

  constructor(config: EngineConfig, interval: number) {
    this.config = config;
    this.interval = interval;
    this.age = barsIn(config.eligibility.age, interval);
    this.presence = new SlidingWindow(barsIn(config.eligibility.window, interval));
    this.tradedReturns = new SlidingWindow(correlationBars(config, interval));
    this.barDeviation = new Deviation(barsIn(240, interval));
  }

  /** Standard deviation of the bars' returns over 240 h. */
  get deviation(): number {
    return this.barDeviation.value;
  }

  /** Standard deviation of the last 30 complete UTC days' returns. */
  get dailyDeviation(): number {
    return this.dayDeviation.value;
  }

  /** Median base volume of the last 30 complete UTC days, on the venue traded. */
  get dailyVolume(): number {
    if (!this.dayVolumes.full) return Number.NaN;
    const sorted = [...this.dayVolumes.values].sort((a, b) => a - b);
    const median = (sorted[DAYS / 2 - 1] + sorted[DAYS / 2]) / 2;
    return median * this.config.execution.volume_scale;
  }

  update(bar: Bar): void {
    const traded = bar.volume > 0;
    const r = this.returns.update(bar.close);
    this.barDeviation.update(r);
    this.tradedReturns.push(traded ? r : Number.NaN);
    this.barsSeen++;
    const left = this.presence.push(traded);
    this.present += Number(traded) - Number(left ?? false);
    const { present } = this.config.eligibility;
    this.eligible =
      this.barsSeen >= this.age && this.presence.full && this.present >= present * this.presence.length;
    this.updateDay(bar);
  }

  private updateDay(bar: Bar): void {
    this.barsToday++;
    this.volumeToday += bar.volume;
    if (bar.time % DAY !== 0) return;
    const complete = this.barsToday === DAY / this.interval;
    if (complete) {
      this.dayVolumes.push(this.volumeToday);
      this.dayDeviation.update(this.dailyReturns.update(bar.close));
    }
    this.barsToday = 0;
    this.volumeToday = 0;
  }
}

/** Bars in the windows of correlation and beta. */
export function correlationBars(config: EngineConfig, interval: number): number {
  const { correlation_window, correlation_window_daily } = config.risk;
  return interval === DAY ? correlation_window_daily : barsIn(correlation_window, interval);
}

/** Pearson's correlation of the bars that have volume in both pairs, and their share of the window. */
export function correlationBetween(
  a: PairStatistics,
  b: PairStatistics,
): { correlation: number; present: number } {
  const { values: as, length } = a.tradedReturns;
  const { values: bs } = b.tradedReturns;
  const both: { x: number; y: number }[] = [];
  for (let back = Math.min(as.length, bs.length); back >= 1; back--) {
    const x = as[as.length - back];
    const y = bs[bs.length - back];
    if (!Number.isNaN(x) && !Number.isNaN(y)) both.push({ x, y });
  }
  const meanX = both.reduce((sum, p) => sum + p.x, 0) / both.length;
  const meanY = both.reduce((sum, p) => sum + p.y, 0) / both.length;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (const { x, y } of both) {
    xx += (x - meanX) * (x - meanX);
    yy += (y - meanY) * (y - meanY);
    xy += (x - meanX) * (y - meanY);
  }
  const correlation = xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
  return { correlation, present: both.length / length };
}
