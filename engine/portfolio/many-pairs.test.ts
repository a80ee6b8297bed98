import { describe, expect, it } from "vitest";
import { fmix32 } from "../execution/latency.ts";
import { type PairScript, runScenario, type Scenario } from "./harness.test-data.ts";
import { checkScenario, drawScenario } from "./properties.test-data.ts";

const PAIRS = 40;
/** Pairs are bits of 32 to the word: both sides of the boundary, and the ends. */
const EDGES = [0, 1, 30, 31, 32, 33, 38, 39];

/** The scenario with its pairs at `places` of `PAIRS`; between them stand pairs that nobody wants. */
function spread(scenario: Scenario, places: readonly number[]): Scenario {
  const pairs: PairScript[] = Array.from({ length: PAIRS }, () => ({}));
  scenario.pairs.forEach((pair, p) => {
    pairs[places[p]] = pair;
  });
  return { ...scenario, pairs };
}

/** One latency for all, which otherwise hangs on a pair's place in the universe. */
function drawn(seed: number, pairs?: number): Scenario {
  const scenario = drawScenario(seed, 300, pairs);
  const { config } = scenario;
  const execution = { ...config?.execution, latency: { min: 250, max: 250 } };
  return { ...scenario, config: { ...config, execution } };
}

describe("a portfolio of more pairs than a word has bits", () => {
  it("does with pairs on both sides of the boundary what one of those pairs alone does", () => {
    let fills = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const scenario = drawn(seed);
      const n = scenario.pairs.length;
      const first = fmix32(seed) % (EDGES.length - n + 1);
      const places = EDGES.slice(first, first + n);
      const few = runScenario(scenario);
      const many = runScenario(spread(scenario, places));
      for (const name of ["orders", "fills", "cancels", "refusals"] as const) {
        const moved = few[name].map((event) => {
          const other = "other" in event && event.other >= 0 ? { other: places[event.other] } : {};
          return { ...event, pair: places[event.pair], ...other };
        });
        expect(many[name], `${name} of seed ${seed}`).toEqual(moved);
      }
      expect(many.equity).toEqual(few.equity);
      expect(many.pnl).toEqual(few.pnl);
      places.forEach((place, p) => {
        expect(many.quantity[place]).toEqual(few.quantity[p]);
      });
      fills += few.fills.length;
    }
    expect(fills).toBeGreaterThan(3000);
  });

  it("keeps equity, limits and fills right with all of them wanted", () => {
    const ordered = new Set<number>();
    for (let seed = 1; seed <= 8; seed++) {
      const drawn = drawScenario(seed, 150, PAIRS);
      const risk = { pairs: PAIRS, position: 1, min_usd: 0, correlation: 1, correlation_present: 0 };
      const scenario = { ...drawn, config: { ...drawn.config, risk } };
      checkScenario(scenario);
      for (const { pair } of runScenario(scenario).orders) ordered.add(pair);
    }
    expect(ordered.size).toBe(PAIRS);
  });

  it("gives the same bits in blocks of any size", () => {
    for (let seed = 1; seed <= 2; seed++) {
      const scenario = drawScenario(seed, 150, PAIRS);
      const { terms: _, ...whole } = runScenario(scenario);
      for (const blockRows of [1, 7, 64]) {
        const { terms: __, ...found } = runScenario({ ...scenario, blockRows });
        expect(found, `blocks of ${blockRows}, seed ${seed}`).toEqual(whole);
      }
    }
  });
});
