import { describe, expect, it } from "vitest";
import { didYouMean, FathomError, nearest } from "./errors.ts";

describe("FathomError", () => {
  it("carries a code and a context beside its sentence", () => {
    const error = new FathomError("E_X_Y", "x: found 0, expected 1", { found: 0 });
    expect(error).toBeInstanceOf(Error);
    expect([error.code, error.message, error.context]).toEqual([
      "E_X_Y",
      "x: found 0, expected 1",
      { found: 0 },
    ]);
  });
});

describe("nearest", () => {
  const known = ["max_drawdown", "initial_cash", "BTC"];

  it("finds a name one or two edits away, whatever its case", () => {
    expect(nearest("MAX_DRAWDWN", known)).toBe("max_drawdown");
    expect(nearest("intial_csh", known)).toBe("initial_cash");
    expect(nearest("btc", known)).toBe("BTC");
  });

  it("finds none where nothing is near", () => {
    expect(nearest("leverage", known)).toBeUndefined();
    expect(nearest("x", [])).toBeUndefined();
  });

  it("prefers the nearer of two", () => {
    expect(nearest("fast_ema", ["fast_atr", "fast_em"])).toBe("fast_em");
  });
});

describe("didYouMean", () => {
  it("is a sentence to put behind an error, or nothing", () => {
    expect(didYouMean("ADAA", ["ADA", "SOL"])).toBe(" Did you mean ADA?");
    expect(didYouMean("leverage", ["ADA", "SOL"])).toBe("");
  });
});
