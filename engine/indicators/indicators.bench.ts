import type { AnyKernel, Column } from "../kernel.ts";
import { BLOCK_ROWS } from "../session.ts";
import { adx } from "./adx.ts";
import { atr } from "./atr.ts";
import { bollinger } from "./bollinger.ts";
import { closeToClose } from "./close-to-close.ts";
import { donchian } from "./donchian.ts";
import { ema } from "./ema.ts";
import { garmanKlass } from "./garman-klass.ts";
import { macd } from "./macd.ts";
import { parkinson } from "./parkinson.ts";
import { returnStd } from "./return-std.ts";
import { roc } from "./roc.ts";
import { rogersSatchell } from "./rogers-satchell.ts";
import { rollingBeta } from "./rolling-beta.ts";
import { returnCorrelation, rollingCorrelation } from "./rolling-correlation.ts";
import { rollingMax, rollingMin } from "./rolling-extreme.ts";
import { rollingMedian } from "./rolling-median.ts";
import { rollingStd } from "./rolling-std.ts";
import { rsi } from "./rsi.ts";
import { sma } from "./sma.ts";
import { randomBars } from "./test-oracles.ts";
import { wilder } from "./wilder.ts";
import { yangZhang } from "./yang-zhang.ts";
import { zScore } from "./z-score.ts";

/** One kernel ready to be timed: time(run(rows)) / rows is its cost a row. */
export interface IndicatorBench {
  readonly name: string;
  /** Advances over the next `rows` rows (rounded up to whole blocks) of a random walk that repeats. */
  run(rows: number): void;
}

const BLOCKS = 16;

const KERNELS: readonly (() => AnyKernel)[] = [
  () => ema(48),
  () => wilder(14),
  () => atr(24),
  () => rsi(14),
  () => macd(12, 26, 9),
  () => adx(14),
  () => sma(24),
  () => roc(24),
  ...[24, 48, 168, 720].flatMap((n) => [() => rollingMax(n), () => rollingMin(n)]),
  () => donchian(20),
  () => rollingMedian(24),
  () => zScore(72),
  () => rollingStd(24),
  () => rollingStd(720),
  () => bollinger(20, 2),
  () => returnStd(24),
  () => returnStd(720),
  () => rollingBeta(72),
  () => rollingBeta(720),
  () => rollingCorrelation(720),
  () => returnCorrelation(720),
  () => closeToClose(24),
  () => parkinson(24),
  () => garmanKlass(24),
  () => rogersSatchell(24),
  () => yangZhang(24),
];

/** Every indicator over blocks of seeded bars, few enough to stay near the processor as a session's buffers do. */
export function indicatorBenches(): IndicatorBench[] {
  const first = blocksOf(randomBars(BLOCKS * BLOCK_ROWS, 1));
  const second = blocksOf(randomBars(BLOCKS * BLOCK_ROWS, 2));
  // one literal, so that all blocks are of one hidden class, as a session's record is always the same one
  const inputs = first.map(({ open, high, low, close }, k) => ({
    open,
    high,
    low,
    close,
    x: close,
    y: second[k].close,
  }));
  return KERNELS.map((make) => {
    const kernel = make();
    const state = kernel.init();
    const writes = kernel.writes as Record<string, string>;
    const out = Object.fromEntries(Object.keys(writes).map((k) => [k, new Float64Array(BLOCK_ROWS)]));
    let block = 0;
    return {
      name: `${kernel.name} ${Object.values(kernel.params).join(" ")}`,
      run(rows) {
        for (let done = 0; done < rows; done += BLOCK_ROWS) {
          kernel.advance(state, inputs[block], out, BLOCK_ROWS);
          block = (block + 1) % BLOCKS;
        }
      },
    };
  });
}

function blocksOf(bars: Readonly<Record<string, Column>>): Readonly<Record<string, Column>>[] {
  return Array.from({ length: BLOCKS }, (_, b) =>
    Object.fromEntries(
      Object.entries(bars).map(([k, c]) => [k, c.slice(b * BLOCK_ROWS, (b + 1) * BLOCK_ROWS)]),
    ),
  );
}
