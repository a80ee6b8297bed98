import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sharedData } from "../engine/test-data.ts";

/**
 * Which test holds which cases of the shared oracles: file, how the cases' names begin, how many there are, and the
 * tests, each of which goes through all of them within the tolerance that the oracles' README names. A case that is
 * added there, and that no test would look at, fails here.
 */
const CHECKED: readonly (readonly [file: string, prefix: string, cases: number, tests: string[]])[] = [
  ["01-returns", "", 15, ["metrics/performance"]],
  ["02-sharpe-inference", "series-", 3, ["metrics/sharpe-inference", "metrics/deflated-sharpe"]],
  ["02-sharpe-inference", "scalar-", 5, ["metrics/sharpe-inference"]],
  ["02-sharpe-inference", "lo-", 2, ["metrics/sharpe-inference"]],
  ["02-sharpe-inference", "dsr-", 6, ["metrics/deflated-sharpe"]],
  ["02-sharpe-inference", "effective-number-of-trials", 1, ["metrics/deflated-sharpe"]],
  ["02-sharpe-inference", "best-of-skill-less", 1, ["metrics/deflated-sharpe"]],
  ["03-pbo", "", 5, ["metrics/overfitting"]],
  ["04-bootstrap", "block-length-", 6, ["metrics/bootstrap"]],
  ["04-bootstrap", "mean-", 2, ["metrics/bootstrap"]],
  ["04-bootstrap", "spa-", 3, ["metrics/superior-ability"]],
  ["05-classification", "", 9, ["metrics/classification"]],
  ["06-splits", "walk-forward", 4, ["splits/walk-forward"]],
  ["06-splits", "time-series-split", 3, ["splits/walk-forward"]],
  ["06-splits", "purged-kfold", 5, ["splits/purged-k-fold"]],
  ["06-splits", "cpcv-", 4, ["splits/combinatorial"]],
  ["06-splits", "gate3", 1, ["splits/gate-folds"]],
  ["07-labels", "", 4, ["training/labels", "metrics/uniqueness"]],
  ["08-logistic", "", 5, ["training/logistic"]],
  ["08-xgboost-1x", "", 3, ["../engine/scoring/xgboost"]],
  ["08-xgboost-2x", "", 3, ["../engine/scoring/xgboost"]],
  ["08-xgboost-3x", "", 3, ["../engine/scoring/xgboost"]],
];

const namesIn = (file: string): string[] => {
  const { cases } = JSON.parse(readFileSync(sharedData(`oracles/${file}.json`)!, "utf8"));
  return (cases as { name: string }[]).map(({ name }) => name);
};
const files = [...new Set(CHECKED.map(([file]) => file))];

describe.skipIf(sharedData("oracles/README.md") === undefined)(
  "the oracles (need the shared test data)",
  () => {
    it.each(files)("%s: every case is one that a test goes through", (file) => {
      const rows = CHECKED.filter(([of]) => of === file);
      for (const name of namesIn(file))
        expect(
          rows.filter(([, prefix]) => name.startsWith(prefix)),
          name,
        ).toHaveLength(1);
    });

    it.each(CHECKED)("%s: there are as many cases %s* as are listed (%i)", (file, prefix, cases) => {
      expect(namesIn(file).filter((name) => name.startsWith(prefix))).toHaveLength(cases);
    });

    it.each(CHECKED)("%s, %s*: each test that is listed reads them", (file, prefix, _, tests) => {
      for (const test of tests) {
        const path = new URL(`./${test}.test.ts`, import.meta.url);
        expect(existsSync(path), test).toBe(true);
        expect(readFileSync(path, "utf8"), test).toContain(prefix === "" ? file.slice(0, 10) : `"${prefix}`);
      }
    });
  },
);
