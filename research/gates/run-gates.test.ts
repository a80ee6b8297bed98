import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { synthetic } from "../../datasets/load.ts";
import { defaultConfig, engineConfig } from "../../engine/config.ts";
import { DAY, HOUR } from "../../engine/market/bars.ts";
import { FEATURE_SCHEMA } from "../../engine/scoring/feature-schema.ts";
import { stagesOf } from "../artifacts/lifecycle.ts";
import { hashOf, NOW } from "../artifacts/test-artifacts.ts";
import { plain } from "../metrics/figure.ts";
import { sha256 } from "../runs/canonical.ts";
import { parseRecipe } from "../training/recipe.ts";
import { samplesOf } from "../training/samples.ts";
import { train } from "../training/train.ts";
import { defaultBounds } from "./bounds.ts";
import { promote } from "./promote.ts";
import { readGateReport, reportPath } from "./report.ts";
import { requiredChecks } from "./required-checks.ts";
import { type GateOptions, runGates } from "./run-gates.ts";
import { gatesHome, shortMarket, shortParts } from "./test-gates.ts";

const code = (c: string) => expect.objectContaining({ code: c });

async function gated(
  parts = shortParts(),
  options: Partial<GateOptions> = {},
  before?: (home: string) => void,
) {
  const home = gatesHome();
  const state = home.write(parts);
  before?.(home.home);
  const dataset = shortMarket();
  const { report, hash } = await runGates({
    place: home.place,
    id: state.id,
    now: () => NOW,
    dataset,
    ...options,
  });
  const verdicts = report.gates.map((gate) => gate.verdict).join(" ");
  const whys = report.gates.flatMap((gate) =>
    gate.checks.flatMap((c) => (c.verdict === "PASS" ? [] : [c.why])),
  );
  return { ...home, state, report, hash, verdicts, whys };
}

describe("an artifact over too few bars", () => {
  test("passes integrity and schema, is INSUFFICIENT out of sample, and may be validated, not approved", async () => {
    const { verdicts, whys, report, state, place } = await gated();
    expect(verdicts).toBe("PASS PASS INSUFFICIENT NOT_RUN");
    expect(whys).toEqual([expect.stringContaining("E_SPLIT_SHORT")]);
    expect(report).toMatchObject({
      verdict: "INSUFFICIENT",
      data: state.data,
      config: state.config,
      code: state.code,
    });
    expect(promote({ place, id: state.id, now: NOW }).stage).toBe("VALIDATION");
    expect(() => promote({ place, id: state.id, now: NOW })).toThrow(code("E_GATE_VERDICT"));
  });

  test("has the checks of integrity and schema that a report must have to say PASS", async () => {
    const { gates } = (await gated()).report;
    for (const gate of [1, 2] as const)
      expect(gates[gate - 1].checks.map(({ name, op, bound }) => ({ name, op, bound }))).toEqual(
        requiredChecks(gate, defaultBounds(), Number.NaN),
      );
  });

  test("has no detail, and says for how many months data are missing", async () => {
    const { report } = await gated();
    expect(report.detail).toBeNull();
    const { panel, traded } = shortMarket();
    const { first, last } = samplesOf(panel, defaultConfig(), { pairs: traded });
    // the first edge is the first 05:00 UTC a year after the first sample; the fourth fold's last hour is 360 days on, less one
    const edge = Math.ceil((first + 365 * DAY - 5 * HOUR) / DAY) * DAY + 5 * HOUR;
    const days = (edge + 360 * DAY - HOUR - last) / DAY;
    expect(report.gates[2].reported).toEqual([
      {
        name: "months of data still needed",
        value: { value: expect.closeTo(days / (365 / 12), 9) },
        why: "the longest wait: folds",
      },
    ]);
  });

  test("leaves a report under its hash and evidence of it in the log", async () => {
    const { home, state, hash, using, report } = await gated();
    expect(sha256(readFileSync(reportPath(home, state.id, hash)))).toBe(hash);
    expect(readGateReport(home, state.id, hash)).toMatchObject({
      artifact: state.id,
      verdict: report.verdict,
    });
    const evidence = using((log) => stagesOf(log.records).artifacts.get(state.id)?.evidence);
    expect(evidence).toMatchObject({
      report: hash,
      digest: state.digest,
      verdicts: { 1: "PASS", 2: "PASS", 3: "INSUFFICIENT", 4: "NOT_RUN" },
    });
  });
});

/** An artifact that was trained over one fold, and its gates. */
async function overOneFold(config = defaultConfig()) {
  const dataset = synthetic({ pairs: ["BTC"], interval: 4 * HOUR, rows: 3070, planted: true });
  const { home, place } = gatesHome();
  const recipe = parseRecipe({ model: "logistic" });
  const now = () => NOW;
  const trained = await train({ dataset, config, recipe, place, name: "score", now, force: true });
  const { id } = trained.state;
  return { home, id, trained, ...(await runGates({ place, id, now, dataset })) };
}

describe("an artifact over one fold", () => {
  test("is INSUFFICIENT, and its report has the detail of what was there", async () => {
    const { home, id, trained, report, hash } = await overOneFold();
    expect(report.gates.map((gate) => gate.verdict).slice(0, 3)).toEqual(["PASS", "PASS", "INSUFFICIENT"]);
    const detail = report.detail!;
    expect(readGateReport(home, id, hash).detail).toEqual(plain(detail));
    expect(detail.quote).toBe("USD");
    expect(detail.folds).toEqual(trained.report.folds);
    expect(detail.samples).toEqual(trained.report.samples);
    expect(detail.model).toMatchObject({
      recipe: trained.report.recipe,
      labels: trained.report.labels,
      pairs: ["BTC"],
      threshold: trained.report.thresholds[0],
    });
    expect(detail.trials).toEqual({ count: 1, replayed: 1, effective: 1 });
    // the first close after the edge, which is at 05:00, and the 90 midnights of its fold
    const [{ edge, end }] = detail.folds;
    const [first, ...midnights] = detail.equity.time;
    expect(first).toBe(edge + 3 * HOUR);
    expect(midnights).toEqual(Array.from({ length: 90 }, (_, k) => edge - 5 * HOUR + (k + 1) * DAY));
    // what the samples hold behind the fold is part of the next one
    const beyond = (detail.samples.last + 4 * HOUR - end) / DAY;
    expect(detail.needed).toContainEqual({ what: "folds", days: { value: 270 - beyond } });
    const check = report.gates[2].checks.find(({ name }) => name === "Sharpe")!;
    expect(detail.sharpe.withModel).toEqual({ value: check.value, interval: check.interval });
  });

  test("whose settings make fills cheap has the default settings' Sharpe ratio at the default costs", async () => {
    const free = [{ from: 0, tiers: [{ volume: 0, maker: 0, taker: 0 }] }];
    const config = engineConfig.parse({ execution: { price: "best" }, fees: { schedule: free } });
    const [own, usual] = [await overOneFold(config), await overOneFold()];
    const sharpe = ({ report }: typeof own, name: string) =>
      report.gates[2].checks.find((check) => check.name === name)?.value.value;
    expect(sharpe(own, "Sharpe at the default costs")).toBe(sharpe(usual, "Sharpe"));
    expect(sharpe(own, "Sharpe")).toBeGreaterThan(sharpe(usual, "Sharpe")!);
    expect(sharpe(usual, "Sharpe at the default costs")).toBeUndefined();
    expect(own.report.settings?.map(({ path }) => path)).toEqual(["execution.price", "fees.schedule"]);
    expect(own.report.notes.join()).toContain("execution.price, fees.schedule");
    expect(usual.report.settings).toEqual([]);
  });
});

test("a script's bars are told to be a script's", async () => {
  const { report } = await gated();
  expect(report.bars).toEqual({ loaded: false, series: shortMarket().series });
  expect(report.notes.join()).toContain("handed over by a script");
});

describe("gate 1 fails, and no other is run", () => {
  const isStopped = "FAIL NOT_RUN NOT_RUN NOT_RUN";

  test("where a file was touched, and the evidence promotes nothing", async () => {
    const { verdicts, whys, place, state } = await gated(shortParts(), {}, (home) => {
      const path = join(home, "artifacts", "score-v1", "model.json");
      writeFileSync(path, readFileSync(path, "utf8").replace('"intercept":0', '"intercept":1'));
    });
    expect(verdicts).toBe(isStopped);
    expect(whys).toEqual([expect.stringContaining("E_ART_HASH")]);
    expect(() => promote({ place, id: state.id, now: NOW })).toThrow(code("E_ART_HASH"));
  });

  test("where one bar is another", async () => {
    const dataset = shortMarket();
    dataset.panel.pairs[0].close[2000] += 1e-9;
    const { verdicts, whys } = await gated(shortParts(), { dataset });
    expect(verdicts).toBe(isStopped);
    expect(whys).toEqual([expect.stringMatching(/^BTC /)]);
  });

  test("where a script hands over the bars in the place of those that it says it was trained on", async () => {
    const { interval, time } = shortMarket().panel;
    const to = time[time.length - 1];
    // the same market without the component that can be predicted
    const origin = {
      data: "synthetic",
      pairs: ["BTC"],
      interval,
      to,
      reference: "BTC",
      warmupRows: 0,
      seed: 5,
    };
    const { verdicts, report } = await gated(shortParts({}, { origin }));
    expect(verdicts).toBe(isStopped);
    expect(report.gates[0].checks[1].verdict).toBe("FAIL");
    expect((await gated(shortParts({}, { origin: { ...origin, planted: true } }))).report.bars?.loaded).toBe(
      true,
    );
  });

  test("where its bars cannot be loaded again", async () => {
    const { verdicts, whys } = await gated(shortParts(), { dataset: undefined });
    expect(verdicts).toBe(isStopped);
    expect(whys).toEqual([expect.stringContaining("E_GATE_ORIGIN")]);
  });

  test.each(["data", "config", "code"] as const)(
    "where it names another %s than it was made from",
    async (what) => {
      const { inputs } = shortParts();
      const { verdicts, place, state } = await gated(
        shortParts({ inputs: { ...inputs, [what]: hashOf("other") } }),
      );
      expect(verdicts).toBe(isStopped);
      expect(() => promote({ place, id: state.id, now: NOW })).toThrow(code("E_GATE_BOUND"));
    },
  );

  test("where its config is not one of this version's", async () => {
    const { verdicts, whys } = await gated(shortParts({}, { config: { risk: { drawdown: 2 } } }));
    expect(verdicts).toBe(isStopped);
    expect(whys).toEqual([expect.stringContaining("risk.drawdown")]);
  });

  test("where it is superseded by a newer version", async () => {
    const home = gatesHome();
    const old = home.write();
    home.write();
    const { report } = await runGates({
      place: home.place,
      id: old.id,
      now: () => NOW,
      dataset: shortMarket(),
    });
    expect(report.gates[0].checks[0]).toMatchObject({
      verdict: "FAIL",
      why: expect.stringContaining("E_ART_ROLLBACK"),
    });
  });
});

describe("gate 2 fails, and 3 and 4 are not run", () => {
  const isStopped = "PASS FAIL NOT_RUN NOT_RUN";
  const { features, version } = FEATURE_SCHEMA;

  test("for another feature schema, whose model is not even read", async () => {
    const { verdicts, report } = await gated(
      shortParts({ features: { version: version + 1, features }, model: '{"kind":"none"}' }),
    );
    expect(verdicts).toBe(isStopped);
    expect(report.gates[1].checks).toHaveLength(3);
  });

  test("for a model that is none, or reads other features", async () => {
    const model = JSON.parse(shortParts().model as string) as { features: string[] };
    const moved = { ...model, features: [...model.features].reverse() };
    for (const text of ['{"kind":"none"}', JSON.stringify(moved)]) {
      const { verdicts, whys } = await gated(shortParts({ model: text }));
      expect(verdicts).toBe(isStopped);
      expect(whys).toEqual([expect.stringContaining("E_MODEL_")]);
    }
  });
});

test("gate 3 fails, and 4 is not run, for labels whose barriers are too near to earn their costs", async () => {
  const labels = { horizon: 1, window: 240, multiple: 1, least: 0.03 };
  const { verdicts, whys } = await gated(shortParts({}, { labels }));
  expect(verdicts).toBe("PASS PASS FAIL NOT_RUN");
  expect(whys).toEqual([expect.stringContaining("E_LABEL_BARRIER")]);
});

test("gate 3 fails for labels that are none", async () => {
  const labels = { horizon: 96, window: 240, multiple: -1, least: 0.03 };
  const { verdicts, whys } = await gated(shortParts({}, { labels }));
  expect(verdicts).toBe("PASS PASS FAIL NOT_RUN");
  expect(whys).toEqual([expect.stringMatching(/^E_LABEL_SETTINGS: labels: multiple: /)]);
});

test("an artifact that the log does not know, and a broken log, are errors, and nothing is written", async () => {
  const { place, home } = gatesHome();
  const options = { place, now: () => NOW, dataset: shortMarket() };
  await expect(runGates({ ...options, id: "score-v1" })).rejects.toThrow(code("E_ART_UNLOGGED"));
  const log = join(home, "audit", "log.jsonl");
  writeFileSync(log, readFileSync(log, "utf8").replace("key-created", "key-creates"));
  await expect(runGates({ ...options, id: "score-v1" })).rejects.toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^E_AUDIT_/) }),
  );
});
