import { FathomError } from "../../engine/errors.ts";
import { ln } from "../../engine/math.ts";
import { type Figure, figure, unsupported } from "./figure.ts";
import { momentsOf } from "./performance.ts";

/** What choosing the best of many configurations is worth out of sample; the arrays have one item a split. */
export interface Overfitting {
  /** C(blocks, blocks / 2), or 0 where nothing could be measured. */
  readonly splits: number;
  /** Rows in whole blocks; what is left over at the end is not looked at. */
  readonly rows: number;
  /** PBO: share of splits in which the best in sample ranks in the lower half, or in the middle, out of sample. */
  readonly pbo: Figure;
  /** Share of splits in which the best in sample has a Sharpe ratio below 0 out of sample. */
  readonly lossProbability: Figure;
  /** Least squares of its ratio out of sample on the one in sample: what a point more in sample brings. */
  readonly slope: Figure;
  readonly intercept: Figure;
  readonly meanLogit: Figure;
  /** The configuration that is best in sample. */
  readonly best: Int32Array;
  /** Its rank out of sample, 1 = worst; ties share the average. */
  readonly rank: Float64Array;
  /** ln(w / (1 - w)), w = rank / (N + 1). */
  readonly logit: Float64Array;
  /** Its Sharpe ratios per period. */
  readonly inSample: Float64Array;
  readonly outOfSample: Float64Array;
}

/** C(20, 10) = 184,756 splits are a matter of seconds, C(24, 12) of minutes. */
const MOST_BLOCKS = 20;

/**
 * The probability of backtest overfitting by combinatorially symmetric cross-validation (Bailey, Borwein, Lopez de Prado and
 * Zhu 2015): time is cut into blocks, every half of them is once in sample and the other half out of sample, in lexicographic order.
 * Ties in sample go to the first configuration. Without skill it is 0.5 on average, but one matrix scatters by 0.1 to 0.25.
 * A configuration that does not move in a half (it never traded there) counts with a ratio of 0 there.
 *
 * @param configs Returns per period of ALL configurations that were tried, all over the same rows.
 * @param blocks Even, 2 to 20.
 * @throws FathomError E_METRIC_INPUT where blocks or lengths are wrong.
 */
export function overfitting(configs: readonly ArrayLike<number>[], blocks = 16): Overfitting {
  if (!(Number.isInteger(blocks / 2) && blocks >= 2 && blocks <= MOST_BLOCKS)) {
    throw new FathomError(
      "E_METRIC_INPUT",
      `overfitting: blocks must be an even number from 2 to ${MOST_BLOCKS}, found ${blocks}`,
      { blocks },
    );
  }
  const length = configs.length === 0 ? 0 : configs[0].length;
  const other = configs.findIndex((returns) => returns.length !== length);
  if (other >= 0) {
    throw new FathomError(
      "E_METRIC_INPUT",
      `overfitting: configuration ${other} has ${configs[other].length} returns, expected ${length} as configuration 0 has`,
      { config: other, found: configs[other].length, expected: length },
    );
  }
  if (configs.length < 2) return unmeasured("fewer than 2 configurations: nothing was chosen");
  const size = Math.floor(length / blocks);
  if (size * blocks < 4) return unmeasured(`${length} rows are too few for ${blocks} blocks`);
  const sums = sumsOf(configs, blocks, size);
  const broken = sums.mean.findIndex((mean) => !Number.isFinite(mean));
  if (broken >= 0) return unmeasured(`a return of configuration ${broken} is not finite`);
  return resultOf(splitAll(sums), configs.length, size * blocks);
}

function unmeasured(why: string): Overfitting {
  const none = unsupported(why);
  const empty = new Float64Array(0);
  return {
    ...{
      splits: 0,
      rows: 0,
      pbo: none,
      lossProbability: none,
      slope: none,
      intercept: none,
      meanLogit: none,
    },
    ...{ best: new Int32Array(0), rank: empty, logit: empty, inSample: empty, outOfSample: empty },
  };
}

/** Of each block, sums over its rows: of r - mean and of its square, configuration by configuration. */
interface BlockSums {
  /** Rows of half of the blocks. */
  readonly half: number;
  /** Of each configuration over all blocks: taken off, so that squares do not drown in it. */
  readonly mean: Float64Array;
  readonly first: readonly Float64Array[];
  readonly second: readonly Float64Array[];
}

function sumsOf(configs: readonly ArrayLike<number>[], blocks: number, size: number): BlockSums {
  const table = () => Array.from({ length: blocks }, () => new Float64Array(configs.length));
  const [first, second] = [table(), table()];
  const mean = new Float64Array(configs.length);
  for (let c = 0; c < configs.length; c++) {
    const returns = configs[c];
    let sum = 0;
    for (let t = 0; t < blocks * size; t++) sum += returns[t];
    mean[c] = sum / (blocks * size);
    for (let b = 0; b < blocks; b++) {
      let s1 = 0;
      let s2 = 0;
      for (let t = b * size; t < (b + 1) * size; t++) {
        const d = returns[t] - mean[c];
        s1 += d;
        s2 += d * d;
      }
      first[b][c] = s1;
      second[b][c] = s2;
    }
  }
  return { half: (blocks / 2) * size, mean, first, second };
}

type Splits = Pick<Overfitting, "best" | "rank" | "inSample" | "outOfSample">;

/**
 * Walks the tree of "block b is in sample, or not" depth first, each level adding one block to one side, which visits halves
 * in lexicographic order. The complement of the k-th of C halves is the (C - 1 - k)-th, so the halves that hold
 * block 0 are enough: their sums, swapped, are the others'.
 */
function splitAll({ half, mean, first, second }: BlockSums): Splits {
  const n = mean.length;
  const side = first.length / 2;
  const splits = halvesOf(first.length);
  const found: Splits = {
    best: new Int32Array(splits),
    rank: new Float64Array(splits),
    inSample: new Float64Array(splits),
    outOfSample: new Float64Array(splits),
  };
  // sums of the blocks taken so far, one pair of arrays for each number of blocks
  const stack = () => Array.from({ length: side + 1 }, () => [new Float64Array(n), new Float64Array(n)]);
  const [taken, left] = [stack(), stack()];
  const a = new Float64Array(n);
  const b = new Float64Array(n);
  let k = 0;

  const walk = (block: number, isIn: number, isOut: number): void => {
    if (isIn + isOut === 2 * side) {
      ratios(taken[side], mean, half, a);
      ratios(left[side], mean, half, b);
      choose(found, k, a, b);
      choose(found, splits - 1 - k, b, a);
      k++;
      return;
    }
    if (isIn < side) {
      addBlock(taken[isIn], first[block], second[block], taken[isIn + 1]);
      walk(block + 1, isIn + 1, isOut);
    }
    if (isOut < side && block > 0) {
      addBlock(left[isOut], first[block], second[block], left[isOut + 1]);
      walk(block + 1, isIn, isOut + 1);
    }
  };
  walk(0, 0, 0);
  return found;
}

/** C(blocks, blocks / 2). */
function halvesOf(blocks: number): number {
  let count = 1;
  for (let k = 1; k <= blocks / 2; k++) count = (count * (blocks / 2 + k)) / k;
  return count;
}

function addBlock(
  [from1, from2]: readonly Float64Array[],
  first: Float64Array,
  second: Float64Array,
  [to1, to2]: readonly Float64Array[],
): void {
  for (let c = 0; c < to1.length; c++) {
    to1[c] = from1[c] + first[c];
    to2[c] = from2[c] + second[c];
  }
}

/** Of the mean square: less is the rounding of sums over a half in which nothing moves. */
const ROUNDING = 1e-9;

function ratios(
  [sum, squares]: readonly Float64Array[],
  mean: Float64Array,
  n: number,
  out: Float64Array,
): void {
  for (let c = 0; c < out.length; c++) {
    const s = sum[c] / n;
    const variance = squares[c] - s * sum[c];
    out[c] = variance > ROUNDING * squares[c] ? (mean[c] + s) / Math.sqrt(variance / (n - 1)) : 0;
  }
}

function choose(found: Splits, split: number, inSample: Float64Array, outOfSample: Float64Array): void {
  let best = 0;
  for (let c = 1; c < inSample.length; c++) if (inSample[c] > inSample[best]) best = c;
  const of = outOfSample[best];
  let twice = 1; // rank = 1 + those below + half of the others that are equal
  for (let c = 0; c < outOfSample.length; c++)
    twice += outOfSample[c] < of ? 2 : outOfSample[c] === of ? 1 : 0;
  found.best[split] = best;
  found.rank[split] = twice / 2;
  found.inSample[split] = inSample[best];
  found.outOfSample[split] = of;
}

function resultOf(found: Splits, configs: number, rows: number): Overfitting {
  const { rank, inSample, outOfSample } = found;
  const splits = rank.length;
  const logit = rank.map((r) => ln(r / (configs + 1 - r)));
  const x = momentsOf(inSample);
  const y = momentsOf(outOfSample);
  let lower = 0;
  let losses = 0;
  let product = 0;
  for (let k = 0; k < splits; k++) {
    if (2 * rank[k] <= configs + 1) lower++;
    if (outOfSample[k] < 0) losses++;
    product += (inSample[k] - x.mean) * (outOfSample[k] - y.mean);
  }
  const why = "the best in sample has the same Sharpe ratio in every split";
  const slope = x.constant ? unsupported(why) : figure(product / (splits * x.m2), why);
  return {
    ...found,
    splits,
    rows,
    logit,
    pbo: { value: lower / splits },
    lossProbability: { value: losses / splits },
    slope,
    intercept: slope.value === null ? slope : figure(y.mean - slope.value * x.mean, why),
    meanLogit: figure(momentsOf(logit).mean, "no split"),
  };
}
