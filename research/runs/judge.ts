import { canonicalJson, sha256 } from "./canonical.ts";
import type { RunManifest } from "./write-run.ts";

/** Who judges a run's entries, for a person: "score-v1 1f2e3d4c5b6a, frozen"; undefined where no model does. */
export function judgeOf({ scope, model }: Pick<RunManifest, "scope" | "model">): string | undefined {
  if (scope.models === undefined) return undefined;
  if (model === undefined) return `a script's models ${sha256(canonicalJson(scope.models)).slice(0, 12)}`;
  return `${model.artifact} ${model.digest.slice(0, 12)}, ${model.mode}`;
}
