import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

const CHROMIUM = "/usr/bin/chromium";

/** For tests: whether there is a browser to look at `what` with; where there has to be one and is none, an error. */
export function canBrowse(what: string): boolean {
  if (existsSync(CHROMIUM)) return true;
  if (process.env.FATHOM_REQUIRE_DATA === "1") {
    throw new Error(`no browser at ${CHROMIUM} and FATHOM_REQUIRE_DATA=1: install Chromium there`);
  }
  console.log(`skipped: ${what} is tested in a browser, and there is none at ${CHROMIUM}`);
  return false;
}

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });

/** For tests: opens a page, runs `look`, and asks that nothing was reported, asked for or shown meanwhile. */
export async function visitQuietly<T>(
  browser: Browser,
  url: string,
  look: (page: Page) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  const page = await context.newPage();
  const events: string[] = [];
  page.on("console", (message) => events.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => events.push(String(error)));
  page.on("dialog", (dialog) => events.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => events.push(`request: ${request.url()}`));
  await page.goto(url);
  const seen = await look(page);
  expect(events).toEqual([`request: ${url}`]);
  await context.close();
  return seen;
}

/** For tests: runs an expression in the page, which has a DOM that this room's types do not know. */
export const ask =
  <T>(expression: string) =>
  (page: Page) =>
    page.evaluate<T>(expression);
