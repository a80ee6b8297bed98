// node cli/run-ts.mjs FILE.ts [ARGUMENTS]: runs one TypeScript file, from any working directory.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { importTypeScript } from "./tsx.mjs";

const [node, , file, ...rest] = process.argv;
if (file === undefined) {
  process.stderr.write(
    "E_USAGE: run-ts: no file was given, expected: node cli/run-ts.mjs FILE.ts [ARGUMENTS]\n",
  );
  process.exit(2);
}
const path = resolve(file);
process.argv = [node, path, ...rest];

importTypeScript(pathToFileURL(path)).catch((error) => {
  // FathomError is known by its code, because the module that defines it is TypeScript.
  const known = error instanceof Error && error.name === "FathomError";
  process.stderr.write(`${known ? `${error.code}: ${error.message}` : (error?.stack ?? error)}\n`);
  process.exitCode = 1;
});
