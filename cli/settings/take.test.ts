import { test } from "vitest";
import { checkTypos, paths } from "./typos.test-data.ts";

test.each(paths)("one or two typos in %s are an error that offers the right name", (path) => {
  checkTypos(path, 4);
});
