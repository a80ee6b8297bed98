import { didYouMean, FathomError } from "../errors.ts";
import { MINUTE } from "./bars.ts";

/** What Kraken calls a pair, from a moment on (ms UTC). */
export interface KrakenNames {
  readonly from: number;
  /** Key of REST results: "XXBTZUSD". */
  readonly rest: string;
  /** Name in REST requests and archive files: "XBTUSD". */
  readonly altname: string;
  /** WebSocket v2: "BTC/USD". (REST's wsname "XBT/USD" is refused there.) */
  readonly ws: string;
}

export interface UniversePair {
  /** Canonical symbol of the base asset: "BTC". */
  readonly symbol: string;
  readonly name: string;
  readonly index: number;
  /** In time order; the last is today's. */
  readonly names: readonly KrakenNames[];
}

export interface PairName {
  readonly symbol: string;
  readonly quote: string;
}

const names = (rest: string, altname: string, ws: string, from = 0): KrakenNames => ({
  from,
  rest,
  altname,
  ws,
});

/** 2024-09-04: MATIC was swapped 1:1 for POL. Kraken's own day of renaming is not recorded. */
const POL_SWAP = 1_725_408_000_000;

/** The ten pairs, in universe order. */
export const UNIVERSE: readonly UniversePair[] = (
  [
    ["BTC", "Bitcoin", [names("XXBTZUSD", "XBTUSD", "BTC/USD")]],
    ["ETH", "Ethereum", [names("XETHZUSD", "ETHUSD", "ETH/USD")]],
    ["SOL", "Solana", [names("SOLUSD", "SOLUSD", "SOL/USD")]],
    ["XRP", "Ripple", [names("XXRPZUSD", "XRPUSD", "XRP/USD")]],
    ["ADA", "Cardano", [names("ADAUSD", "ADAUSD", "ADA/USD")]],
    ["DOT", "Polkadot", [names("DOTUSD", "DOTUSD", "DOT/USD")]],
    ["LINK", "Chainlink", [names("LINKUSD", "LINKUSD", "LINK/USD")]],
    ["DOGE", "Dogecoin", [names("XDGUSD", "XDGUSD", "DOGE/USD")]],
    [
      "MATIC",
      "Polygon",
      [names("MATICUSD", "MATICUSD", "MATIC/USD"), names("POLUSD", "POLUSD", "POL/USD", POL_SWAP)],
    ],
    ["AVAX", "Avalanche", [names("AVAXUSD", "AVAXUSD", "AVAX/USD")]],
  ] as const
).map(([symbol, name, dated], index) => ({ symbol, name, index, names: dated }));

export const UNIVERSE_SYMBOLS: readonly string[] = UNIVERSE.map((pair) => pair.symbol);

const bySymbol = new Map(UNIVERSE.map((pair) => [pair.symbol, pair]));
const byKrakenName = new Map(
  UNIVERSE.flatMap((pair) =>
    pair.names.flatMap((n) => [n.rest, n.altname, n.ws].map((name) => [name, pair] as const)),
  ),
);

/** The pair of a canonical symbol ("BTC"). Throws E_MARKET_SYMBOL with the nearest known one. */
export function universePair(symbol: string): UniversePair {
  const pair = bySymbol.get(symbol);
  if (pair === undefined) throw unknownName(symbol, "a symbol of the universe", bySymbol.keys());
  return pair;
}

/** The pair behind any of Kraken's names for it, old or new: "XXBTZUSD", "XBTUSD", "BTC/USD", "POLUSD". */
export function universePairOf(krakenName: string): UniversePair {
  const pair = byKrakenName.get(krakenName);
  if (pair === undefined) throw unknownName(krakenName, "a Kraken name of the universe", byKrakenName.keys());
  return pair;
}

/** Kraken's names for a symbol of the universe at a time, ms UTC; without one, the newest. */
export function krakenNames(symbol: string, at = Number.POSITIVE_INFINITY): KrakenNames {
  const dated = universePair(symbol).names;
  return dated.findLast((n) => n.from <= at) ?? dated[0];
}

/** The file of a symbol in Kraken's OHLCVT archive: krakenArchiveFile("BTC", HOUR) is "XBTUSD_60.csv". */
export const krakenArchiveFile = (symbol: string, interval: number, at?: number): string =>
  `${krakenNames(symbol, at).altname}_${interval / MINUTE}.csv`;

/** 0..9 for the universe; a fixed number from 10 on (FNV-1a of the symbol) for any other. */
export function universeIndex(symbol: string): number {
  const pair = bySymbol.get(symbol);
  if (pair !== undefined) return pair.index;
  let h = 0x811c9dc5;
  for (let i = 0; i < symbol.length; i++) h = Math.imul(h ^ symbol.charCodeAt(i), 0x01000193);
  return 10 + (h >>> 1);
}

/** Kraken's first assets carry an X (crypto) or Z (money) in front. */
const PREFIXED = new Set(
  "XXBT XETH XXRP XLTC XXDG XETC XREP XXLM XXMR XZEC XMLN ZUSD ZEUR ZGBP ZJPY ZCAD ZAUD".split(" "),
);
const CANONICAL = new Map([
  ["XBT", "BTC"],
  ["XDG", "DOGE"],
  ["POL", "MATIC"],
]);
/** Quotes of Kraken's pairs, longest first, so that XBTPYUSD does not end in USD. */
const QUOTES = (
  "PYUSD RLUSD USDT USDC USDG USDQ USDR EURC EURT EURQ EURR DAI USD EUR GBP JPY CAD AUD CHF AED " +
  "XBT BTC ETH DOT SOL"
).split(" ");
const ASSET = /^[A-Z0-9]{1,12}$/;

/**
 * Canonical symbol and quote of any pair name: "XBTUSD", "XXBTZUSD", "BTC/USD", "BTC_USDT", "LTCEUR".
 * XBT is BTC, XDG is DOGE and POL is MATIC. Throws E_MARKET_PAIR.
 */
export function parsePair(text: string): PairName {
  const known = byKrakenName.get(text);
  if (known !== undefined) return { symbol: known.symbol, quote: "USD" };
  const parts = split(text);
  if (parts === undefined || !ASSET.test(parts[0]) || !ASSET.test(parts[1])) {
    throw new FathomError(
      "E_MARKET_PAIR",
      `parsePair: found ${JSON.stringify(text)}, expected a pair such as XBTUSD, XXBTZUSD or BTC/USD.${didYouMean(text, byKrakenName.keys())}`,
      { found: text },
    );
  }
  return { symbol: canonical(parts[0]), quote: canonical(parts[1]) };
}

function split(text: string): readonly string[] | undefined {
  const parts = text.split(/[/_:-]/);
  if (parts.length === 2) return parts;
  if (parts.length > 2) return undefined;
  const [base, quote] = [text.slice(0, 4), text.slice(4)];
  if (PREFIXED.has(base) && PREFIXED.has(quote)) return [base, quote];
  if (text === "USDTZUSD") return ["USDT", "USD"];
  const ending = QUOTES.find((q) => text.length > q.length && text.endsWith(q));
  return ending === undefined ? undefined : [text.slice(0, -ending.length), ending];
}

function canonical(asset: string): string {
  const bare = PREFIXED.has(asset) ? asset.slice(1) : asset;
  return CANONICAL.get(bare) ?? bare;
}

const unknownName = (found: string, expected: string, known: Iterable<string>) =>
  new FathomError(
    "E_MARKET_SYMBOL",
    `universe: found ${JSON.stringify(found)}, expected ${expected}.${didYouMean(found, known)}`,
    { found },
  );
