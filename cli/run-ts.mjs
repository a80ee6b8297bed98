// node cli/run-ts.mjs FILE.ts [ARGUMENTS]: runs one TypeScript file, from any working directory.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { importTypeScript } from "./tsx.mjs";

const [node, , file, ...rest] = process.argv;
if (file === undefined) wrongCall("no file was given");
const path = resolve(file);
if (!existsSync(path)) wrongCall(`found no file ${path}`);
process.argv = [node, path, ...rest];

importTypeScript(pathToFileURL(path)).catch((error) => {
  // FathomError is known by its code, because the module that defines it is TypeScript.
  const known = error instanceof Error && error.name === "FathomError";
  const text = known ? `${error.code}: ${error.message}` : (outsideProblem(error) ?? error?.stack ?? error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
});

function wrongCall(found) {
  process.stderr.write(`E_USAGE: run-ts: ${found}, expected: node cli/run-ts.mjs FILE.ts [ARGUMENTS]\n`);
  process.exit(2);
}

/** What a script that lies outside of Fathom's folder lacks: the name "fathom", and being a module. */
function outsideProblem(error) {
  const message = String(error?.message);
  const folder = dirname(dirname(fileURLToPath(import.meta.url)));
  if (/Cannot find (package|module) 'fathom'/.test(message)) {
    return `E_SCRIPT: run-ts: ${path} imports "fathom", a name that is known below ${folder} only; put the script there, or import ${folder}/research/index.ts`;
  }
  if (/Top-level await .* "cjs"/.test(message)) {
    return `E_SCRIPT: run-ts: ${path} awaits outside of a function, which only a module may; name it .mts, or put it below ${folder}`;
  }
  return undefined;
}
