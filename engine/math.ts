/**
 * Natural logarithm and exponential from + - * / and integer bit operations alone: the decision path
 * must give the same bits on every engine, and the standard leaves Math.log and Math.exp to the engine.
 * Both stay within 1 ulp of Math's (math.test.ts).
 */

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer); // little-endian, as on every platform that Node supports

const LN2_HIGH = 0.6931471803691238; // the 33 leading bits of ln 2: k * LN2_HIGH is exact
const LN2_LOW = 1.9082149292705877e-10;
const SQRT2_MANTISSA = 0x6a09e; // leading mantissa bits of sqrt 2

/** ln x. NaN below 0, -Infinity at 0. */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  let k = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984; // 2^54 lifts a subnormal
    k = -54;
  }
  bits[0] = x;
  const high = words[1];
  k += (high >>> 20) - 1023;
  const mantissa = high & 0xfffff;
  // m in [sqrt(1/2), sqrt 2)
  if (mantissa >= SQRT2_MANTISSA) {
    k += 1;
    words[1] = mantissa | 0x3fe00000;
  } else {
    words[1] = mantissa | 0x3ff00000;
  }
  const f = bits[0] - 1;
  const s = f / (2 + f);
  const z = s * s;
  // ln(1 + f) = 2 atanh s = f - f^2/2 + s (f^2/2 + R), R = 2/3 s^2 + 2/5 s^4 + ...
  const R =
    z *
    (2 / 3 +
      z *
        (2 / 5 +
          z *
            (2 / 7 +
              z *
                (2 / 9 +
                  z * (2 / 11 + z * (2 / 13 + z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + (z * 2) / 21)))))))));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + R) + k * LN2_LOW) - f);
}

const INVERSE_LN2 = 1 / Math.LN2;

/** e^x. 0 below -745.2, Infinity above 709.8. */
export function exp(x: number): number {
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  if (x !== x) return x;
  const k = Math.floor(x * INVERSE_LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  // Taylor from r^2/2 on; |r| <= 0.3466, the first term left out is below 1e-18
  const P =
    1 / 2 +
    r *
      (1 / 6 +
        r *
          (1 / 24 +
            r *
              (1 / 120 +
                r *
                  (1 / 720 +
                    r *
                      (1 / 5040 +
                        r *
                          (1 / 40320 +
                            r *
                              (1 / 362880 +
                                r *
                                  (1 / 3628800 +
                                    r * (1 / 39916800 + r * (1 / 479001600 + r / 6227020800))))))))));
  const y = 1 + (r * r * P - low + high);
  // 2^k in two halves, so that subnormal results are reached without overflow of the exponent field
  const k1 = k >> 1;
  return y * powerOfTwo(k1) * powerOfTwo(k - k1);
}

function powerOfTwo(k: number): number {
  words[0] = 0;
  words[1] = (k + 1023) << 20;
  return bits[0];
}
