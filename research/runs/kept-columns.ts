import type { Column } from "../../engine/kernel.ts";
import { REGIMES } from "../../engine/regime/classify.ts";
import type { Replay } from "../../engine/replay.ts";
import { CASH } from "../../engine/selector/choose.ts";
import type { TableColumn } from "./parquet.ts";

/** The kept columns of a replay in the order in which they are stored and hashed. */
export function keptColumns({ columns: c, symbols, strategies }: Replay): TableColumn[] {
  const number = (name: string, column: Column): TableColumn => ({ name, column, kind: "number" });
  const flag = (name: string, column: Column): TableColumn => ({ name, column, kind: "flag" });
  const strategy = (name: string, column: Column): TableColumn => ({
    name,
    column,
    kind: { names: [CASH, ...strategies], from: -1 },
  });
  return [
    { name: "time", column: c.time, kind: "time" },
    number("equity", c.equity),
    number("cash", c.cash),
    number("held", c.held),
    number("drawdown", c.drawdown),
    flag("halted", c.halted),
    { name: "regime", column: c.regime, kind: { names: REGIMES, from: 0 } },
    number("confidence", c.confidence),
    flag("recovery", c.recovery),
    number("index", c.index),
    ...(c.indexAge === undefined ? [] : [number("indexAge", c.indexAge)]),
    strategy("first", c.first),
    strategy("second", c.second),
    number("share", c.share),
    ...c.pnl.map((column, s) => number(`pnl.${strategies[s]}`, column)),
    ...c.pairs.flatMap(({ target, owner, quantity, score }, p) => [
      number(`${symbols[p]}.target`, target),
      strategy(`${symbols[p]}.owner`, owner),
      number(`${symbols[p]}.quantity`, quantity),
      ...(score === undefined ? [] : [number(`${symbols[p]}.score`, score)]),
    ]),
  ];
}
