import { expect, test } from "vitest";
import { FathomError } from "../engine/errors.ts";
import { commandNames, main, report } from "./main.ts";
import { testIo } from "./test-io.ts";

async function fathom(...args: string[]) {
  const io = testIo({});
  const exit = await main(args, io);
  return { exit, out: io.out(), err: io.err() };
}

test("without arguments, and with --help, the commands are listed with an example", async () => {
  const { exit, out, err } = await fathom();
  expect([exit, err]).toEqual([0, ""]);
  for (const name of commandNames) expect(out).toContain(`\n  ${name} `);
  expect(out).toContain("Example:\n  $ fathom ");
  expect(await fathom("--help")).toEqual({ exit, out, err });
});

test.each(commandNames)(
  "fathom %s --help holds an example, and so does every command below it",
  async (name) => {
    const { exit, out } = await fathom(name, "--help");
    expect(exit).toBe(0);
    expect(out).toMatch(/^Usage: fathom /);
    const below = [...(out.split("\nCommands:\n")[1] ?? "").matchAll(/^ {2}(\w[\w-]*)/gm)].map((m) => m[1]);
    const helps = below.filter((command) => command !== "help").map((command) => [name, command]);
    if (helps.length === 0) expect(out).toMatch(/Examples?:\n +\$ fathom /);
    for (const command of helps) {
      expect((await fathom(...command, "--help")).out).toMatch(/Examples?:\n +\$ fathom /);
    }
  },
);

test("--version prints the version of package.json", async () => {
  expect(await fathom("--version")).toMatchObject({
    exit: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

test.each([
  [["confg"], "E_USAGE: unknown command 'confg' (Did you mean config?); see `fathom --help`\n"],
  [
    ["config", "--jsn"],
    "E_USAGE: unknown option '--jsn' (Did you mean --json?); see `fathom config --help`\n",
  ],
  [["config", "a", "b"], /^E_USAGE: too many arguments for 'config'/],
  [["config", "--set"], /^E_USAGE: option '--set <key=value>' argument missing/],
  [["data", "import"], "E_USAGE: missing required argument 'path'; see `fathom data import --help`\n"],
  [["data", "lst"], "E_USAGE: unknown command 'lst' (Did you mean list?); see `fathom data --help`\n"],
  [["config", "--set", "risk.drawdown"], /risk\.drawdown=0\.15\. Its value is missing\.\n$/],
  [["backtest", "--index-file", "vix.csv"], /^E_USAGE_INDEX: .*regime\.source is computed/],
  [["config", "--set", "risk"], /^E_USAGE_SET: --set: found "risk", expected KEY=VALUE/],
])("the wrong call %j exits with 2 and says what was meant", async (args, message) => {
  const { exit, out, err } = await fathom(...args);
  expect([exit, out]).toEqual([2, ""]);
  if (typeof message === "string") expect(err).toBe(message);
  else expect(err).toMatch(message);
});

test("a command that only holds others shows them on stderr and exits with 2", async () => {
  const { exit, out, err } = await fathom("data");
  expect([exit, out]).toEqual([2, ""]);
  expect(err).toMatch(/^Usage: fathom data .*\n\n[\s\S]*Commands:\n/);
});

test("a home that cannot be written is told before the backtest runs", async () => {
  const io = testIo({ files: { home: "a file" } });
  expect(await main(["backtest", "--home", "home"], io)).toBe(1);
  expect(io.err()).toMatch(/^E_IO_READONLY: write: .*runs cannot be written \(ENOTDIR\)/);
});

test("an error is one line of code and message, and exits with 1", async () => {
  expect(await fathom("config", "--set", "seed=-1")).toEqual({
    exit: 1,
    out: "",
    err: "E_CFG_VALUE: seed: found -1, expected at least 0 (count) (--set)\n",
  });
});

test("with --json an error is one document on stdout and nothing on stderr", async () => {
  const { exit, out, err } = await fathom("config", "--json", "--set", "sed=1");
  expect([exit, err]).toEqual([1, ""]);
  expect(JSON.parse(out)).toEqual({
    error: {
      code: "E_CFG_UNKNOWN",
      message: "sed: is not a setting. Did you mean seed? (--set)",
      context: {
        problems: [
          {
            code: "E_CFG_UNKNOWN",
            path: "sed",
            what: "is not a setting. Did you mean seed?",
            source: "--set",
          },
        ],
      },
    },
  });
});

test("with --json a wrong call is a document too", async () => {
  const { exit, out } = await fathom("confg", "--json");
  expect(exit).toBe(2);
  expect(JSON.parse(out).error.code).toBe("E_USAGE");
});

test("after --, --json is an argument like any other", async () => {
  expect(await fathom("config", "--", "--json")).toMatchObject({ exit: 1, out: "" });
});

test("whatever is no FathomError is called a bug, with its stack", () => {
  const io = testIo({});
  expect(report(io, new TypeError("x is not a function"), [])).toBe(1);
  expect(io.err()).toMatch(
    /^E_BUG: this is a bug in Fathom, please report it with the lines below: x is not a function\nTypeError: x.*\n +at /,
  );
});

test("a bug in a document has its stack there", () => {
  const io = testIo({});
  report(io, "thrown text", ["--json"]);
  expect(JSON.parse(io.out()).error).toMatchObject({
    code: "E_BUG",
    stack: expect.stringMatching(/\n +at /),
  });
  expect(io.err()).toBe("");
});

test("an error of the operating system is not called a bug", () => {
  const io = testIo({});
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), {
    code: "ENOSPC",
    syscall: "write",
  });
  expect(report(io, full, [])).toBe(1);
  expect(io.err()).toBe("E_SYSTEM: ENOSPC: no space left on device, write\n");
});

test("an error after the document goes to stderr, so that stdout stays one document", () => {
  const io = testIo({});
  io.json({ done: true });
  report(io, new FathomError("E_X", "too late"), ["--json"]);
  expect([io.out(), io.err()]).toEqual(['{\n  "done": true\n}\n', "E_X: too late\n"]);
});

test("numbers that JSON cannot hold do not hide the error that carries them", () => {
  const io = testIo({});
  report(io, new FathomError("E_X", "m", { nan: Number.NaN, big: 10n, gone: undefined, ok: 1 }), ["--json"]);
  expect(JSON.parse(io.out()).error.context).toEqual({ nan: "NaN", big: "10", ok: 1 });
});
