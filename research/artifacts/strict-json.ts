/** What strictJson refuses, as a clause to put behind "found". */
class JsonFault extends Error {}

const DEPTH = 64;
/** Keys through which a later merge could reach a prototype. */
const DANGEROUS = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Reads JSON that somebody else may have written: UTF-8 without a byte order mark, at most 64 levels deep, no key
 * twice in an object, no `__proto__`, `constructor` or `prototype`, no number beyond a double. The caller has
 * bounded the size. @throws JsonFault
 */
export function strictJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new JsonFault("bytes that are no UTF-8");
  }
  checkKeys(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new JsonFault(`no JSON (${(error as Error).message})`);
  }
  checkNumbers(value);
  return value;
}

/** One look at brackets and strings. What is no JSON may pass: the parser behind it tells. */
function checkKeys(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x7b || c === 0x5b) {
      if (open.length === DEPTH) throw new JsonFault(`more than ${DEPTH} levels at offset ${i}`);
      open.push(c === 0x7b ? new Set() : undefined);
    } else if (c === 0x7d || c === 0x5d) open.pop();
    else if (c === 0x22) {
      const end = endOfString(text, i);
      if (isKey(text, end)) noteKey(open.at(-1), text.slice(i, end + 1), i);
      i = end;
    }
  }
}

/** Index of the closing quote, or the text's length. */
function endOfString(text: string, from: number): number {
  let i = from + 1;
  while (i < text.length && text.charCodeAt(i) !== 0x22) i += text.charCodeAt(i) === 0x5c ? 2 : 1;
  return i;
}

function isKey(text: string, end: number): boolean {
  let i = end + 1;
  while (i < text.length && text.charCodeAt(i) <= 0x20) i++;
  return text.charCodeAt(i) === 0x3a;
}

function noteKey(keys: Set<string> | undefined, quoted: string, offset: number): void {
  let key: string;
  try {
    key = JSON.parse(quoted) as string; // escapes: "\u005f_proto__" is a key too
  } catch {
    return;
  }
  if (DANGEROUS.has(key)) throw new JsonFault(`the key ${quoted} at offset ${offset}`);
  if (keys?.has(key)) throw new JsonFault(`the key ${quoted} twice in an object, at offset ${offset}`);
  keys?.add(key);
}

function checkNumbers(value: unknown): void {
  if (typeof value === "number" && !Number.isFinite(value)) throw new JsonFault("a number beyond a double");
  if (typeof value !== "object" || value === null) return;
  for (const item of Object.values(value)) checkNumbers(item);
}
