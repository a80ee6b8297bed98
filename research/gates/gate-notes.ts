import { DAY } from "../../engine/market/bars.ts";
import { GATE_PROTOCOL } from "../splits/gate-folds.ts";
import { type ChangedSetting, hasOwnCosts } from "./changed-settings.ts";
import type { GateDetail } from "./detail.ts";
import { isLoaded, type Sound } from "./integrity.ts";

const F1 =
  "The bound of F1 (.62) adds nothing to those of precision (.65) and recall (.60), which imply .624.";
const HANDED_OVER =
  "The bars were handed over by a script: nobody loaded them again, and where they come from is that script's word.";
const MADE = "On made bars a pass says that models and gates work, and nothing of any market.";
const STORED =
  "Whether the bars are what was traded the gates cannot tell: they know them by their hashes, and whoever imported them chose the files.";
const TRIALS =
  "Settings, pairs and the recipe that were chosen by looking at these data make every figure better than it will be: the ledger knows what was trained with fathom train in this home, and nothing that was tried by scripts, by backtests or elsewhere.";

/** What the verdicts do not tell: sentences for whoever reads them. @param at Of the gates, ms UTC. */
export function gateNotes(
  sound: Sound | undefined,
  settings: readonly ChangedSetting[],
  detail: Pick<GateDetail, "folds"> | null,
  at: number,
): string[] {
  if (sound === undefined) return [F1, TRIALS];
  return [
    ...sound.dataset.notes,
    ...barsNotes(sound),
    ...costsNote(settings),
    ...ageNote(detail, at),
    F1,
    TRIALS,
  ];
}

function barsNotes(sound: Sound): string[] {
  const { source } = sound.config.regime;
  return [
    !isLoaded(sound) ? HANDED_OVER : sound.training.origin?.data === "synthetic" ? MADE : STORED,
    ...(source === "computed"
      ? []
      : [
          `The volatility index is ${source} from a file: whether its values were known on the days that it names nobody has checked, and one that was not is the future.`,
        ]),
  ];
}

function costsNote(settings: readonly ChangedSetting[]): string[] {
  if (!hasOwnCosts(settings)) return [];
  const own = settings.filter(({ isOfCosts }) => isOfCosts).map(({ path }) => path);
  return [
    `Fills and fees are priced by settings of its own (${own.join(", ")}): every figure of equity is one of these, but for the Sharpe ratio at the default costs.`,
  ];
}

/** Evidence is fresh by the day on which gates were run; the days that they judged may be long past. */
function ageNote(detail: Pick<GateDetail, "folds"> | null, at: number): string[] {
  const end = detail?.folds.at(-1)?.end;
  if (end === undefined || at - end <= GATE_PROTOCOL.test) return [];
  return [
    `The last day that was judged is ${new Date(end).toISOString().slice(0, 10)}, ${Math.floor((at - end) / DAY)} days before these gates were run: of the market since then they know nothing.`,
  ];
}
