import { expect, it } from "vitest";
import { equitySpec, histogramSpec } from "./chart-specs.ts";
import { cleanSvg, drawChart } from "./charts.ts";

const points = Array.from({ length: 30 }, (_, k) => ({
  time: Date.UTC(2021, 0, 1 + k),
  equity: 100 + k,
  buyAndHold: 100 - k,
  scaled: 100,
  drawdown: -k / 100,
}));
const equity = () =>
  drawChart("one", "Equity", equitySpec(points, ["buyAndHold", "scaled", "equity"], [], false));

it("draws the same bytes again, whatever was drawn before", async () => {
  const before = await equity();
  await drawChart("two", "Days", histogramSpec([{ from: -0.1, to: 0.1, count: 3 }], []));
  expect(await equity()).toBe(before);
});

it("holds drawing elements and attributes only: no style, no class, no handler, nothing hidden", async () => {
  const svg = await equity();
  const tags = new Set([...svg.matchAll(/<([a-zA-Z]+)/g)].map((m) => m[1]));
  const attributes = new Set([...svg.matchAll(/ ([\w:-]+)="/g)].map((m) => m[1]));
  expect([...tags].sort()).toEqual(["g", "line", "path", "svg", "text"]);
  for (const name of attributes) expect(name).not.toMatch(/^(style|class|on.*|href|xlink.*|font-family)$/);
  expect(svg).toMatch(/^<svg viewBox="0 0 \d+ \d+" width="\d+" height="\d+" role="img" aria-label="Equity">/);
});

it("takes colours from the page's variables", async () => {
  const colours = [...(await equity()).matchAll(/ (?:fill|stroke)="([^"]*)"/g)].map((m) => m[1]);
  expect(colours.filter((c) => !/^(none|transparent|var\(--[\w-]+\))$/.test(c))).toEqual([]);
  expect(colours).toContain("var(--accent)");
});

it("labels months in UTC, whatever the zone of the machine", async () => {
  const zone = process.env.TZ;
  try {
    process.env.TZ = "Pacific/Auckland";
    const there = await equity();
    process.env.TZ = "America/Los_Angeles";
    expect(await equity()).toBe(there);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

it("drops what is not on its list, and makes clip ids the picture's own", () => {
  const svg =
    '<svg class="marks" width="9" height="9" viewBox="0 0 9 9"><script/><foreignObject></foreignObject>' +
    '<defs><clipPath id="clip7"><rect width="1.23456" onload="x" style="a:b"/></clipPath></defs>' +
    '<g clip-path="url(#clip7)"><text opacity="0">no</text><a href="javascript:x"><text>yes</text></a></g></svg>';
  expect(cleanSvg(svg, "me", "Me")).toBe(
    '<svg viewBox="0 0 9 9" width="9" height="9" role="img" aria-label="Me">' +
      '<defs><clipPath id="me-clip0"><rect width="1.23"/></clipPath></defs>' +
      '<g clip-path="url(#me-clip0)"><text>yes</text></g></svg>',
  );
});
