import { createHash } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { gateDrawings } from "./gates/drawings.ts";
import { gatePage, renderGates } from "./gates.tsx";
import { type GateNames, HASH, testGateDocument } from "./test-gate-document.ts";
import { shapeOf, textOf } from "./test-html.ts";
import { HOSTILE_NAMES } from "./test-stored-run.ts";

const missing = (html: string, sentences: readonly string[]) => {
  const text = textOf(html).replaceAll("&gt;", ">").replace(/\s+/g, " ");
  return sentences.filter((sentence) => !text.includes(sentence));
};

describe("the report of gates that passed", () => {
  let html: string;
  beforeAll(async () => {
    html = await renderGates(testGateDocument(), HASH);
  });

  it("is the same bytes for the same document", async () => {
    expect(await renderGates(testGateDocument(), HASH)).toBe(html);
  });

  it("allows its style by its hash, no script, and nothing from outside", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1];
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)![1];
    expect(policy.replaceAll("&#39;", "'").split("; ")).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(html).not.toMatch(/<(script|link|img|iframe|object|embed|base|form)\b| (src|style|on\w+)=/);
    expect([...html.matchAll(/ href="([^"]*)"/g)].filter(([, href]) => !href.startsWith("#"))).toEqual([]);
  });

  it("links only to places that it has, and gives no id twice", () => {
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map((m) => m[1]);
    expect(ids).toEqual([...new Set(ids)]);
    for (const [, id] of html.matchAll(/ href="#([^"]*)"/g)) expect(ids).toContain(id);
  });

  it("says that the artifact may be promoted, for how long, and what was judged", () => {
    expect(html.match(/class="chip good"/g)).toHaveLength(4);
    expect(
      missing(html, [
        "PASS All four gates passed: the artifact may go to VALIDATION, and then to APPROVED.",
        "Evidence counts for 7 days",
        "logistic, lambda 1000, seed 1",
        "BTC, ETH, SOL",
        "Bars BTC/USD, ETH/USD, SOL/USD of kraken, bars of 1h",
        "Settings the defaults",
        "224,946 of 237,240 decision bars, 2022-01-31 to 2024-11-11; median barrier 7.9%",
        "8,640 warm-up: a feature is not known yet",
        "2,682 narrow: barriers nearer than 3.0%",
        "12 on these data in the ledger, this one included; 3 replayed over the same days; worth 7.4 independent ones",
        "A note.",
        HASH,
        ...["1a", "2b", "3c", "4d", "5e"].map((byte) => byte.repeat(32)),
      ]),
    ).toEqual([]);
  });

  it("shows each check with value, bound, n, interval and verdict, and apart from them what decides nothing", () => {
    expect(
      missing(html, [
        "precision 68.1% ≥ 65.0% 83,061 64.1% to 72.1% PASS",
        "Sharpe 2.31 > 1.00 630 0.71 to 3.91 PASS",
        "effective positives 1,440 ≥ 100 73,823 PASS",
        "greatest weight of a pair 5.5% ≤ 7.5% 15,121 PASS",
      ]),
    ).toEqual([]);
    const [, aside] = /Reported; decides nothing([\s\S]*?)id="gate-4"/.exec(html)!;
    expect(
      missing(aside, [
        "base rate 49.7% 148,524 the precision of always saying yes",
        "PBO n/a fewer than 2 trials were replayed over these days",
      ]),
    ).toEqual([]);
    expect(textOf(aside)).not.toMatch(/PASS|FAIL/);
  });

  it("draws all six pictures and tells the folds, the Sharpe ratios and what the model makes most of", () => {
    expect(html.match(/<figure/g)).toHaveLength(6);
    // 8,100 of 11,800 predicted and of 10,600 positives, of 21,200 rows
    expect(
      missing(html, [
        "2023-01-31 to 2023-05-01 76,000 21,200 0.470 50.0% 68.6% 76.4%",
        "Without 117,352 0.50 -1.10 to 2.10",
        "lies above 0: on these days the model earned more for its risk",
        "momentum72 -0.300 close / close 72 h before - 1",
      ]),
    ).toEqual([]);
  });
});

describe("the report of gates that were not passed", () => {
  it("names what failed, what it was held to, and how far the artifact may go", async () => {
    const html = await renderGates(testGateDocument("failing"), HASH);
    expect(html.match(/class="chip bad"/g)).toHaveLength(2);
    expect(
      missing(html, [
        "Gate 3 (out-of-sample) is FAIL. Gate 4 (portfolio limits) is FAIL. The artifact may go to VALIDATION, and not to APPROVED",
        "precision: 64.980%, asked ≥ 65.000%",
        "drawdown at bar closes: 23.1%, asked ≤ 20.0%",
        "stricter than the defaults: sharpe 1.5 (default 1)",
      ]),
    ).toEqual([]);
  });

  it("tells settings beside their defaults, those that price fills first, and bars that a script handed over", async () => {
    const html = await renderGates(testGateDocument("failing"), HASH);
    expect(
      missing(html, [
        "Bars handed over by a script, which calls them BTC/USD, ETH/USD, SOL/USD of kraken",
        "Settings prices fills: execution.price best (default modelled)",
        "prices fills: pairs.LTC.half_spread 0.0002 (no default)",
        "labels.horizon 48 (default 96)",
      ]),
    ).toEqual([]);
  });

  it("shows the beginning of a setting that would fill a page", async () => {
    const document = testGateDocument();
    const settings = [{ path: "fees.schedule", value: "x".repeat(1000), usual: "none", isOfCosts: true }];
    const html = await renderGates({ ...document, settings }, HASH);
    expect(missing(html, [`fees.schedule ${"x".repeat(80)}... (default none)`])).toEqual([]);
  });

  it("names what is too little, and how many months of data it takes", async () => {
    const html = await renderGates(testGateDocument("insufficient"), HASH);
    expect(html.match(/class="chip open"/g)).toHaveLength(1);
    expect(
      missing(html, [
        "Data still needed: 5.4 months, for effective positives, at the rate so far.",
        "folds: 3, asked ≥ 4 effective positives: 62, asked ≥ 100 and 4 more",
        "effective positives 165 5.4", // 164.25 days, a whole day begun; 365 / 12 days a month
        "too little to judge by: folds; no interval: fewer than 20 days moved",
        "n/a: no sample is predicted positive.",
        "n/a: the Sharpe ratio is not above 0.",
      ]),
    ).toEqual([]);
  });

  it("says what was not run and why, and draws nothing", async () => {
    const html = await renderGates(testGateDocument("not run"), HASH);
    expect(html).not.toContain("<figure");
    expect(
      missing(html, [
        "Gate 1 (integrity) is FAIL. The artifact may not be promoted: VALIDATION needs gates 1 and 2, APPROVED all four.",
        "Gate 3: out-of-sample Not run, because gate 1 (integrity) is FAIL.",
        "BTC 0123456789ab, ETH 456789abcdef",
        "No model was judged, so there is nothing to show. Not run, because gate 1",
        "Data not looked at",
      ]),
    ).toEqual([]);
  });

  it("says why gate 3 could not go on, where it began", async () => {
    const document = testGateDocument("insufficient");
    const html = await renderGates({ ...document, detail: null }, HASH);
    expect(missing(html, ["Gate 3 could not go on: too little to judge by: folds."])).toEqual([]);
  });
});

describe("a curve of one class only", () => {
  it("is left out, and the others stay", async () => {
    const document = testGateDocument();
    const html = await renderGates(
      {
        ...document,
        detail: { ...document.detail!, roc: [], equity: { time: [], withModel: [], without: [] } },
      },
      HASH,
    );
    expect(html.match(/<figure/g)).toHaveLength(4);
    expect(html).not.toMatch(/ROC curve|id="equity"/);
  });
});

describe("names and reasons that others chose", () => {
  const hostile: GateNames = {
    pairs: HOSTILE_NAMES,
    features: HOSTILE_NAMES,
    notes: HOSTILE_NAMES,
    words: HOSTILE_NAMES,
    quote: HOSTILE_NAMES[0],
  };
  const plainNames: GateNames = {
    ...Object.fromEntries(
      ["pairs", "features", "notes", "words"].map((key) => [key, HOSTILE_NAMES.map((_, k) => `${key}${k}`)]),
    ),
    quote: "q",
  };

  it("change no picture: none of them reaches the drawing library", async () => {
    const draw = (names: GateNames) => {
      const document = testGateDocument("insufficient", names);
      return gateDrawings(document, document.detail!);
    };
    expect(await draw(hostile)).toEqual(await draw(plainNames));
  });

  it("add no element and no attribute, whatever they are", async () => {
    const document = testGateDocument("insufficient", plainNames);
    const charts = await gateDrawings(document, document.detail!);
    const expected = shapeOf(gatePage(document, HASH, charts));
    const unseen = shapeOf(gatePage(testGateDocument("not run", plainNames), HASH, null));
    const name = fc
      .array(fc.oneof(fc.constantFrom(...HOSTILE_NAMES), fc.string({ unit: "binary" })), {
        minLength: 1,
        maxLength: 3,
      })
      .map((parts) => parts.join(""));
    const names = fc.uniqueArray(
      name.filter((text) => text !== ""),
      {
        minLength: HOSTILE_NAMES.length,
        maxLength: HOSTILE_NAMES.length,
      },
    );
    fc.assert(
      fc.property(names, names, names, names, name, (pairs, features, notes, words, quote) => {
        const given = { pairs, features, notes, words, quote };
        expect(shapeOf(gatePage(testGateDocument("insufficient", given), HASH, charts))).toEqual(expected);
        expect(shapeOf(gatePage(testGateDocument("not run", given), HASH, null))).toEqual(unseen);
      }),
      { numRuns: 20 },
    );
  });
});
