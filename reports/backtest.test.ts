import { createHash } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { defaultConfig } from "../engine/config.ts";
import type { LawName } from "../engine/laws.ts";
import type { StoredRun, StoredTable } from "../research/runs/read-run.ts";
import { backtestPage, renderBacktest } from "./backtest.tsx";
import { type Drawings, drawings } from "./drawings.ts";
import { finePercent, money, percent, ratio, tenth, whole } from "./format.ts";
import { runTables } from "./run-tables.ts";
import { settingList } from "./setting-list.ts";
import { shapeOf, textOf } from "./test-html.ts";
import { HOSTILE_NAMES, type TestNames, testStoredRun } from "./test-stored-run.ts";

const COUNT = 18;
const plainNames = (prefix: string) => Array.from({ length: COUNT }, (_, k) => `${prefix}${k}`);

async function pageOf(names: TestNames, charts?: Drawings): Promise<string> {
  const run = testStoredRun(names);
  const tables = await runTables(run);
  return backtestPage(run, tables, charts ?? (await drawings(run, tables)));
}

describe("the report of a run", () => {
  let html: string;
  beforeAll(async () => {
    html = await renderBacktest(testStoredRun());
  });

  it("is the same bytes for the same run", async () => {
    expect(await renderBacktest(testStoredRun())).toBe(html);
  });

  it("allows its own script and style by their hashes, and nothing from outside", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/
      .exec(html)![1]
      .replaceAll("&#39;", "'");
    const hash = (tag: string) => {
      const text = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(html)![1];
      return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    };
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `script-src ${hash("script")}`,
      `style-src ${hash("style")}`,
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    const body = html.replace(/<script>[\s\S]*<\/script>/, "");
    expect(body).not.toMatch(/<(link|img|iframe|object|embed|base|form)\b| (src|style|on\w+)=/);
    expect([...body.matchAll(/ href="([^"]*)"/g)].filter(([, href]) => !href.startsWith("#"))).toEqual([]);
  });

  it("links only to places that it has", () => {
    for (const [, id] of html.matchAll(/ href="#([^"]*)"/g)) expect(html).toContain(` id="${id}"`);
  });

  it("gives no id twice", () => {
    const ids = [...html.replace(/<script[\s\S]*?<\/script>/g, "").matchAll(/ id="([^"]*)"/g)].map(
      (m) => m[1],
    );
    expect(ids).toEqual([...new Set(ids)]);
  });

  it("shows every headline figure of the document, or why there is none", () => {
    const { metrics } = testStoredRun().document;
    const text = textOf(html);
    const shows = [money, percent, finePercent, ratio, tenth, whole];
    const missing: string[] = [];
    const walk = (value: unknown, path: string) => {
      if (typeof value === "number") {
        if (!shows.some((show) => text.includes(show(value)))) missing.push(path);
      } else if (typeof value === "object" && value !== null) {
        if ("why" in value) {
          if (!text.includes(String(value.why))) missing.push(path);
        } else for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`);
      }
    };
    walk(metrics, "metrics");
    expect(missing).toEqual([]);
  });

  it("says what was not tried, what is not known and how to read what it shows", () => {
    const text = textOf(html);
    const sentences = [
      "fathom parity 0123456789abcdef",
      "A note.",
      "Data that a strategy loads.",
      "they say nothing about a strategy",
      "2 round trips are still open",
      "Parts of years, not whole ones: 2022 (60 days), 2023",
      "the two can differ in sign",
      `1 of ${settingList(defaultConfig()).length} settings differ from their defaults`,
    ];
    expect(sentences.filter((sentence) => !text.includes(sentence))).toEqual([]);
    expect(html.match(/<p class="how">/g)!.length).toBeGreaterThan(12);
  });

  it("names the model that judges, in what way and since when, and none where none does", async () => {
    const run = testStoredRun();
    const { manifest } = run;
    const models = [2, 5].map((day) => ({ from: Date.UTC(2022, 10, day, 5), threshold: 0.5, model: "ab" }));
    const headOf = async (own: object) => {
      const table = async (name: string) => {
        const stored = await run.table(name);
        const numbers = (column: string) => stored.numbers(column.replace(".score", ".target"));
        return { ...stored, numbers };
      };
      const page = await renderBacktest({ ...run, manifest: { ...manifest, ...own }, table });
      return textOf(page.slice(0, page.indexOf("</header>"))).replace(/\s+/g, " ");
    };
    const model = { artifact: "score-v1", digest: "0123456789abcdef", mode: "walk-forward" };
    expect(await headOf({ model, scope: { ...manifest.scope, models } })).toContain(
      "Entries judged by score-v1 0123456789ab, walk-forward, from 2022-11-02 05:00 UTC (2 models, each until the next)",
    );
    const frozen = { ...model, mode: "frozen" };
    expect(await headOf({ model: frozen, scope: { ...manifest.scope, models: models.slice(1) } })).toMatch(
      /Entries judged by score-v1 0123456789ab, frozen, from 2022-11-05 05:00 UTC\s*Made bars/,
    );
    expect(await headOf({})).not.toContain("judged");
  });

  it("tells in red of a halt, a failed certificate and a parity that differs", async () => {
    const run = testStoredRun();
    const tables = await runTables(run);
    const page = backtestPage(
      {
        ...run,
        document: { ...run.document, halted: "2022-12-01T06:00:00.000Z", halts: 1 },
        certificate: {
          ...run.certificate,
          verdict: "failed",
          laws: [
            {
              law: "no look-ahead",
              trials: 1,
              compared: 9,
              violation: "no look-ahead: system: row 7 changed",
            },
          ],
        },
        parity: {
          verdict: "different",
          rows: 1,
          orders: 1,
          fills: 1,
          cancels: 0,
          refusals: 0,
          numbers: 9,
          difference: {
            what: "fills.price",
            pair: "ETH",
            row: 7,
            time: "2022-11-03T00:00:00Z",
            replay: 1,
            live: 2,
          },
        },
      },
      tables,
      await drawings(run, tables),
    );
    expect(page).toMatch(/class="halted"><strong>HALTED<\/strong> on 2022-12-01 06:00 UTC/);
    expect(page.match(/class="chip bad"/g)).toHaveLength(2);
    expect(textOf(page)).toMatch(/no look-ahead\s*: system: row 7 changed/);
    expect(textOf(page)).not.toContain("no look-ahead: no look-ahead");
    expect(textOf(page)).toContain("first at fills.price of ETH, row 7");
  });
});

describe("the verdicts above the figures", () => {
  const run = testStoredRun();
  const pageWith = async (changes: Partial<StoredRun>) => {
    const tables = await runTables(run);
    const changed = { ...run, ...changes };
    return backtestPage(changed, tables, await drawings(run, tables));
  };
  const failed = (laws: Record<string, string | null>) =>
    pageWith({
      certificate: {
        ...run.certificate,
        verdict: "failed",
        laws: Object.entries(laws).map(([law, text]) => ({
          law: law as LawName,
          trials: 1,
          compared: 9,
          violation: text === null ? null : `${law}: ${text}`,
        })),
      },
    });
  const count = (text: string, part: string) => text.split(part).length - 1;

  it("name every law that is broken, and say a sentence once", async () => {
    const same = "system: failed to build";
    const page = await failed({ "chunk invariance": same, "no look-ahead": same, determinism: null });
    expect(textOf(page)).toMatch(/chunk invariance, no look-ahead\s*: system: failed to build/);
    expect(count(page, same)).toBe(1);
    expect(page).not.toContain('class="violations"');
  });

  it("put long violations below", async () => {
    const [one, two] = ["a", "b"].map((x) => `system: ${x.repeat(200)}`);
    const page = await failed({ "chunk invariance": one, "no look-ahead": two });
    const [, below] = page.split('class="violations"');
    expect(textOf(page)).toContain("Broken: chunk invariance, no look-ahead.");
    for (const text of [one, two]) expect([count(page, text), count(below, text)]).toEqual([1, 1]);
  });

  it("tell of a bound that halted, and that it is no limit", async () => {
    const { bounds } = run.document;
    const worst = { ...bounds.worst, halted: "2022-12-24T06:00:00.000Z" };
    const best = { ...bounds.best, halted: null };
    const text = textOf(await pageWith({ document: { ...run.document, bounds: { worst, best } } }));
    expect(text).toContain("at the worst price of their bar (halted on 2022-12-24) and");
    expect(text).toContain("Worst fills (halted on 2022-12-24)");
    expect(count(text, "the end of that path, and no limit")).toBe(2);
    expect(textOf(await pageWith({}))).not.toContain("no limit");
  });

  it("call the run's own fills by their name", async () => {
    const { manifest } = run;
    const { execution } = manifest.config;
    const config = { ...manifest.config, execution: { ...execution, price: "worst" as const } };
    const text = textOf(await pageWith({ manifest: { ...manifest, config } }));
    expect(text).toContain("in this run, whose own fills are the worst.");
    expect(text).toContain("Run (worst)");
    expect(text).not.toMatch(/\d as modelled/);
    expect(textOf(await pageWith({}))).toMatch(/[\d,]+ as modelled\./);
  });
});

it("leaves buy-and-hold out of the still chart where it would press the rest flat, and says so", async () => {
  const run = testStoredRun();
  const tables = await runTables(run);
  const held = (of: (x: number) => number) => ({
    ...tables,
    daily: withColumn(tables.daily, "buyAndHold", of),
  });
  const [flat, tall] = [held(() => 10_000), held((x) => 40 * x)];
  const [low, high] = await Promise.all([drawings(run, flat), drawings(run, tall)]);
  expect([low, high].map(({ equity }) => equity!.includes('stroke="var(--c1)"'))).toEqual([true, false]);
  expect(textOf(backtestPage(run, flat, low))).not.toContain("not drawn");
  expect(textOf(backtestPage(run, tall, high))).toMatch(
    /buy-and-hold\s+\(not drawn: it would take [\d,]+ times the height\)/,
  );
});

const withColumn = (table: StoredTable, name: string, of: (x: number) => number): StoredTable => ({
  ...table,
  numbers: (n) => (n === name ? table.numbers(n).map(of) : table.numbers(n)),
});

describe("names that others chose", () => {
  it("change no picture: none of them reaches the drawing library", async () => {
    const draw = async (names: TestNames) => {
      const run = testStoredRun(names);
      return drawings(run, await runTables(run));
    };
    const hostile = { pairs: HOSTILE_NAMES.slice(0, 3), strategies: HOSTILE_NAMES.slice(3, 6) };
    expect(await draw(hostile)).toEqual(await draw({ pairs: ["A", "B", "C"], strategies: ["D", "E", "F"] }));
  });

  it("add no element and no attribute, two thousand of them", async () => {
    const harmless: TestNames = {
      pairs: plainNames("p"),
      strategies: plainNames("s"),
      files: plainNames("f"),
      notes: plainNames("n"),
      blind: plainNames("b"),
      quote: "q",
      venue: "v",
      reference: "r",
    };
    const run = testStoredRun(harmless);
    const charts = await drawings(run, await runTables(run));
    const expected = shapeOf(await pageOf(harmless, charts));
    const fragment = fc.oneof(
      fc.constantFrom(...HOSTILE_NAMES),
      fc.string({ unit: "binary" }),
      fc.string(),
      fc.constantFrom("<", ">", '"', "'", "&", "`", "=", "/", "<!--", "]]>", "\u2028", "\n", "\0"),
    );
    const name = fc.array(fragment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
    const names = fc.uniqueArray(name, { minLength: COUNT, maxLength: COUNT });
    let payloads = 0;
    await fc.assert(
      fc.asyncProperty(
        names,
        names,
        names,
        names,
        names,
        name,
        async (pairs, strategies, files, notes, blind, one) => {
          const hostile = { pairs, strategies, files, notes, blind, quote: one, venue: one, reference: one };
          payloads += 5 * COUNT + 1;
          expect(shapeOf(await pageOf(hostile, charts))).toEqual(expected);
        },
      ),
      { numRuns: 23 },
    );
    expect(payloads).toBeGreaterThan(2_000);
  }, 240_000);
});
