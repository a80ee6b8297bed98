import { formatTable } from "../cli/table.ts";
import { loadBench } from "../datasets/load.bench.ts";
import { baseline } from "./baseline.ts";
import { commandCost } from "./command.ts";
import { emaCrossCost } from "./ema-cross.ts";
import { importRate } from "./import.ts";
import { kernelCost } from "./kernels.ts";
import type { Figure } from "./measure.ts";
import { proofCost } from "./proof.ts";
import { againstObjects, replayCost, stepCost } from "./whole-system.ts";

const USAGE = `npm run bench -- [--json] [group...]

Prints what this machine measures, all in one run: trust the ratios. Groups: GROUPS (all unless named).
With --json one {"name", "value", "unit"} a line.

Example: npm run bench -- replay cross
`;

const GROUPS: Readonly<Record<string, () => readonly Figure[] | Promise<readonly Figure[]>>> = {
  baseline,
  replay: replayCost,
  step: stepCost,
  proof: proofCost,
  objects: againstObjects,
  cross: emaCrossCost,
  kernels: kernelCost,
  load: loadBench,
  import: importRate,
  command: commandCost,
};

const args = process.argv.slice(2);
const unknown = args.filter((a) => a !== "--json" && !Object.hasOwn(GROUPS, a));
if (unknown.length > 0) {
  process.stderr.write(USAGE.replace("GROUPS", Object.keys(GROUPS).join(", ")));
  process.exit(args.includes("--help") ? 0 : 2);
}
const isJson = args.includes("--json");
const chosen = args.filter((a) => a !== "--json");
for (const [name, measure] of Object.entries(GROUPS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const figures = await measure();
  if (isJson) for (const { name, value, unit } of figures) console.log(JSON.stringify({ name, value, unit }));
  else
    process.stdout.write(
      formatTable(figures.map(({ name, value, unit }) => ({ figure: name, value: rounded(value), unit }))),
    );
}

/** Four significant digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
