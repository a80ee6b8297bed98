import { createHash, type Hash } from "node:crypto";
import { FathomError } from "../../engine/errors.ts";

/**
 * JSON with sorted keys and no spaces: equal data give equal text. Undefined members are left out.
 * @throws FathomError E_RUN_CANONICAL for what JSON cannot hold: NaN, infinity, functions, bigints.
 */
export function canonicalJson(x: unknown, where = "value"): string {
  if (x === null || typeof x === "boolean" || typeof x === "string") return JSON.stringify(x);
  if (typeof x === "number" && Number.isFinite(x)) return JSON.stringify(x);
  if (Array.isArray(x)) return `[${x.map((v, k) => canonicalJson(v, `${where}[${k}]`)).join()}]`;
  if (typeof x === "object") {
    const members = Object.entries(x)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v, `${where}.${k}`)}`);
    return `{${members.join()}}`;
  }
  throw new FathomError(
    "E_RUN_CANONICAL",
    `canonicalJson: found ${String(x)} (${typeof x}) at ${where}, expected what JSON holds: ` +
      "null, booleans, strings, finite numbers, arrays and plain objects",
    { where },
  );
}

export const sha256 = (data: string | NodeJS.ArrayBufferView): string =>
  createHash("sha256").update(data).digest("hex");

const BLOCK = 8192;
const block = new Float64Array(BLOCK);
const words = new Uint32Array(block.buffer);

/** Feeds the bits of a column's first n numbers to a hash, every NaN in its one canonical form. */
export function hashColumn(hash: Hash, column: Float64Array, n = column.length): void {
  for (let from = 0; from < n; from += BLOCK) {
    const size = Math.min(BLOCK, n - from);
    block.set(column.subarray(from, from + size));
    for (let i = 0; i < size; i++) {
      if (block[i] === block[i]) continue;
      words[2 * i] = 0;
      words[2 * i + 1] = 0x7ff80000;
    }
    hash.update(new Uint8Array(block.buffer, 0, size * 8));
  }
}
