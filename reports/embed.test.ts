import fc from "fast-check";
import { expect, it } from "vitest";
import { unpackPage } from "./client/decode.js";
import { packPage } from "./embed.ts";

it("writes text that can end neither its script element nor a line, and that gives back any names", async () => {
  const nasty = fc.constantFrom("</script>", "<!--", "\u2028", "&amp;", "]]>", "\ud800", "__proto__");
  const texts = fc.array(fc.oneof(fc.string({ unit: "binary" }), nasty));
  await fc.assert(
    fc.asyncProperty(texts, async (list) => {
      const data = { list, keys: Object.fromEntries(list.map((text) => [text, 1])) };
      const text = packPage(data);
      expect(text).toMatch(/^[A-Za-z0-9+/]+=*$/);
      expect(JSON.stringify((await unpackPage(text)).raw)).toBe(JSON.stringify(data));
    }),
  );
});

it("packs an hour's steps over years and unchanging places into next to nothing", () => {
  const time = Float64Array.from({ length: 26_280 }, (_, i) => 1_600_000_000_000 + i * 3_600_000);
  const pair = new Float32Array(26_280).fill(7);
  expect(packPage({ time, pair }).length).toBeLessThan(1_000);
});
