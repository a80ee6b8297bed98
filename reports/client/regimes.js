// @ts-check

/**
 * Stretches of one regime: `from` and `to` are times, `to` the start of the next stretch. Rows without a
 * regime belong to none.
 * @typedef {{ from: number, to: number, regime: number }} Stretch
 */

/**
 * @param {ArrayLike<number>} times
 * @param {ArrayLike<number> | undefined} codes
 * @returns {Stretch[]}
 */
export function regimeStretches(times, codes) {
  /** @type {Stretch[]} */
  const stretches = [];
  if (codes === undefined) return stretches;
  for (let i = 0; i < times.length; ) {
    let end = i + 1;
    while (end < times.length && codes[end] === codes[i]) end++;
    const to = end < times.length ? times[end] : times[times.length - 1];
    if (codes[i] >= 0) stretches.push({ from: times[i], to, regime: codes[i] });
    // a NaN is not equal to itself: such rows are passed one by one
    i = end;
  }
  return stretches;
}

/**
 * The regimes between two times in order, each once. @param {readonly Stretch[]} stretches @param {number} min
 * @param {number} max
 */
export function regimesBetween(stretches, min, max) {
  const met = stretches.filter(({ from, to }) => to > min && from < max);
  return [...new Set(met.map(({ regime }) => regime))];
}

/**
 * Paints the stretches between two times; `x` turns a time into pixels.
 * @param {CanvasRenderingContext2D} ctx
 * @param {readonly Stretch[]} stretches
 * @param {{ min: number, max: number, top: number, height: number, alpha: number }} box
 * @param {(time: number) => number} x
 * @param {readonly string[]} colors
 */
export function paintRegimes(ctx, stretches, { min, max, top, height, alpha }, x, colors) {
  ctx.save();
  ctx.globalAlpha = alpha;
  for (const { from, to, regime } of stretches) {
    if (to <= min || from >= max || colors[regime] === undefined) continue;
    const left = x(Math.max(from, min));
    ctx.fillStyle = colors[regime];
    ctx.fillRect(left, top, x(Math.min(to, max)) - left, height);
  }
  ctx.restore();
}
