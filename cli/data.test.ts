import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { main } from "./main.ts";
import { testIo } from "./test-io.ts";

const NOW = Date.UTC(2026, 0, 1);
const row = (hour: number) => `${1577836800 + hour * 3600},100,120,90.5,110,1.25,3\n`;
const GOOD = [0, 1, 2].map(row).join("");
const BAD = `${GOOD}${row(3).replace("90.5", "x")}`;

async function fathom(files: Record<string, string>, ...commands: (readonly string[])[]) {
  const io = testIo({ files, now: () => NOW });
  const exits: number[] = [];
  for (const command of commands) exits.push(await main(command, io));
  return { exits, out: io.out(), err: io.err(), cwd: io.cwd };
}

test("data import stores a file, says what it did, and data list shows it", async () => {
  const { exits, out, err } = await fathom(
    { "XBTUSD_60.csv": GOOD },
    ["data", "import", "XBTUSD_60.csv"],
    ["data", "list"],
  );
  expect([exits, err]).toEqual([[0, 0], ""]);
  expect(out).toMatch(/XBTUSD_60.csv +imported +kraken +BTC\/USD +1h +3/);
  expect(out).toMatch(/1 imported, 0 unchanged, 0 refused: 3 rows in 0.0 s/);
  expect(out).toMatch(/kraken +BTC\/USD +1h +3 +2020-01-01 +2020-01-01/);
});

test("one refused file ends with its own error and exit 1", async () => {
  const { exits, err, cwd } = await fathom({ "XBTUSD_60.csv": BAD }, ["data", "import", "XBTUSD_60.csv"]);
  expect(exits).toEqual([1]);
  expect(err).toMatch(/^E_DATA_NOT_NUMBER: import: found "x", expected a decimal number .* line 4, low\)\n$/);
  expect(existsSync(join(cwd, ".fathom", "data", "kraken"))).toBe(false);
});

test("several refused files are each told, then counted; the others are stored", async () => {
  const files = { "ADAUSD_60.csv": BAD, "SOLUSD_60.csv": BAD, "XBTUSD_60.csv": GOOD };
  const { exits, out, err } = await fathom(files, ["data", "import", "."], ["data", "list"]);
  expect(exits).toEqual([1, 0]);
  expect(
    err
      .trim()
      .split("\n")
      .map((line) => line.split(":")[0]),
  ).toEqual(["E_DATA_NOT_NUMBER", "E_DATA_NOT_NUMBER", "E_DATA_REFUSED"]);
  expect(out).toContain("1 imported, 0 unchanged, 2 refused");
  expect(out).toMatch(/kraken +BTC\/USD/);
});

test("many files refused for one reason are told of three times and then counted", async () => {
  const names = ["ADA", "BTC", "DOT", "ETH", "SOL"].map((symbol) => `${symbol}_USDT-1h.json`);
  const { exits, out, err } = await fathom(Object.fromEntries(names.map((name) => [name, "[]"])), [
    "data",
    "import",
    ".",
  ]);
  expect(exits).toEqual([1]);
  const lines = err.trim().split("\n");
  expect(lines.length).toBe(5);
  expect(lines[3]).toBe("E_DATA_VENUE: 2 files more; --json tells of each");
  expect(lines[4]).toMatch(/5 of 5 files were refused and left the data as it was$/);
  expect(out).toMatch(/ADA_USDT-1h.json +refused( +-)+\n/);
});

test("a folder without bars is refused", async () => {
  const { exits, err } = await fathom({ "notes.txt": "x" }, ["data", "import", "."]);
  expect(exits).toEqual([1]);
  expect(err).toMatch(/^E_DATA_PATH: import: found no files of bars in the folder /);
});

test("--json prints one document with a result for every file, also when one is refused", async () => {
  const { exits, out } = await fathom({ "ADAUSD_60.csv": BAD, "XBTUSD_60.csv": GOOD }, [
    "data",
    "import",
    ".",
    "--json",
  ]);
  expect(exits).toEqual([1]);
  const document = JSON.parse(out);
  expect(Object.keys(document)).toEqual(["files", "ignored", "rows", "seconds", "rowsPerSecond"]);
  const [refused, imported] = document.files;
  expect(refused).toMatchObject({ status: "refused", error: { code: "E_DATA_NOT_NUMBER" }, rows: 0 });
  expect(Object.keys(imported)).toEqual(
    "file status series rows added duplicates outOfOrder replaced rejected notes".split(" "),
  );
  expect(imported).toMatchObject({ status: "imported", series: { symbol: "BTC", rows: 3 } });
});

test("data list --json gives the catalog; without bars it says what to do", async () => {
  const empty = await fathom({}, ["data", "list"]);
  expect(empty.out).toContain("fathom data import");
  const { out, cwd } = await fathom({}, ["data", "list", "--json"]);
  expect(JSON.parse(out)).toEqual({ home: join(cwd, ".fathom"), series: [] });
});

test.each([
  [["--interval", "7x"], 2, "E_USAGE_INTERVAL"],
  [["--unit", "h"], 2, "E_USAGE"],
  [["--columns", "time,open"], 1, "E_DATA_COLUMNS"],
])("the wrong option %j is refused before anything is read", async (options, exit, code) => {
  const { exits, err } = await fathom({ "XBTUSD_60.csv": GOOD }, [
    "data",
    "import",
    "XBTUSD_60.csv",
    ...options,
  ]);
  expect(exits).toEqual([exit]);
  expect(err).toContain(`${code}:`);
});

test("as a process it gives the same bytes in any time zone", () => {
  const command = fileURLToPath(new URL("./fathom.mjs", import.meta.url));
  const { cwd } = testIo({
    files: {
      "XBTUSD_60.csv": `${row(0)}2020-01-01T01:00:00Z,1,1,1,1,1,1\n`,
      "ETHUSD_60.csv": GOOD,
      "SOLUSD_60.csv": "2020-03-08T03:30:00-05:00,1,1,1,1,1,1\n".replace("03:30", "03:00"),
    },
  });
  const hashes = ["America/New_York", "Asia/Kathmandu", "UTC"].map((zone) => {
    const args = [
      command,
      "data",
      "import",
      ".",
      "--home",
      join(cwd, `.${zone.replace("/", "-")}`),
      "--json",
    ];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      cwd,
      encoding: "utf8",
      env: { ...process.env, TZ: zone },
    });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^E_DATA_UNIT: [^\n]*\n$/)]);
    const { files } = JSON.parse(stdout);
    // Two units in one file are refused.
    expect(files[2].error.code).toBe("E_DATA_UNIT");
    expect(files[1].series.first).toBe(Date.UTC(2020, 2, 8, 8));
    return files.map((file: { series?: { sha256: string } }) => file.series?.sha256);
  });
  expect(hashes[1]).toEqual(hashes[0]);
  expect(hashes[2]).toEqual(hashes[0]);
});
