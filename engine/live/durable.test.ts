import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { commitFile, type FileOps, makeDirectory, PART, sweep, writeDurable } from "./durable.ts";
import { failingAt } from "./test-failing.ts";
import { testFolder } from "./test-folder.ts";

describe("writeDurable", () => {
  test("replaces a file and leaves no other", () => {
    const folder = testFolder();
    const path = join(folder, "a");
    writeDurable(path, "old");
    writeDurable(path, "new");
    expect(fs.readFileSync(path, "utf8")).toBe("new");
    expect(fs.readdirSync(folder)).toEqual(["a"]);
  });

  test("that fails at any operation tells why and leaves the old content, or the whole new one", () => {
    const counting = failingAt(0, "");
    writeDurable(join(testFolder(), "a"), "new", counting);
    expect(counting.calls()).toBe(6);
    for (const [code, expected] of [
      ["ENOSPC", "E_IO_NO_SPACE"],
      ["EDQUOT", "E_IO_NO_SPACE"],
      ["EROFS", "E_IO_READONLY"],
      ["EACCES", "E_IO_READONLY"],
      ["EIO", "E_IO_FAILED"],
    ]) {
      for (let n = 1; n <= counting.calls(); n++) {
        const folder = testFolder();
        const path = join(folder, "a");
        writeDurable(path, "old");
        expect(() => writeDurable(path, "new", failingAt(n, code))).toThrow(
          expect.objectContaining({ code: expected }),
        );
        // Operations 5 and 6 are the folder's fsync, after the rename.
        expect(fs.readFileSync(path, "utf8")).toBe(n <= 4 ? "old" : "new");
        expect(fs.readdirSync(folder)).toEqual(["a"]);
      }
    }
  });

  test("names the bytes that are needed when the disk is full", () => {
    const path = join(testFolder(), "a");
    expect(() => writeDurable(path, "x".repeat(1234), failingAt(2, "ENOSPC"))).toThrow("1,234 bytes needed");
  });

  test("writes all bytes when the system writes fewer than asked", () => {
    const path = join(testFolder(), "a");
    const short: FileOps = {
      ...fs,
      writeSync: ((fd: number, bytes: Uint8Array, offset: number) =>
        fs.writeSync(fd, bytes, offset, Math.min(3, bytes.length - offset))) as typeof fs.writeSync,
    };
    writeDurable(path, "0123456789", short);
    expect(fs.readFileSync(path, "utf8")).toBe("0123456789");
  });
});

test("makeDirectory enters every new folder durably in its parent", () => {
  const folder = testFolder();
  const synced: string[] = [];
  const paths = new Map<number, string>();
  const ops: FileOps = {
    ...fs,
    openSync: ((path: string, flags: string) => {
      const fd = fs.openSync(path, flags);
      paths.set(fd, path);
      return fd;
    }) as typeof fs.openSync,
    fsyncSync: (fd) => {
      synced.push(paths.get(fd)!);
      fs.fsyncSync(fd);
    },
  };
  makeDirectory(join(folder, "a", "b"), ops);
  expect(synced).toEqual([folder, join(folder, "a")]);
});

test("sweep removes what it is told and nothing else", () => {
  const folder = testFolder();
  for (const name of ["a", `b${PART}`, `c${PART}`]) fs.writeFileSync(join(folder, name), "");
  expect(sweep(folder, (name) => name.endsWith(PART))).toBe(2);
  expect(fs.readdirSync(folder)).toEqual(["a"]);
});

/*
 * Loss of power. SIGKILL cannot show it, so the operations of a write are recorded and every disk is made that a
 * crash may leave: any number of them were issued, and of those every subset that no fsync forced down is lost.
 */
type Op =
  | { readonly kind: "create"; readonly file: number; readonly name: string }
  | { readonly kind: "write"; readonly file: number; readonly bytes: string }
  | { readonly kind: "sync"; readonly file: number }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "syncFolder" };

function recorder(): { ops: Op[]; files: FileOps } {
  const ops: Op[] = [];
  const files = new Map<number, number>();
  let next = 100;
  return {
    ops,
    files: {
      openSync: ((path: string, flags: string) => {
        const fd = next++;
        if (flags === "wx") {
          files.set(fd, fd);
          ops.push({ kind: "create", file: fd, name: path });
        } else if (flags === "r+") {
          const made = ops.find((op) => op.kind === "create" && op.name === path);
          files.set(fd, (made as { file: number }).file);
        }
        return fd;
      }) as typeof fs.openSync,
      writeSync: ((fd: number, bytes: Uint8Array) => {
        ops.push({ kind: "write", file: fd, bytes: Buffer.from(bytes).toString() });
        return bytes.length;
      }) as typeof fs.writeSync,
      fsyncSync: (fd) => {
        const file = files.get(fd);
        ops.push(file === undefined ? { kind: "syncFolder" } : { kind: "sync", file });
      },
      renameSync: (from, to) => {
        ops.push({ kind: "rename", from: String(from), to: String(to) });
      },
      closeSync: () => {},
      mkdirSync: (() => undefined) as unknown as typeof fs.mkdirSync,
      existsSync: () => true,
      rmSync: () => {},
    },
  };
}

/** Every disk, name to content, that a crash after the first `issued` operations may leave. */
function* disks(ops: readonly Op[], issued: number, before: ReadonlyMap<string, string>) {
  const done = ops.slice(0, issued);
  const last = (fits: (op: Op) => boolean) => done.findLastIndex(fits);
  const forced = done.map((op, i) => {
    if (op.kind === "write") return i < last((o) => o.kind === "sync" && o.file === op.file);
    if (op.kind === "create" || op.kind === "rename") return i < last((o) => o.kind === "syncFolder");
    return true;
  });
  const free = done.flatMap((_, i) => (forced[i] ? [] : [i]));
  for (let subset = 0; subset < 1 << free.length; subset++) {
    const lost = new Set(free.filter((_, k) => (subset >> k) & 1));
    const names = new Map<string, number | string>(before);
    const content = new Map<number, string>();
    done.forEach((op, i) => {
      if (lost.has(i)) return;
      if (op.kind === "create") names.set(op.name, op.file);
      else if (op.kind === "write") content.set(op.file, (content.get(op.file) ?? "") + op.bytes);
      else if (op.kind === "rename") {
        // The folder's entry is made anew, also when the temporary name never reached the disk.
        const file = (done.find((o) => o.kind === "create" && o.name === op.from) as { file: number }).file;
        names.delete(op.from);
        names.set(op.to, file);
      }
    });
    yield new Map(
      [...names].map(([name, file]) => [name, typeof file === "string" ? file : (content.get(file) ?? "")]),
    );
  }
}

/** A commit as the store makes it: a series file that DuckDB wrote, then the catalog that lists it. */
function commit(files: FileOps, ops: Op[]): void {
  const fd = files.openSync("series.part", "wx");
  files.writeSync(fd, Buffer.from("rows"));
  commitFile("series.part", "/d/series", files);
  writeDurable("/d/catalog", "lists series", files);
  expect(ops.length).toBeGreaterThan(8);
}

function violations(ops: readonly Op[]): { states: number; bad: number; lost: number } {
  const before = new Map([["/d/catalog", "empty"]]);
  let [states, bad, lost] = [0, 0, 0];
  for (let issued = 0; issued <= ops.length; issued++) {
    for (const disk of disks(ops, issued, before)) {
      states++;
      const catalog = disk.get("/d/catalog");
      const whole = catalog === "empty" || (catalog === "lists series" && disk.get("/d/series") === "rows");
      if (!whole) bad++;
      if (issued === ops.length && catalog !== "lists series") lost++;
    }
  }
  return { states, bad, lost };
}

describe("after a loss of power at any operation", () => {
  const { ops, files } = recorder();
  commit(files, ops);

  test("the catalog is the old or the new one and every series it lists is whole; an acknowledged one is there", () => {
    const { states, bad, lost } = violations(ops);
    expect(states).toBeGreaterThan(20);
    expect([bad, lost]).toEqual([0, 0]);
    expect(dirname("/d/series")).toBe("/d");
  });

  test("the same without fsync of the file is seen to fail", () => {
    expect(violations(ops.filter((op) => op.kind !== "sync")).bad).toBeGreaterThan(0);
  });

  test("the same without fsync of the folder is seen to fail", () => {
    const { bad, lost } = violations(ops.filter((op) => op.kind !== "syncFolder"));
    expect(bad).toBeGreaterThan(0);
    expect(lost).toBeGreaterThan(0);
  });
});
