import { z } from "zod";
import { didYouMean, FathomError } from "../errors.ts";
import type { Column, Kernel } from "../kernel.ts";
import { REGIMES } from "../regime/classify.ts";
import { fraction } from "../settings.ts";

export const CASH = "cash";

const pick = (first: string, second: string, regime: string) =>
  z
    .tuple([z.string(), z.string()])
    .default([first, second])
    .meta({ unit: "strategy names", description: `First and second choice in ${regime}` });

const contents = z.strictObject({
  RISK_ON: pick("TrendFollower", CASH, "RISK_ON"),
  NEUTRAL: pick("VolatilitySwing", "MeanReversion", "NEUTRAL"),
  RISK_OFF: pick("DefensiveHedge", "MeanReversion", "RISK_OFF"),
  PANIC: pick("StableAllocator", "DefensiveHedge", "PANIC"),
  recovery: z.string().default("Recovery").meta({
    unit: "strategy name",
    description: "First choice in the recovery phase; the regime's first is second",
  }),
  first_share: fraction(0.5, "Allocation of the first choice at confidence 0", 0.5, 1),
  confidence_share: fraction(0.2, "and what full confidence adds to it", 0, 0.5),
});

export const selectorSettings = contents.check((ctx) => {
  const { first_share, confidence_share } = ctx.value;
  if (first_share + confidence_share > 1) {
    ctx.issues.push({
      code: "custom",
      input: ctx.value,
      message: `first_share and confidence_share must not sum to more than 1, found ${first_share} and ${confidence_share}`,
    });
  }
});

export type SelectorSettings = z.infer<typeof selectorSettings>;

type In = { regime: Column; confidence: Column; recovery: Column };
type Out = { first: Column; second: Column; share: Column };

/**
 * The two strategies in charge, as indices into `names` (-1 is cash), and the first one's allocation;
 * the second has the rest. No lookback of its own.
 * @throws FathomError E_CFG_STRATEGY when the table names a strategy that is not there.
 */
export function choose(settings: SelectorSettings, names: readonly string[]): Kernel<In, Out, null> {
  const index = (name: string, setting: string): number => {
    if (name === CASH) return -1;
    const k = names.indexOf(name);
    if (k >= 0) return k;
    throw new FathomError(
      "E_CFG_STRATEGY",
      `selector.${setting}: found ${name}, expected one of ${names.join(", ")} or ${CASH}.${didYouMean(name, names)}`,
      { setting, found: name },
    );
  };
  const table = REGIMES.map((r) => settings[r].map((name) => index(name, r)));
  const firsts = Float64Array.from(table, ([first]) => first);
  const seconds = Float64Array.from(table, ([, second]) => second);
  const recoveryIndex = index(settings.recovery, "recovery");
  const { first_share: base, confidence_share: more } = settings;
  return {
    name: "choose",
    params: { table: JSON.stringify(table), recovery: recoveryIndex, base, more, names: names.join() },
    lookback: 0,
    writes: { first: "first", second: "second", share: "share" },
    init: () => null,
    advance: (_, input, out, rows) =>
      chooseRows(firsts, seconds, recoveryIndex, base, more, input, out, rows),
  };
}

function chooseRows(
  firsts: Float64Array,
  seconds: Float64Array,
  recoveryIndex: number,
  base: number,
  more: number,
  { regime, confidence, recovery }: In,
  { first, second, share }: Out,
  rows: number,
): void {
  for (let i = 0; i < rows; i++) {
    const r = regime[i];
    if (r !== r) {
      first[i] = second[i] = share[i] = Number.NaN;
      continue;
    }
    const isRecovering = recovery[i] === 1;
    first[i] = isRecovering ? recoveryIndex : firsts[r];
    second[i] = isRecovering ? firsts[r] : seconds[r];
    share[i] = base + more * confidence[i];
  }
}
