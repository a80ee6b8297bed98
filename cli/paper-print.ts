import type { Events } from "../engine/events.ts";
import type { RowOutput } from "../engine/live/runner.ts";
import { CANCEL_REASONS, ORDER_KINDS } from "../engine/portfolio/events.ts";
import { RULES } from "../engine/risk/limits.ts";
import type { System } from "../engine/system.ts";

/** Takes the progress bar's line away; the bar draws itself anew below. */
const CLEAR = "\r\x1b[K";

const number = (x: number) => x.toLocaleString("en", { maximumSignificantDigits: 8 });

/** Prints what happened in a row, one line each. */
export function printRow(
  print: (text: string) => void,
  { traded, strategies }: System,
  out: RowOutput,
): void {
  const { orders, fills, cancels, refusals } = out;
  if (orders.n + fills.n + cancels.n + refusals.n === 0) return;
  const lines: string[] = [];
  const time = new Date(out.time).toISOString().slice(0, 16).replace("T", " ");
  const side = (x: number) => (x > 0 ? "buy" : "sell");
  const say = (text: string) => lines.push(`${CLEAR}${time}  ${text}\n`);
  each(fills, (f) => {
    say(
      `fill    #${f("order")} ${side(f("side"))} ${number(f("quantity"))} ${traded[f("pair")]} at ${number(f("price"))}, fee ${f("fee").toFixed(2)}`,
    );
  });
  each(cancels, (c) => {
    say(
      `cancel  #${c("order")} ${number(c("remaining"))} ${traded[c("pair")]} left: ${CANCEL_REASONS[c("reason")]}`,
    );
  });
  each(orders, (o) => {
    say(
      `order   #${o("order")} ${side(o("side"))} ${number(o("quantity"))} ${traded[o("pair")]} (${ORDER_KINDS[o("kind")]}, ${strategies[o("strategy")]})`,
    );
  });
  each(refusals, (r) => {
    say(
      `refused ${side(r("side"))} ${traded[r("pair")]} (${strategies[r("strategy")]}): ${RULES[r("rule")]} ${number(r("measure"))}, bound ${number(r("bound"))}`,
    );
  });
  print(lines.join(""));
}

function each<F extends string>(table: Events<F>, show: (of: (field: F) => number) => void): void {
  for (let k = 0; k < table.n; k++) show((field) => table.at[field][k]);
}
