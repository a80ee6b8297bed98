import { test } from "vitest";
import { checkTypos, paths } from "./typos.test-data.ts";

test.each(paths)("a hundred typos in %s are errors that offer the right name", (path) => {
  checkTypos(path, 100);
});
