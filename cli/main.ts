import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import type { FathomError } from "../engine/errors.ts";
import { type Io, processIo } from "./io.ts";

interface Mounted {
  readonly name: string;
  readonly summary: string;
  readonly load: (io: Io) => Promise<Command>;
}

/** Every command. Only the one that is called is loaded. */
const COMMANDS: readonly Mounted[] = [
  {
    name: "backtest",
    summary: "replay the whole system over history, prove and report it",
    load: async (io) => (await import("./backtest.ts")).backtestCommand(io),
  },
  {
    name: "report",
    summary: "write the HTML report of a written run",
    load: async (io) => (await import("./report.ts")).reportCommand(io),
  },
  {
    name: "verify",
    summary: "make a written run again and say what of it is the same",
    load: async (io) => (await import("./verify.ts")).verifyCommand(io),
  },
  {
    name: "parity",
    summary: "compare a written run with the live runner over the same rows",
    load: async (io) => (await import("./parity.ts")).parityCommand(io),
  },
  {
    name: "runs",
    summary: "list the written runs",
    load: async (io) => (await import("./runs.ts")).runsCommand(io),
  },
  {
    name: "compare",
    summary: "say what differs between two written runs",
    load: async (io) => (await import("./compare.ts")).compareCommand(io),
  },
  {
    name: "paper",
    summary: "run the system row by row on paper, with a journal; halt and reset it",
    load: async (io) => (await import("./paper.ts")).paperCommand(io),
  },
  {
    name: "data",
    summary: "import bars, list what is stored, judge its quality",
    load: async (io) => {
      const [{ dataCommand }, { qualityCommand }] = await Promise.all([
        import("./data.ts"),
        import("./data-quality.ts"),
      ]);
      return dataCommand(io).addCommand(qualityCommand(io));
    },
  },
  {
    name: "train",
    summary: "train a model by a walk forward, in the downtime, as a signed artifact",
    load: async (io) => (await import("./train.ts")).trainCommand(io),
  },
  {
    name: "gates",
    summary: "put an artifact through the four gates",
    load: async (io) => (await import("./gates.ts")).gatesCommand(io),
  },
  {
    name: "promote",
    summary: "take an artifact one stage further, where its gates allow it",
    load: async (io) => (await import("./promote.ts")).promoteCommand(io),
  },
  {
    name: "artifacts",
    summary: "list trained models with their stages, show one, retire one",
    load: async (io) => (await import("./artifacts.ts")).artifactsCommand(io),
  },
  {
    name: "audit",
    summary: "check the audit log, print it, say what stood where at a time",
    load: async (io) => (await import("./audit.ts")).auditCommand(io),
  },
  {
    name: "keys",
    summary: "make the key that signs artifacts, show the keys that are believed",
    load: async (io) => (await import("./keys.ts")).keysCommand(io),
  },
  {
    name: "config",
    summary: "print every setting: its value, unit, origin and meaning",
    load: async (io) => (await import("./config.ts")).configCommand(io),
  },
];

export const commandNames: readonly string[] = COMMANDS.map((command) => command.name);

/** Runs the command of this process. */
export async function run(): Promise<void> {
  const io = processIo();
  const args = process.argv.slice(2);
  process.on("uncaughtException", (error) => {
    report(io, error, args);
    process.exit(1);
  });
  process.exitCode = await main(args, io);
}

/** Runs `fathom ARGS`; returns the exit code: 0, 1 for an error, 2 for a wrong call. Never throws. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  try {
    const program = await createProgram(args, io);
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    // `fathom data`: commander has shown the commands below it.
    if (error instanceof CommanderError && error.code === "commander.help") return 2;
    return report(io, error, args);
  }
}

async function createProgram(args: readonly string[], io: Io): Promise<Command> {
  const program = new Command("fathom")
    .description("A backtesting and research workbench for a 24/7 Kraken spot crypto system")
    .version(version(), "--version")
    .addHelpText("after", "\nExample:\n  $ fathom backtest\n\n`fathom COMMAND --help` tells more.")
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr, outputError: () => {} })
    .exitOverride();
  for (const { name, summary, load } of COMMANDS) {
    if (!args.includes(name)) program.command(name).summary(summary).description(summary);
    else {
      const command = (await load(io)).summary(summary);
      program.addCommand(command);
      inherit(program, command, `fathom ${name}`);
    }
  }
  return program;
}

/** addCommand, unlike command(), leaves a command with its own output and its own exit. */
function inherit(parent: Command, command: Command, call: string): void {
  command.copyInheritedSettings(parent);
  command.exitOverride((error) => {
    throw Object.assign(error, { call });
  });
  for (const child of command.commands) inherit(command, child, `${call} ${child.name()}`);
}

function version(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

const wantsJson = (args: readonly string[]) => {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? args.length : end).includes("--json");
};

/** The one place where errors are shown. Returns the exit code. */
export function report(io: Io, thrown: unknown, args: readonly string[]): number {
  const { code, message, context, exit, stack } = explain(thrown);
  if (wantsJson(args) && !io.jsonWritten())
    io.json({ error: { code, message, context, ...(stack && { stack }) } });
  else io.stderr(`${code}: ${message}\n${stack === undefined ? "" : `${stack}\n`}`);
  return exit;
}

interface Explained {
  readonly code: string;
  readonly message: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly exit: number;
  readonly stack?: string;
}

function explain(thrown: unknown): Explained {
  if (thrown instanceof CommanderError) {
    // "error: unknown option '--jsn'\n(Did you mean --json?)"
    const message = thrown.message
      .replace(/^error: /, "")
      .replaceAll("\n", " ")
      .replace(/\.$/, "");
    const { call = "fathom" } = thrown as { call?: string };
    return { code: "E_USAGE", message: `${message}; see \`${call} --help\``, context: {}, exit: 2 };
  }
  if (isFathomError(thrown)) {
    const { code, message, context } = thrown;
    return { code, message, context: plain(context), exit: code.startsWith("E_USAGE") ? 2 : 1 };
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { syscall, path, code: errno } = error as NodeJS.ErrnoException;
  // A full disk or a forbidden folder is not a bug of Fathom's.
  if (syscall !== undefined) {
    return { code: "E_SYSTEM", message: error.message, context: plain({ errno, syscall, path }), exit: 1 };
  }
  return {
    code: "E_BUG",
    message: `this is a bug in Fathom, please report it with the lines below: ${error.message}`,
    context: {},
    exit: 1,
    stack: error.stack,
  };
}

/** By name: a user's CommonJS file that imports the engine has an engine, and a FathomError, of its own. */
const isFathomError = (thrown: unknown): thrown is FathomError =>
  thrown instanceof Error &&
  thrown.name === "FathomError" &&
  typeof (thrown as FathomError).code === "string";

/** A context as JSON can hold it: NaN, a date or a bigint in it must not hide the error itself. */
function plain(context: object): Record<string, unknown> {
  const text = JSON.stringify(context, (_, value) =>
    typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))
      ? String(value)
      : value,
  );
  return JSON.parse(text) as Record<string, unknown>;
}
