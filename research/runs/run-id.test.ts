import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultConfig } from "../../engine/config.ts";
import { HOUR, type Panel } from "../../engine/market/bars.ts";
import { canonicalJson, sha256 } from "./canonical.ts";
import { resultHash, runId, runIdentity, seriesOf } from "./run-id.ts";
import { engineSources, moduleSources, relativeImports } from "./sources.ts";
import { testReplay } from "./test-replay.ts";

const replay = () =>
  testReplay({
    interval: HOUR,
    start: HOUR,
    symbols: ["BTC", "ETH"],
    strategies: ["A"],
    closes: [
      [100, 101, 102],
      [10, 11, 12],
    ],
    cash: 1000,
    firstRow: 1,
    fills: [{ row: 2, pair: 0, strategy: 0, side: 1, quantity: 1, price: 101, fee: 0.4 }],
  });

const otherNaN = (column: Float64Array, row: number): void => {
  new Uint32Array(column.buffer, column.byteOffset + 8 * row, 2).set([7, 0xfff80001]);
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fathom-run-id-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const write = (path: string, text: string): string => {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
};

describe("canonical JSON", () => {
  it("does not depend on the order of keys and parses back", () => {
    expect(canonicalJson({ b: [1, null, "x"], a: { d: true, c: undefined } })).toBe(
      '{"a":{"d":true},"b":[1,null,"x"]}',
    );
    fc.assert(
      fc.property(fc.jsonValue(), (x) => {
        expect(JSON.parse(canonicalJson(x))).toEqual(JSON.parse(JSON.stringify(x)));
      }),
    );
  });

  it("refuses what JSON cannot hold and names the place", () => {
    expect(() => canonicalJson({ a: [0, Number.NaN] })).toThrow(/found NaN \(number\) at value\.a\[1\]/);
  });
});

describe("a run's id", () => {
  const { panel } = replay();
  const config = defaultConfig();
  const id = (change: object = {}) => runId(runIdentity({ panel, config, ...change }));

  it("is 16 hex and the same for the same inputs", () => {
    expect(id()).toMatch(/^[0-9a-f]{16}$/);
    expect(id({ panel: replay().panel, config: defaultConfig() })).toBe(id());
  });

  it("changes with one bit of a bar, the config, the scope and a strategy module", () => {
    const changed = replay().panel;
    changed.pairs[1].low[2] += 1e-12;
    const module = write("mine.ts", "export const a = 1;");
    const ids = [
      id(),
      id({ panel: changed }),
      id({ config: { ...config, seed: 2 } }),
      id({ scope: { pairs: ["BTC"] } }),
      id({ modules: [module] }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("covers the engine without tests and live", () => {
    const root = join(folder, "engine");
    for (const path of [
      "a.ts",
      "a.test.ts",
      "b.torture.ts",
      "live/x.ts",
      "test-data.ts",
      "market/test-oracles.ts",
      "market/latest-bar.ts",
      "market/z.ts",
      "n.md",
    ]) {
      write(`engine/${path}`, path);
    }
    expect(engineSources(root)).toEqual([
      { path: "a.ts", sha256: sha256("a.ts") },
      { path: "market/latest-bar.ts", sha256: sha256("market/latest-bar.ts") },
      { path: "market/z.ts", sha256: sha256("market/z.ts") },
    ]);
    expect(engineSources().map((s) => s.path)).toContain("portfolio/events.ts");
  });
});

describe("strategy modules", () => {
  it("count with their relative imports, wherever they lie, and without the engine's files", () => {
    const modules = (at: string) => {
      write(`${at}/engine/kernel.ts`, "");
      write(`${at}/lib/help.ts`, 'export * from "./deep/index.ts";');
      write(`${at}/lib/deep/index.ts`, "");
      const entry = write(
        `${at}/mine/s.ts`,
        'import type { K } from "../engine/kernel.ts";\nimport { h } from "../lib/help.js";\nimport z from "zod";\n// from "./no.ts"\n',
      );
      return moduleSources([entry], join(folder, at, "engine"));
    };
    expect(modules("x").map((s) => s.path)).toEqual(["../lib/deep/index.ts", "../lib/help.ts", "s.ts"]);
    expect(modules("y")).toEqual(modules("x"));
  });

  it("may be named by URL", () => {
    const entry = write("s.ts", "");
    expect(moduleSources([pathToFileURL(entry).href])).toEqual(moduleSources([entry]));
  });

  it("must be there, with all that they import", () => {
    const entry = write("s.ts", 'import "./gone.ts";');
    expect(() => moduleSources([entry])).toThrow(/found no file for \.\/gone\.ts/);
  });

  it("may import in every form", () => {
    const text = `
      import a from "./a.ts"; export { b } from './b.ts'; import "./c.ts";
      const d = await import("./d.ts"); /* from "./x.ts" */ const url = "http://from";
      import f, {
        type F } from "../f.ts"; import g from "g"; // import "./y.ts"`;
    expect(relativeImports(text)).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts", "../f.ts"]);
  });
});

describe("series and result", () => {
  it("say from when to when a series is known", () => {
    const { panel } = replay();
    const nan = Number.NaN;
    const late = (x: Float64Array) => Float64Array.of(nan, x[1], x[2]);
    const eth = panel.pairs[1];
    const young: Panel = {
      ...panel,
      pairs: [
        panel.pairs[0],
        {
          open: late(eth.open),
          high: late(eth.high),
          low: late(eth.low),
          close: late(eth.close),
          volume: late(eth.volume),
        },
      ],
    };
    expect(seriesOf(young)[1]).toMatchObject({ symbol: "ETH", first: 2 * HOUR, last: 3 * HOUR, rows: 2 });
  });

  it("include an outside index", () => {
    const { panel } = replay();
    const outside = { value: Float64Array.of(20, 21, 22), age: new Float64Array(3) };
    expect(seriesOf({ ...panel, outside }).map((s) => s.symbol)).toEqual(["BTC", "ETH", "outside"]);
  });

  it("do not see which NaN it is", () => {
    const a = replay();
    const b = replay();
    expect(a.columns.index[0]).toBeNaN();
    otherNaN(b.columns.index, 0);
    expect(resultHash(b)).toBe(resultHash(a));
  });

  it("change with any kept column and any event", () => {
    const hashes = [resultHash(replay())];
    const changes = [
      (r: ReturnType<typeof replay>) => {
        r.columns.pairs[1].target[2] = 0.01;
      },
      (r: ReturnType<typeof replay>) => {
        r.fills.at.price[0] += 1e-9;
      },
      (r: ReturnType<typeof replay>) => {
        r.orders.at.latency[0] = 60;
      },
      (r: ReturnType<typeof replay>) => {
        r.refusals.next();
      },
    ];
    for (const change of changes) {
      const r = replay();
      change(r);
      hashes.push(resultHash(r));
    }
    expect(new Set(hashes).size).toBe(changes.length + 1);
  });
});
