import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { defaultConfig } from "../engine/config.ts";
import type { FathomError } from "../engine/errors.ts";
import { loadSettings, type SettingFlags } from "./settings.ts";
import { testIo } from "./test-io.ts";

interface Layers {
  readonly toml?: string;
  readonly dotEnv?: string;
  readonly env?: Record<string, string>;
  readonly flags?: SettingFlags;
}

function load({ toml, dotEnv, env, flags }: Layers) {
  const files: Record<string, string> = {};
  if (toml !== undefined) files["fathom.toml"] = toml;
  if (dotEnv !== undefined) files[".env"] = dotEnv;
  return loadSettings(testIo({ env, files }), flags);
}

function errorOf(layers: Layers): FathomError {
  try {
    load(layers);
  } catch (error) {
    return error as FathomError;
  }
  throw new Error("expected an error, found none");
}

describe("precedence", () => {
  const toml = "[risk]\ndrawdown = 0.11";
  const dotEnv = "FATHOM_RISK__DRAWDOWN=0.12";
  const env = { FATHOM_RISK__DRAWDOWN: "0.13" };
  const flags = { set: ["risk.drawdown=0.14"] };
  const own = { ...flags, own: [{ flag: "--drawdown", path: "risk.drawdown", text: "0.15" }] };

  test.each<[string, Layers, number, string]>([
    ["defaults alone", {}, 0.2, "default"],
    ["the file over defaults", { toml }, 0.11, "fathom.toml:2"],
    [".env over the file", { toml, dotEnv }, 0.12, ".env FATHOM_RISK__DRAWDOWN"],
    ["the environment over .env", { toml, dotEnv, env }, 0.13, "env FATHOM_RISK__DRAWDOWN"],
    ["--set over the environment", { toml, dotEnv, env, flags }, 0.14, "--set"],
    ["a command's own flag over --set", { toml, dotEnv, env, flags: own }, 0.15, "--drawdown"],
    ["the environment over the file", { toml, env }, 0.13, "env FATHOM_RISK__DRAWDOWN"],
    ["--set over the file", { toml, flags }, 0.14, "--set"],
    ["--set over .env", { dotEnv, flags }, 0.14, "--set"],
  ])("%s", (_, layers, value, source) => {
    const { engine, sources } = load(layers);
    expect(engine.risk.drawdown).toBe(value);
    expect(sources.get("risk.drawdown")).toMatchObject({ value, default: 0.2, source, unit: "fraction" });
  });

  test("the last --set of a setting wins", () => {
    expect(load({ flags: { set: ["seed=2", "seed=3"] } }).engine.seed).toBe(3);
  });

  test("--config names another file, and only that one is read", () => {
    const io = testIo({ files: { "fathom.toml": "seed = 2", "other.toml": "[risk]\npairs = 3" } });
    const { engine, sources } = loadSettings(io, { config: "other.toml" });
    expect([engine.seed, engine.risk.pairs]).toEqual([27, 3]);
    expect(sources.get("risk.pairs")?.source).toBe("other.toml:2");
  });

  test("entries of a record come from several layers", () => {
    const { engine, sources } = load({
      toml: "[pairs.BTC]\ntick = 0.1",
      env: { FATHOM_PAIRS__BTC__ORDERMIN: "0.5" },
      flags: { set: ['pairs={"ETH": {"tick": 0.01}}'] },
    });
    expect(engine.pairs).toEqual({ BTC: { tick: 0.1, ordermin: 0.5 }, ETH: { tick: 0.01 } });
    expect(sources.get("pairs")?.source).toBe("fathom.toml:2, env FATHOM_PAIRS__BTC__ORDERMIN, --set");
  });
});

describe("values", () => {
  test("text of every kind is read", () => {
    const { engine, data } = load({
      env: {
        FATHOM_SELECTOR__RISK_ON: "Recovery,cash",
        FATHOM_REGIME__SOURCE_SCALE__DVOL: "2.5e-1",
        FATHOM_REGIME__SOURCE: "DVOL",
        FATHOM_STRATEGIES__MEAN_REVERSION__ENTRY: "-2.5",
        FATHOM_DATA__PAIRS: "BTC,ETH",
        FATHOM_FEES__SCHEDULE: '[{"from":0,"tiers":[{"volume":0,"maker":0,"taker":0.01}]}]',
        FATHOM_DATA__FROM: "2024-02-29",
        FATHOM_DATA__TO: "2024-03-01T06:00:00Z",
        FATHOM_DATA__INTERVAL: "15m",
        FATHOM_REQUIRE_DATA: "1",
        HOME: "/nowhere",
      },
    });
    expect(engine.selector.RISK_ON).toEqual(["Recovery", "cash"]);
    expect(engine.regime.source_scale.DVOL).toBe(0.25);
    expect(engine.regime.source).toBe("DVOL");
    expect(engine.strategies.mean_reversion.entry).toBe(-2.5);
    expect(engine.fees.schedule[0].tiers[0].taker).toBe(0.01);
    expect(data).toEqual({
      source: "synthetic",
      pairs: ["BTC", "ETH"],
      interval: 900_000,
      from: Date.UTC(2024, 1, 29),
      to: Date.UTC(2024, 2, 1, 6),
    });
  });

  test("dates of TOML are read like their text", () => {
    const { data } = load({ toml: "[data]\nfrom = 2024-01-01\nto = 2024-01-02T00:00:00Z" });
    expect([data.from, data.to]).toEqual([Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 2)]);
  });

  test("home is an absolute path, from the working directory", () => {
    const io = testIo({ env: { FATHOM_HOME: "elsewhere" } });
    expect(loadSettings(io).home).toBe(join(io.cwd, "elsewhere"));
    expect(loadSettings({ ...io, env: {} }).home).toBe(join(io.cwd, ".fathom"));
    const { indexFile } = loadSettings(io, { set: ["data.index_file=vix.csv"] }).data;
    expect(indexFile).toBe(join(io.cwd, "vix.csv"));
  });

  test("labels, bounds of the gates and the log's head file are read, and are no part of the config", () => {
    const toml = '[labels]\nhorizon = 48\n[gates]\nsharpe = 1.5\n[audit]\nhead_file = "usb/head.json"';
    const io = testIo({ files: { "fathom.toml": toml }, env: { FATHOM_GATES__FOLDS: "5" } });
    const { engine, labels, gates, audit } = loadSettings(io);
    expect([labels.horizon, labels.window, gates.sharpe, gates.folds]).toEqual([48, 240, 1.5, 5]);
    expect(audit.headFile).toBe(join(io.cwd, "usb/head.json"));
    expect(load({}).audit.headFile).toBeUndefined();
    expect(engine).toEqual(defaultConfig());
  });

  test.each([
    ["precision", 0.649],
    ["recall", 0.599],
    ["f1", 0.619],
    ["sharpe", 0.999],
    ["psr", 0.949],
    ["days", 179],
    ["folds", 3],
    ["positives", 99],
    ["weight", 0.0751],
    ["leverage", 1.001],
    ["drawdown", 0.201],
    ["top3", 0.501],
  ])("the bound %s of a gate is not made looser to %d, in no layer", (name, value) => {
    for (const layers of [
      { toml: `gates.${name} = ${value}` },
      { env: { [`FATHOM_GATES__${name.toUpperCase()}`]: String(value) } },
      { flags: { set: [`gates.${name}=${value}`] } },
    ])
      expect(errorOf(layers)).toMatchObject({ code: "E_CFG_VALUE", context: { problems: [{}] } });
  });

  test.each([0.3, 25])("no percentage is read out of %d where it would be too much all the same", (value) => {
    expect(errorOf({ flags: { set: [`gates.drawdown=${value}`] } }).message).toBe(
      `gates.drawdown: found ${value}, expected at most 0.2 (fraction) (--set)`,
    );
  });

  test("an empty list of pairs can be written in text", () => {
    expect(load({ toml: 'data.pairs = ["BTC"]', flags: { set: ["data.pairs=[]"] } }).data.pairs).toEqual([]);
  });

  // Numbers as text: flags, the environment and .env read alike.
  test.each([
    ["", /found "", expected a number/],
    [" 0.1", /take away the spaces/],
    ["0.1 ", /take away the spaces/],
    ["1,5", /write 1\.5 with a point/],
    ["5%", /write 0\.05, not 5%/],
    ["12.5 %", /write 0\.125, not 12\.5 %/],
    ["NaN", /found "NaN", expected a number/],
    ["Infinity", /expected a number/],
    ["1e999", /expected a number/],
    ["-0", /expected a number/],
    ["-0.0", /expected a number/],
    ["+1", /expected a number/],
    [".5", /expected a number/],
    ["5.", /expected a number/],
    ["01", /expected a number/],
    ["0x10", /expected a number/],
    ["1_000", /expected a number/],
    ["1n", /expected a number/],
    ["true", /expected a number/],
    ["0.1\n", /take away the spaces/],
    ["１", /expected a number/],
    ["15", /expected at most 1 \(fraction\): fractions, never percent; write 0\.15, not 15/],
    ["-0.1", /expected at least 0 \(fraction\)/],
  ])("the text %j is no fraction", (text, message) => {
    const fromEnv = errorOf({ env: { FATHOM_RISK__DRAWDOWN: text } });
    expect(fromEnv.code).toBe("E_CFG_VALUE");
    expect(fromEnv.message).toMatch(message);
    expect(fromEnv.message).toMatch(/^risk\.drawdown: .* \(env FATHOM_RISK__DRAWDOWN\)$/s);
    expect(errorOf({ flags: { set: [`risk.drawdown=${text}`] } }).message).toMatch(message);
    expect(errorOf({ dotEnv: `FATHOM_RISK__DRAWDOWN="${text}"` }).message).toMatch(message);
  });

  test.each([
    ["risk.drawdown = '0.1'", /risk\.drawdown: found "0\.1", expected a number: write 0\.1 without quotes/],
    ["risk.drawdown = '5%'", /write 0\.05, not 5%/],
    ["risk.drawdown = '1,5'", /write 1\.5 with a point/],
    ["risk.drawdown = ''", /found "", expected text that is not empty|expected a number/],
    ["risk.drawdown = true", /found true, expected a number/],
    ["risk.drawdown = nan", /found NaN, expected a number/],
    ["risk.drawdown = inf", /found Infinity, expected a number/],
    ["risk.drawdown = -0.0", /found -0, expected 0/],
    ["risk.drawdown = [0.1]", /found \[0\.1\], expected a number/],
    ["risk.drawdown = { a = 1 }", /expected a number/],
    ["risk.drawdown = 2024-01-01", /expected a number/],
    ["risk.drawdown = 15", /write 0\.15, not 15/],
    ["risk.pairs = 2.5", /risk\.pairs: found 2\.5, expected a whole number/],
    ["risk = 5", /risk: found 5, expected a table of settings/],
    ["risk = [1]", /risk: found \[1\], expected a table of settings/],
    ["regime.source = 'VIXX'", /expected one of computed, VIX, DVOL\. Did you mean VIX\?/],
    ["regime.reference = ' BTC'", /found " BTC", expected text without spaces around it/],
    ["regime.reference = 1", /found 1, expected text/],
    ["data.pairs = 'BTC'", /found "BTC", expected a list/],
    ["data.pairs = [1]", /data\.pairs\.0: found 1, expected text/],
    ["data.pairs = ['BTC', 'BTC']", /found BTC twice/],
    ["data.interval = '7m'", /found "7m", expected 15m, 1h, 1d or the like/],
    ["data.from = '2024-02-30'", /found "2024-02-30", expected a UTC date/],
    ["data.from = 2024-02-01T00:00:00", /expected a UTC date/],
    ["fees.schedule = []", /must not be empty/],
    ["pairs.BTC = 1", /pairs\.BTC: found 1, expected a table of settings/],
    ["pairs.BTC.tick = 0", /pairs\.BTC\.tick: found 0, expected more than 0 \(quote\)/],
    [
      "fees.schedule = [{ from = 0, tiers = [{ volume = 0, maker = 0.2, taker = 0 }] }]",
      /fees\.schedule\.0\.tiers\.0\.maker: found 0\.2, expected at most 0\.1/,
    ],
    ["fees.schedule = [{ from = 0 }]", /fees\.schedule\.0\.tiers: is missing, expected a list/],
  ])("TOML %s is refused", (toml, message) => {
    const error = errorOf({ toml });
    expect(error.code).toBe("E_CFG_VALUE");
    expect(error.message).toMatch(message);
    expect(error.message).toContain("(fathom.toml:1)");
  });

  test("a wrong value is an error also where a higher layer replaces it", () => {
    const error = errorOf({ toml: "seed = 'x'", flags: { set: ["seed=2"] } });
    expect(error.message).toBe('seed: found "x", expected a number (fathom.toml:1)');
  });
});

describe("contradictions", () => {
  test.each<[string, Layers, string]>([
    [
      "reversed levels",
      { toml: "[regime.levels]\nrisk_on = 50" },
      "regime.levels: must rise from risk_on over risk_off to panic, found 50, 30, 40 (fathom.toml:2)",
    ],
    [
      "reversed times of two layers",
      { toml: "[data]\nfrom = 2024-01-02", env: { FATHOM_DATA__TO: "2024-01-01" } },
      "data: from must be before to, found from 2024-01-02 and to 2024-01-01 (fathom.toml:2, env FATHOM_DATA__TO)",
    ],
    [
      "a downtime that ends before it begins, of which only the end was set",
      { flags: { set: ["downtime.end=100", "downtime.transition=10"] } },
      "downtime.start: must be before end, found start 180 and end 100 (--set)",
    ],
  ])("%s", (_, layers, message) => {
    expect(errorOf(layers)).toMatchObject({ code: "E_CFG_VALUE", message });
  });
});

describe("unknown names", () => {
  test.each<[string, Layers, string]>([
    [
      "a key of the file",
      { toml: "seed = 1\n\n[risk]\ndrawdwn = 0.1" },
      "risk.drawdwn: is not a setting. Did you mean risk.drawdown? (fathom.toml:4)",
    ],
    ["a table", { toml: "[rsk]\npairs = 1" }, "rsk: is not a setting. Did you mean risk? (fathom.toml:1)"],
    [
      "a key inside of a list",
      { toml: "fees.schedule = [{ frm = 0, from = 0, tiers = [{ volume = 0, maker = 0, taker = 0 }] }]" },
      "fees.schedule.0.frm: is not a setting. Did you mean from? (fathom.toml:1)",
    ],
    [
      "a key of a record's entry",
      { toml: '[pairs."BTC"]\ntik = 1' },
      "pairs.BTC.tik: is not a setting. Did you mean pairs.BTC.tick? (fathom.toml:2)",
    ],
    [
      "one underscore too few",
      { env: { FATHOM_RISK_DRAWDOWN: "0.1" } },
      "FATHOM_RISK_DRAWDOWN: is not a setting. Did you mean FATHOM_RISK__DRAWDOWN? (env FATHOM_RISK_DRAWDOWN)",
    ],
    [
      "a name of .env",
      { dotEnv: "FATHOM_SED=1" },
      "FATHOM_SED: is not a setting. Did you mean FATHOM_SEED? (.env FATHOM_SED)",
    ],
    [
      "a name without its section",
      { flags: { set: ["correlation_window=10"] } },
      "correlation_window: is not a setting. Did you mean risk.correlation_window? (--set)",
    ],
    [
      "a name like no other",
      { flags: { set: ["zzzzzzzz=10"] } },
      "zzzzzzzz: is not a setting. `fathom config` lists them all (--set)",
    ],
  ])("%s", (_, layers, message) => {
    expect(errorOf(layers)).toMatchObject({ code: "E_CFG_UNKNOWN", message });
  });

  test("the case of a name does not matter in the environment, but in a file it does", () => {
    expect(load({ env: { FATHOM_Risk__DrawDown: "0.1" } }).engine.risk.drawdown).toBe(0.1);
    expect(errorOf({ toml: "risk.Drawdown = 0.1" }).message).toContain("Did you mean risk.drawdown?");
  });

  test("two spellings of one name in one environment are refused", () => {
    expect(errorOf({ env: { FATHOM_SEED: "1", FATHOM_seed: "2" } }).message).toContain("is given twice");
  });

  test.each(["__proto__", "constructor", "prototype"])("%s is never a key", (key) => {
    for (const toml of [
      `${key}.x = 1`,
      `risk.${key} = 1`,
      `pairs.${key}.tick = 1`,
      `sizing.multipliers.${key} = 1`,
    ]) {
      expect(errorOf({ toml }).code).toBe("E_CFG_UNKNOWN");
    }
    for (const set of [`${key}.x=1`, `pairs.${key}.tick=1`, `pairs={"${key}": {"tick": 1}}`]) {
      expect(errorOf({ flags: { set: [set] } }).code).toBe("E_CFG_UNKNOWN");
    }
    expect(errorOf({ env: { [`FATHOM_PAIRS__${key}`]: "{}" } }).code).toBe("E_CFG_UNKNOWN");
    expect(({} as Record<string, unknown>).tick).toBeUndefined();
  });
});

test("everything that is wrong in any layer is listed at once", () => {
  const error = errorOf({
    toml: "sed = 1\nrisk.drawdown = 15\n[regime.levels]\npanic = 1",
    dotEnv: "FATHOM_BAND__SHAR=1",
    env: { FATHOM_BAND__MIN_USD: "1,5" },
    flags: { set: ["risk.pair=3"] },
  });
  expect(error.message.split("\n")).toEqual([
    "6 settings are wrong:",
    "  sed: is not a setting. Did you mean seed? (fathom.toml:1)",
    "  risk.drawdown: found 15, expected at most 1 (fraction): fractions, never percent; write 0.15, not 15 (fathom.toml:2)",
    "  FATHOM_BAND__SHAR: is not a setting. Did you mean FATHOM_BAND__SHARE? (.env FATHOM_BAND__SHAR)",
    '  band.min_usd: found "1,5", expected a number: write 1.5 with a point (env FATHOM_BAND__MIN_USD)',
    "  risk.pair: is not a setting. Did you mean risk.pairs? (--set)",
    "  regime.levels: must rise from risk_on over risk_off to panic, found 20, 30, 1 (fathom.toml:4)",
  ]);
  expect(error.context.problems).toHaveLength(6);
});

describe("files", () => {
  test("broken TOML is an error with its line", () => {
    expect(errorOf({ toml: "seed = 1\nrisk = {" })).toMatchObject({
      code: "E_CFG_TOML",
      context: { line: 2 },
    });
    expect(errorOf({ toml: "seed = 1\nseed = 2" }).message).toContain("(fathom.toml:2)");
  });

  test("a file of --config that is not there is an error", () => {
    const error = errorOf({ flags: { config: "gone.toml" } });
    expect(error).toMatchObject({ code: "E_CFG_FILE", context: { file: "gone.toml" } });
  });

  test("bytes that are no UTF-8 are an error, a byte order mark is not", () => {
    const io = testIo({});
    writeFileSync(join(io.cwd, "fathom.toml"), Buffer.from([0xff, 0xfe, 0x00]));
    expect(() => loadSettings(io)).toThrow(/cannot read fathom\.toml as UTF-8 text/);
    expect(load({ toml: "\ufeffseed = 7" }).engine.seed).toBe(7);
  });

  test("--set without a value is a wrong call", () => {
    expect(errorOf({ flags: { set: ["risk.drawdown"] } })).toMatchObject({ code: "E_USAGE_SET" });
  });

  test("comments and the lines of a long text are not taken for keys", () => {
    const toml = '# seed = 1\nregime.reference = """\nseed = 2\nBTC"""\nseed = -1';
    expect(errorOf({ toml }).message).toBe("seed: found -1, expected at least 0 (count) (fathom.toml:5)");
  });
});
