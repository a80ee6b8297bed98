import { readFileSync } from "node:fs";
import { sharedData } from "../../engine/test-data.ts";

export interface SplitCase {
  readonly name: string;
  readonly input: Record<string, number> & {
    readonly expand: boolean;
    readonly reduce: boolean;
    readonly ends?: number[];
    readonly first: string;
    readonly last: string;
  };
  // biome-ignore lint/suspicious/noExplicitAny: every kind of case has a shape of its own
  readonly expected: any[];
  readonly left_over_rows?: number;
  readonly splits?: number;
  readonly paths?: number;
}

/** The cases of oracles/06-splits.json (skfolio, scikit-learn, own Python) whose name begins so; none where the file is absent. */
export function splitCases(prefix: string): readonly SplitCase[] {
  const path = sharedData("oracles/06-splits.json");
  if (path === undefined) return [];
  const { cases } = JSON.parse(readFileSync(path, "utf8")) as { cases: SplitCase[] };
  return cases.filter((c) => c.name.startsWith(prefix));
}
