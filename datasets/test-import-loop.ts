// For tests: node --import tsx datasets/test-import-loop.ts FOLDER import|copy. Writes until it is killed and says
// on stdout, one line each, what it has acknowledged.
import { mkdirSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { HOUR } from "../engine/market/bars.ts";
import { importPaths } from "./import.ts";
import { openStore } from "./store.ts";

const [, , folder, mode] = process.argv;
const say = (line: string) => writeSync(1, `${line}\n`);

/** Rows of Kraken's archive that grow a series by `step`, with an overlap. */
function rows(from: number, count: number): string {
  let text = "";
  for (let i = from; i < from + count; i++) {
    const price = 100 + (i % 97) / 4;
    text += `${1_577_836_800 + i * 3600},${price},${price + 1},${price - 1},${price + 0.5},${i % 11}.5,${i % 7}\n`;
  }
  return text;
}

if (mode === "import") {
  const store = openStore(join(folder, "home"));
  const input = join(folder, "input");
  mkdirSync(input, { recursive: true });
  for (let turn = 0; ; turn++) {
    // One file and three in turn: a commit may list several.
    const symbols = turn % 2 === 0 ? ["SOL"] : ["ADA", "DOT", "LINK"];
    const paths = symbols.map((symbol) => {
      const have = store.find({ symbol, interval: HOUR })?.rows ?? 0;
      const file = join(input, `${symbol}USD_60.csv`);
      writeFileSync(file, rows(Math.max(0, have - 50), 600));
      return file;
    });
    await importPaths(store, paths, {
      now: Date.UTC(2200, 0, 1),
      done({ status, series, error }) {
        if (status !== "imported") throw error;
        // Ready once it is busy: the kill then comes in the midst of the imports that follow.
        if (turn === 0) say("ready");
        say(`${series!.symbol} ${series!.rows}`);
      },
    });
  }
} else {
  const connection = await (await DuckDBInstance.create()).connect();
  say("ready");
  for (let turn = 0; ; turn++) {
    const path = join(folder, `${turn}.parquet`);
    const copy = await connection.prepare(
      "COPY (SELECT i AS time, random() AS open FROM range(1000000) t(i)) TO $path (FORMAT parquet)",
    );
    copy.bind({ path });
    await copy.run();
    say(`${turn} 1000000`);
  }
}
