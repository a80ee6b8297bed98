import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import { parse, TomlError } from "smol-toml";
import { didYouMean, FathomError } from "../../engine/errors.ts";
import { settings } from "./schema.ts";
import { type Collected, takeTable, takeText } from "./take.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = "FATHOM_";
// Read by the tests, not a setting.
const NOT_SETTINGS = ["FATHOM_REQUIRE_DATA"];

/** `fathom.toml` of the working directory, or the file of --config, which must exist. */
export function takeFile(into: Collected, cwd: string, given: string | undefined): void {
  const name = given ?? "fathom.toml";
  const text = readText(resolve(cwd, name), name);
  if (text === undefined) {
    if (given === undefined) return;
    throw new FathomError("E_CFG_FILE", `config: found no file ${name}, expected the file of --config`, {
      file: name,
    });
  }
  const table = parseToml(text, name);
  const lines = linesOf(text);
  takeTable(into, table, (path) => {
    for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
      const line = lines.get(at);
      if (line !== undefined) return `${name}:${line}`;
    }
    return name;
  });
}

function parseToml(text: string, name: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split("\n")[0].replace(/^Invalid TOML document: /, "");
    throw new FathomError("E_CFG_TOML", `config: found no valid TOML: ${reason} (${name}:${error.line})`, {
      file: name,
      line: error.line,
      column: error.column,
    });
  }
}

/** Reads a file of UTF-8 text; undefined where it does not exist. */
function readText(path: string, name: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new FathomError("E_CFG_FILE", `config: cannot read ${name} as UTF-8 text: ${message}`, {
      file: name,
    });
  }
}

const KEY = `(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')`;
const KEYS = String.raw`${KEY}(?:\s*\.\s*${KEY})*`;
const HEADER = new RegExp(String.raw`^\s*\[\[?\s*(${KEYS})\s*\]`);
const PAIR = new RegExp(String.raw`^\s*(${KEYS})\s*=`);

/** The line on which each path is first written, as far as a look at single lines can tell. */
function linesOf(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  const plain = (keys: string) =>
    [...keys.matchAll(new RegExp(KEY, "g"))].map(([key]) => key.replace(/^["']|["']$/g, "")).join(".");
  let table = "";
  let inText = false;
  text.split("\n").forEach((line, i) => {
    const within = inText;
    if ((line.match(/"""|'''/g)?.length ?? 0) % 2 === 1) inText = !inText;
    if (within) return;
    const header = HEADER.exec(line);
    const pair = PAIR.exec(line);
    if (header !== null) table = plain(header[1]);
    else if (pair === null) return;
    const path = pair === null ? table : table === "" ? plain(pair[1]) : `${table}.${plain(pair[1])}`;
    if (!lines.has(path)) lines.set(path, i + 1);
  });
  return lines;
}

/** `.env` of the working directory, then the environment, which wins. */
export function takeEnvironment(into: Collected, cwd: string, env: Environment): void {
  const dotEnv = readText(resolve(cwd, ".env"), ".env");
  if (dotEnv !== undefined) takeNames(into, parseEnv(dotEnv), ".env");
  takeNames(into, env, "env");
}

const spelling = {
  anyCase: true,
  show: (path: string) => PREFIX + path.replaceAll(".", "__").toUpperCase(),
};

function takeNames(into: Collected, env: Environment, layer: string): void {
  const seen = new Map<string, string>();
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || !name.startsWith(PREFIX) || NOT_SETTINGS.includes(name)) continue;
    const source = `${layer} ${name}`;
    const other = seen.get(name.toUpperCase());
    if (other !== undefined) {
      const what = `is given twice, as ${other} and as ${name}: keep one`;
      into.problems.push({ code: "E_CFG_VALUE", path: name, what, source });
    }
    seen.set(name.toUpperCase(), name);
    takeText(into, name.slice(PREFIX.length).split("__"), text, source, spelling);
  }
}

/** One flag's text: `--seed 7` is { flag: "--seed", path: "seed", text: "7" }. */
export interface Flag {
  readonly flag: string;
  readonly path: string;
  readonly text: string;
}

export function takeFlag(into: Collected, { flag, path, text }: Flag): void {
  takeText(into, path.split("."), text, flag, { anyCase: false, show: (p) => p });
}

/** Splits the argument of `--set KEY=VALUE`. */
export function parseSet(argument: string): Flag {
  const at = argument.indexOf("=");
  if (at > 0) return { flag: "--set", path: argument.slice(0, at), text: argument.slice(at + 1) };
  const paths = settings.map((s) => s.path);
  const meant = paths.includes(argument) ? ` Its value is missing.` : didYouMean(argument, paths);
  throw new FathomError(
    "E_USAGE_SET",
    `--set: found "${argument}", expected KEY=VALUE such as risk.drawdown=0.15.${meant}`,
  );
}
