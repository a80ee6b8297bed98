import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { main } from "./main.ts";
import { paperCommand } from "./paper.ts";
import { testIo } from "./test-io.ts";
import { QUICK_RUN, writeQuickSettings } from "./test-paper.ts";

function home() {
  const io = testIo({ now: () => Date.UTC(2030, 0, 1) });
  writeQuickSettings(io.cwd);
  /** Runs a command in this home; `json` is what it printed. */
  async function fathom(...args: string[]) {
    let out = "";
    let err = "";
    let json: Record<string, unknown> = {};
    const exit = await main(args, {
      ...io,
      stdout: (text) => {
        out += text;
      },
      stderr: (text) => {
        err += text;
      },
      json: (document) => {
        json = document as typeof json;
      },
    });
    return { exit, out, err, json };
  }
  return { io, fathom, live: join(io.cwd, ".fathom", "live") };
}

describe("fathom paper", () => {
  test("says at the end what it did and where its state is, and goes on when it is run again", async () => {
    const { fathom, live } = home();
    const first = await fathom(...QUICK_RUN, "--to", "2021-01-06");
    expect(first).toMatchObject({ exit: 0, err: "" });
    expect(first.out).toMatch(/^Paper run paper of BTC ETH, bars from synthetic\n120 rows \(120 new, /);
    expect(first.out).toContain(`State in ${join(live, "paper")}\n`);
    const second = await fathom(...QUICK_RUN, "--json");
    expect(second.json).toMatchObject({
      name: "paper",
      feed: "synthetic",
      pairs: ["BTC", "ETH"],
      rows: 240,
      newRows: 120,
      lastClose: "2021-01-11T00:00:00.000Z",
      halted: false,
      stopped: false,
    });
    expect(second.json.orders).toBeGreaterThan(5);
  });

  test("prints orders, fills and refusals as they happen where a person watches, and nothing else where not", async () => {
    const { io } = home();
    const flags = QUICK_RUN.slice(1);
    await paperCommand(io).parseAsync(flags, { from: "user" });
    expect(io.err()).toBe("");
    await paperCommand({ ...io, isTTY: true }).parseAsync([...flags, "--name", "watched"], { from: "user" });
    for (const what of [
      /2021-01-\d\d \d\d:00 {2}order {3}#0 buy [\d.,]+ (BTC|ETH) \(entry, \w+\)\n/,
      /fill {4}#0 buy [\d.,]+ (BTC|ETH) at [\d.,]+, fee \d+\.\d\d\n/,
      /refused buy (BTC|ETH) \(\w+\): [\w-]+ [\d.,]+, bound [\d.,]+\n/,
    ]) {
      expect(io.err()).toMatch(what);
    }
  });

  test("is halted and reset from outside, heard at the next row", async () => {
    const { fathom } = home();
    await fathom(...QUICK_RUN, "--to", "2021-01-08", "--name", "a");
    expect(await fathom("paper", "halt", "--name", "a")).toMatchObject({
      exit: 0,
      out: "halt was given to a: at its next row it takes open orders back, sells everything and trades no more until a reset\n",
    });
    const halted = await fathom(...QUICK_RUN, "--to", "2021-01-09", "--name", "a");
    expect(halted.out).toContain("halted: nothing is bought until `fathom paper reset --name a`");
    expect((await fathom("paper", "reset", "--name", "a", "--json")).json).toMatchObject({ given: 2 });
    expect((await fathom(...QUICK_RUN, "--name", "a", "--json")).json).toMatchObject({ halted: false });
  });

  test("under another config says which kernel differs, and changes nothing", async () => {
    const { fathom, live } = home();
    await fathom(...QUICK_RUN, "--to", "2021-01-03");
    const journal = readFileSync(join(live, "paper", "journal.jsonl"), "utf8");
    const other = await fathom(...QUICK_RUN, "--seed", "3");
    expect(other).toMatchObject({ exit: 1, out: "", err: expect.stringMatching(/^E_CHECKPOINT_PLAN: /) });
    expect(readFileSync(join(live, "paper", "journal.jsonl"), "utf8")).toBe(journal);
  });

  test("carries its portfolio over to another config where it is asked to, and says so once", async () => {
    const { fathom } = home();
    const other = ["--set", "sizing.unit=0.02", "--carry-over", "--json"];
    await fathom(...QUICK_RUN, "--to", "2021-01-08");
    const carried = await fathom(...QUICK_RUN, "--to", "2021-01-08", ...other);
    expect(carried).toMatchObject({
      exit: 0,
      err: expect.stringMatching(/^carried over at row 168: cash, /),
    });
    const after = await fathom(...QUICK_RUN, ...other);
    expect([after.err, after.json.rows, after.json.newRows]).toEqual(["", 240, 72]);
    expect(after.json.orders).toBeGreaterThan(carried.json.orders as number);
  });

  test.each([
    [["--name", "../x"], "E_USAGE_NAME"],
    [["--name", "X"], "E_USAGE_NAME"],
    [["--speed", "0"], "E_USAGE_NUMBER"],
    [["--speed", "fast"], "E_USAGE_NUMBER"],
    [["--checkpoint-every", "1.5"], "E_USAGE_NUMBER"],
    [["halt", "--name", "../x"], "E_USAGE_NAME"],
  ])("with %j is a wrong call", async (args, code) => {
    const { fathom, live } = home();
    const { exit, err } = await fathom("paper", ...args);
    expect([exit, err.split(":")[0]]).toEqual([2, code]);
    expect(existsSync(live)).toBe(false);
  });

  test("halt names the runs that there are when it finds none of that name", async () => {
    const { fathom } = home();
    expect((await fathom("paper", "halt")).err).toMatch(/^E_LIVE_NAME: paper: found no run in /);
    await fathom(...QUICK_RUN, "--to", "2021-01-02", "--name", "btc-eth");
    const { exit, err } = await fathom("paper", "halt", "--name", "btc-et");
    expect([exit, err]).toEqual([1, expect.stringMatching(/found btc-eth in .* Did you mean btc-eth\?\n$/)]);
  });
});

test("Ctrl-C ends the process after the row at hand with a checkpoint and says how to go on", async () => {
  const { io, fathom, live } = home();
  const boot = fileURLToPath(new URL("./fathom.mjs", import.meta.url));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FATHOM_")));
  const child = spawn(process.execPath, [boot, ...QUICK_RUN, "--speed", "50"], { cwd: io.cwd, env });
  let out = "";
  child.stdout.on("data", (piece) => {
    out += piece;
  });
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const timer = setInterval(() => {
    if (!existsSync(join(live, "paper", "journal.jsonl"))) return;
    clearInterval(timer);
    child.kill("SIGINT");
  }, 20);
  expect(await closed).toBe(0);
  expect(out).toContain("Stopped after the row at hand; the same command goes on from here.\n");
  expect(existsSync(join(live, "paper", "checkpoint.bin"))).toBe(true);
  expect((await fathom(...QUICK_RUN, "--json")).json).toMatchObject({ rows: 240, stopped: false });
});
