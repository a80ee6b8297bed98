import { expect, it } from "vitest";
import { testGateDocument } from "../test-gate-document.ts";
import { gateDrawings } from "./drawings.ts";

const document = testGateDocument();
const detail = document.detail!;

it("puts the model's point where its rates are, on a plane 420 wide and 300 high", async () => {
  const operating = { falsePositiveRate: 0.25, recall: 0.5, precision: 0.75 };
  const { roc, precisionRecall } = await gateDrawings(document, { ...detail, operating });
  expect(roc).toContain('transform="translate(105,150)"'); // 0.25 * 420, (1 - 0.5) * 300
  expect(precisionRecall).toContain('transform="translate(210,75)"'); // 0.5 * 420, (1 - 0.75) * 300
});

it("takes colours from the page's variables", async () => {
  const colours = Object.values(await gateDrawings(document, detail))
    .flatMap((svg) => [...svg!.matchAll(/ (?:fill|stroke)="([^"]*)"/g)])
    .map((m) => m[1]);
  expect(colours.filter((c) => !/^(none|transparent|var\(--[\w-]+\))$/.test(c))).toEqual([]);
});

it("draws nothing of what there is nothing of", async () => {
  const nothing = {
    ...detail,
    ...{ folds: [], roc: [], precisionRecall: [], calibration: [], scores: [] },
    equity: { time: [], withModel: [], without: [] },
  };
  expect(Object.values(await gateDrawings(document, nothing))).toEqual(Array(6).fill(null));
});

it("keeps a long history small: at most 800 points a line", async () => {
  const n = 3000;
  const line = Array.from({ length: n }, (_, k) => 1000 + ((k * 7919) % 104_729));
  const time = line.map((_, k) => Date.UTC(2014, 0, 1 + k));
  const { equity } = await gateDrawings(document, {
    ...detail,
    equity: { time, withModel: line, without: [...line].reverse() },
  });
  const points = [...equity!.matchAll(/ d="([^"]*)"/g)].map((m) => m[1].split(/[ML]/).length - 1);
  expect(Math.max(...points)).toBeLessThanOrEqual(800);
  expect(Math.max(...points)).toBeGreaterThan(300);
});
