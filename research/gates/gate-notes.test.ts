import { expect, test } from "vitest";
import { defaultConfig } from "../../engine/config.ts";
import { DAY } from "../../engine/market/bars.ts";
import type { ChangedSetting } from "./changed-settings.ts";
import { gateNotes } from "./gate-notes.ts";
import type { Sound } from "./integrity.ts";

const END = Date.UTC(2024, 0, 31, 5);

interface Case {
  /** null where a script handed the bars over. */
  readonly origin?: object | null;
  readonly source?: "VIX";
  readonly settings?: readonly ChangedSetting[];
  readonly days?: number;
}

function notes({ origin = { data: "kraken" }, source, settings = [], days = 0 }: Case): string {
  const config = defaultConfig();
  const sound = {
    training: origin === null ? {} : { origin },
    dataset: { notes: ["bars are USDT"] },
    config: source === undefined ? config : { ...config, regime: { ...config.regime, source } },
  } as unknown as Sound;
  const detail = { folds: [{ end: END }] } as unknown as Parameters<typeof gateNotes>[2];
  return gateNotes(sound, settings, detail, END + days * DAY).join("\n");
}

test("what a reader must know of the bars comes first, and where nothing was loaded nothing is told of bars", () => {
  expect(notes({})).toMatch(/^bars are USDT\n.*whoever imported them/);
  expect(gateNotes(undefined, [], null, END)).toHaveLength(2);
});

test("bars that a script handed over and bars that were made are told as such", () => {
  expect(notes({ origin: null })).toContain("handed over by a script");
  expect(notes({ origin: { data: "synthetic" } })).toContain("nothing of any market");
  expect(notes({})).not.toMatch(/handed over|nothing of any market/);
});

test("an index from a file may hold the future", () => {
  expect(notes({ source: "VIX" })).toMatch(/The volatility index is VIX from a file.*is the future/);
  expect(notes({})).not.toContain("volatility index");
});

test("fills that are priced by own settings are named, other settings are not", () => {
  const setting = (path: string, isOfCosts: boolean) => ({ path, value: "0", usual: "1", isOfCosts });
  const told = notes({ settings: [setting("fees.schedule", true), setting("risk.correlation", false)] });
  expect(told).toContain("settings of its own (fees.schedule)");
  expect(notes({ settings: [setting("risk.correlation", false)] })).not.toContain("settings of its own");
});

test("data that end more than a fold before the gates are told to be old", () => {
  expect(notes({ days: 90 })).not.toContain("last day that was judged");
  expect(notes({ days: 91 })).toContain("The last day that was judged is 2024-01-31, 91 days before");
});
