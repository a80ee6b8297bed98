import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderBacktest } from "./backtest.tsx";
import { ask, canBrowse, launch, visitQuietly } from "./test-browser.ts";
import { HOSTILE_NAMES, type TestNames, testStoredRun } from "./test-stored-run.ts";

const numbered = (prefix: string) => HOSTILE_NAMES.map((_, k) => `${prefix}${k}`);
const HARMLESS: TestNames = {
  pairs: numbered("p"),
  strategies: numbered("s"),
  files: numbered("f"),
  notes: numbered("n"),
  blind: numbered("b"),
  quote: "q",
  venue: "v",
  reference: "r",
};
const HOSTILE: TestNames = {
  pairs: HOSTILE_NAMES,
  strategies: [...HOSTILE_NAMES].reverse(),
  files: HOSTILE_NAMES,
  notes: HOSTILE_NAMES,
  blind: HOSTILE_NAMES,
  quote: HOSTILE_NAMES[0],
  venue: HOSTILE_NAMES[1],
  reference: HOSTILE_NAMES[3],
};

describe.skipIf(!canBrowse("the report"))("the report in a browser", () => {
  let browser: Browser;
  let folder: string;
  const urlOf = (name: string) => pathToFileURL(join(folder, `${name}.html`)).href;

  beforeAll(async () => {
    browser = await launch();
    folder = mkdtempSync(join(tmpdir(), "fathom-report-"));
    for (const [name, names] of Object.entries({ usual: {}, harmless: HARMLESS, hostile: HOSTILE })) {
      writeFileSync(join(folder, `${name}.html`), await renderBacktest(testStoredRun(names)));
    }
  });
  afterAll(async () => {
    await browser?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const visit = <T>(name: string, look: (page: Page) => Promise<T>, options?: BrowserContextOptions) =>
    visitQuietly(browser, urlOf(name), look, options);
  const shapeOf = ask<string[]>(
    '[...document.querySelectorAll("*")].map((e) => [e.localName, ...e.getAttributeNames()].join(" "))',
  );

  it("loads nothing, reports nothing and runs under its own policy", async () => {
    const classes = await visit("usual", ask("document.documentElement.className"));
    expect(classes).toBe("live");
  });

  it("has the same elements and attributes whatever things are called, without and with its script", async () => {
    for (const javaScriptEnabled of [false, true]) {
      const shape = async (page: Page) => {
        // the page unpacks its data before it draws
        if (javaScriptEnabled) await page.locator("#equity-chart canvas").nth(1).waitFor();
        return shapeOf(page);
      };
      const harmless = await visit("harmless", shape, { javaScriptEnabled });
      expect(await visit("hostile", shape, { javaScriptEnabled })).toEqual(harmless);
    }
  });

  it("shows hostile names as the text they are", async () => {
    const text = await visit("hostile", (page) => page.locator("main").textContent());
    const printable = HOSTILE_NAMES.filter((name) => !/[\0\ud800]/.test(name));
    expect(printable.filter((name) => !text?.includes(name))).toEqual([]);
  });

  it.each([1400, 390])("at %i px scrolls no page sideways, only tables and charts", async (width) => {
    for (const name of ["usual", "hostile"]) {
      const wide = await visit(name, ask("document.documentElement.scrollWidth"), {
        viewport: { width, height: 844 },
      });
      expect(wide).toBe(width);
    }
  });

  it("paints its pictures with the theme's colours, in light and dark", async () => {
    const inks = (colorScheme: "light" | "dark") =>
      visit(
        "usual",
        ask<string[]>(
          "[getComputedStyle(document.querySelector('#exposure svg path[fill=\"var(--c0)\"]')).fill," +
            "getComputedStyle(document.body).backgroundColor]",
        ),
        { colorScheme },
      );
    expect(await inks("light")).toEqual(["rgb(10, 106, 168)", "rgb(251, 250, 248)"]);
    expect(await inks("dark")).toEqual(["rgb(77, 159, 214)", "rgb(20, 24, 28)"]);
  });

  const SHOWN = ["#equity-chart", "#trips", "#equity figure.still", "#round-trips div.still", "nav"];
  const visible = (page: Page) => Promise.all(SHOWN.map((s) => page.locator(s).isVisible()));

  it("shows the live parts on a screen, and still ones in print and without scripts", async () => {
    expect(await visit("usual", visible)).toEqual([true, true, false, false, true]);
    expect(await visit("usual", visible, { javaScriptEnabled: false })).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
    const printed = await visit("usual", async (page) => {
      await page.emulateMedia({ media: "print" });
      return visible(page);
    });
    expect(printed).toEqual([false, false, true, true, false]);
  });

  it("cuts nothing off in print", async () => {
    const cut = await visit(
      "usual",
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
  });
});
