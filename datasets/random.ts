/**
 * Seeded random numbers from 32-bit integer operations, so that a seed gives the same bytes on every
 * engine: xoshiro128** (Blackman and Vigna 2018), seeded by murmur3's finaliser over a Weyl sequence.
 */
import { exp, ln } from "../engine/math.ts";

/** The generator's four words. */
export interface Random {
  readonly words: Int32Array;
}

/** A stream of its own for every (seed, stream). Both are whole numbers; their lower 32 bits count. */
export function createRandom(seed: number, stream = 0): Random {
  const words = new Int32Array(4);
  const start = mix(mix(seed | 0) ^ Math.imul(stream + 1, 0x9e3779b9));
  for (let i = 0; i < 4; i++) words[i] = mix((start + Math.imul(i + 1, 0x9e3779b9)) | 0);
  if ((words[0] | words[1] | words[2] | words[3]) === 0) words[0] = 1;
  return { words };
}

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Fills `out` with the next values, each uniform in (0, 1): the middles of 2^32 equal cells. */
export function fillUniforms({ words }: Random, out: Float64Array): void {
  let a = words[0];
  let b = words[1];
  let c = words[2];
  let d = words[3];
  for (let i = 0; i < out.length; i++) {
    const b5 = Math.imul(b, 5);
    out[i] = ((Math.imul((b5 << 7) | (b5 >>> 25), 9) >>> 0) + 0.5) * UNIT_32;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
  }
  words[0] = a;
  words[1] = b;
  words[2] = c;
  words[3] = d;
}

const UNIT_32 = 1 / 4294967296;
const UNIT_24 = 1 / 16777216;

// Doornik's ziggurat (2005): 128 layers of area V under exp(-x^2 / 2), the lowest one from R to infinity.
const LAYERS = 128;
const R = 3.442619855899;
const V = 9.91256303526217e-3;
const edges = new Float64Array(LAYERS + 1);
const inner = new Float64Array(LAYERS);
edges[0] = V / exp(-0.5 * R * R);
edges[1] = R;
for (let i = 2; i < LAYERS; i++) {
  const x = edges[i - 1];
  edges[i] = Math.sqrt(-2 * ln(V / x + exp(-0.5 * x * x)));
}
for (let i = 0; i < LAYERS; i++) inner[i] = edges[i + 1] / edges[i];

const one = new Float64Array(1);

/** One uniform. Where many are needed, fillUniforms is several times faster. */
export function uniform(random: Random): number {
  fillUniforms(random, one);
  return one[0];
}

/** Fills `out` with standard normals: 98.8 % of them cost one draw and one multiplication. */
export function fillNormals(random: Random, out: Float64Array): void {
  const { words } = random;
  let a = words[0];
  let b = words[1];
  let c = words[2];
  let d = words[3];
  for (let i = 0; i < out.length; i++) {
    const b5 = Math.imul(b, 5);
    const bits = Math.imul((b5 << 7) | (b5 >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    const layer = bits & 127;
    const u = ((bits >> 7) + 0.5) * UNIT_24; // (-1, 1) from the other 25 bits
    if (Math.abs(u) < inner[layer]) {
      out[i] = u * edges[layer];
      continue;
    }
    words[0] = a;
    words[1] = b;
    words[2] = c;
    words[3] = d;
    const x = edgeNormal(random, layer, u);
    a = words[0];
    b = words[1];
    c = words[2];
    d = words[3];
    // a rejected draw is repeated
    if (x !== x) i--;
    else out[i] = x;
  }
  words[0] = a;
  words[1] = b;
  words[2] = c;
  words[3] = d;
}

/** A draw outside its layer's inner rectangle; NaN where it is rejected. */
function edgeNormal(random: Random, layer: number, u: number): number {
  if (layer === 0) return u < 0 ? -tail(random) : tail(random);
  const x = u * edges[layer];
  const top = exp(-0.5 * (edges[layer] * edges[layer] - x * x));
  const bottom = exp(-0.5 * (edges[layer + 1] * edges[layer + 1] - x * x));
  return bottom + uniform(random) * (top - bottom) < 1 ? x : Number.NaN;
}

/** A normal beyond R (Marsaglia 1964). */
function tail(random: Random): number {
  for (;;) {
    const x = -ln(uniform(random)) / R;
    if (-2 * ln(uniform(random)) > x * x) return R + x;
  }
}
