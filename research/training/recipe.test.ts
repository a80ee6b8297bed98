import { expect, it } from "vitest";
import { canonicalJson } from "../runs/canonical.ts";
import { fitRecipe, parseRecipe } from "./recipe.ts";
import { parseModel } from "./stored-model.ts";
import { madeSamples } from "./test-samples.ts";

const { names, columns, label } = madeSamples(20);
const set = { names, columns, label };

const code = (c: string) => expect.objectContaining({ code: c });

it("a recipe's identity holds its defaults, and not the order of its members", () => {
  const { lambda } = parseRecipe({ model: "logistic" });
  expect(canonicalJson(parseRecipe({ lambda, model: "logistic" }))).toBe(
    canonicalJson(parseRecipe({ model: "logistic" })),
  );
  expect(canonicalJson(parseRecipe({ model: "logistic", lambda: lambda + 1 }))).not.toBe(
    canonicalJson(parseRecipe({ model: "logistic" })),
  );
});

it.each([
  [{ model: "forest" }, /model/],
  [{ model: "logistic", lambda: 0 }, /lambda/],
  [{ model: "logistic", rounds: 3 }, /"rounds"/],
  [{ model: "xgboost", rounds: 1.5 }, /rounds/],
  [{ model: "xgboost", seed: 1 }, /"seed"/],
  [undefined, /the recipe/],
])("%j is refused by name", (input, named) => {
  expect(() => parseRecipe(input)).toThrow(code("E_TRAIN_RECIPE"));
  expect(() => parseRecipe(input)).toThrow(named);
});

it("a fitted model is what its bytes say, bit for bit", async () => {
  const { model, bytes } = await fitRecipe(set, parseRecipe({ model: "logistic" }), 1);
  expect(parseModel(bytes, ["a", "b"])).toEqual(model);
  expect(Buffer.from(bytes).toString()).toBe(`${JSON.stringify(model)}\n`);
});

it("a stored model of other features, or of their other order, is refused", async () => {
  const { bytes } = await fitRecipe(set, parseRecipe({ model: "logistic" }), 1);
  expect(() => parseModel(bytes, ["b", "a"])).toThrow(code("E_MODEL_FEATURES"));
  expect(() => parseModel("{", ["a", "b"])).toThrow(code("E_MODEL_JSON"));
  expect(() => parseModel("[]", ["a", "b"])).toThrow(code("E_MODEL_LOGISTIC"));
});
