import { describe, expect, it } from "vitest";
import { synthetic } from "../../datasets/load.ts";
import { panelFromBars } from "../../datasets/panel.ts";
import { krakenHourly } from "../../datasets/real-bars.test-data.ts";
import { type EngineConfigInput, engineConfig } from "../../engine/config.ts";
import { sma } from "../../engine/indicators/sma.ts";
import type { Column, Kernel } from "../../engine/kernel.ts";
import type { LawName } from "../../engine/laws.ts";
import { DAY, type Panel } from "../../engine/market/bars.ts";
import { replay } from "../../engine/replay.ts";
import { perPair, rowwise, type Strategy } from "../../engine/strategies/strategy.ts";
import { createSystem } from "../../engine/system.ts";
import { type Certificate, certify } from "./certificate.ts";

const { panel } = synthetic({ seed: 5, rows: 4000, pairs: ["BTC", "ETH", "XRP"] });

/** Mine is in charge whatever the regime. */
const mine: EngineConfigInput = {
  selector: {
    RISK_ON: ["Mine", "cash"],
    NEUTRAL: ["Mine", "cash"],
    RISK_OFF: ["Mine", "cash"],
    PANIC: ["Mine", "cash"],
    recovery: "Mine",
  },
};

function run(of: Panel, config: EngineConfigInput = {}, strategies: readonly Strategy[] = []): Certificate {
  const { symbols, interval } = of;
  const build = () => createSystem({ config: engineConfig.parse(config), symbols, interval, strategies });
  return certify({ build, panel: of, replay: replay(build(), of) });
}

const sentences = ({ laws }: Certificate) => laws.flatMap((l) => l.violation ?? []);
const sentence = ({ laws }: Certificate, law: LawName) => laws.find((l) => l.law === law)?.violation;

describe("certify", () => {
  const certificate = run(panel);

  it("lets the whole system pass on the synthetic market, by all six laws", () => {
    expect(sentences(certificate)).toEqual([]);
    expect(certificate).toMatchObject({ verdict: "passed", rows: 4000, seed: 1 });
    for (const { law, trials } of certificate.laws) expect(trials, law).toBeGreaterThan(0);
  });

  it("is the same twice", () => {
    expect(run(panel)).toEqual(certificate);
  });

  it("lets an honest strategy of one's own pass", () => {
    const honest = perPair("Mine", 1, ({ plan }, { symbol, bars }) => {
      const average = plan.add(sma(50), { x: bars.close }, symbol).y;
      const kernel = rowwise(
        "above",
        {},
        ["x", "average"],
        () => null,
        (row) => (row.x > row.average ? 1 : 0),
      );
      return plan.add(kernel, { x: bars.close, average }, symbol).y;
    });
    expect(sentences(run(panel, mine, [honest]))).toEqual([]);
  });

  it("lets a run pass whose index comes from outside, its age among what was kept", () => {
    const published = Float64Array.from({ length: 200 }, (_, i) => panel.time[0] + (i - 20) * DAY);
    const value = published.map((_, i) => 20 + (i % 17));
    const outside = { name: "VIX", published, value } as const;
    const joined = synthetic({ seed: 5, rows: 4000, pairs: ["BTC", "ETH"], outside }).panel;
    const found = run(joined, { regime: { source: "VIX" } });
    expect(sentences(found)).toEqual([]);
    expect(found.verdict).toBe("passed");
  });

  it("says what it cannot see, and what its sample was", () => {
    const { blind, windows } = certificate;
    expect(windows).toBeGreaterThan(25);
    expect(blind.join("\n")).toContain(`${windows} windows of at most 75 rows, of 4000`);
    expect(blind.length).toBeGreaterThanOrEqual(4);
  });

  it("says how far the slowest signal reaches where the first rows end before it", () => {
    const minutes = synthetic({ seed: 5, rows: 9000, pairs: ["BTC"], interval: 60_000 }).panel;
    const { blind, verdict } = run(minutes);
    expect(verdict).toBe("passed");
    expect(blind.at(-1)).toMatch(/first 8192 rows only, and the slowest signal needs 7\d{4}/);
  });
});

const bars = krakenHourly();
it.skipIf(bars === undefined)("lets the whole system pass on Kraken's hourly bars of 2020 and 2021", () => {
  const of = panelFromBars(bars ?? [], { from: Date.UTC(2020, 0, 1), to: Date.UTC(2022, 0, 1) });
  expect(sentences(run(of))).toEqual([]);
});

type Port = { x: Column };
type Cheat = Kernel<Port, { y: Column }, { row: number; last: number }>;
const advancing = (advance: Cheat["advance"]): Cheat => ({
  name: "cheat",
  params: {},
  lookback: 0,
  writes: { y: "cheat" },
  init: () => ({ row: 0, last: 0.5 }),
  advance,
});
const each = (f: (state: { row: number; last: number }, x: number) => number) =>
  advancing((state, { x }, { y }, rows) => {
    for (let i = 0; i < rows; i++, state.row++) y[i] = x[i] === x[i] ? f(state, x[i]) : Number.NaN;
  });
const quantile = (x: Column, q: number) => x.slice().sort()[Math.floor(q * (x.length - 1))];

/** What a user might give by mistake: desires of one pair, from its closes. */
const CHEATS: readonly (readonly [string, LawName, RegExp, (closes: Column) => Cheat])[] = [
  [
    "reads the next row of a panel that it captured",
    "no look-ahead",
    /: (ETH|BTC|XRP)\.cheat at row \d+: found [01], expected [01] \(rows after \d+ /,
    (closes) => each((s, x) => (closes[Math.min(s.row + 1, closes.length - 1)] > x ? 1 : 0)),
  ],
  [
    "compares with the mean of the whole sample, taken when it is wired",
    "no look-ahead",
    /\.cheat at row \d+: found .*, expected /,
    (closes) => {
      const mean = closes.reduce((sum, x) => sum + x, 0) / closes.length;
      return each((_, x) => Math.min(1, x / mean / 4));
    },
  ],
  [
    "compares with a quantile of the whole sample, taken when it is wired",
    "no look-ahead",
    /\.cheat at row \d+: found [01], expected [01]/,
    (closes) => {
      const high = quantile(closes, 0.6);
      return each((_, x) => (x > high ? 1 : 0));
    },
  ],
  [
    "peeks at the next row of its block",
    "no look-ahead",
    /\.cheat at row \d+: found [01], expected [01]/,
    () =>
      advancing((_, { x }, { y }, rows) => {
        for (let i = 0; i < rows; i++)
          y[i] = x[i] === x[i] ? (i + 1 < rows && x[i + 1] > x[i] ? 1 : 0) : x[i];
      }),
  ],
  [
    "keeps its state where no checkpoint finds it",
    "checkpoint",
    /\.cheat at row \d+: found .* \(checkpoint after row \d+\)/,
    () => {
      let average = 0;
      return each((_, x) => {
        average += 0.05 * (x - average);
        return Math.min(1, x / average / 2);
      });
    },
  ],
  [
    "repaints: unmarks the row before when the price falls",
    "chunk invariance",
    /: [A-Z]{3}\.target at row \d+: found .*, expected .* \(blocks of /,
    () =>
      advancing((_, { x }, { y }, rows) => {
        for (let i = 0; i < rows; i++) {
          y[i] = x[i] === x[i] ? 1 : Number.NaN;
          if (i > 0 && x[i] < x[i - 1]) y[i - 1] = 0;
        }
      }),
  ],
];

describe("certify catches a strategy that", () => {
  it.each(CHEATS)("%s, by %s", (_, law, words, make) => {
    const before = panel.pairs.map((pair) => pair.close.slice());
    const strategy = perPair("Mine", 1, ({ plan }, { symbol, bars }) => {
      const closes = panel.pairs[panel.symbols.indexOf(symbol)].close;
      return plan.add(make(closes), { x: bars.close }, symbol).y;
    });
    const certificate = run(panel, mine, [strategy]);
    expect(certificate.verdict).toBe("failed");
    expect(sentence(certificate, law)).toMatch(words);
    expect(panel.pairs.map((pair) => pair.close)).toEqual(before);
  });

  it("writes into the regime that it may only read, by purity", () => {
    const strategy = perPair("Mine", 1, ({ plan, regime }, { symbol, bars }) => {
      const kernel = {
        name: "forger",
        params: {},
        lookback: 0,
        writes: { y: "forger" },
        init: () => null,
        advance(_: null, read: { x: Column; regime: Column }, { y }: { y: Column }, rows: number) {
          for (let i = 0; i < rows; i++) {
            y[i] = read.x[i] === read.x[i] ? 1 : Number.NaN;
            if (read.regime[i] === 1) read.regime[i] = 0;
          }
        },
      };
      return plan.add(kernel, { x: bars.close, regime }, symbol).y;
    });
    expect(sentence(run(panel, mine, [strategy]), "purity")).toMatch(
      /: forger, which reads regime.* at row \d+: found 0, expected 1 \(a column that the kernel only reads\)/,
    );
  });

  it("throws while it is wired on other rows; the panel is as it was", () => {
    const before = panel.pairs.map((pair) => pair.close.slice());
    const last = panel.pairs[0].close[3999];
    const strategy = perPair("Mine", 1, (_, { bars }) => {
      if (panel.pairs[0].close[3999] !== last) throw new Error("these are not the prices");
      return bars.volume;
    });
    expect(sentence(run(panel, {}, [strategy]), "no look-ahead")).toMatch(/threw these are not the prices/);
    expect(panel.pairs.map((pair) => pair.close)).toEqual(before);
  });

  it("is never in charge, and looks ahead all the same", () => {
    const strategy = perPair("Idle", 1, ({ plan }, { symbol, bars }) => {
      const closes = panel.pairs[panel.symbols.indexOf(symbol)].close;
      const kernel = each((s, x) => (closes[Math.min(s.row + 1, closes.length - 1)] > x ? 1 : 0));
      return plan.add(kernel, { x: bars.close }, symbol).y;
    });
    expect(sentence(run(panel, {}, [strategy]), "no look-ahead")).toMatch(/\.cheat at row/);
  });
});
