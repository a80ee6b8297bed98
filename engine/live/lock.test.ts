import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { takeLock } from "./lock.ts";
import { testFolder } from "./test-folder.ts";

const NOW = Date.UTC(2026, 0, 1);
const MODULE = JSON.stringify(new URL("./lock.ts", import.meta.url).href);
const node = (script: string, ...args: string[]) =>
  ["--import", "tsx", "--input-type=module", "-e", script, ...args] as const;

describe("the lock", () => {
  test("is held by one at a time, and says by whom and since when", () => {
    const path = join(testFolder(), "lock");
    const release = takeLock(path, NOW);
    expect(() => takeLock(path, NOW)).toThrow(
      expect.objectContaining({
        code: "E_LOCK_HELD",
        message: expect.stringMatching(`held by process ${process.pid} on .* since 2026-01-01T00:00:00.000Z`),
      }),
    );
    release();
    takeLock(path, NOW)();
    expect(readdirSync(join(path, ".."))).toEqual([]);
  });

  test("of a process that was killed is taken over", () => {
    const path = join(testFolder(), "lock");
    const script = `(await import(${MODULE})).takeLock(process.argv[1], 0); process.kill(process.pid, "SIGKILL");`;
    expect(spawnSync(process.execPath, node(script, path)).signal).toBe("SIGKILL");
    expect(existsSync(path)).toBe(true);
    takeLock(path, NOW)();
    expect(readdirSync(join(path, ".."))).toEqual([]);
  });

  const held = (path: string) => JSON.parse(readFileSync(path, "utf8"));
  const linux = existsSync("/proc/self/stat");

  test.runIf(linux)("of an earlier boot, or of a pid that was given away again, is taken over", () => {
    for (const change of [{ boot: "another" }, { started: "1" }]) {
      const path = join(testFolder(), "lock");
      takeLock(path, NOW);
      writeFileSync(path, JSON.stringify({ ...held(path), ...change }));
      takeLock(path, NOW)();
      expect(existsSync(path)).toBe(false);
    }
  });

  test.runIf(linux)("of another machine or container is never taken over: its end cannot be proved", () => {
    for (const change of [
      { host: "elsewhere", boot: "another" },
      { namespace: "pid:[1]", started: "1" },
    ]) {
      const path = join(testFolder(), "lock");
      takeLock(path, NOW);
      writeFileSync(path, JSON.stringify({ ...held(path), ...change }));
      expect(() => takeLock(path, NOW)).toThrow(expect.objectContaining({ code: "E_LOCK_HELD" }));
    }
  });

  test("that is no lock file is told, not removed", () => {
    const path = join(testFolder(), "lock");
    writeFileSync(path, "");
    expect(() => takeLock(path, NOW)).toThrow(expect.objectContaining({ code: "E_STATE_CORRUPT" }));
    expect(existsSync(path)).toBe(true);
  });

  test("is had by exactly one of eight processes that race for a free or a stale one", async () => {
    const folder = testFolder();
    const rounds = 25;
    // Each process takes the lock of every round and keeps it; odd rounds begin with a stale lock.
    const script = `
      const { takeLock } = await import(${MODULE});
      const { existsSync } = await import("node:fs");
      const wait = new Int32Array(new SharedArrayBuffer(4));
      process.stdout.write("ready\\n");
      const won = [];
      for (let round = 0; round < ${rounds}; round++) {
        while (!existsSync(${JSON.stringify(folder)} + "/go-" + round)) Atomics.wait(wait, 0, 0, 1);
        try { takeLock(${JSON.stringify(folder)} + "/lock-" + round, 0); won.push(round); }
        catch (error) { if (error.code !== "E_LOCK_HELD") throw error; }
        process.stdout.write("done\\n");
      }
      process.stdout.write(JSON.stringify(won) + "\\n");`;
    const children = Array.from({ length: 8 }, () => spawn(process.execPath, node(script)));
    const lines = children.map(() => 0);
    const texts = children.map(() => "");
    const all = (n: number) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (children.some((child) => child.exitCode !== null && child.exitCode !== 0))
            reject(new Error("a racer failed"));
          else if (lines.every((count) => count >= n)) resolve();
          else setTimeout(look, 2);
        };
        look();
      });
    children.forEach((child, i) => {
      child.stdout.on("data", (data) => {
        texts[i] += data;
        lines[i] = texts[i].split("\n").length - 1;
      });
    });
    await all(1);
    for (let round = 0; round < rounds; round++) {
      if (round % 2 === 1) {
        const path = join(folder, `lock-${round}`);
        takeLock(path, NOW);
        writeFileSync(path, JSON.stringify({ ...held(path), started: "1", boot: "another" }));
      }
      writeFileSync(join(folder, `go-${round}`), "");
      await all(round + 2);
    }
    await all(rounds + 2);
    const won = texts.flatMap((text) => JSON.parse(text.trim().split("\n").at(-1)!) as number[]);
    // Of a stale lock every racer may back off while another removes it, so that nobody has it; never two.
    expect(new Set(won).size).toBe(won.length);
    for (let round = 0; round < rounds; round += 2) expect(won).toContain(round);
  });
});
