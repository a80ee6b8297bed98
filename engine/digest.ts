import { createHash } from "node:crypto";

/** sha256 over texts and bytes, one after the other, as hex: the engine's one use of node:crypto. */
export function digest(...parts: readonly (string | NodeJS.ArrayBufferView)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
