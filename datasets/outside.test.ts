import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../engine/market/bars.ts";
import { sharedData } from "../engine/test-data.ts";
import { joinOutside, parseDvol, parseVix, readOutside } from "./outside.ts";

const HEAD = "DATE,OPEN,HIGH,LOW,CLOSE\r\n";
const code = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as Error).message}`;
  }
  return "none";
};

describe("outside series", () => {
  test("VIX is published at 21:15 UTC of its date", () => {
    const vix = parseVix(`${HEAD}2020-03-11,1,2,3,53.9\r\n2020-03-12,1,2,3,75.47\r\n`);
    expect(Array.from(vix.published)).toEqual([Date.UTC(2020, 2, 11, 21, 15), Date.UTC(2020, 2, 12, 21, 15)]);
    expect(Array.from(vix.value)).toEqual([53.9, 75.47]);
  });

  test("DVOL is published at 00:00 UTC of the next date", () => {
    const dvol = parseDvol(`[[${Date.UTC(2022, 10, 9)}, 114.72]]`);
    expect(Array.from(dvol.published)).toEqual([Date.UTC(2022, 10, 10)]);
  });

  test("a row sees the last value published at or before its close, never its own date's", () => {
    const vix = parseVix(`${HEAD}2020-03-11,1,1,1,50\n2020-03-12,1,1,1,75\n`);
    const at = (day: number, ms: number) => Date.UTC(2020, 2, day) + ms;
    const published = 21 * HOUR + 15 * MINUTE;
    const time = Float64Array.of(at(11, 0), at(12, 0), at(12, published - 1), at(12, published), at(16, 0));
    const { value, age } = joinOutside(vix, time);
    expect(Array.from(value)).toEqual([Number.NaN, 50, 50, 75, 75]);
    expect(Array.from(age)).toEqual([
      Number.NaN,
      DAY - published,
      DAY - 1,
      0,
      4 * DAY - published, // over a weekend it ages
    ]);
  });

  test("each fault of a VIX file is a named error with its line", () => {
    expect(code(() => parseVix("DATE,CLOSE\n2020-03-11,5\n", "v.csv"))).toMatch(
      /^E_OUTSIDE_FORMAT.*v\.csv:1/,
    );
    expect(code(() => parseVix(HEAD))).toMatch(/^E_OUTSIDE_FORMAT/);
    const line = (row: string) => code(() => parseVix(`${HEAD}2020-03-10,1,1,1,50\r\n${row}\r\n`, "v.csv"));
    expect(line("2020-03-11,1,1,1,60")).toBe("none");
    expect(line("2020-03-11,1,1,60")).toMatch(/^E_OUTSIDE_FORMAT.*v\.csv:3/);
    expect(line("2020-02-30,1,1,1,60")).toMatch(/^E_OUTSIDE_FORMAT.*v\.csv:3/);
    expect(line("03/11/2020,1,1,1,60")).toMatch(/^E_OUTSIDE_FORMAT.*v\.csv:3/);
    expect(line("2020-03-10,1,1,1,60")).toMatch(/^E_OUTSIDE_ORDER.*v\.csv:3/);
    for (const bad of ["", "NaN", "-5", "0", "1e3", "0x10", "1 000", "Infinity", "5000"]) {
      expect(line(`2020-03-11,1,1,1,${bad}`)).toMatch(/^E_OUTSIDE_NUMBER.*v\.csv:3/);
    }
  });

  test("each fault of a DVOL file is a named error with its item", () => {
    const items = (rows: string) => code(() => parseDvol(`[[${DAY * 18000}, 50], ${rows}]`, "d.json"));
    expect(items(`[${DAY * 18001}, 51]`)).toBe("none");
    expect(items(`[${DAY * 18001 + 5}, 51]`)).toMatch(/^E_OUTSIDE_FORMAT.*item 1/);
    expect(items(`[${DAY * 18001}, "51"]`)).toMatch(/^E_OUTSIDE_FORMAT.*item 1/);
    expect(items(`[${DAY * 18001}, null]`)).toMatch(/^E_OUTSIDE_FORMAT.*item 1/);
    expect(items(`[${DAY * 18000}, 51]`)).toMatch(/^E_OUTSIDE_ORDER.*item 1/);
    expect(items(`[${DAY * 18001}, -1]`)).toMatch(/^E_OUTSIDE_NUMBER.*item 1/);
    expect(code(() => parseDvol("[[1,", "d.json"))).toMatch(/^E_OUTSIDE_FORMAT.*d\.json/);
    expect(code(() => parseDvol("{}", "d.json"))).toMatch(/^E_OUTSIDE_FORMAT.*d\.json/);
    expect(code(() => readOutside("VIX", "/nowhere/vix.csv"))).toMatch(/^E_OUTSIDE_FILE/);
  });

  const vixFile = sharedData("volatility/vix-daily.csv");
  test.skipIf(vixFile === undefined)("the CBOE file reads whole, its record close on 2020-03-16", () => {
    const vix = readOutside("VIX", vixFile!);
    const highest = vix.value.indexOf(Math.max(...vix.value));
    expect(new Date(vix.published[highest]).toISOString()).toBe("2020-03-16T21:15:00.000Z");
    expect(vix.value[highest]).toBe(82.69);
    expect(vix.value.length).toBeGreaterThan(9000);
  });

  const dvolFile = sharedData("volatility/dvol_btc.json");
  test.skipIf(dvolFile === undefined)("the DVOL file reads whole, from 2022-11-06 on", () => {
    const dvol = readOutside("DVOL", dvolFile!);
    expect(dvol.published[0]).toBe(Date.UTC(2022, 10, 7));
    expect(dvol.value[0]).toBe(56.76);
  });
});
