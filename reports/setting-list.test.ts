import { expect, it } from "vitest";
import { defaultConfig } from "../engine/config.ts";
import { settingList } from "./setting-list.ts";

it("lists every setting of the schema with unit and meaning", () => {
  const all = settingList(defaultConfig());
  expect(all.length).toBeGreaterThan(90);
  expect(all.filter((s) => s.unit === "" || s.description === "").map((s) => s.path)).toEqual([]);
  expect(all.filter((s) => s.differs)).toEqual([]);
  expect(all.find((s) => s.path === "risk.drawdown")).toMatchObject({ value: "0.2", unit: "fraction" });
});

it("puts what differs first, beside its default", () => {
  const config = defaultConfig();
  config.risk.correlation = 0.95;
  config.selector.RISK_ON = ["Recovery", "cash"];
  const [first, second, third] = settingList(config);
  expect([first, second]).toMatchObject([
    { path: "selector.RISK_ON", value: "Recovery, cash", fallback: "TrendFollower, cash" },
    { path: "risk.correlation", value: "0.95", fallback: "0.7" },
  ]);
  expect(third.differs).toBe(false);
});
