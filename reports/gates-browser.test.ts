import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderGates } from "./gates.tsx";
import { ask, canBrowse, launch, visitQuietly } from "./test-browser.ts";
import { HASH, testGateDocument } from "./test-gate-document.ts";
import { HOSTILE_NAMES } from "./test-stored-run.ts";

const HOSTILE = {
  pairs: HOSTILE_NAMES,
  features: HOSTILE_NAMES,
  notes: HOSTILE_NAMES,
  words: HOSTILE_NAMES,
  quote: HOSTILE_NAMES[0],
};

describe.skipIf(!canBrowse("the gates' report"))("the gates' report in a browser", () => {
  let browser: Browser;
  let folder: string;
  const urlOf = (name: string) => pathToFileURL(join(folder, `${name}.html`)).href;

  beforeAll(async () => {
    browser = await launch();
    folder = mkdtempSync(join(tmpdir(), "fathom-gates-page-"));
    const documents = {
      passing: testGateDocument(),
      failing: testGateDocument("failing"),
      unseen: testGateDocument("not run"),
      hostile: testGateDocument("insufficient", HOSTILE),
    };
    for (const [name, document] of Object.entries(documents))
      writeFileSync(join(folder, `${name}.html`), await renderGates(document, HASH));
  });
  afterAll(async () => {
    await browser?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const visit = <T>(name: string, look: (page: Page) => Promise<T>, options?: BrowserContextOptions) =>
    visitQuietly(browser, urlOf(name), look, options);

  it.each([1400, 390])("at %i px loads and reports nothing, and scrolls no page sideways", async (width) => {
    for (const name of ["passing", "failing", "unseen", "hostile"]) {
      const wide = await visit(name, ask("document.documentElement.scrollWidth"), {
        viewport: { width, height: 844 },
      });
      expect(wide).toBe(width);
    }
  });

  it("shows hostile names and reasons as the text they are", async () => {
    const text = await visit("hostile", (page) => page.locator("main").textContent());
    const printable = HOSTILE_NAMES.filter((name) => !/[\0\ud800]/.test(name));
    expect(printable.filter((name) => !text?.includes(name))).toEqual([]);
  });

  it("takes its style under its own policy, in light and dark", async () => {
    const colours = (colorScheme: "light" | "dark") =>
      visit(
        "failing",
        ask<string[]>(
          '[getComputedStyle(document.querySelector(".verdict strong")).color,' +
            "getComputedStyle(document.querySelector('#folds svg path[fill=\"var(--c0)\"]')).fill]",
        ),
        { colorScheme },
      );
    expect(await colours("light")).toEqual(["rgb(178, 58, 46)", "rgb(10, 106, 168)"]);
    expect(await colours("dark")).toEqual(["rgb(240, 140, 125)", "rgb(77, 159, 214)"]);
  });

  it("cuts nothing off in print", async () => {
    for (const name of ["passing", "hostile"]) {
      const cut = await visit(
        name,
        async (page) => {
          await page.emulateMedia({ media: "print" });
          return ask<string[]>(
            '[...document.querySelectorAll(".scroll")]' +
              ".filter((box) => box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 1)" +
              '.map((box) => box.getAttribute("aria-label"))',
          )(page);
        },
        { viewport: { width: 703, height: 1000 } }, // A4 within its margins
      );
      expect(cut).toEqual([]);
    }
  });
});
