import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FEATURE_SCHEMA } from "../../engine/scoring/feature-schema.ts";
import { stagesOf } from "../artifacts/lifecycle.ts";
import { hashOf, NOW } from "../artifacts/test-artifacts.ts";
import { sha256 } from "../runs/canonical.ts";
import { promote } from "./promote.ts";
import { readGateReport, reportPath } from "./report.ts";
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
