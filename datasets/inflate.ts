import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { FathomError } from "../engine/errors.ts";

const MIB = 1024 * 1024;

/** Bars compress 3 to 30 times. What inflates far beyond that is an attack or garbage. */
const INFLATE_LIMITS = { ratio: 200, free: 64 * MIB, most: 16 * 1024 * MIB } as const;

/**
 * Passes the bytes of an inflated stream on, and throws E_DATA_DECOMPRESS_LIMIT as soon as they are more than
 * `ratio` times the compressed size (the first `free` bytes are not judged) or more than `most`.
 */
export async function* withinLimits(
  stream: AsyncIterable<Uint8Array>,
  compressed: number,
  file: string,
): AsyncGenerator<Uint8Array> {
  const { ratio, free, most } = INFLATE_LIMITS;
  const limit = Math.min(most, Math.max(free, compressed * ratio));
  let total = 0;
  for await (const chunk of stream) {
    total += chunk.length;
    if (total > limit) {
      throw new FathomError(
        "E_DATA_DECOMPRESS_LIMIT",
        `import: found more than ${limit.toLocaleString("en")} bytes inside ${compressed.toLocaleString("en")} compressed ones, expected at most ${ratio} times as many; nothing of this file was stored; if the file is sound, decompress it yourself and import the CSV (${file})`,
        { file, compressed, limit },
      );
    }
    yield chunk;
  }
}

/** The inflated bytes of a gzip file. */
export async function* gunzipFile(path: string, size: number, file: string): AsyncGenerator<Uint8Array> {
  const input = createReadStream(path, { highWaterMark: MIB });
  const gunzip = createGunzip({ chunkSize: MIB });
  input.on("error", (error) => gunzip.destroy(error));
  try {
    yield* withinLimits(input.pipe(gunzip), size, file);
  } catch (error) {
    throw explainZlib(error, file);
  } finally {
    gunzip.destroy();
    input.destroy();
  }
}

/** A broken compressed stream as E_DATA_TRUNCATED or E_DATA_CORRUPT. */
export function explainZlib(error: unknown, file: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "Z_BUF_ERROR" || /unexpected end/i.test(message)) {
    return new FathomError(
      "E_DATA_TRUNCATED",
      `import: the compressed data ends too early; nothing of this file was stored; get the file again (${file})`,
      { file },
    );
  }
  if (code?.startsWith("Z_")) {
    return new FathomError(
      "E_DATA_CORRUPT",
      `import: the compressed data is damaged (${message}); nothing of this file was stored; get the file again (${file})`,
      { file },
    );
  }
  return error;
}
