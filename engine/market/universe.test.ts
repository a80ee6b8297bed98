import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sharedData } from "../test-data.ts";
import { HOUR } from "./bars.ts";
import {
  krakenArchiveFile,
  krakenNames,
  parsePair,
  UNIVERSE,
  UNIVERSE_SYMBOLS,
  universeIndex,
  universePair,
  universePairOf,
} from "./universe.ts";

describe("universe", () => {
  test("has the ten pairs in their fixed order", () => {
    expect(UNIVERSE_SYMBOLS.join(" ")).toBe("BTC ETH SOL XRP ADA DOT LINK DOGE MATIC AVAX");
    expect(UNIVERSE_SYMBOLS.map(universeIndex)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("leads from a symbol to each of Kraken's names and back", () => {
    for (const pair of UNIVERSE) {
      for (const { rest, altname, ws } of pair.names) {
        for (const name of [rest, altname, ws]) {
          expect(universePairOf(name)).toBe(pair);
          expect(parsePair(name)).toEqual({ symbol: pair.symbol, quote: "USD" });
        }
      }
    }
    expect(krakenNames("BTC")).toMatchObject({ rest: "XXBTZUSD", altname: "XBTUSD", ws: "BTC/USD" });
    expect(krakenNames("DOGE")).toMatchObject({ rest: "XDGUSD", altname: "XDGUSD", ws: "DOGE/USD" });
    expect(krakenArchiveFile("BTC", HOUR)).toBe("XBTUSD_60.csv");
  });

  test("knows MATIC as POL from the swap on", () => {
    expect(krakenNames("MATIC", Date.UTC(2024, 0, 1)).altname).toBe("MATICUSD");
    expect(krakenNames("MATIC", Date.UTC(2024, 8, 4)).altname).toBe("POLUSD");
    expect(krakenNames("MATIC").ws).toBe("POL/USD");
    expect(parsePair("POLUSD")).toEqual({ symbol: "MATIC", quote: "USD" });
    expect(parsePair("POL_USDT")).toEqual({ symbol: "MATIC", quote: "USDT" });
  });

  test("offers the nearest name for an unknown one", () => {
    expect(() => universePair("BTCC")).toThrow(/found "BTCC".*Did you mean BTC\?/);
    expect(() => universePairOf("SOLDUSD")).toThrow(/Did you mean SOLUSD\?/);
    expect(() => parsePair("XBTUST")).toThrow(/Did you mean XBTUSD\?/);
  });

  test.each([
    ["XBTUSD", "BTC", "USD"],
    ["XXBTZUSD", "BTC", "USD"],
    ["XBT/USD", "BTC", "USD"],
    ["BTC-USD", "BTC", "USD"],
    ["BTC_USDT", "BTC", "USDT"],
    ["LTCUSD", "LTC", "USD"],
    ["XLTCZEUR", "LTC", "EUR"],
    ["XETHXXBT", "ETH", "BTC"],
    ["XTZUSD", "XTZ", "USD"],
    ["XDGEUR", "DOGE", "EUR"],
    ["USDTZUSD", "USDT", "USD"],
    ["USDCUSDT", "USDC", "USDT"],
    ["XBTPYUSD", "BTC", "PYUSD"],
    ["1INCHUSD", "1INCH", "USD"],
    ["ZUSDZCAD", "USD", "CAD"],
  ])("reads the pair %s as %s in %s", (text, symbol, quote) => {
    expect(parsePair(text)).toEqual({ symbol, quote });
  });

  test.each(["", "USD", "XBT", "/USD", "BTC/", "A/B/C", "btcusd", "XBT USD", "../USD"])(
    "refuses %j as a pair",
    (text) => {
      expect(() => parsePair(text)).toThrow(expect.objectContaining({ code: "E_MARKET_PAIR" }));
    },
  );

  test("gives every other symbol a fixed number from 10 on", () => {
    // FNV-1a 32 of "LTC" (the published offset and prime), halved, from 10.
    let h = 2166136261n;
    for (const c of "LTC") h = ((h ^ BigInt(c.charCodeAt(0))) * 16777619n) & 0xffffffffn;
    expect(universeIndex("LTC")).toBe(10 + Number(h >> 1n));
    expect(universeIndex("XMR")).not.toBe(universeIndex("LTC"));
  });

  const path = sharedData("kraken-api/http_asset_pairs.json");
  test.skipIf(path === undefined)("reads every name of recorded AssetPairs alike", () => {
    const { result } = JSON.parse(readFileSync(path!, "utf8"));
    for (const [rest, pair] of Object.entries<{ altname: string; wsname: string }>(result)) {
      const names = [rest, pair.altname, pair.wsname].map(parsePair);
      expect(new Set(names.map((name) => `${name.symbol}/${name.quote}`)).size).toBe(1);
    }
  });
});
