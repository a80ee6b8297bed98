import { type Bars, DAY, HOUR } from "../engine/market/bars.ts";
import { krakenRules, stepsPerUnit } from "../engine/market/pair-rules.ts";
import { exp } from "../engine/math.ts";
import { createRandom, fillNormals, fillUniforms, uniform } from "./random.ts";
import { chanceOfEnd, decay, type MarketPath } from "./synthetic-market.ts";

/**
 * The predictable component of a planted market: a hidden state of +1 or -1 per pair of mean dwell 480 h,
 * which drifts the price by 0.12 of its hourly standard deviation per hour and shifts log-volume by 0.5.
 */
export const PLANTED = { dwell: 480, drift: 0.12, logVolume: 0.5 } as const;

/** All pairs at once, from `after` the start of the data on, as Kraken was in January 2018. */
export const OUTAGE = { after: 300 * DAY + 5 * HOUR, length: 40 * HOUR } as const;

export interface PairModel {
  /** First price, quote currency: about what the pair cost at the start of 2021, or when it was listed. */
  readonly price: number;
  /** Days from the start of the data to the listing. */
  readonly listing: number;
  /** Root mean square of hourly returns. */
  readonly sd: number;
  /** Correlation with the market's factor. */
  readonly loading: number;
  /** Typical trades and base volume of an hour. */
  readonly trades: number;
  readonly volume: number;
}

const model = (
  price: number,
  listing: number,
  sd: number,
  loading: number,
  trades: number,
  volume: number,
): PairModel => ({ price, listing, sd, loading, trades, volume });

// sd and loading after hourly returns of the ten pairs, 2020-09..2022-10
export const PAIR_MODELS: Readonly<Record<string, PairModel>> = {
  BTC: model(28990, 0, 0.0082, 0.93, 1500, 150),
  ETH: model(737, 0, 0.0105, 0.98, 1000, 1500),
  SOL: model(38, 167, 0.0163, 0.77, 160, 3000),
  XRP: model(0.22, 0, 0.0144, 0.76, 300, 400000),
  ADA: model(0.181, 0, 0.0133, 0.85, 250, 300000),
  DOT: model(8.3, 0, 0.0142, 0.88, 150, 20000),
  LINK: model(11.3, 0, 0.0136, 0.9, 60, 8000),
  DOGE: model(0.0047, 0, 0.018, 0.58, 120, 2000000),
  MATIC: model(1.6, 140, 0.0175, 0.77, 40, 100000),
  AVAX: model(118, 354, 0.0175, 0.77, 20, 2000),
};
const SYMBOLS = Object.keys(PAIR_MODELS);

/** A pair's own part of log-volatility: half-life (h), standard deviation, and that of each bar alone. */
const OWN = { halfLife: 90, sd: 0.24, jitter: 0.28 };
/** What centres log-volatility so that `sd` is the root mean square of returns. */
const CENTRE = 0.35;
const VOLUME = { halfLife: 60, sd: 0.45, jitter: 0.22, onVolatility: 1, onReturn: 0.25 };
/** Chance per hour of a flash wick, its least and greatest depth, and the share that points down. */
const FLASH = { chance: 2e-5, least: 0.12, most: 0.45, down: 0.7 };
/** Variance of the path within a bar against that of its end: ranges of real bars are wider than Brownian ones. */
const WICKS = 1.2;
/** Share of bars that open at the previous close: Kraken's. */
const OPEN_AT_CLOSE = 0.22;
/** A price is never below this many ticks. */
const LEAST_TICKS = 20;

const BLOCK = 512;
const NORMALS = 9;
const UNIFORMS = 3;

export interface PairOptions {
  readonly symbol: string;
  readonly seed: number;
  readonly interval: number;
  readonly start: number;
  /** Row of the market at which the pair is listed. */
  readonly listing: number;
  readonly planted: boolean;
}

/**
 * Bars of one pair over the market's path: a bar without trades leaves no row. The price moves on in
 * every row, traded or not; open, close and the extremes of a Brownian bridge between them are rounded to
 * the tick; now and then a wick is a flash crash.
 */
export function pairBars(options: PairOptions, market: MarketPath): Bars {
  const { symbol, seed, interval, start, listing, planted } = options;
  const { price, sd, loading, trades: tradeRate, volume: volumeRate } = PAIR_MODELS[symbol];
  const { tick, half_spread } = krakenRules[symbol];
  const steps = stepsPerUnit(tick);
  const stream = 2 + 3 * SYMBOLS.indexOf(symbol);
  const gaussian = createRandom(seed, stream);
  const flat = createRandom(seed, stream + 1);
  const hidden = createRandom(seed, stream + 2);
  const normals = new Float64Array(NORMALS * BLOCK);
  const uniforms = new Float64Array(UNIFORMS * BLOCK);

  const hours = interval / HOUR;
  const rootHours = Math.sqrt(hours);
  const ownLoading = Math.sqrt(1 - loading * loading);
  const ownDecay = decay(OWN.halfLife, interval);
  const volumeDecay = decay(VOLUME.halfLife, interval);
  const flashChance = FLASH.chance * hours;
  const gap = 4 * half_spread;
  const least = LEAST_TICKS * tick;
  const stateEnd = chanceOfEnd(PLANTED.dwell, interval);
  const outageStart = start + OUTAGE.after;
  const outageEnd = outageStart + OUTAGE.length;
  const rows = market.shock.length;
  const bars = emptyBars(symbol, interval, rows - listing);

  let state = planted ? (uniform(hidden) < 0.5 ? -1 : 1) : 0;
  let own = 0.1;
  let activity = 0.1;
  let value = price;
  let lastClose = 0;
  let n = 0;
  for (let row = listing; row < rows; row++) {
    const inBlock = (row - listing) % BLOCK;
    if (inBlock === 0) {
      fillNormals(gaussian, normals);
      fillUniforms(flat, uniforms);
    }
    if (row === listing) {
      own = normals[0];
      activity = normals[1];
    }
    const z = NORMALS * inBlock;
    const u = UNIFORMS * inBlock;
    if (planted && uniform(hidden) < stateEnd) state = -state;

    own = ownDecay.keep * own + ownDecay.take * normals[z];
    activity = volumeDecay.keep * activity + volumeDecay.take * normals[z + 1];
    const logVolatility = market.logVolatility[row] + OWN.sd * own + OWN.jitter * normals[z + 2] - CENTRE;
    const volatility = exp(logVolatility);
    const hourly = sd * volatility;
    const sigma = hourly * rootHours;
    const shock = loading * market.shock[row] + ownLoading * normals[z + 3];
    const r = sigma * shock + (market.drift[row] + PLANTED.drift * state * hourly) * hours;
    const before = value;
    value *= growth(r);
    if (value < least) value = least;

    const size = Math.abs(shock);
    const logActivity =
      VOLUME.sd * activity +
      VOLUME.jitter * normals[z + 4] +
      VOLUME.onReturn * Math.min(size, 4) +
      PLANTED.logVolume * state;
    const amount = volatility * exp(logActivity) * hours;
    const expected = tradeRate * amount;

    const v = uniforms[u];
    const opensAt = v < OPEN_AT_CLOSE && lastClose > 0 ? lastClose : before * (1 + gap * (v - 0.61));
    const open = roundTo(opensAt, steps);
    const close = roundTo(value, steps);
    // the bridge's extremes are (|x| +- r) / 2 with x^2 = r^2 + sigma^2 E, E exponential of mean 2
    const a = WICKS * sigma * sigma;
    const up = normals[z + 5] * normals[z + 5] + normals[z + 6] * normals[z + 6];
    const down = normals[z + 7] * normals[z + 7] + normals[z + 8] * normals[z + 8];
    let high = before * (1 + 0.5 * (Math.sqrt(r * r + a * up) + r));
    let low = before / (1 + 0.5 * (Math.sqrt(r * r + a * down) - r));
    if (uniforms[u + 1] < flashChance) {
      const share = uniforms[u + 1] / flashChance;
      const depth = FLASH.least + (FLASH.most - FLASH.least) * share;
      if (v < FLASH.down) low *= 1 - depth;
      else high *= 1 + depth;
    }
    high = roundTo(high, steps);
    low = roundTo(low, steps);

    const time = start + row * interval;
    const isOut = time >= outageStart && time + interval <= outageEnd;
    // Poisson: no trade at all in the bar
    const isQuiet = expected < 30 && uniforms[u + 2] < exp(-expected);
    if (isOut || isQuiet) {
      lastClose = 0;
      continue;
    }
    bars.time[n] = time;
    bars.open[n] = open;
    const top = Math.max(open, close);
    const bottom = Math.min(open, close);
    bars.high[n] = Math.max(high, top);
    bars.low[n] = Math.min(low, bottom);
    bars.close[n] = close;
    const volume = roundTo(volumeRate * amount, 1e8);
    bars.volume[n] = volume > 0 ? volume : 1e-8;
    bars.trades[n] = expected > 1 ? Math.floor(expected + 0.5) : 1;
    lastClose = close;
    n++;
  }
  return firstBars(bars, n);
}

/** e^r; for small r the series, whose relative error is below 3e-9. */
const growth = (r: number) =>
  r > -0.05 && r < 0.05 ? 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24)))) : exp(r);

const roundTo = (x: number, steps: number) => Math.floor(x * steps + 0.5) / steps;

function emptyBars(symbol: string, interval: number, rows: number): Bars {
  const column = () => new Float64Array(rows);
  const [time, open, high, low, close, volume, trades] = Array.from({ length: 7 }, column);
  return { symbol, interval, time, open, high, low, close, volume, trades };
}

const firstBars = ({ symbol, interval, ...columns }: Bars, n: number): Bars => ({
  symbol,
  interval,
  time: columns.time.slice(0, n),
  open: columns.open.slice(0, n),
  high: columns.high.slice(0, n),
  low: columns.low.slice(0, n),
  close: columns.close.slice(0, n),
  volume: columns.volume.slice(0, n),
  trades: columns.trades.slice(0, n),
});
