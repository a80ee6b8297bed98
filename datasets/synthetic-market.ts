import { HOUR } from "../engine/market/bars.ts";
import { exp, ln } from "../engine/math.ts";
import { createRandom, fillNormals, fillUniforms } from "./random.ts";

/** A phase of the made market. */
interface Phase {
  readonly name: string;
  /** Mean dwell, h. */
  readonly dwell: number;
  /** Drift of every pair's log-price, per year of 8,760 h. */
  readonly drift: number;
  /** Factor on volatility. */
  readonly level: number;
  /** Chances of the next phase, in the order of PHASES. */
  readonly next: readonly number[];
}

/**
 * Long bull and bear markets, choppy stretches, crashes of days, rebounds after them. Dwells and drifts
 * are set so that maximum drawdowns, the spread of monthly volatility and the shares of the system's
 * regimes lie near those of Bitcoin, 2014-2022 (synthetic.test.ts has the figures).
 */
const PHASES: readonly Phase[] = [
  { name: "bull", dwell: 800, drift: 2, level: 0.75, next: [0, 0.6, 0.15, 0.25, 0] },
  { name: "choppy", dwell: 500, drift: 0, level: 0.8, next: [0.55, 0, 0.3, 0.15, 0] },
  { name: "bear", dwell: 600, drift: -1.2, level: 1, next: [0.15, 0.45, 0, 0.4, 0] },
  { name: "crash", dwell: 50, drift: -32, level: 2.3, next: [0, 0.1, 0.25, 0, 0.65] },
  { name: "rebound", dwell: 80, drift: 10, level: 1.6, next: [0.45, 0.25, 0.3, 0, 0] },
];

const HOURS_A_YEAR = 8760;
/** The shared components of log-volatility: half-life (h) and standard deviation. */
const FAST = { halfLife: 5, sd: 0.27 };
const SLOW = { halfLife: 60, sd: 0.24 };
const LONG = { halfLife: 900, sd: 0.42 };
/** Half-life (h) with which volatility follows a change of phase. */
const TURN = 12;

/** What all pairs share, per row. */
export interface MarketPath {
  /** The return factor: standard normals. */
  readonly shock: Float64Array;
  readonly logVolatility: Float64Array;
  /** Drift of log-prices per hour. */
  readonly drift: Float64Array;
}

/** What stays of a mean-reverting component after one bar, and how much of a standard normal comes in. */
export function decay(halfLife: number, interval: number): { keep: number; take: number } {
  const keep = exp((-Math.LN2 * interval) / HOUR / halfLife);
  return { keep, take: Math.sqrt(1 - keep * keep) };
}

/** Chance that a state of mean `dwell` hours ends within one bar. */
export const chanceOfEnd = (dwell: number, interval: number) => 1 - exp(-interval / HOUR / dwell);

export function marketPath(seed: number, interval: number, rows: number): MarketPath {
  const normals = new Float64Array(4 * rows);
  fillNormals(createRandom(seed, 0), normals);
  const uniforms = new Float64Array(2 * rows);
  fillUniforms(createRandom(seed, 1), uniforms);
  const ends = PHASES.map((p) => chanceOfEnd(p.dwell, interval));
  const levels = PHASES.map((p) => ln(p.level));
  const fastDecay = decay(FAST.halfLife, interval);
  const slowDecay = decay(SLOW.halfLife, interval);
  const longDecay = decay(LONG.halfLife, interval);
  const turn = decay(TURN, interval).keep;
  const shock = new Float64Array(rows);
  const logVolatility = new Float64Array(rows);
  const drift = new Float64Array(rows);
  let phase = 0;
  let level = levels[0];
  let [fast, slow, long] = normals;
  for (let i = 0; i < rows; i++) {
    if (uniforms[2 * i] < ends[phase]) phase = draw(PHASES[phase].next, uniforms[2 * i + 1]);
    fast = fastDecay.keep * fast + fastDecay.take * normals[4 * i];
    slow = slowDecay.keep * slow + slowDecay.take * normals[4 * i + 1];
    long = longDecay.keep * long + longDecay.take * normals[4 * i + 2];
    level = turn * level + (1 - turn) * levels[phase];
    shock[i] = normals[4 * i + 3];
    logVolatility[i] = FAST.sd * fast + SLOW.sd * slow + LONG.sd * long + level;
    drift[i] = PHASES[phase].drift / HOURS_A_YEAR;
  }
  return { shock, logVolatility, drift };
}

function draw(chances: readonly number[], u: number): number {
  let sum = 0;
  for (let k = 0; k < chances.length; k++) {
    sum += chances[k];
    if (u < sum) return k;
  }
  return chances.findLastIndex((c) => c > 0);
}
