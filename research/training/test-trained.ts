import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "../../datasets/load.ts";
import { SYNTHETIC_START } from "../../datasets/synthetic.ts";
import { engineConfig } from "../../engine/config.ts";
import { HOUR } from "../../engine/market/bars.ts";
import { testHome } from "../artifacts/test-artifacts.ts";
import { parseRecipe } from "./recipe.ts";
import { train } from "./train.ts";

/** In the downtime, after a test home's own records. */
const NIGHT = Date.UTC(2026, 0, 1, 3, 30);

/** For tests: two made pairs in bars of 4 h that hold two folds, as a command loads them. */
const trainedBars = () =>
  load({
    data: "synthetic",
    planted: true,
    pairs: ["BTC", "ETH"],
    interval: 4 * HOUR,
    to: SYNTHETIC_START + 4 * HOUR * 3620,
  });

/** For tests: a home with an artifact that was trained on those bars; `remove` it in the end. */
export async function trainedHome(lambda = 1000) {
  const { home, place, using } = testHome(mkdtempSync(join(tmpdir(), "fathom-trained-")));
  const dataset = await trainedBars();
  const config = engineConfig.parse({});
  const recipe = parseRecipe({ model: "logistic", lambda });
  const { state, folds, report } = await train({
    dataset,
    config,
    recipe,
    place,
    name: "score",
    now: () => NIGHT,
  });
  const remove = () => rmSync(home, { recursive: true });
  return { remove, home, place, using, dataset, config, state, folds, report };
}
