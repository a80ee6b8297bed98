/** For tests: every tag with the names of its attributes, in order: all that markup in a name could change. */
export function shapeOf(html: string): string[] {
  return [...html.matchAll(/<(\/?[A-Za-z][^\s>/]*)((?:[^>"]|"[^"]*")*)>/g)].map(
    ([, tag, attributes]) =>
      `${tag} ${[...attributes.matchAll(/([^\s="]+)="[^"]*"/g)].map((m) => m[1]).join(" ")}`,
  );
}

/** For tests: the page's text as a reader sees it. */
export const textOf = (html: string): string =>
  html
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
