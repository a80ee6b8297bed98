import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { FathomError } from "../errors.ts";
import { explainIo, partName } from "./durable.ts";

/** Who holds a lock: enough to prove that the holder is gone, also when its pid has been given away again. */
interface Holder {
  readonly pid: number;
  /** Start of the process in ticks since boot; "" where the system does not tell. */
  readonly started: string;
  readonly boot: string;
  readonly host: string;
  /** Namespace of the pid: a container counts its own. */
  readonly namespace: string;
  readonly since: string;
  readonly nonce: string;
}

const read = (get: () => string): string => {
  try {
    return get().trim();
  } catch {
    return "";
  }
};

/** Field 22 of /proc/PID/stat; the command's name before it may hold blanks and brackets. */
const startOf = (pid: number): string =>
  read(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  });

const bootId = () => read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
const pidNamespace = () => read(() => readlinkSync("/proc/self/ns/pid"));

let serial = 0;

function me(now: number): Holder {
  return {
    pid: process.pid,
    started: startOf(process.pid),
    boot: bootId(),
    host: hostname(),
    namespace: pidNamespace(),
    since: new Date(now).toISOString(),
    nonce: `${process.pid}-${startOf(process.pid)}-${serial++}`,
  };
}

/** Whether it is proved that the holder's process has ended. */
function isGone(holder: Holder): boolean {
  if (holder.host !== hostname()) return false;
  if (holder.boot !== bootId()) return true;
  if (holder.namespace !== pidNamespace()) return false;
  if (holder.started !== "") return startOf(holder.pid) !== holder.started;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function holderOf(path: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const holder = JSON.parse(text) as Holder;
    if (typeof holder.pid === "number" && typeof holder.nonce === "string") return holder;
  } catch {
    // Told below.
  }
  throw new FathomError(
    "E_STATE_CORRUPT",
    `lock: ${path} is not a lock file; make sure that no other command is running and remove it`,
    { path },
  );
}

function writePart(part: string, text: string, path: string): void {
  try {
    const fd = openSync(part, "wx");
    try {
      writeSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw explainIo(error, path);
  }
}

/**
 * Takes the lock at `path` and returns what releases it. The file appears with its content in one step (link),
 * so exactly one of several processes gets it. The lock of an ended process is taken over; only the one that
 * holds the lock on that very claim may remove it. Throws E_LOCK_HELD, E_STATE_CORRUPT, E_IO_*.
 */
export function takeLock(path: string, now: number): () => void {
  const mine = me(now);
  const part = partName(path);
  try {
    writePart(part, JSON.stringify(mine), path);
    for (;;) {
      try {
        linkSync(part, path);
        return () => {
          if (holderOf(path)?.nonce === mine.nonce) rmSync(path, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw explainIo(error, path);
      }
      const holder = holderOf(path);
      if (holder === undefined) continue; // released just now
      if (!isGone(holder)) {
        throw new FathomError(
          "E_LOCK_HELD",
          `lock: held by process ${holder.pid} on ${holder.host} since ${holder.since}; nothing was written; wait for it, or, if you know that it has ended, remove ${path}`,
          { path, pid: holder.pid, since: holder.since },
        );
      }
      const release = takeLock(`${path}.stale-${holder.nonce}`, now);
      if (holderOf(path)?.nonce === holder.nonce) rmSync(path, { force: true });
      release();
    }
  } finally {
    rmSync(part, { force: true });
  }
}

/** How long one waits for another who is writing, ms: two halts at once are no reason to refuse one. */
const PATIENCE = 5000;
const RETRY = 10;

/** Tries again for a moment where somebody else holds a lock, which is told by the error `code`. */
export function patiently<T>(code: string, act: () => T): T {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += RETRY) {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof FathomError) || error.code !== code || waited >= PATIENCE) throw error;
      Atomics.wait(clock, 0, 0, RETRY);
    }
  }
}
