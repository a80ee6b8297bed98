import { HOUR } from "../engine/market/bars.ts";
import type { judgesOf } from "../research/backtest.ts";
import type { RunManifest } from "../research/runs/write-run.ts";
import { pick } from "./decimate.ts";
import type { Column } from "./embed.ts";
import { codesOf, type RunTables } from "./run-tables.ts";

type ScopeModel = ReturnType<typeof judgesOf>[number];

/** The models that judge a run's entries, in the order in which they act; none where no model does. */
export const modelsOf = ({ scope }: Pick<RunManifest, "scope">): readonly ScopeModel[] =>
  (scope.models ?? []) as readonly ScopeModel[];

/**
 * Score of each order's pair, and the threshold in force, at the close at which the order was decided; nothing where no
 * model judges. Doubles: whether a score lies below a bound is a matter of its last bit.
 * @param rows of the orders. @param found their rows in the table of columns, -1 for none.
 */
export function scoresAtOrders(
  manifest: RunManifest,
  { columns, orders }: RunTables,
  pairs: readonly string[],
  rows: readonly number[],
  found: readonly number[],
): Record<string, Column> {
  const models = modelsOf(manifest);
  if (models.length === 0) return {};
  const { series, config } = manifest;
  const decision = Math.max(config.decision.interval * HOUR, series[0].interval);
  const scores = pairs.map((pair) => columns.numbers(`${pair}.score`));
  const pair = pick(codesOf(orders.names("pair"), pairs), rows);
  // what the downtime held back was decided before it was sent
  const decided = pick(orders.numbers("time"), rows).map((sent) => sent - (sent % decision));
  return {
    score: Float64Array.from(found, (row, k) => (row < 0 ? Number.NaN : scores[pair[k]][row])),
    threshold: decided.map((close) => models.findLast(({ from }) => from <= close)?.threshold ?? 1),
  };
}
