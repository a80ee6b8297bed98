import { pathToFileURL } from "node:url";
import { FathomError } from "../../engine/errors.ts";
import type { Strategy } from "../../engine/strategies/strategy.ts";

/** What a strategy file holds; a file that is CommonJS to Node has its exports under `default`. */
interface StrategyModule {
  readonly strategies?: readonly Strategy[];
  readonly default?: { readonly strategies?: readonly Strategy[] };
}

/**
 * The strategies of files that each export `strategies: Strategy[]`, in the order of the files.
 * @param files Absolute paths.
 * @throws FathomError E_STRATEGY_FILE for a file that cannot be imported or exports none.
 */
export async function importStrategies(files: readonly string[]): Promise<Strategy[]> {
  const all: Strategy[] = [];
  for (const file of files) {
    let module: StrategyModule;
    try {
      module = (await import(pathToFileURL(file).href)) as StrategyModule;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw refused(file, `an error while it was imported: ${reason}`);
    }
    const strategies = module.strategies ?? module.default?.strategies;
    const isList =
      Array.isArray(strategies) &&
      strategies.length > 0 &&
      strategies.every((s) => typeof s?.name === "string");
    if (!isList) throw refused(file, "no list of strategies");
    all.push(...strategies);
  }
  return all;
}

const refused = (file: string, found: string): FathomError =>
  new FathomError(
    "E_STRATEGY_FILE",
    `strategies: found ${found} in ${file}, expected a module with \`export const strategies: Strategy[]\``,
    { file },
  );
