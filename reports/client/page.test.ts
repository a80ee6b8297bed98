import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOSTILE, samplePage, sampleRun } from "./page.test-data.ts";

const CHROMIUM = "/usr/bin/chromium";

function canBrowse(): boolean {
  if (existsSync(CHROMIUM)) return true;
  if (process.env.FATHOM_REQUIRE_DATA === "1") {
    throw new Error(`no browser at ${CHROMIUM} and FATHOM_REQUIRE_DATA=1: install Chromium there`);
  }
  console.log(`skipped: the page's script is tested in a browser, and there is none at ${CHROMIUM}`);
  return false;
}

describe.skipIf(!canBrowse())("the page in a browser", () => {
  let browser: Browser;
  let folder: string;
  const errors: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    folder = mkdtempSync(join(tmpdir(), "fathom-page-"));
    writeFileSync(join(folder, "page.html"), samplePage(sampleRun()));
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the page, runs `look`, and asks that nothing went wrong meanwhile. */
  async function visit(
    look: (page: Page) => Promise<void>,
    { hash = "", width = 1200, file = "page.html" } = {},
  ) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    errors.length = 0;
    page.on("console", (message) => errors.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("dialog", (dialog) => errors.push(`dialog: ${dialog.message()}`));
    await page.goto(pathToFileURL(join(folder, file)).href + hash);
    await page.waitForFunction(() => document.querySelectorAll("#equity-chart canvas").length === 2);
    await look(page);
    expect(errors).toEqual([]);
    await page.close();
  }

  /** A canvas as a picture, and whether nothing is drawn on it. */
  const inkOf = (page: Page, selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((node) => {
        const canvas = node as HTMLCanvasElement;
        const blank = document.createElement("canvas");
        Object.assign(blank, { width: canvas.width, height: canvas.height });
        const picture = canvas.toDataURL();
        return { picture, isBlank: picture === blank.toDataURL() };
      });
  /** Waits until a canvas shows something else. */
  const redrawn = (page: Page, selector: string, before: { picture: string }) =>
    expect
      .poll(async () => (await inkOf(page, selector)).picture, { timeout: 10_000 })
      .not.toBe(before.picture);
  const textOf = async (page: Page, selector: string) =>
    (await page.locator(selector).first().textContent()) ?? "";
  const chart = "#equity-chart canvas";
  const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
  const status = (page: Page) => textOf(page, ".fx-status");
  const firstTrip = (page: Page) => textOf(page, ".fx-trips tbody a");

  it("draws equity and drawdown, and draws them anew for every control", async () => {
    await visit(async (page) => {
      expect((await inkOf(page, chart)).isBlank).toBe(false);
      const seen = [(await inkOf(page, chart)).picture];
      for (const name of [
        "Log scale",
        "Show Buy-and-hold",
        "Show one month",
        "Show an earlier time",
        "Show all",
      ]) {
        await press(page, name);
        await page.waitForTimeout(50);
        seen.push((await inkOf(page, chart)).picture);
      }
      expect(seen[5]).toBe(seen[2]); // all again, as it was before the month
      expect(new Set(seen).size).toBe(5);
      expect(await page.getByRole("button", { name: "Show all" }).getAttribute("aria-pressed")).toBe("true");
    });
  });

  it("zooms both panels by dragging and shows all again by a double click", async () => {
    await visit(async (page) => {
      const before = await inkOf(page, `${chart} >> nth=1`);
      const over = (await page.locator("#equity-chart .u-over").first().boundingBox())!;
      await page.mouse.move(over.x + 200, over.y + 50);
      await page.mouse.down();
      await page.mouse.move(over.x + 400, over.y + 60, { steps: 4 });
      await page.mouse.up();
      await redrawn(page, `${chart} >> nth=1`, before);
      const all = page.getByRole("button", { name: "Show all" });
      expect(await all.getAttribute("aria-pressed")).toBe("false");
      await page.mouse.dblclick(over.x + 300, over.y + 60);
      await expect.poll(() => all.getAttribute("aria-pressed")).toBe("true");
    });
  });

  it("reads values at the pointer and by arrow keys", async () => {
    await visit(async (page) => {
      const when = () => textOf(page, ".fx-when");
      expect(await when()).toBe("2021-05-06 00:00 UTC"); // 3,000 hours from the start of 2021
      await page.locator(".fx-plot").focus();
      await page.keyboard.press("ArrowLeft");
      expect(await when()).toBe("2021-05-05 23:00 UTC");
      await page.keyboard.press("Home");
      expect(await when()).toBe("2021-01-01 01:00 UTC");
      const over = (await page.locator("#equity-chart .u-over").first().boundingBox())!;
      await page.mouse.move(over.x + over.width / 2, over.y + 20);
      expect(await when()).toMatch(/^2021-03-0[34]/);
    });
  });

  it("follows a change of the colour scheme and of its width", async () => {
    await visit(async (page) => {
      const light = await inkOf(page, chart);
      await page.emulateMedia({ colorScheme: "dark" });
      await redrawn(page, chart, light);
      const wide = await inkOf(page, chart);
      await page.setViewportSize({ width: 390, height: 800 });
      await redrawn(page, chart, wide);
      const box = (await page.locator(chart).first().boundingBox())!;
      expect(box.width).toBeLessThanOrEqual(390);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    });
  });

  it("sorts by a column, both ways, and says so", async () => {
    await visit(async (page) => {
      const head = page.getByRole("columnheader", { name: "P&L" });
      await head.getByRole("button").click();
      expect(await head.getAttribute("aria-sort")).toBe("descending");
      const best = await firstTrip(page);
      await head.getByRole("button").click();
      expect(await head.getAttribute("aria-sort")).toBe("ascending");
      expect(await firstTrip(page)).not.toBe(best);
      expect(await page.locator(".fx-trips tbody tr").first().locator("td.fx-bad").count()).toBe(2);
    });
  });

  it("filters, counts, turns pages and clears", async () => {
    await visit(async (page) => {
      expect(await status(page)).toContain("120 of 120 round trips");
      await press(page, "Next page");
      expect(await firstTrip(page)).toBe("101");
      await page.getByLabel("Pair", { exact: true }).selectOption({ label: HOSTILE[0] });
      expect(await status(page)).toContain("24 of 120 round trips");
      await page.getByLabel("Outcome").selectOption("open");
      expect(await status(page)).toContain("0 of 120 round trips");
      await press(page, "Clear");
      await page.getByLabel("Least P&L").fill("0.01");
      const won = Number((await status(page)).split(" ")[0]);
      expect(await status(page)).toContain(`${won} won`);
    });
  });

  it("saves what is shown as CSV with harmless text", async () => {
    await visit(async (page) => {
      await page.getByLabel("Pair", { exact: true }).selectOption({ label: HOSTILE[2] });
      const [download] = await Promise.all([page.waitForEvent("download"), press(page, "Save as CSV")]);
      const text = readFileSync(await download.path(), "utf8");
      expect(text.trim().split("\r\n")).toHaveLength(25);
      expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    });
  });

  it("opens a trip by click and by Enter, goes on to the next, and comes back to its row", async () => {
    await visit(async (page) => {
      await page.locator(".fx-trips tbody tr").nth(2).locator("td").nth(3).click();
      expect(await textOf(page, ".fx-title")).toBe(`Round trip 3: ${HOSTILE[1]}`);
      expect(page.url()).toContain("#trip-3");
      await press(page, "Next round trip");
      await page.waitForFunction(() =>
        document.querySelector(".fx-title")?.textContent?.startsWith("Round trip 4"),
      );
      await press(page, "Close the round trip");
      await page.waitForFunction(() => document.querySelector(".fx-detail") === null);
      await page.locator(".fx-trips a").nth(5).focus();
      await page.keyboard.press("Enter");
      await page.waitForFunction(() =>
        document.querySelector(".fx-title")?.textContent?.startsWith("Round trip 6"),
      );
      await page.keyboard.press("Escape");
      await page.waitForFunction(() => document.activeElement?.getAttribute("href") === "#trip-6");
    });
  });

  it("opens the trip of the address, with candles, checks and sums that add up", async () => {
    await visit(
      async (page) => {
        expect((await inkOf(page, ".fx-candles")).isBlank).toBe(false);
        const text = await textOf(page, ".fx-detail");
        expect(text).toContain("The fills add up to the round trip's P&L.");
        expect(text).toContain("The regime was RISK_ON");
        expect(text).toContain("Share of equity in the pair");
        expect(text).toContain("Refused for this pair meanwhile");
        expect(text).toContain("TrendFollower was in charge and wanted the pair no more");
        expect(await page.locator("details:not([open]) .fx-sums").count()).toBe(1);
      },
      { hash: "#trip-1" },
    );
  });

  it("says what a model left of an order", async () => {
    const data = sampleRun();
    const orders = data.orders as Record<string, unknown>;
    const { length } = orders.target as Float64Array;
    const judged = { score: new Float64Array(length).fill(1), threshold: new Float64Array(length).fill(0.5) };
    const model = { release: 0.1, least: 0.5 };
    writeFileSync(
      join(folder, "judged.html"),
      samplePage({ ...data, model, orders: { ...orders, ...judged } }),
    );
    await visit(
      async (page) => {
        const text = await textOf(page, ".fx-detail");
        expect(text).toContain(
          "The model's score was 1, above its threshold of 0.5: it left 1 of that weight.",
        );
        expect(text).not.toContain("the order's target is");
      },
      { hash: "#trip-1", file: "judged.html" },
    );
  });

  it("says of an open trip that there is no exit yet", async () => {
    await visit(async (page) => expect(await textOf(page, ".fx-detail")).toContain("No exit yet"), {
      hash: "#trip-120",
    });
  });

  it("draws no fragment of a trip of which bars are missing", async () => {
    const data = sampleRun();
    const { time } = data.bars as Record<string, Float64Array>;
    const exit = (data.trips as Record<string, Float64Array>).exitTime[0];
    const candles = Object.fromEntries(
      Object.entries(data.candles).map(([pair, bars]) => [
        pair,
        // the exit's own bar closes an hour after its fill
        Object.fromEntries(
          Object.entries(bars).map(([name, values]) => [
            name,
            values.filter((_, i) => time[i] !== exit + 3_600_000),
          ]),
        ),
      ]),
    );
    writeFileSync(join(folder, "fragment.html"), samplePage({ ...data, candles }));
    await visit(
      async (page) => {
        expect(await page.locator(".fx-candles").count()).toBe(0);
        expect(await textOf(page, ".fx-missing")).toContain("The bars of this round trip were left out");
      },
      { hash: "#trip-1", file: "fragment.html" },
    );
  });

  it("says that a curve of one bar cannot be drawn, and shows the rest", async () => {
    const data = sampleRun();
    const one = { time: Float64Array.of(0), equity: Float64Array.of(1) };
    writeFileSync(join(folder, "short.html"), samplePage({ ...data, bars: one }));
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(folder, "short.html")).href);
    expect(await textOf(page, "#equity-chart")).toContain("too few bars");
    expect(await textOf(page, ".fx-status")).toContain("120 of 120");
    await page.close();
  });

  it("says that there is no such trip, and what was left out", async () => {
    await visit(async (page) => expect(await textOf(page, ".fx-detail")).toContain("no such round trip"), {
      hash: "#trip-121",
    });
    const data = sampleRun({ candles: false });
    writeFileSync(join(folder, "bare.html"), samplePage({ ...data, orders: undefined, fills: undefined }));
    await visit(
      async (page) => {
        const missing = await page.locator(".fx-missing").allInnerTexts();
        expect(missing.map((text) => /The (\w+) of this/.exec(text)?.[1])).toEqual([
          "bars",
          "orders",
          "fills",
        ]);
      },
      { hash: "#trip-1", file: "bare.html" },
    );
  });

  it("shows hostile names as text", async () => {
    await visit(async (page) => {
      const text = await textOf(page, "main");
      for (const name of HOSTILE) expect(text).toContain(name);
      expect(await page.locator("main img, main b, main i").count()).toBe(0);
    });
  });

  it.each([
    ["is cut short", (html: string) => html.replace(/(id="run-data">.{400})[^<]*/, "$1"), "could not start"],
    ["is not base64", (html: string) => html.replace('id="run-data">', 'id="run-data">~'), "could not start"],
    [
      "lacks the bytes of a column",
      () => samplePage({ ...sampleRun(), trips: { pair: { n: 9e9, at: 0, f: 64 } } }),
      "expected 9000000000 numbers of 8 bytes from 0",
    ],
  ])("leaves the page as it was, with a sentence, where its data %s", async (_, broken, sentence) => {
    writeFileSync(join(folder, "broken.html"), broken(samplePage(sampleRun())));
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(folder, "broken.html")).href);
    expect(await textOf(page, ".fx-missing")).toContain(sentence);
    expect(await textOf(page, "#trips")).toBe("static");
    expect(await page.evaluate(() => document.documentElement.className)).toBe("");
    await page.close();
  });

  it("says so in a browser that cannot unpack the data", async () => {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      Object.defineProperty(window, "DecompressionStream", { value: undefined });
    });
    await page.goto(pathToFileURL(join(folder, "page.html")).href);
    expect(await textOf(page, ".fx-missing")).toContain("this browser is too old to unpack the page's data");
    expect(await textOf(page, "#trips")).toBe("static");
    await page.close();
  });

  it("shows buy-and-hold at the first click where it would have pressed the rest flat", async () => {
    writeFileSync(join(folder, "tall.html"), samplePage({ ...sampleRun(), heldHeight: 86.4 }));
    await visit(
      async (page) => {
        const held = page.getByRole("button", { name: "Show Buy-and-hold", exact: true });
        expect(await held.getAttribute("aria-pressed")).toBe("false");
        expect(await textOf(page, "#equity-chart")).toContain("it would take 86 times the height");
        const before = await inkOf(page, chart);
        await held.click();
        await redrawn(page, chart, before);
        expect(await held.getAttribute("aria-pressed")).toBe("true");
      },
      { file: "tall.html" },
    );
  });

  it("shifts nothing on the page as it mounts", async () => {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(pathToFileURL(join(folder, "page.html")).href);
    await page.waitForTimeout(400);
    expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
    await page.close();
  });

  it("mounts 20,000 trips and 16,000 points", async () => {
    writeFileSync(
      join(folder, "big.html"),
      samplePage(sampleRun({ points: 16_000, trips: 20_000, candles: false })),
    );
    await visit(
      async (page) => {
        expect(await status(page)).toContain("20,000 of 20,000 round trips");
        expect(await page.locator(".fx-trips tbody tr").count()).toBe(100);
        const { loaded, sorted } = await page.evaluate(() => {
          const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
          const start = performance.now();
          (document.querySelectorAll(".fx-sort")[6] as HTMLElement).click();
          return { loaded: navigation.domContentLoadedEventEnd, sorted: performance.now() - start };
        });
        console.log(
          `20,000 trips and 16,000 points: loaded and mounted in ${Math.round(loaded)} ms, sorted in ${Math.round(sorted)} ms`,
        );
      },
      { file: "big.html" },
    );
  });
});
