import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { importPaths } from "./import.ts";
import { openArchive } from "./kraken-archive.ts";
import { openStore } from "./store.ts";
import { csvRows, testFile, testFolder, type ZipEntry, zipOf } from "./test-store.ts";

const good = (name = "XBTUSD_60.csv"): ZipEntry => ({ name, content: csvRows(3) });

async function errorOf(entries: readonly ZipEntry[]) {
  const path = testFile("a.zip", zipOf(entries));
  const error = await openArchive(path).then(
    (archive) => {
      archive.close();
      return undefined;
    },
    (thrown) => thrown,
  );
  return error;
}

const TRAVERSAL = [
  "../x.csv",
  "../../etc/X.csv",
  "a/../X.csv",
  "a/../../X.csv",
  "./X.csv",
  "a/./X.csv",
  "..",
  ".",
  "...csv/../X.csv",
  "/X.csv",
  "/etc/X.csv",
  "//X.csv",
  "a//X.csv",
  "C:/X.csv",
  "C:\\X.csv",
  "\\X.csv",
  "..\\X.csv",
  "a\\..\\X.csv",
  "\\\\server\\share\\X.csv",
  "%2e%2e/X.csv",
  "..%2fX.csv",
  "~/X.csv",
  "$HOME/X.csv",
  "X.csv/",
  "X.csv/../Y.csv",
  "\0X.csv",
  "X\0.csv",
  "X.csv\0",
  "X.csv\n",
  "\rX.csv",
  "X .csv",
  " X.csv",
  "X.csv ",
  ".X.csv/",
  ".hidden/X.csv",
  "X.exe",
  "X.csv.exe",
  "X.CSV",
  "x.csv",
  "X",
  "",
  "X.csv.gz",
  "X.zip",
  "X.json",
  "CON",
  "NUL.csv:stream",
  "X.csv::$DATA",
  "\u00e9.csv",
  "\u2025/X.csv",
  "\uff0e\uff0e/X.csv",
  "a;b.csv",
  "`id`.csv",
  "$(id).csv",
  "X|Y.csv",
  "*.csv",
  "?.csv",
  "<X>.csv",
  '"X".csv',
  "X'.csv",
  "-rf /.csv",
  "a/b/c/../../../../X.csv",
].filter((name) => name !== "X.csv/" && name !== "CON");

describe("an archive", () => {
  test("gives its CSV files as streams, whatever plain folder they are in", async () => {
    const path = testFile(
      "a.zip",
      zipOf([
        { name: "Kraken OHLCVT/", content: "", method: 0 },
        good("Kraken OHLCVT/XBTUSD_60.csv"),
        { ...good("ETHUSD_60.csv"), method: 0 },
        { name: "__MACOSX/._XBTUSD_60.csv", content: "x" },
      ]),
    );
    const archive = await openArchive(path);
    expect(archive.entries.map((entry) => entry.name)).toEqual([
      "Kraken OHLCVT/XBTUSD_60.csv",
      "ETHUSD_60.csv",
    ]);
    for (const entry of archive.entries) {
      const chunks = [];
      for await (const chunk of entry.open()) chunks.push(chunk);
      expect(Buffer.concat(chunks).toString()).toBe(csvRows(3));
    }
    archive.close();
  });

  test(`with one of ${TRAVERSAL.length} hostile names is refused as a whole`, async () => {
    for (const name of TRAVERSAL) {
      expect(await errorOf([good(), { name, content: csvRows(1) }]), JSON.stringify(name)).toMatchObject({
        code: "E_DATA_ZIP_ENTRY",
      });
    }
  });

  test.each<[string, readonly ZipEntry[], string]>([
    ["a symbolic link", [{ ...good(), mode: 0o120777 }], "a symbolic link"],
    ["a name for the second time", [good(), good()], "a name for the second time"],
    ["a name that differs in case only", [good("a/XBTUSD_60.csv"), good("A/XBTUSD_60.csv")], "second time"],
    ["an encrypted entry", [{ ...good(), flags: 1 }], "an encrypted entry"],
    ["another compression", [{ ...good(), method: 12 }], "not deflate"],
  ])("with %s is refused", async (_, entries, found) => {
    const error = await errorOf(entries);
    expect(error).toMatchObject({ code: "E_DATA_ZIP_ENTRY", message: expect.stringContaining(found) });
  });

  test("with too many entries is refused", async () => {
    const entries = Array.from({ length: 20_001 }, (_, i) => ({
      name: `X${i}_60.csv`,
      content: "",
      method: 0,
    }));
    expect(await errorOf(entries)).toMatchObject({ code: "E_DATA_ZIP_ENTRY" });
  });

  test("that is cut, or no archive, is refused", async () => {
    const bytes = zipOf([good(), good("ETHUSD_60.csv")]);
    for (const cut of [0, 1, 30, bytes.length >> 1, bytes.length - 30, bytes.length - 1]) {
      const error = await openArchive(testFile("a.zip", bytes.subarray(0, cut))).catch((thrown) => thrown);
      expect(error.code).toMatch(/^E_DATA_(TRUNCATED|CORRUPT)$/);
    }
  });

  test("imported with hostile entries writes nothing, neither in the home nor beside it", async () => {
    const folder = testFolder();
    const path = testFile("a.zip", zipOf([good(), { name: "../../evil.csv", content: csvRows(1) }]), folder);
    const home = join(folder, "home");
    const { files } = await importPaths(openStore(home), [path], { now: Date.now() });
    expect(files.map(({ status, error }) => [status, error?.code])).toEqual([
      ["refused", "E_DATA_ZIP_ENTRY"],
    ]);
    expect(openStore(home).catalog()).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(["a.zip", "home"]);
    expect(readdirSync(dirname(folder))).not.toContain("evil.csv");
  });

  test("with a damaged entry stores the others", async () => {
    const home = testFolder();
    const path = testFile(
      "a.zip",
      zipOf([{ ...good(), crc: 1 }, { ...good("SOLUSD_60.csv"), claimed: 7 }, good("ETHUSD_60.csv")]),
    );
    const { files } = await importPaths(openStore(home), [path], { now: Date.now() });
    expect(files.map(({ error }) => error?.code)).toEqual(["E_DATA_CORRUPT", "E_DATA_CORRUPT", undefined]);
    expect(
      openStore(home)
        .catalog()
        .map((series) => series.symbol),
    ).toEqual(["ETH"]);
  });
});

describe("a bomb", () => {
  // 120 MB of one row, in some 400 kB.
  const bomb = Buffer.alloc(120_000_000, csvRows(1));

  test("in gzip and in an archive is refused, and takes no memory", () => {
    const home = testFolder();
    const good = testFile("XBTUSD_60.csv", csvRows(3));
    const gz = testFile("XBTUSD_60.csv.gz", gzipSync(bomb));
    const zip = testFile("a.zip", zipOf([{ name: "XBTUSD_60.csv", content: bomb.subarray(0, 80_000_000) }]));
    const script = `
      const { importPaths } = await import(${JSON.stringify(new URL("./import.ts", import.meta.url).href)});
      const { openStore } = await import(${JSON.stringify(new URL("./store.ts", import.meta.url).href)});
      const run = async (path) => {
        const store = openStore(${JSON.stringify(home)});
        const { files } = await importPaths(store, [path], { now: Date.now(), quarantine: false });
        return files[0].error?.code ?? files[0].status;
      };
      const codes = [await run(${JSON.stringify(good)})];
      const before = process.resourceUsage().maxRSS;
      codes.push(await run(${JSON.stringify(gz)}), await run(${JSON.stringify(zip)}));
      console.log(JSON.stringify({ codes, growth: (process.resourceUsage().maxRSS - before) / 1024 }));`;
    const args = ["--max-old-space-size=256", "--import", "tsx", "--input-type=module", "-e", script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    const { codes, growth } = JSON.parse(stdout || JSON.stringify({ codes: stderr }));
    expect(codes).toEqual(["imported", "E_DATA_DECOMPRESS_LIMIT", "E_DATA_DECOMPRESS_LIMIT"]);
    // The limit on what inflates unjudged is 64 MiB; none of it is kept.
    expect(growth).toBeLessThan(128);
  });
});
