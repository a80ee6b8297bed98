import type { Bar } from "./bar.ts";

/** The last `length` values, oldest first. */
export class SlidingWindow<T> {
  readonly length: number;
  values: T[] = [];

  constructor(length: number) {
    this.length = length;
  }

  get full(): boolean {
    return this.values.length === this.length;
  }

  /** Adds a value and returns the one that fell out, if any. */
  push(value: T): T | undefined {
    this.values.push(value);
    return this.values.length > this.length ? this.values.shift() : undefined;
  }
}

/** Exponential average, seeded with the mean of its first `length` values. */
export class Ema {
  value = Number.NaN;
  private readonly length: number;
  private readonly weight: number;
  private sum = 0;
  private count = 0;

  /** @param weight of a new value; the usual 2 / (length + 1) unless given. */
  constructor(length: number, weight = 2 / (length + 1)) {
    this.length = length;
    this.weight = weight;
  }

  update(x: number): number {
    this.count++;
    if (this.count <= this.length) {
      this.sum += x;
      if (this.count === this.length) this.value = this.sum / this.length;
    } else {
      this.value += this.weight * (x - this.value);
    }
    return this.value;
  }
}

/** Wilder's average true range, seeded with the mean of its first `length` true ranges. */
export class Atr {
  private readonly average: Ema;
  private previousClose = Number.NaN;

  constructor(length: number) {
    this.average = new Ema(length, 1 / length);
  }

  get value(): number {
    return this.average.value;
  }

  update(bar: Bar): number {
    if (!Number.isNaN(this.previousClose)) {
      const high = Math.max(bar.high, this.previousClose);
      const low = Math.min(bar.low, this.previousClose);
      this.average.update(high - low);
    }
    this.previousClose = bar.close;
    return this.value;
  }
}

/** Greatest (or, negated, least) of the last `length` values; NaN until there are so many. */
export class Highest {
  private readonly window: SlidingWindow<number>;
  private extreme = Number.NEGATIVE_INFINITY;

  constructor(length: number) {
    this.window = new SlidingWindow(length);
  }

  get value(): number {
    return this.window.full ? this.extreme : Number.NaN;
  }

  update(x: number): number {
    const left = this.window.push(x);
    if (left === this.extreme) this.extreme = Math.max(...this.window.values);
    else if (x > this.extreme) this.extreme = x;
    return this.value;
  }
}

export class Lowest {
  private readonly highest: Highest;

  constructor(length: number) {
    this.highest = new Highest(length);
  }

  get value(): number {
    return -this.highest.value;
  }

  update(x: number): number {
    this.highest.update(-x);
    return this.value;
  }
}

/** (x - mean) / standard deviation (ddof 1) of the last `length` values; 0 where they are all equal. */
export class ZScore {
  value = Number.NaN;
  private readonly window: SlidingWindow<number>;

  constructor(length: number) {
    this.window = new SlidingWindow(length);
  }

  update(x: number): number {
    this.window.push(x);
    if (!this.window.full) return this.value;
    const { values } = this.window;
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const squares = values.reduce((sum, v) => sum + (v - mean) * (v - mean), 0);
    const deviation = Math.sqrt(squares / (values.length - 1));
    this.value = deviation > 1e-12 * Math.abs(mean) ? (x - mean) / deviation : 0;
    return this.value;
  }
}

/** Simple returns of successive values; NaN for the first. */
export class Returns {
  private previous = Number.NaN;

  update(x: number): number {
    const r = x / this.previous - 1;
    this.previous = x;
    return r;
  }
}

/** Standard deviation (ddof 1) of the last `length` values. NaN is not a value. */
export class Deviation {
  private readonly window: SlidingWindow<number>;
  private sum = 0;
  private squares = 0;

  constructor(length: number) {
    this.window = new SlidingWindow(length);
  }

  get value(): number {
    if (!this.window.full) return Number.NaN;
    const n = this.window.length;
    return Math.sqrt(Math.max(0, (this.squares - (this.sum * this.sum) / n) / (n - 1)));
  }

  update(x: number): number {
    if (Number.isNaN(x)) return this.value;
    const left = this.window.push(x) ?? 0;
    this.sum += x - left;
    this.squares += x * x - left * left;
    return this.value;
  }
}

/** Slope of y on x over the last `length` pairs: covariance / variance of x. Pairs with NaN do not count. */
export class Beta {
  private readonly window: SlidingWindow<{ x: number; y: number }>;
  private sumX = 0;
  private sumY = 0;
  private sumXX = 0;
  private sumXY = 0;

  constructor(length: number) {
    this.window = new SlidingWindow(length);
  }

  get value(): number {
    if (!this.window.full) return Number.NaN;
    const n = this.window.length;
    const variance = this.sumXX - (this.sumX * this.sumX) / n;
    return variance > 0 ? (this.sumXY - (this.sumX * this.sumY) / n) / variance : 0;
  }

  update(x: number, y: number): number {
    if (Number.isNaN(x) || Number.isNaN(y)) return this.value;
    const left = this.window.push({ x, y }) ?? { x: 0, y: 0 };
    this.sumX += x - left.x;
    this.sumY += y - left.y;
    this.sumXX += x * x - left.x * left.x;
    this.sumXY += x * y - left.x * left.y;
    return this.value;
  }
}

/** Switches on and off at two conditions and remembers in between. */
export class SchmittTrigger {
  on = false;

  update(turnsOn: boolean, turnsOff: boolean): boolean {
    if (this.on ? turnsOff : turnsOn) this.on = !this.on;
    return this.on;
  }
}
