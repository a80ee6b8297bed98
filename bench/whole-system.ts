import { panelFromBars } from "../datasets/panel.ts";
import { syntheticBars } from "../datasets/synthetic.ts";
import { defaultConfig } from "../engine/config.ts";
import { drive } from "../engine/drive.ts";
import type { Slot } from "../engine/kernel.ts";
import { BAR_FIELDS, type Panel } from "../engine/market/bars.ts";
import { FILL_FIELDS, type FillEvents } from "../engine/portfolio/events.ts";
import { feedPanel, replay } from "../engine/replay.ts";
import { createSession } from "../engine/session.ts";
import { createSystem } from "../engine/system.ts";
import { type Figure, median, medianSeconds } from "./measure.ts";
import { runObjectEngine } from "./object-engine/engine.ts";

const PAIRS = ["BTC", "ETH", "SOL", "XRP", "ADA", "DOT", "LINK", "DOGE", "MATIC", "AVAX"];

/** Hourly bars, so that every row is a decision: the dearest case. */
function market(pairs: number, rows: number): Panel {
  return panelFromBars(syntheticBars({ seed: 1, rows, pairs: PAIRS.slice(0, pairs), listedTogether: true }));
}

const systemOf = ({ symbols, interval }: Panel) =>
  createSystem({ config: defaultConfig(), symbols, interval });

/** Every kernel over the panel, of which only equity and fills are kept. */
function engineOnly(panel: Panel): void {
  const system = systemOf(panel);
  const run = drive(system.plan, panel.time.length);
  feedPanel(run, system, panel);
  run.keep(system.portfolio.equity);
  run.collect(system.portfolio.fills as Slot<FillEvents>, FILL_FIELDS);
  run.go();
}

/** ns per bar-pair of the whole system, by pairs and length: the engine, and a replay that keeps every column. */
export function replayCost(): Figure[] {
  const figures: Figure[] = [];
  for (const [pairs, barPairs] of [
    [1, 1e6],
    [1, 1e7],
    [10, 1e6],
    [10, 1e7],
  ]) {
    const panel = market(pairs, barPairs / pairs);
    const rounds = barPairs > 1e6 ? 3 : 7;
    const size = `${pairs} pair${pairs > 1 ? "s" : ""}, ${barPairs / 1e6} M bar-pairs`;
    const add = (name: string, seconds: number) =>
      figures.push({ name: `${name}, ${size}`, value: (seconds * 1e9) / barPairs, unit: "ns/bar-pair" });
    add(
      "whole system",
      medianSeconds(rounds, () => engineOnly(panel)),
    );
    add(
      "whole system, all columns kept",
      medianSeconds(rounds, () => void replay(systemOf(panel), panel)),
    );
  }
  return figures;
}

/** A live step: one row into the session of ten pairs. */
export function stepCost(): Figure[] {
  const panel = market(10, 20_000);
  const system = systemOf(panel);
  const session = createSession(system.plan, { capacity: 1 });
  const time = session.get(system.inputs.time);
  const pairs = system.inputs.pairs.map((slots, p) =>
    BAR_FIELDS.map((f) => ({ from: panel.pairs[p][f], to: session.get(slots[f]) })),
  );
  const seconds: number[] = [];
  for (let i = 0; i < panel.time.length; i++) {
    const began = performance.now();
    time[0] = panel.time[i];
    for (const columns of pairs) for (const { from, to } of columns) to[0] = from[i];
    session.advance(1);
    if (i >= 5000) seconds.push((performance.now() - began) / 1000);
  }
  return [{ name: "one-row step, 10 pairs", value: (median(seconds) * 1e9) / 10, unit: "ns/bar-pair" }];
}

/** The same system and the same bars by the object-per-bar engine, in turn. */
export function againstObjects(): Figure[] {
  const panel = market(10, 60_000);
  const barPairs = 10 * panel.time.length;
  const ours: number[] = [];
  const theirs: number[] = [];
  const once = (work: () => void) => {
    const began = performance.now();
    work();
    return (performance.now() - began) / 1000;
  };
  for (let k = 0; k < 4; k++) {
    const a = once(() => engineOnly(panel));
    const b = once(() => void runObjectEngine(panel, defaultConfig()));
    if (k === 0) continue;
    ours.push(a);
    theirs.push(b);
  }
  const ns = (seconds: number[]) => (median(seconds) * 1e9) / barPairs;
  return [
    { name: "whole system, object-per-bar engine", value: ns(theirs), unit: "ns/bar-pair" },
    { name: "whole system, same bars", value: ns(ours), unit: "ns/bar-pair" },
    { name: "whole system, object-per-bar / ours", value: ns(theirs) / ns(ours), unit: "x" },
  ];
}
