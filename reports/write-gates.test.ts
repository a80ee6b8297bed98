import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readGateReport, reportPath } from "../research/gates/report.ts";
import { gatesHome } from "../research/gates/test-gates.ts";
import { renderGates } from "./gates.tsx";
import { writeGatePage } from "./write-gates.ts";

it("writes the page beside the report, under the report's hash", async () => {
  const { home, write, evidence } = gatesHome();
  const state = write();
  const hash = evidence(state);
  const path = await writeGatePage(home, state.id, hash);
  expect(path).toBe(join(home, "gates", state.id, `${hash}.html`));
  expect(readFileSync(path, "utf8")).toBe(await renderGates(readGateReport(home, state.id, hash), hash));
});

it("makes no page of a report that was changed", async () => {
  const { home, write, evidence } = gatesHome();
  const state = write();
  const hash = evidence(state, ["FAIL"]);
  const path = reportPath(home, state.id, hash);
  writeFileSync(path, readFileSync(path, "utf8").replace('"value":0.6', '"value":0.7'));
  await expect(writeGatePage(home, state.id, hash)).rejects.toMatchObject({ code: "E_GATE_REPORT" });
  expect(existsSync(path.replace(".json", ".html"))).toBe(false);
});
