import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { packPage } from "../embed.ts";
import { clientScript, clientStyle } from "./bundle.ts";
import { decodeRun } from "./decode.js";

const HOUR = 3_600_000;
const START = Date.UTC(2021, 0, 1);

/** For tests: names of pairs that must appear as text and do nothing. */
export const HOSTILE = [
  "<img src=x onerror=alert(1)>/USD",
  "__proto__",
  '=HYPERLINK("x")',
  "</script><b>/USD",
];

function dice(seed: number): () => number {
  let x = seed >>> 0;
  return () => {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    return x / 4_294_967_296;
  };
}

/** For tests: hourly bars of a pair by a random walk. */
function walk(seed: number, rows: number, price: number) {
  const roll = dice(seed);
  const bars = { time: [], open: [], high: [], low: [], close: [], volume: [] } as Record<string, number[]>;
  let last = price;
  for (let i = 0; i < rows; i++) {
    const close = last * (1 + (roll() - 0.497) * 0.016);
    bars.time.push(START + (i + 1) * HOUR);
    bars.open.push(last);
    bars.close.push(close);
    bars.high.push(Math.max(last, close) * (1 + roll() * 0.003));
    bars.low.push(Math.min(last, close) * (1 - roll() * 0.003));
    bars.volume.push(roll() * roll() * 900);
    last = close;
  }
  return bars;
}

/**
 * For tests: the data of a made-up run whose fills add up: `points` on the equity curve, `trips` in five
 * pairs, of which four have hostile names; the last trip is open. Without `candles` the pairs have no bars.
 */
export function sampleRun({ points = 3000, trips = 120, candles = true } = {}) {
  const roll = dice(7);
  const pairs = ["BTC/USD", ...HOSTILE];
  const strategies = ["TrendFollower", "MeanReversion", "<i>Own</i>"];
  const markets = pairs.map((_, p) => walk(p + 1, points, [38_000, 1_900, 0.42, 0.000_012_3, 90][p]));
  const table = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<string, number[]>;
  const add = (to: Record<string, number[]>, row: Record<string, number>) => {
    for (const [name, value] of Object.entries(row)) to[name].push(value);
  };
  const t = table([
    "pair",
    "strategy",
    "entryTime",
    "exitTime",
    "quantity",
    "entryPrice",
    "exitPrice",
    "pnl",
  ]);
  Object.assign(t, table(["return", "fee", "costs", "worst", "best", "open", "holdHours"]));
  const o = table(["order", "time", "pair", "strategy", "side", "kind", "quantity", "price", "target"]);
  Object.assign(o, table(["latency", "desire", "position", "leverage", "pairs", "top3", "correlation"]));
  Object.assign(o, table(["regime", "confidence", "first", "second", "share"]));
  const f = table(["order", "time", "pair", "strategy", "side", "quantity", "price", "open", "fee"]);
  Object.assign(
    f,
    table(["halfSpread", "drift", "impact", "flagged", "realisedByPrice", "realisedAfterFees"]),
  );
  const c = table(["order", "time", "pair", "remaining", "reason"]);
  const r = table([
    "time",
    "pair",
    "strategy",
    "side",
    "rule",
    "measure",
    "bound",
    "value",
    "desire",
    "other",
  ]);
  const nan = Number.NaN;

  for (let k = 0; k < trips; k++) {
    const pair = k % pairs.length;
    const market = markets[pair];
    const slots = Math.ceil(trips / pairs.length);
    const room = Math.floor((points - 40) / slots);
    const from = 30 + Math.floor(k / pairs.length) * room;
    const to = Math.min(points - 2, from + 1 + Math.floor(roll() * Math.max(1, room - 2)));
    const open = k === trips - 1;
    const strategy = k % strategies.length;
    let cash = 0;
    let fees = 0;
    let costs = 0;
    let bought = 0;
    const order = (row: number, side: number, kind: number, quantity: number) => {
      const buys = side > 0;
      const desire = 0.2 + 0.8 * roll();
      const share = 0.5 + 0.2 * roll();
      add(o, { order: o.order.length, time: market.time[row - 1], pair, strategy, side, kind, quantity });
      add(o, { price: market.close[row - 1], target: buys ? Math.min(0.05, desire * 0.05 * 2 * share) : 0 });
      add(o, { latency: Math.floor(200 + roll() * 900), desire: buys ? desire : nan });
      add(o, { position: buys ? 0.03 : nan, leverage: buys ? 0.2 : nan, pairs: buys ? 3 : nan });
      add(o, { top3: buys ? 0.12 : nan, correlation: kind === 0 && k % 2 === 0 ? 0.41 : nan });
      add(o, { regime: k % 4, confidence: 0.5 + roll() / 2, first: strategy, second: -1, share });
      return o.order.length - 1;
    };
    const fill = (number: number, row: number, side: number, quantity: number) => {
      const at = market.open[row];
      const parts = { halfSpread: 0.0001, drift: roll() * 0.0004, impact: roll() * 0.0003 };
      const step = pair === 0 ? 10 : 1e9;
      const bare = at * (1 + side * (parts.halfSpread + parts.drift + parts.impact));
      const price = (side > 0 ? Math.ceil(bare * step) : Math.floor(bare * step)) / step;
      const fee = Math.ceil(quantity * price * 0.0026 * 1e5) / 1e5;
      add(f, {
        order: number,
        time: market.time[row] - HOUR,
        pair,
        strategy,
        side,
        quantity,
        price,
        open: at,
      });
      add(f, { fee, ...parts, realisedByPrice: 0, realisedAfterFees: 0 });
      add(f, { flagged: price > market.high[row] || price < market.low[row] ? 1 : 0 });
      cash -= side * quantity * price + fee;
      fees += fee;
      costs += fee + Math.abs(price - at) * quantity;
      if (side > 0) bought += quantity * price;
    };
    const quantity = Math.ceil(4_000 / market.close[from]) / 2;
    const entry = order(from, 1, 0, 2 * quantity);
    fill(entry, from, 1, quantity);
    if (to > from + 1) {
      fill(entry, from + 1, 1, quantity);
    } else {
      add(c, { order: entry, time: market.time[from], pair, remaining: quantity, reason: 0 });
    }
    const held = to > from + 1 ? 2 * quantity : quantity;
    if (!open) fill(order(to, -1, 3, held), to, -1, held);
    if (open) cash += held * market.close[to];
    if (k % 3 === 0 && to > from + 2) {
      add(r, { time: market.time[from + 1], pair, strategy, side: 1, rule: 10, measure: 0.83, bound: 0.7 });
      add(r, { value: 2_000, desire: 0.7, other: (pair + 1) % pairs.length });
    }
    const closes = market.close.slice(from, to);
    const entryPrice = bought / held;
    add(t, { pair, strategy, entryTime: market.time[from] - HOUR, quantity: held, entryPrice });
    add(t, {
      exitTime: open ? market.time[to] : market.time[to] - HOUR,
      exitPrice: (bought + cash + fees) / held,
    });
    add(t, { pnl: cash, return: cash / bought, fee: fees, costs, open: open ? 1 : 0, holdHours: to - from });
    add(t, { worst: Math.min(...closes) / entryPrice - 1, best: Math.max(...closes) / entryPrice - 1 });
  }

  const btc = markets[0].close;
  const equity = btc.map(
    (x, i) => 100_000 * (0.4 + (0.6 * x) / btc[0]) * (1 + 0.15 * Math.sin(i / 260)) * (1 + i / 1500),
  );
  let peak = 0;
  const drawdown = equity.map((x) => {
    peak = Math.max(peak, x);
    return x / peak - 1;
  });
  const packed = (columns: Record<string, ArrayLike<number>>) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)]));
  const bars = Object.fromEntries(pairs.map((name, p) => [name, packed(markets[p])]));
  return {
    bars: packed({
      time: markets[0].time,
      equity,
      drawdown,
      buyAndHold: btc.map((x) => (100_000 * x) / btc[0]),
      scaled: btc.map((x) => 100_000 * (0.7 + (0.3 * x) / btc[0])),
      exposure: equity.map((_, i) => 0.15 + 0.1 * Math.sin(i / 90)),
      regime: equity.map((_, i) => (i < 20 ? nan : Math.floor((i / 170 + Math.sin(i / 300)) % 4))),
    }),
    regimes: ["RISK_ON", "NEUTRAL", "RISK_OFF", "PANIC"],
    strategies,
    pairs,
    quote: "USD",
    intervalMs: HOUR,
    limits: { position: 0.05, min_usd: 50, leverage: 1, pairs: 6, top3: 0.5, correlation: 0.7 },
    sizing: { unit: 0.05, cap: 0.05, multipliers: { TrendFollower: 2, MeanReversion: 2 } },
    rules: [
      "downtime",
      "history",
      "index-stale",
      "min-usd",
      "ordermin",
      "costmin",
      "position",
      "leverage",
      "pairs",
      "top-3",
      "correlation",
    ],
    trips: packed(t),
    orders: { ...packed(o), kinds: ["entry", "increase", "reduction", "exit", "flatten"] },
    fills: packed(f),
    cancels: { ...packed(c), reasons: ["expired", "downtime", "replaced", "halted", "no cash"] },
    refusals: packed(r),
    // entries make __proto__ an own key
    candles: candles ? bars : {},
  };
}

/** For tests: data as the page's script has it, without waiting. */
export function runOf(data: unknown) {
  const all = inflateSync(Buffer.from(packPage(data), "base64"));
  const end = 4 + all.readUInt32LE(0);
  return decodeRun({ raw: JSON.parse(all.toString("utf8", 4, end)), bytes: all.subarray(end) });
}

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** For tests: a whole page around the script, under the strict policy that reports have. */
export function samplePage(data: unknown): string {
  const script = clientScript();
  const style = `${PAGE_STYLE}\n${clientStyle()}`;
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}"><title>Sample</title><link rel="icon" href="data:,">
<style>${style}</style></head><body><main><h1>Sample run</h1>
<h2>Equity</h2><div id="equity-chart"></div><h2>Round trips</h2><div id="trip-detail"></div><div id="trips"><table><tr><td>static</td></tr></table></div></main>
<script type="text/plain" id="run-data">${packPage(data)}</script><script>${script}</script></body></html>`;
}

const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #17202a; --muted: #5b6773; --paper: #f7f8fa; --panel: #ffffff; --line: #dde2e8;
  --accent: #1f5fbf; --good: #14794a; --bad: #b3261e; --regime-0: #2e9e6b; --regime-1: #8a94a0; --regime-2: #d9902f;
  --regime-3: #c8403a; --c0: #1f5fbf; --c1: #b06a10; --c2: #7a4fbf; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7ebf0; --muted: #9aa5b1; --paper: #11151a; --panel: #181e25;
  --line: #2c3540; --accent: #6ea8ff; --good: #4cc38a; --bad: #ff8078; --c1: #e0a458; --c2: #b597f0; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 16px; }`;
