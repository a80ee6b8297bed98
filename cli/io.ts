import { createRequire } from "node:module";
import { FathomError } from "../engine/errors.ts";
import { formatTable, type Row } from "./table.ts";

/**
 * All that a command sees of the world around it. Commands never touch process.*: tests run them
 * in-process with an Io of their own.
 */
export interface Io {
  /** Results. With --json nothing but one JSON document goes there. */
  readonly stdout: (text: string) => void;
  /** Progress, notes and errors. */
  readonly stderr: (text: string) => void;
  /** Whether a person watches stderr. */
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The time of day, ms UTC. */
  readonly now: () => number;
  /** A bar on stderr where a person watches, else nothing. `total` is in the unit of the label. */
  readonly progress: (label: string, total: number) => Progress;
  /** Writes the one JSON document of the command to stdout. */
  readonly json: (document: unknown) => void;
  /** Whether json() was called: an error that comes later must not add a second document. */
  readonly jsonWritten: () => boolean;
  /** Writes an aligned table to stdout; see formatTable. */
  readonly table: <R extends Row>(rows: readonly R[], parts?: (row: R, before: R) => boolean) => void;
}

export interface Progress {
  /** Sets how far the work is, in the unit of `total`. */
  readonly update: (value: number) => void;
  /** Takes the bar away. Must be called, also on an error. */
  readonly stop: () => void;
}

/** In a JSON document: a figure that the data does not support, and why. */
export const noFigure = (why: string) => ({ value: null, why });

export interface Surroundings {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** The stream a progress bar is drawn on, where a person watches. */
  readonly terminal?: NodeJS.WritableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => number;
}

export function createIo(around: Surroundings): Io {
  let written = false;
  return {
    stdout: around.stdout,
    stderr: around.stderr,
    isTTY: around.terminal !== undefined,
    env: around.env,
    cwd: around.cwd,
    now: around.now,
    progress: (label, total) =>
      around.terminal === undefined ? silent : bar(around.terminal, around.now, label, total),
    json(document) {
      if (written) throw new Error("io.json was called twice: a command writes one document");
      checkJson(document, "");
      around.stdout(`${JSON.stringify(document, null, 2)}\n`);
      written = true;
    },
    jsonWritten: () => written,
    table: (rows, parts) => around.stdout(formatTable(rows, parts)),
  };
}

/** The Io of this process. */
export function processIo(): Io {
  // A reader that leaves early (`fathom config | head -1`) is no error: the rest goes nowhere.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  return createIo({
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    terminal: process.stderr.isTTY ? process.stderr : undefined,
    env: process.env,
    cwd: process.cwd(),
    now: Date.now,
  });
}

const silent: Progress = { update: () => {}, stop: () => {} };

function bar(stream: NodeJS.WritableStream, now: () => number, label: string, total: number): Progress {
  // Loaded at the first bar: most commands draw none.
  const { SingleBar } = createRequire(import.meta.url)("cli-progress") as typeof import("cli-progress");
  const drawn = new SingleBar({
    stream,
    format: `${label} [{bar}] {percentage}% | {value}/{total} | {rate}/s | ETA {eta_formatted}`,
    barsize: 30,
    clearOnComplete: true,
    // Cursor and wrapping stay as they are: Ctrl-C ends the process at once and leaves nothing to repair.
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
  });
  const start = now();
  drawn.start(total, 0, { rate: "-" });
  return {
    update(value) {
      const seconds = (now() - start) / 1000;
      drawn.update(value, { rate: seconds > 0 ? perSecond(value / seconds) : "-" });
    },
    stop: () => drawn.stop(),
  };
}

function perSecond(rate: number): string {
  if (rate >= 1e6) return `${(rate / 1e6).toFixed(1)}M`;
  if (rate >= 1e3) return `${(rate / 1e3).toFixed(1)}k`;
  return rate.toFixed(rate < 10 ? 1 : 0);
}

/** Whatever JSON cannot hold is an error with its place, never a silent null. */
function checkJson(value: unknown, path: string): void {
  const at = path === "" ? "the document" : path;
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new FathomError(
      "E_JSON_NUMBER",
      `json: found ${value} at ${at}, expected a finite number or {"value": null, "why": ...}`,
      { path },
    );
  }
  const plain =
    value === null || value === undefined || ["number", "string", "boolean"].includes(typeof value);
  if (plain) return;
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      // JSON.stringify would turn an undefined item into null without a word.
      if (item === undefined) throw notJson("undefined", `${path}[${i}]`);
      checkJson(item, `${path}[${i}]`);
    });
    return;
  }
  const prototype = typeof value === "object" ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== Object.prototype && prototype !== null) {
    const kind = typeof value === "object" ? ((value as object).constructor?.name ?? "object") : typeof value;
    throw notJson(kind, at);
  }
  for (const [key, item] of Object.entries(value as object)) {
    checkJson(item, path === "" ? key : `${path}.${key}`);
  }
}

const notJson = (kind: string, path: string) =>
  new FathomError(
    "E_JSON_VALUE",
    `json: found ${kind} at ${path}, expected only plain objects, arrays, numbers, strings and booleans`,
    { path },
  );
