import { z } from "zod";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const line = { id: hash, time: z.iso.datetime() };

/**
 * A line of the ledger of trials. Recipe, labels and figures are kept as whatever version wrote them had them: to read an
 * old trial again is not to train it again, and its id vouches for all that it was made from.
 */
export const trialLine = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("trial"),
    ...line,
    data: hash,
    config: hash,
    code: hash,
    pairs: z.array(z.string()),
    recipe: z.looseObject({ model: z.string() }),
    labels: z.looseObject({}),
    seed: z.number(),
    folds: z.array(z.looseObject({ edge: z.number(), end: z.number() })),
    pooled: z.looseObject({}),
  }),
  z.strictObject({
    kind: z.literal("returns"),
    ...line,
    returns: z.strictObject({
      first: z.number(),
      values: z.array(z.number()),
      sharpe: z.number().nullable(),
    }),
  }),
]);
