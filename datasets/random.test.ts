import { describe, expect, test } from "vitest";
import { createRandom, fillNormals, fillUniforms, uniform } from "./random.ts";

const draw = (n: number, seed: number, stream = 0) => {
  const out = new Float64Array(n);
  fillUniforms(createRandom(seed, stream), out);
  return out;
};

describe("random", () => {
  test("bits follow xoshiro128** from the state 1, 2, 3, 4", () => {
    // First outputs of the authors' C code from s = {1, 2, 3, 4}.
    const random = createRandom(0);
    random.words.set([1, 2, 3, 4]);
    const out = new Float64Array(8);
    fillUniforms(random, out);
    const bits = Array.from(out, (u) => u * 4294967296 - 0.5);
    expect(bits).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849]);
  });

  test("one seed and stream give one sequence, another stream another", () => {
    expect(draw(20, 7, 1)).toEqual(draw(20, 7, 1));
    expect(draw(20, 7, 1)).not.toEqual(draw(20, 7, 2));
    expect(draw(20, 7, 1)).not.toEqual(draw(20, 8, 1));
  });

  test("one by one gives what a block gives", () => {
    const random = createRandom(3);
    expect(Float64Array.from({ length: 50 }, () => uniform(random))).toEqual(draw(50, 3));
  });

  test("uniforms have mean 1/2 and variance 1/12 and stay inside (0, 1)", () => {
    const out = draw(200_000, 1);
    let [sum, squares, least, most] = [0, 0, 1, 0];
    for (const u of out) {
      sum += u;
      squares += u * u;
      least = Math.min(least, u);
      most = Math.max(most, u);
    }
    const mean = sum / out.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(squares / out.length - mean * mean).toBeCloseTo(1 / 12, 2);
    expect(least).toBeGreaterThan(0);
    expect(most).toBeLessThan(1);
  });

  test("normals have the moments 0, 1, 0, 3 and the normal's tail", () => {
    const n = 1_000_000;
    const out = new Float64Array(n);
    fillNormals(createRandom(2), out);
    const moments = [0, 0, 0, 0];
    let beyondR = 0;
    for (const z of out) {
      moments[0] += z / n;
      moments[1] += (z * z) / n;
      moments[2] += (z * z * z) / n;
      moments[3] += (z * z * z * z) / n;
      if (Math.abs(z) > 3.442619855899) beyondR++;
    }
    // five standard errors: sqrt(1, 2, 15, 96) / 1000
    expect(Math.abs(moments[0])).toBeLessThan(0.005);
    expect(Math.abs(moments[1] - 1)).toBeLessThan(0.0071);
    expect(Math.abs(moments[2])).toBeLessThan(0.0194);
    expect(Math.abs(moments[3] - 3)).toBeLessThan(0.049);
    // 2 (1 - Phi(3.4426)) = 5.761e-4: 576 expected, standard deviation 24
    expect(Math.abs(beyondR - 576)).toBeLessThan(120);
  });

  test("normals meet the normal distribution at every decile", () => {
    const n = 400_000;
    const out = new Float64Array(n);
    fillNormals(createRandom(5), out);
    out.sort();
    // probits of .1 .. .9 (any table of the normal distribution); standard error at most 0.0027
    const probits = [-1.28155, -0.84162, -0.5244, -0.25335, 0, 0.25335, 0.5244, 0.84162, 1.28155];
    probits.forEach((z, k) => {
      expect(Math.abs(out[Math.floor(((k + 1) / 10) * n)] - z)).toBeLessThan(0.0135);
    });
  });
});
