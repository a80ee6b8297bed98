import { createHash } from "node:crypto";
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { packPage } from "./embed.ts";

export interface PageOptions {
  readonly title: string;
  readonly style: string;
  /** What the page needs where it is more than text and pictures. */
  readonly live?: {
    readonly script: string;
    /** What the script unpacks from `<script type="text/plain" id="run-data">`. */
    readonly data: unknown;
  };
  readonly children: Child;
}

/**
 * One HTML file that needs nothing else and may load nothing: its policy allows its script, if it has one, and its style
 * by their hashes, and pictures within the file. Text is escaped by hono/jsx; only the style, the script, the data
 * (base64) and our own drawings go in as they are.
 * @throws TypeError where style or script could end their element.
 */
export function page({ title, style, live, children }: PageOptions): string {
  if (/<\/style/i.test(style))
    throw new TypeError("page: the style holds </style, which would end its element");
  if (live !== undefined && /<\/script|<!--/i.test(live.script)) {
    throw new TypeError("page: the script holds </script or <!--, which would end its element");
  }
  const html = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy(style, live?.script)} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>{title}</title>
        <style>{raw(style)}</style>
      </head>
      <body>
        {children}
        {live !== undefined && (
          <>
            <script type="text/plain" id="run-data">
              {raw(packPage(live.data))}
            </script>
            <script>{raw(live.script)}</script>
          </>
        )}
      </body>
    </html>
  );
  return `<!doctype html>\n${html.toString()}\n`;
}

const policy = (style: string, script: string | undefined): string =>
  [
    "default-src 'none'",
    ...(script === undefined ? [] : [`script-src '${hashOf(script)}'`]),
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");

const hashOf = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;
