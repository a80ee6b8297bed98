import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serialize } from "node:v8";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeCheckpoint,
  encodeCheckpoint,
  readCheckpoint,
  type SavedRunner,
  writeCheckpoint,
} from "./checkpoint.ts";
import { pack, unpack } from "./pack.ts";
import { panelRows } from "./row.ts";
import { createRunner, nothingSaid, type Runner } from "./runner.ts";
import { testFolder } from "./test-folder.ts";
import { testPanel, testSystem } from "./test-live.ts";

const rows = [...panelRows(testPanel(160))];
const advance = (runner: Runner, to: number) => {
  while (runner.row < to) runner.take(rows[runner.row], nothingSaid(0), Number.POSITIVE_INFINITY);
  return runner;
};
const savedAt = (runner: Runner): SavedRunner => ({
  state: runner.state(),
  journal: { offset: 1, lines: 1, chain: "a" },
});
const hex = (saved: SavedRunner) => Buffer.from(encodeCheckpoint(saved)).toString("hex");

describe("equal states", () => {
  test("have equal bytes, whether they were computed or came out of a checkpoint, at any row", () => {
    const system = testSystem();
    const straight = createRunner(system);
    let restored = createRunner(system);
    for (let row = 0; row <= rows.length; row += 8) {
      advance(straight, row);
      restored = advance(createRunner(testSystem(), decode(savedAt(restored)).state), row);
      expect(hex(savedAt(restored))).toBe(hex(savedAt(straight)));
    }
    expect(straight.totals.fills).toBeGreaterThan(20);
  });

  const decode = (saved: SavedRunner) => decodeCheckpoint(encodeCheckpoint(saved), "");

  test("of plain data have equal bytes and come back as they were", () => {
    const leaf = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.constantFrom(-0, Number.NaN, null, true, "text", undefined),
      fc.float64Array(),
      fc.uint8Array(),
    );
    const data = fc.object({ values: [leaf], maxDepth: 3 });
    fc.assert(
      fc.property(data, (value) => {
        const packed = serialize(pack(structuredClone(value)));
        const back = unpack(pack(structuredClone(value)));
        expect(back).toEqual(structuredClone(value));
        expect(serialize(pack(back)).equals(packed)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("hold one NaN, whatever bits it had", () => {
    const odd = new Float64Array(new BigUint64Array([0xfff8000000000001n, 0x7ff8000000000000n]).buffer);
    expect(serialize(pack(odd.slice(0, 1))).equals(serialize(pack(odd.slice(1))))).toBe(true);
  });

  test("keep what is shared: an array in two places, two views of one buffer", () => {
    const array = new Float64Array(4);
    const state = { a: array, b: array, view: array.subarray(1, 3) };
    const saved = { state, journal: { offset: 0, lines: 0, chain: "" } } as unknown as SavedRunner;
    const back = decode(saved).state as unknown as typeof state;
    back.a[1] = 7;
    expect([back.b[1], back.view[0]]).toEqual([7, 7]);
  });

  test.each([
    ["a Map", { kernel: new Map() }],
    ["a Date", { kernel: [new Date(0)] }],
    ["a bigint", { kernel: 1n }],
  ])("cannot be had of %s, which is told", (_, state) => {
    expect(() => pack(state)).toThrow(expect.objectContaining({ code: "E_CHECKPOINT_STATE" }));
  });
});

describe("a checkpoint file", () => {
  const saved = savedAt(advance(createRunner(testSystem()), 120));

  test("that was cut or changed anywhere is told", () => {
    const bytes = encodeCheckpoint(saved);
    const corrupt = expect.objectContaining({ code: "E_CHECKPOINT_CORRUPT" });
    for (let at = 0; at < bytes.length; at += at < 100 ? 1 : 997) {
      const changed = bytes.slice();
      changed[at] ^= 0x10;
      expect(() => decodeCheckpoint(changed, "x")).toThrow(corrupt);
      expect(() => decodeCheckpoint(bytes.subarray(0, at), "x")).toThrow(corrupt);
    }
    expect(() => decodeCheckpoint(Buffer.concat([bytes, Buffer.from([0])]), "x")).toThrow(corrupt);
  });

  test("comes back from disk; none is there before the first; a symbolic link is refused", () => {
    const path = join(testFolder(), "checkpoint.bin");
    expect(readCheckpoint(path)).toBeUndefined();
    writeCheckpoint(path, saved);
    expect(hex(readCheckpoint(path)!)).toBe(readFileSync(path).toString("hex"));
    const link = join(testFolder(), "checkpoint.bin");
    writeFileSync(`${link}.target`, readFileSync(path));
    symlinkSync(`${link}.target`, link);
    expect(() => readCheckpoint(link)).toThrow(expect.objectContaining({ code: "E_PATH_SYMLINK" }));
  });
});
