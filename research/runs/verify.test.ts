import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { load, synthetic } from "../../datasets/load.ts";
import { SYNTHETIC_START } from "../../datasets/synthetic.ts";
import { testFolder } from "../../engine/live/test-folder.ts";
import { HOUR } from "../../engine/market/bars.ts";
import { perPair, rowwise } from "../../engine/strategies/strategy.ts";
import type { Backtest } from "../backtest.ts";
import { sha256 } from "./canonical.ts";
import type { ProvenDocument } from "./document.ts";
import { keptColumns } from "./kept-columns.ts";
import { openParquetWriter } from "./parquet.ts";
import { identityParts } from "./run-id.ts";
import { engineSources, moduleSources } from "./sources.ts";
import { importStrategies } from "./strategy-files.ts";
import { tablesOf } from "./tables.ts";
import { copiedHome, editJson, flipBit, storeBtc, testRun } from "./test-runs.ts";
import { QUESTIONS } from "./verification.ts";
import { verifyRun, verifyStored } from "./verify.ts";
import { sourcesAnswer } from "./verify-identity.ts";
import { type RunManifest, runFolder } from "./write-run.ts";

const ROWS = 2500;
const to = SYNTHETIC_START + ROWS * HOUR;
const home = mkdtempSync(join(tmpdir(), "fathom-verify-"));
let done: Backtest;
beforeAll(async () => {
  done = await testRun(home, await load({ data: "synthetic", pairs: ["BTC", "ETH"], to, seed: 3 }));
});
afterAll(() => rmSync(home, { recursive: true }));

type Editable<T> = { -readonly [K in keyof T]: Editable<T[K]> };
type Manifest = Editable<RunManifest>;

/** Verifies a damaged copy against the run as it was made. */
async function damaged(damage: (home: string, folder: string) => void | Promise<void>) {
  const copy = copiedHome(home, done.run);
  await damage(copy, runFolder(copy, done.run));
  return verifyRun(copy, done.run, done);
}
const manifestWith = (edit: (manifest: Manifest) => void) => (copy: string) =>
  editJson(copy, done.run, "manifest.json", edit as (json: never) => void);

describe("a run that is as it was", () => {
  it("is verified, and what was compared is counted", async () => {
    const found = await damaged(() => {});
    expect(found).toMatchObject({ run: done.run, verified: true, changed: [] });
    for (const question of QUESTIONS) expect(found[question].same, question).toBe(true);
    const { orders, fills, refusals } = done.replay;
    const events = [orders, fills, refusals].reduce((sum, e) => sum + e.n * e.fields.length, 0);
    expect(found.compared).toEqual({
      rows: ROWS,
      orders: orders.n,
      fills: fills.n,
      refusals: refusals.n,
      numbers: ROWS * keptColumns(done.replay).length + events,
    });
    expect(orders.n).toBeGreaterThan(5);
    expect(found.node).toEqual({ found: process.versions.node, expected: process.versions.node });
  });
});

describe("one thing that was changed is named, and nothing else", () => {
  it("a bit of a table's file", async () => {
    const found = await damaged((_, folder) => flipBit(join(folder, "fills.parquet")));
    expect(found.changed).toEqual(["files"]);
    expect(found.files.changed.map((f) => f.path)).toEqual(["fills.parquet"]);
  });

  it("a bit of the figures' file, which is then not compared", async () => {
    const found = await damaged((_, folder) => flipBit(join(folder, "metrics.json")));
    expect(found).toMatchObject({ verified: false, changed: ["files"], figures: { same: null } });
  });

  it("a file that is gone", async () => {
    const found = await damaged((_, folder) => rmSync(join(folder, "orders.parquet")));
    expect(found.changed).toEqual(["files"]);
    expect(found.files.changed).toMatchObject([{ path: "orders.parquet", found: null }]);
  });

  it("a table that was written anew together with its hash", async () => {
    const found = await damaged(async (copy, folder) => {
      const { fields, n, at } = done.replay.orders;
      const orders = { fields, n, at: { ...at, price: at.price.map((x, k) => (k === 4 ? x * 2 : x)) } };
      const tables = tablesOf({ ...done.replay, orders } as never, done.figures);
      const table = tables.find((t) => t.name === "orders")!;
      const writer = await openParquetWriter();
      await writer.write(join(folder, "orders.parquet"), table.rows, table.columns);
      writer.close();
      const { hashFile } = await import("../../datasets/store.ts");
      const hash = await hashFile(join(folder, "orders.parquet"));
      manifestWith((manifest) => {
        manifest.files["orders.parquet"] = hash;
      })(copy);
    });
    expect(found.changed).toEqual(["files"]);
    const price = done.replay.orders.at.price[4];
    expect(found.files.difference).toMatchObject({
      table: "orders",
      column: "price",
      row: 4,
      stored: price * 2,
      again: price,
    });
  });

  it("a figure that was written anew together with its hash", async () => {
    const found = await damaged((copy) =>
      editJson(copy, done.run, "metrics.json", (document: { metrics: { sharpe: number } }) => {
        document.metrics.sharpe += 0.01;
      }),
    );
    expect(found.changed).toEqual(["figures"]);
    expect(found.figures.difference?.path).toBe("metrics.json, metrics.sharpe");
  });

  it.each([
    ["a warning", "notes.length", (d: Editable<ProvenDocument>) => d.notes.pop()],
    [
      "what the certificate cannot see",
      "certificate.blind.length",
      (d: Editable<ProvenDocument>) => d.certificate.blind.pop(),
    ],
    [
      "a figure",
      "metrics.maxDrawdown",
      (d: Editable<ProvenDocument>) => Reflect.deleteProperty(d.metrics, "maxDrawdown"),
    ],
    ["its bounds", "bounds", (d: Editable<ProvenDocument>) => Reflect.deleteProperty(d, "bounds")],
  ])("metrics.json without %s, its hash written anew", async (_, path, edit) => {
    const found = await damaged((copy) =>
      editJson(copy, done.run, "metrics.json", edit as (d: never) => void),
    );
    expect(found.changed).toEqual(["figures"]);
    expect(found.figures.difference?.path).toBe(`metrics.json, ${path}`);
  });

  it("a note that was put in, told after a figure that differs as well", async () => {
    const audited = (document: Editable<ProvenDocument>) => {
      document.notes[0] = "Audited.";
    };
    const found = await damaged((copy) => editJson(copy, done.run, "metrics.json", audited));
    expect(found.figures.difference).toMatchObject({ path: "metrics.json, notes.0", found: '"Audited."' });
    const both = await damaged((copy) =>
      editJson(copy, done.run, "metrics.json", (document: Editable<ProvenDocument>) => {
        audited(document);
        document.rows = 1;
      }),
    );
    expect(both.figures.difference?.path).toBe("metrics.json, rows");
  });

  it("a figures' file that is no JSON, its hash written anew", async () => {
    const found = await damaged((copy, folder) => {
      writeFileSync(join(folder, "metrics.json"), "{");
      const hash = sha256("{");
      manifestWith((manifest) => {
        manifest.files["metrics.json"] = hash;
      })(copy);
    });
    expect(found.changed).toEqual(["figures"]);
    expect(found.figures.evidence).toMatch(/metrics\.json cannot be compared: /);
  });

  it.each(["refusals.parquet", "certificate.json"])(
    "%s, which is gone from folder and list",
    async (path) => {
      const found = await damaged((copy, folder) => {
        rmSync(join(folder, path));
        manifestWith((manifest) => {
          delete manifest.files[path];
        })(copy);
      });
      expect(found.changed).toEqual(["files"]);
      expect(found.files.evidence).toBe(`${path}: not in the manifest's list`);
    },
  );

  it("a table with one more column, its hash written anew", async () => {
    const found = await damaged(async (copy, folder) => {
      const table = tablesOf(done.replay, done.figures).find((t) => t.name === "daily")!;
      const alpha = { ...table.columns[1], name: "alpha" };
      const writer = await openParquetWriter();
      await writer.write(join(folder, "daily.parquet"), table.rows, [...table.columns, alpha]);
      writer.close();
      const hash = sha256(readFileSync(join(folder, "daily.parquet")));
      manifestWith((manifest) => {
        manifest.files["daily.parquet"] = hash;
      })(copy);
    });
    expect(found.changed).toEqual(["files"]);
    expect(found.files.difference).toMatchObject({ table: "daily", column: "(columns)", stored: "alpha" });
  });

  it("but not what lies beside the run's own files: it is named", async () => {
    const found = await damaged((_, folder) =>
      writeFileSync(join(folder, "report.html"), "<h1>+1000 %</h1>"),
    );
    expect(found.verified).toBe(true);
    expect(found.files.evidence).toMatch(
      /^10 files as written; beside them, no part of the list: report\.html$/,
    );
  });

  it.each(["scope", "series", "engine", "config", "files", "environment", "modules", "seed"] as const)(
    "a manifest without %s is refused as no manifest of the run",
    async (key) => {
      const made = damaged(manifestWith((manifest) => delete (manifest as Partial<Manifest>)[key]));
      await expect(made).rejects.toMatchObject({ code: "E_RUN_CORRUPT" });
    },
  );

  it("a verdict of the certificate that was written anew together with its hash", async () => {
    const found = await damaged((copy) =>
      editJson(copy, done.run, "certificate.json", (certificate: { verdict: string }) => {
        certificate.verdict = "failed";
      }),
    );
    expect(found.changed).toEqual(["figures"]);
    expect(found.figures.difference).toMatchObject({ path: "certificate.json, verdict", found: '"failed"' });
  });

  it.each([
    [
      "config",
      "config",
      (m: Manifest) => {
        m.config.risk.correlation = 0.5;
      },
    ],
    [
      "seed",
      "config",
      (m: Manifest) => {
        m.seed = 4;
      },
    ],
    [
      "scope",
      "config",
      (m: Manifest) => {
        m.scope.traded = ["BTC"];
      },
    ],
    [
      "config with its hash",
      "config",
      (m: Manifest) => {
        m.config.risk.correlation = 0.5;
        m.parts.config = identityParts(m as never).config;
      },
    ],
    [
      "multipliers",
      "config",
      (m: Manifest) => {
        m.multipliers.TrendFollower = 9;
      },
    ],
    [
      "list of engine files",
      "engine",
      (m: Manifest) => {
        m.engine[0].sha256 = "0";
      },
    ],
    [
      "list of strategy files",
      "strategy",
      (m: Manifest) => {
        m.modules.push({ path: "x.ts", sha256: "0" });
      },
    ],
    [
      "list of series",
      "data",
      (m: Manifest) => {
        m.series[1].sha256 = "0";
      },
    ],
    [
      "result",
      "result",
      (m: Manifest) => {
        m.result = "0";
      },
    ],
  ])("the manifest's %s", async (_, question, edit) => {
    const found = await damaged(manifestWith(edit));
    expect(found.changed).toEqual([question]);
    expect(found[question as "config"].evidence).toMatch(/edited|do not make the id|made again/);
  });

  it("an engine file", () => {
    const copy = join(testFolder(), "engine");
    const engine = fileURLToPath(new URL("../../engine", import.meta.url));
    cpSync(engine, copy, { recursive: true });
    const asIs = engineSources(copy);
    expect(sourcesAnswer(asIs, engineSources(), "engine file", false).same).toBe(true);
    appendFileSync(join(copy, "risk", "limits.ts"), "\n// changed\n");
    rmSync(join(copy, "risk", "sizing.ts"));
    writeFileSync(join(copy, "risk", "more.ts"), "");
    appendFileSync(join(copy, "risk", "limits.test.ts"), "\n// a test is no part of it\n");
    const found = sourcesAnswer(engineSources(copy), asIs, "engine file", false);
    expect(found).toMatchObject({
      same: false,
      evidence: "changed: risk/limits.ts; added: risk/more.ts; removed: risk/sizing.ts",
    });
  });
});

describe("a result that is not the same", () => {
  it("is shown at its first row, with both values", async () => {
    const confidence = done.replay.columns.confidence.slice();
    confidence[2100] = 0.123;
    confidence[2200] = 0.456;
    const replay = { ...done.replay, columns: { ...done.replay.columns, confidence } };
    const found = await verifyRun(home, done.run, { ...done, replay });
    expect(found).toMatchObject({ verified: false, changed: ["result"], figures: { same: null } });
    expect(found.result.difference).toEqual({
      table: "columns",
      column: "confidence",
      row: 2100,
      time: new Date(done.replay.panel.time[2100]).toISOString(),
      stored: done.replay.columns.confidence[2100],
      again: 0.123,
    });
  });

  it("is what an edited config leads to when the command makes the run again", async () => {
    const copy = copiedHome(home, done.run);
    manifestWith((manifest) => {
      manifest.config.account.initial_cash = 50_000;
    })(copy);
    const found = await verifyStored(copy, done.run);
    expect(found.changed).toEqual(["config", "result"]);
    expect(found.config.edited).toEqual(["config"]);
    expect(found.result.difference).toMatchObject({
      table: "columns",
      column: "equity",
      row: 0,
      stored: 100_000,
      again: 50_000,
    });
  });
});

describe("data", () => {
  it("of which one digit of one bar was changed in the store is named, with the result that follows", async () => {
    const own = testFolder();
    await storeBtc(own, ROWS);
    const run = await testRun(own, await load({ home: own, data: "kraken", pairs: ["BTC"] }));
    await storeBtc(own, ROWS, (line, row) => {
      const parts = line.split(",");
      if (row === 2000) parts[5] = String(Number(parts[5]) + 1e-6);
      return parts.join();
    });
    const found = await verifyStored(own, run.run);
    expect(found.changed).toContain("data");
    expect(found.changed.filter((question) => question !== "result" && question !== "data")).toEqual([]);
    const [change] = found.data.changed;
    expect(found.data.changed).toHaveLength(1);
    expect([change.symbol, change.found?.rows]).toEqual(["BTC", change.expected?.rows]);
    expect(change.found?.sha256).not.toBe(change.expected?.sha256);
  });

  it("that is no longer in the store is named, and nothing can be made again", async () => {
    const own = testFolder();
    await storeBtc(own, ROWS);
    const run = await testRun(own, await load({ home: own, data: "kraken", pairs: ["BTC"] }));
    rmSync(join(own, "data"), { recursive: true });
    const found = await verifyStored(own, run.run);
    expect(found).toMatchObject({
      verified: false,
      changed: ["data"],
      result: { same: null },
      compared: null,
    });
    expect(found.data.evidence).toMatch(/^E_DATA_SERIES: /);
  });

  it("of a script cannot be told by the command, which says what can", async () => {
    const own = testFolder();
    const run = await testRun(own, synthetic({ rows: 2000, pairs: ["BTC"] }));
    const found = await verifyStored(own, run.run);
    expect(found).toMatchObject({
      verified: false,
      changed: [],
      data: { same: null },
      result: { same: null },
    });
    expect(found.data.evidence).toContain(`verifyRun(home, "${run.run}", backtest(...))`);
    expect((await verifyRun(own, run.run, run)).verified).toBe(true);
  });
});

describe("strategy files", () => {
  const index = JSON.stringify(new URL("../index.ts", import.meta.url).href);
  const strategy = `
    import { perPair, rowwise } from ${index};
    import { level } from "./level.ts";
    const wants = rowwise("wants", {}, ["x"], () => null, ({ x }) => (x > level ? 1 : 0));
    export const strategies = [perPair("Mine", 1, (market, { symbol, bars }) =>
      market.plan.add(wants, { x: bars.close }, symbol).y)];
  `;

  it("are made again with the run, and one that changed is named", async () => {
    const own = testFolder();
    const file = join(own, "mine.ts");
    writeFileSync(file, strategy);
    writeFileSync(join(own, "level.ts"), "export const level = 1;");
    const dataset = await load({ data: "synthetic", pairs: ["BTC"], to });
    const run = await testRun(own, dataset, {
      strategies: await importStrategies([file]),
      modules: [file],
      strategyFiles: [file],
      config: { selector: { RISK_ON: ["Mine", "cash"], NEUTRAL: ["Mine", "cash"] } },
    });
    expect(run.replay.strategies).toContain("Mine");
    const again = (modules = moduleSources([file])) =>
      verifyRun(own, run.run, { ...run, identity: { ...run.identity, modules } });
    expect(await again()).toMatchObject({ verified: true, strategy: { evidence: "2 strategy files" } });
    expect((await verifyStored(own, run.run)).result.same).toBe(true);

    writeFileSync(join(own, "level.ts"), "export const level = 2;");
    const found = await again();
    expect(found.changed).toEqual(["strategy"]);
    expect(found.strategy.changed.map((f) => f.path)).toEqual(["level.ts"]);

    rmSync(file);
    const gone = await verifyStored(own, run.run);
    expect(gone.changed).toEqual(["strategy"]);
    expect(gone.strategy.evidence).toMatch(/^E_RUN_MODULE: /);
  });

  it("that a script gave cannot be imported by the command, which says so", async () => {
    const own = testFolder();
    const module = join(own, "s.ts");
    writeFileSync(module, "");
    const dataset = await load({ data: "synthetic", pairs: ["BTC"], to: SYNTHETIC_START + 1500 * HOUR });
    const run = await testRun(own, dataset, { modules: [module] });
    const found = await verifyStored(own, run.run);
    expect(found).toMatchObject({
      verified: false,
      changed: [],
      strategy: { same: null },
      data: { same: true },
    });
    expect(found.strategy.evidence).toMatch(/^E_RUN_STRATEGIES: .*s\.ts/);
  });

  it("of a script that named none: nothing is said of the code, and the manifest is not blamed", async () => {
    const own = testFolder();
    const wants = rowwise(
      "wants",
      {},
      ["x"],
      () => null,
      () => 1,
    );
    const mine = perPair(
      "Mine",
      1,
      ({ plan }, { symbol, bars }) => plan.add(wants, { x: bars.close }, symbol).y,
    );
    const dataset = await load({ data: "synthetic", pairs: ["BTC"], to: SYNTHETIC_START + 1500 * HOUR });
    const run = await testRun(own, dataset, { strategies: [mine] });
    const found = await verifyStored(own, run.run);
    expect(found).toMatchObject({ changed: [], strategy: { same: null }, result: { same: null } });
    expect(found.strategy.evidence).toMatch(/^E_RUN_STRATEGIES: .*Mine/);
    const inScript = await verifyRun(own, run.run, run);
    expect(inScript).toMatchObject({ verified: false, changed: [], strategy: { same: null } });
    expect(inScript.strategy.evidence).toBe(
      "the id does not cover Mine: the script named no files of them (modules)",
    );
  });

  it("must export strategies", async () => {
    const file = join(testFolder(), "none.ts");
    writeFileSync(file, "export const strategy = 1;");
    await expect(importStrategies([file])).rejects.toThrow(/found no list of strategies in .*none\.ts/);
    writeFileSync(join(file, "..", "throws.ts"), "throw new Error('no key');");
    await expect(importStrategies([join(file, "..", "throws.ts")])).rejects.toThrow(/imported: no key/);
  });
});
