import { defaultConfig } from "../engine/config.ts";
import { DAY, HOUR } from "../engine/market/bars.ts";
import { RULES } from "../engine/risk/limits.ts";
import { runDocument } from "../research/runs/document.ts";
import { runFigures } from "../research/runs/figures.ts";
import type { Table, TableColumn } from "../research/runs/parquet.ts";
import type { StoredRun, StoredTable } from "../research/runs/read-run.ts";
import { tablesOf } from "../research/runs/tables.ts";
import { PASSED, testProof } from "../research/runs/test-proof.ts";
import { type TestFill, testReplay } from "../research/runs/test-replay.ts";

/** What a user may call things by; whatever is not given is harmless. */
export interface TestNames {
  readonly pairs?: readonly string[];
  readonly strategies?: readonly string[];
  readonly files?: readonly string[];
  readonly notes?: readonly string[];
  readonly blind?: readonly string[];
  readonly quote?: string;
  readonly venue?: string;
  /** A text inside of the config. */
  readonly reference?: string;
}

/** For tests: names that must appear as text and do nothing. */
export const HOSTILE_NAMES: readonly string[] = [
  "</script><script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "javascript:alert(1)",
  '<svg onload="alert(1)"><style>*{display:none}</style></svg>',
  "'-alert(1)-'",
  "</style></title></textarea><iframe srcdoc=x>",
  "<!--<script>",
  '=HYPERLINK("http://x","y")',
  "+1-1@SUM(A1)",
  "\u202Eevil\u2066\u0000\uFFFD",
  "data:text/html,<b>x</b>",
  "{{constructor.constructor('alert(1)')()}}",
  "__proto__",
  "\ud800 <a href='x'>",
  "url(#clip0) var(--accent)",
  "&lt;b&gt; &#60;b&#62;",
];

const START = Date.UTC(2022, 10, 1);
const ROWS = 4 * 130;

/** For tests: 130 days of six-hour bars with a round trip a pair every ten days, as a run that lies in memory. */
export function testStoredRun(names: TestNames = {}): StoredRun {
  const { pairs = ["BTC", "ETH"], strategies = ["Up", "Down"], quote = "USD", venue = "synthetic" } = names;
  const { files = ["orders.parquet"], notes = ["A note."], blind = ["Data that a strategy loads."] } = names;
  const closes = pairs.map((_, p) =>
    Array.from({ length: ROWS }, (_, i) => (100 + ((i * (7 + p)) % 23) + ((i * i) % 11)) / (p + 1)),
  );
  const fills: TestFill[] = [];
  for (let row = 8; row + 12 < ROWS; row += 40) {
    pairs.forEach((_, pair) => {
      const [strategy, fee] = [(pair + row / 8) % strategies.length, 0.5];
      const open = (at: number) => closes[pair][at - 1];
      fills.push({
        row,
        pair,
        strategy,
        side: 1,
        quantity: 2,
        price: open(row) * 1.001,
        fee,
        halfSpread: 0.001,
      });
      if (row + 52 >= ROWS) return; // the last ones stay open
      fills.push({
        row: row + 11,
        pair,
        strategy,
        side: -1,
        quantity: 2,
        price: open(row + 11),
        fee,
        impact: 0,
      });
    });
  }
  fills.sort((a, b) => a.row - b.row);
  const replay = testReplay({
    interval: 6 * HOUR,
    start: START,
    symbols: pairs,
    strategies,
    closes,
    cash: 10_000,
    firstRow: 4,
    fills,
    regime: Array.from({ length: ROWS }, (_, i) => Math.floor(i / 60) % 4),
    refusals: [5, 6, 200, 300].map((row, k) => ({
      row,
      pair: k % pairs.length,
      strategy: 0,
      rule: k % 2 === 0 ? RULES.indexOf("correlation") : RULES.indexOf("downtime"),
      value: 50,
    })),
  });
  const config = defaultConfig();
  config.risk.correlation = 0.9;
  if (names.reference !== undefined) config.regime.reference = names.reference;
  const figures = runFigures(replay, {
    pairs: pairs.map((symbol) => ({ symbol, eligibleFrom: 0, tick: 0.01, halfSpread: 0.001 })),
    fees: config.fees,
  });
  const run = "0123456789abcdef";
  const document = testProof(
    runDocument(replay, figures, { run, pairs, quote, venues: [venue], notes }),
    replay,
    figures,
    { ...PASSED, blind },
  );
  const tables = new Map(tablesOf(replay, figures).map((table) => [table.name, storedTable(table)]));
  const sha256 = "ab".repeat(32);
  return {
    folder: "/nowhere",
    document,
    certificate: document.certificate,
    parity: null,
    manifest: {
      run,
      result: sha256,
      created: "2024-01-01T00:00:00.000Z",
      environment: { node: "20.0.0", v8: "11", platform: "linux-x64" },
      engine: [{ path: "math.ts", sha256 }],
      modules: files.map((path) => ({ path, sha256 })),
      strategyFiles: files,
      config,
      multipliers: Object.fromEntries(strategies.map((name, k) => [name, k + 0.5])),
      scope: { traded: pairs, strategies },
      series: pairs.map((symbol) => ({
        symbol,
        interval: 6 * HOUR,
        first: START,
        last: START + 129 * DAY,
        rows: ROWS,
        sha256,
      })),
      seed: 1,
      files: Object.fromEntries(files.map((file) => [file, sha256])),
    } as unknown as StoredRun["manifest"],
    table: async (name) => tables.get(name)!,
  };
}

function storedTable({ rows, columns }: Table): StoredTable {
  const find = (name: string): TableColumn => {
    const column = columns.find((c) => c.name === name);
    if (column === undefined) throw new Error(`test run: no column ${name}`);
    return column;
  };
  return {
    rows,
    columns: columns.map((c) => c.name),
    numbers: (name) => find(name).column,
    names(name) {
      const { kind, column } = find(name);
      if (typeof kind === "string") throw new Error(`test run: ${name} holds no names`);
      return Array.from(column, (x) => kind.names[x - kind.from] ?? null);
    },
  };
}
