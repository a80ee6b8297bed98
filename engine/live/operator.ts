import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FathomError } from "../errors.ts";
import { OPERATOR } from "../portfolio/operator.ts";
import { type FileOps, refuseSymlink, sweep, writeDurable } from "./durable.ts";
import { FILES } from "./files.ts";
import { patiently, takeLock } from "./lock.ts";
import type { Said } from "./runner.ts";

export type Command = "halt" | "reset";

/** A command that was given from outside, and when. */
interface Given {
  readonly command: Command;
  readonly at: string;
}

const pathIn = (folder: string) => join(folder, FILES.operator);

/**
 * Makes the list of commands of a new run, which comes before its journal: once there is a journal, a list that is
 * not there was lost, and with it the count that tells new commands from old ones.
 * @throws FathomError E_LOCK_HELD, E_IO_*
 */
export function beginCommands(folder: string, now: number, ops?: FileOps): void {
  alone(folder, now, () => {
    if (!existsSync(pathIn(folder))) writeDurable(pathIn(folder), "[]\n", ops);
  });
}

/**
 * Gives a live folder a command. The file holds every command that was ever given, and only grows: the runner
 * counts in its journal how many it took, so that each is taken once, whoever is killed when. On return the command
 * is there to stay. Returns how many were given so far.
 * @param now ms UTC.
 * @throws FathomError E_LOCK_HELD, E_STATE_CORRUPT, E_IO_*
 */
export function giveCommand(folder: string, command: Command, now: number, ops?: FileOps): number {
  return alone(folder, now, () => {
    const given = [...readGiven(folder), { command, at: new Date(now).toISOString() }];
    writeDurable(pathIn(folder), `${JSON.stringify(given, null, 2)}\n`, ops);
    return given.length;
  });
}

/**
 * What the operator says at the next row: the first command that was not taken yet, with its repetitions, for a
 * halt hit twice is one halt.
 * @param taken how many were taken.
 * @throws FathomError E_STATE_CORRUPT, also when commands that were taken are gone: new ones would not be heard.
 */
export function nextCommand(folder: string, taken: number): Said {
  const given = readGiven(folder);
  if (given.length < taken) {
    throw corrupt(folder, `${given.length} commands, of which the journal has taken ${taken},`);
  }
  if (given.length === taken) return { operator: OPERATOR.none, taken };
  const { command } = given[taken];
  let to = taken;
  while (given[to]?.command === command) to++;
  return { operator: OPERATOR[command], taken: to };
}

/** A list that was being written; the lock's own are not ours to take. */
const LEFTOVER = /^operator\.json\.\d+-\d+\.part$/;

/** Acts as the only writer of the list, and takes away what killed writers left of theirs. */
function alone<T>(folder: string, now: number, act: () => T): T {
  const release = patiently("E_LOCK_HELD", () => takeLock(`${pathIn(folder)}.lock`, now));
  try {
    sweep(folder, (name) => LEFTOVER.test(name));
    return act();
  } finally {
    release();
  }
}

function readGiven(folder: string): readonly Given[] {
  const path = pathIn(folder);
  refuseSymlink(path);
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && !existsSync(join(folder, FILES.journal))) return [];
    if (code === "ENOENT") throw corrupt(folder, "no file");
    if (syscall !== undefined) throw error;
    throw corrupt(folder, "no JSON");
  }
  if (!Array.isArray(given)) throw corrupt(folder, "no list");
  const wrong = given.findIndex((g) => g?.command !== "halt" && g?.command !== "reset");
  if (wrong >= 0) throw corrupt(folder, `entry ${wrong} with neither halt nor reset`);
  return given as Given[];
}

const corrupt = (folder: string, found: string) =>
  new FathomError(
    "E_STATE_CORRUPT",
    `operator: found ${found} in ${pathIn(folder)}, expected the list of every command that was given; without it none is given and no row is taken: put the file back as it was, or write [] into it if no command was ever given`,
    { path: pathIn(folder) },
  );
