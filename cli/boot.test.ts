import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { nodeProblem } from "./tsx.mjs";

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** An empty folder far from the checkout, with these files. */
function folder(files: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), "fathom-boot-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

interface Ended {
  readonly exit: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** Runs node in a process of its own; `on` sees each piece of its stdout. */
function node(cwd: string, args: readonly string[], on?: (child: ReturnType<typeof spawn>) => void) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FATHOM_")));
  return new Promise<Ended>((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout.on("data", (piece) => {
      out += piece;
      on?.(child);
    });
    child.stderr.on("data", (piece) => {
      err += piece;
    });
    child.on("error", reject);
    child.on("close", (exit, signal) => resolve({ exit, signal, out, err }));
  });
}

test("fathom runs from any folder, through a symbolic link, past a broken tsconfig.json", async () => {
  const cwd = folder({ "tsconfig.json": "{ broken", "fathom.toml": "seed = 4" });
  symlinkSync(here("fathom.mjs"), join(cwd, "fathom"));
  const { exit, out, err } = await node(cwd, ["fathom", "config", "seed"]);
  expect([exit, err]).toEqual([0, ""]);
  expect(out).toMatch(/^seed +4 +count +fathom\.toml:1 /m);
});

test("the process ends with the exit code of the error and no stack", async () => {
  const cwd = folder({ "fathom.toml": "sed = 4" });
  expect(await node(cwd, [here("fathom.mjs"), "config"])).toEqual({
    exit: 1,
    signal: null,
    out: "",
    err: "E_CFG_UNKNOWN: sed: is not a setting. Did you mean seed? (fathom.toml:1)\n",
  });
  expect(await node(cwd, [here("fathom.mjs"), "config", "--jsn"])).toMatchObject({ exit: 2, out: "" });
});

test("a .env file counts as environment", async () => {
  const cwd = folder({ ".env": "FATHOM_RISK__DRAWDOWN=0.15 # of equity\n" });
  const { out } = await node(cwd, [here("fathom.mjs"), "config", "risk.drawdown", "--json"]);
  expect(JSON.parse(out).settings[0]).toMatchObject({ value: 0.15, source: ".env FATHOM_RISK__DRAWDOWN" });
});

test("a reader that leaves early is no error", async () => {
  const io = JSON.stringify(here("io.ts"));
  const file = `const { processIo } = await import(${io});
    const io = processIo();
    for (let i = 0; i < 200; i++) {
      io.stdout("x".repeat(10_000) + "\\n");
      await new Promise((next) => setTimeout(next, 1));
    }
    io.stderr("done");`;
  const ended = await node(folder({ "talk.mts": file }), [here("run-ts.mjs"), "talk.mts"], (child) =>
    child.stdout?.destroy(),
  );
  expect(ended).toMatchObject({ exit: 0, err: "done" });
});

test("Ctrl-C ends the process at once, also in a loop that never pauses, and leaves no stack", async () => {
  const io = JSON.stringify(here("io.ts"));
  const file = `const { createIo, processIo } = await import(${io});
    const terminal = Object.assign(process.stderr, { isTTY: true, columns: 80 });
    const io = createIo({ ...processIo(), terminal });
    io.progress("bars", 10).update(1);
    console.log("started");
    for (;;);`;
  const ended = await node(folder({ "loop.mts": file }), [here("run-ts.mjs"), "loop.mts"], (child) =>
    child.kill("SIGINT"),
  );
  expect(ended).toMatchObject({ signal: "SIGINT", out: "started\n" });
  expect(ended.err).not.toMatch(/Error| at /);
  expect(ended.err).not.toContain("\u001b[?25l");
});

test("run-ts runs a file that uses Fathom, with its arguments, outside of any package", async () => {
  const errors = JSON.stringify(here("../engine/errors.ts"));
  const cwd = folder({
    "ask.ts": `import { FathomError } from ${errors};
      const args: string[] = process.argv.slice(2);
      console.log(args.join("+"), process.argv[1].endsWith("ask.ts"));
      throw new FathomError("E_ASKED", "no answer");`,
  });
  expect(await node(cwd, [here("run-ts.mjs"), "ask.ts", "a", "--b"])).toEqual({
    exit: 1,
    signal: null,
    out: "a+--b true\n",
    err: "E_ASKED: no answer\n",
  });
});

test("run-ts shows the stack of any other error, with lines of the TypeScript", async () => {
  const cwd = folder({ "bad.mts": "const x: number = 1;\n\nthrow new RangeError(String(x));" });
  const { exit, err } = await node(cwd, [here("run-ts.mjs"), "bad.mts"]);
  expect(exit).toBe(1);
  expect(err).toMatch(/^RangeError: 1\n +at .*bad\.mts:3/);
});

test("run-ts says what a script outside of Fathom's folder lacks", async () => {
  const cwd = folder({ "waits.ts": "await 0;", "names.mts": 'import "fathom";' });
  const [waits, names] = await Promise.all(
    ["waits.ts", "names.mts"].map((file) => node(cwd, [here("run-ts.mjs"), file])),
  );
  expect(waits).toMatchObject({ exit: 1, err: expect.stringMatching(/^E_SCRIPT: .*waits\.ts.*\.mts.*\n$/) });
  expect(names).toMatchObject({ exit: 1, err: expect.stringMatching(/^E_SCRIPT: .*imports "fathom".*\n$/) });
});

test("run-ts without a file, or with one that is not there, is a wrong call", async () => {
  expect(await node(folder(), [here("run-ts.mjs"), "no.ts"])).toMatchObject({
    exit: 2,
    err: expect.stringMatching(/^E_USAGE: run-ts: found no file .*no\.ts/),
  });
  expect(await node(folder(), [here("run-ts.mjs")])).toMatchObject({
    exit: 2,
    err: expect.stringMatching(/^E_USAGE: /),
  });
});

test.each([
  ["20.19.0", true],
  ["20.20.2", true],
  ["22.0.0", true],
  ["24.1.0", true],
  ["20.18.3", false],
  ["18.20.8", false],
])("Node %s is accepted: %s", (version, accepted) => {
  expect(nodeProblem(version) === undefined).toBe(accepted);
});

test("an old Node is refused in one sentence", async () => {
  const old = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.20.8"})';
  const { exit, out, err } = await node(folder(), ["--import", old, here("fathom.mjs"), "--help"]);
  expect([exit, out]).toEqual([1, ""]);
  expect(err).toMatch(/^E_NODE_VERSION: fathom needs Node 20\.19 or newer, found 18\.20\.8 .*\n$/);
});
