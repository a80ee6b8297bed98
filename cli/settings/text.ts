import { type Node, nodeOf } from "./schema.ts";

/** A value read from text, or what was expected instead and how to write it. */
export type Parsed = { readonly value: unknown } | { readonly expected: string; readonly hint: string };

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i;

/**
 * A setting's value from the text of a flag or of an environment variable. Strict: no spaces, no empty
 * text, no NaN, no -0. A list of text is written A,B,C; other lists and records as JSON.
 */
export function parseText(node: Node, text: string): Parsed {
  switch (node.kind) {
    case "number":
      return parseNumber(text);
    case "boolean":
      if (text === "true" || text === "false") return { value: text === "true" };
      return { expected: "true or false", hint: "" };
    case "text":
      if (text !== "" && text.trim() === text) return { value: text };
      return { expected: "text that is not empty and has no spaces around it", hint: "" };
    case "list":
      if (nodeOf(node.item).kind === "text" && !text.startsWith("[")) return parseNames(text);
      return parseJson(text, "a list as JSON");
    case "record":
      return parseJson(text, "a record as JSON");
    case "section":
      return { expected: `one of its settings (${Object.keys(node.children).join(", ")})`, hint: "" };
  }
}

function parseNumber(text: string): Parsed {
  const value = Number(text);
  if (NUMBER.test(text) && Number.isFinite(value) && !Object.is(value, -0)) return { value };
  return { expected: "a number", hint: numberHint(text) };
}

/** How to write the number that the author seems to mean. */
export function numberHint(text: string): string {
  const bare = text.trim();
  const percent = /^(.+?)\s*%$/.exec(bare);
  if (percent !== null && NUMBER.test(percent[1])) {
    return `: fractions, never percent; write ${Number((Number(percent[1]) / 100).toPrecision(12))}, not ${bare}`;
  }
  if (/^-?\d+,\d+$/.test(bare)) return `: write ${bare.replace(",", ".")} with a point`;
  if (bare !== text && NUMBER.test(bare)) return ": take away the spaces";
  return "";
}

function parseNames(text: string): Parsed {
  const value = text.split(",");
  if (value.every((name) => name !== "" && name.trim() === name)) return { value };
  return { expected: "names with commas and no spaces, such as BTC,ETH ([] for none)", hint: "" };
}

function parseJson(text: string, expected: string): Parsed {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { expected, hint: `: ${(error as Error).message}` };
  }
}
