import { expect, test } from "vitest";
import { load } from "../datasets/load.ts";
import { barsOfModel, type DatasetOptions, loadDataset } from "./dataset.ts";
import { loadSettings } from "./settings.ts";
import { testIo } from "./test-io.ts";

const of = (planted: boolean | undefined, ...set: readonly string[]) => {
  const io = testIo({});
  const settings = loadSettings(io, { set: ["data.interval=4h", "data.to=2021-03-01", ...set] });
  return loadDataset(io, settings, { planted });
};

test("a planted market is remembered as such: its origin makes the same bars again", async () => {
  const { panel, origin, notes } = await of(true, "data.pairs=BTC,ETH");
  expect(notes.join()).toContain("planted");
  const again = await load(JSON.parse(JSON.stringify(origin)));
  expect(again.panel).toEqual(panel);
  expect((await of(undefined, "data.pairs=BTC,ETH")).panel).not.toEqual(panel);
});

test("only the synthetic market can be planted", async () => {
  await expect(of(true, "data.source=kraken")).rejects.toThrow(
    expect.objectContaining({
      code: "E_USAGE_PLANTED",
      message:
        'found --planted with bars of kraken, expected the synthetic market; leave --planted out, or take the data "synthetic"',
    }),
  );
});

const NONE: DatasetOptions = {};
const settingsOf = (...set: readonly string[]) => loadSettings(testIo({}), { set });
const trainedOn = (data: string, planted?: boolean) =>
  ({
    data,
    planted,
    pairs: ["BTC", "ETH"],
    interval: 3_600_000,
    to: 0,
    reference: "BTC",
    warmupRows: 0,
  }) as const;

test("a model of a planted market is run on it, unless the options say otherwise", () => {
  expect(barsOfModel(trainedOn("synthetic", true), settingsOf(), NONE).planted).toBe(true);
  expect(barsOfModel(trainedOn("synthetic", true), settingsOf(), { ...NONE, planted: false }).planted).toBe(
    false,
  );
  expect(barsOfModel(undefined, settingsOf(), NONE).planted).toBeUndefined();
});

test("a model of stored bars asks for a venue by name, whichever it is", () => {
  expect(() => barsOfModel(trainedOn("kraken"), settingsOf(), {})).toThrow(
    expect.objectContaining({ code: "E_USAGE_MODEL", message: expect.stringContaining("--data kraken") }),
  );
  for (const source of ["kraken", "synthetic"]) {
    const settings = settingsOf(`data.source=${source}`);
    expect(barsOfModel(trainedOn("kraken"), settings, NONE).planted).toBeUndefined();
  }
});
