import type { Column } from "../../engine/kernel.ts";
import { FEATURE_SCHEMA, type FeatureSpec } from "../../engine/scoring/feature-schema.ts";
import type { FrozenModel } from "../../engine/scoring/model.ts";
import { rawScorer } from "../../engine/scoring/score.ts";
import { canonicalJson } from "../runs/canonical.ts";
import { type Check, faults } from "./gate.ts";

/**
 * The schema that an artifact brings, held to the engine's: another version, a feature more, fewer, moved or defined
 * otherwise would give its model numbers that mean something else.
 * @param found features.json of the artifact.
 */
export function schemaChecks(found: Readonly<Record<string, unknown>>): Check[] {
  const { version, features } = FEATURE_SCHEMA;
  const list = Array.isArray(found.features) ? (found.features as unknown[]) : [];
  const nameOf = (spec: unknown) => (spec as { name?: unknown } | null | undefined)?.name;
  const many = Math.max(list.length, features.length);
  const places = Array.from({ length: many }, (_, k) => k);
  const moved = places.filter((k) => nameOf(list[k]) !== features[k]?.name);
  const changed = features.filter((spec, k) => nameOf(list[k]) === spec.name && !isSame(list[k], spec));
  const other = Object.keys(found).filter((key) => key !== "version" && key !== "features");
  return [
    faults(
      "schema of another version",
      found.version === version && other.length === 0 ? 0 : 1,
      1,
      other.length > 0
        ? `it has also ${other.join(", ")}`
        : `found ${String(found.version)}, expected ${version}; train it anew`,
    ),
    faults(
      "features missing, added or moved",
      moved.length,
      features.length,
      `feature ${moved[0]}: found ${String(nameOf(list[moved[0]]))}, expected ${features[moved[0]]?.name ?? "no more"}`,
    ),
    faults(
      "features of another type, unit, range or definition",
      changed.length,
      features.length,
      changed.map((spec) => spec.name).join(", "),
    ),
  ];
}

const isSame = (found: unknown, spec: FeatureSpec): boolean => {
  try {
    return canonicalJson(found) === canonicalJson(spec);
  } catch {
    return false; // NaN in a range: JSON.parse gives none, a caller's object might
  }
};

/** Features by pair over the decision bars, in the schema's order: what samples and scores are made of. */
export type FeaturesByPair = readonly (readonly Column[])[];

/**
 * The data held to the schema: each feature a prefix of NaN, then finite for ever, and within its range. And the model
 * held to both: it reads these features in this order, and every known row scores a number in [0, 1].
 */
export function valueChecks(pairs: FeaturesByPair, model: FrozenModel): Check[] {
  const { features } = FEATURE_SCHEMA;
  let rows = 0;
  let known = 0;
  let missing = 0;
  let outside = 0;
  let badScores = 0;
  let firstMissing = "";
  let firstOutside = "";
  const isRead = model.features.join("\n") === features.map((f) => f.name).join("\n");
  const score = rawScorer(model);
  for (const columns of pairs) {
    for (const [f, column] of columns.entries()) {
      const { name, range } = features[f];
      let isKnown = false;
      for (let i = 0; i < column.length; i++) {
        const x = column[i];
        if (x !== x && !isKnown) continue;
        isKnown = true;
        known++;
        if (!Number.isFinite(x)) {
          missing++;
          firstMissing ||= `${name} is ${x} after it was known`;
        } else if (range !== null && !(x >= range[0] && x <= range[1])) {
          outside++;
          firstOutside ||= `${name} is ${x}, expected ${range[0]} to ${range[1]}`;
        }
      }
    }
    const from = Math.max(0, ...columns.map(firstKnown));
    const n = columns[0]?.length ?? 0;
    rows += Math.max(0, n - from);
    if (!isRead || from >= n) continue;
    const scores = new Float64Array(n);
    score(columns, scores, from, n);
    for (let i = from; i < n; i++) if (!(scores[i] >= 0 && scores[i] <= 1)) badScores++;
  }
  return [
    faults("values missing after the warm-up", missing, known, firstMissing),
    faults("values out of range", outside, known, firstOutside),
    faults(
      "features that the model reads otherwise",
      isRead ? 0 : 1,
      features.length,
      `it reads ${model.features.join(", ")}`,
    ),
    isRead
      ? faults("scores that are no number from 0 to 1", rows === 0 ? Number.NaN : badScores, rows)
      : faults("scores that are no number from 0 to 1", Number.NaN),
  ];
}

/** The first row in which a column is known. */
function firstKnown(column: Column): number {
  let i = 0;
  while (i < column.length && column[i] !== column[i]) i++;
  return i;
}
