/** A layer of a vega-lite chart, or a part of one: its own types know no layer that is put together from parts. */
export type Layer = Record<string, unknown>;

/** A dashed line right across at `at`, on the axis that `channel` has. */
export const across = (
  channel: "x" | "y",
  at: number,
  colour: string,
  dash: readonly number[] = [5, 3],
): Layer => ({
  data: { values: [{ at }] },
  mark: { type: "rule", color: colour, strokeDash: [...dash], strokeWidth: 1.2 },
  encoding: { [channel]: { field: "at", type: "quantitative" } },
});

/** Least precision and recall, as lines. */
export interface ShareBounds {
  readonly precision: number;
  readonly recall: number;
}
