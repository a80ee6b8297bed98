import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FathomError } from "../errors.ts";
import { OPERATOR } from "../portfolio/operator.ts";
import { type FileOps, refuseSymlink, writeDurable } from "./durable.ts";
import { takeLock } from "./lock.ts";
import type { Said } from "./runner.ts";

export type Command = "halt" | "reset";

/** A command that was given from outside, and when. */
interface Given {
  readonly command: Command;
  readonly at: string;
}

const FILE = "operator.json";

/**
 * Gives a live folder a command. The file holds every command that was ever given, and only grows: the runner
 * counts in its journal how many it took, so that each is taken once, whoever is killed when. On return the command
 * is there to stay. Returns how many were given so far.
 * @param now ms UTC.
 * @throws FathomError E_LOCK_HELD, E_STATE_CORRUPT, E_IO_*
 */
export function giveCommand(folder: string, command: Command, now: number, ops?: FileOps): number {
  const path = join(folder, FILE);
  const release = takeLock(`${path}.lock`, now);
  try {
    const given = [...readGiven(path), { command, at: new Date(now).toISOString() }];
    writeDurable(path, `${JSON.stringify(given, null, 2)}\n`, ops);
    return given.length;
  } finally {
    release();
  }
}

/**
 * What the operator says at the next row: the first command that was not taken yet, with its repetitions, for a
 * halt hit twice is one halt.
 * @param taken how many were taken.
 * @throws FathomError E_STATE_CORRUPT, also when commands that were taken are gone: new ones would not be heard.
 */
export function nextCommand(folder: string, taken: number): Said {
  const path = join(folder, FILE);
  const given = readGiven(path);
  if (given.length < taken) {
    throw corrupt(path, `${given.length} commands, but the journal has taken ${taken}`);
  }
  if (given.length === taken) return { operator: OPERATOR.none, taken };
  const { command } = given[taken];
  let to = taken;
  while (given[to]?.command === command) to++;
  return { operator: OPERATOR[command], taken: to };
}

function readGiven(path: string): readonly Given[] {
  if (!existsSync(path)) return [];
  refuseSymlink(path);
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw corrupt(path, "no JSON");
  }
  if (!Array.isArray(given)) throw corrupt(path, "no list");
  const wrong = given.findIndex((g) => g?.command !== "halt" && g?.command !== "reset");
  if (wrong >= 0) throw corrupt(path, `entry ${wrong} with neither halt nor reset`);
  return given as Given[];
}

const corrupt = (path: string, found: string) =>
  new FathomError(
    "E_STATE_CORRUPT",
    `operator: found ${found} in ${path}, expected the list of every command that was given; the runner takes no row without it: put the file back as it was`,
    { path },
  );
