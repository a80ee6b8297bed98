// What every entry does first: refuse an old Node in one sentence, then let Node load TypeScript.
// The syntax here is kept old enough for any Node that knows ES modules to parse it.
import { fileURLToPath } from "node:url";

const LEAST = [20, 19];

/** Why this Node cannot run Fathom, or undefined. */
export function nodeProblem(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return undefined;
  return `E_NODE_VERSION: fathom needs Node ${LEAST.join(".")} or newer, found ${version} (${process.execPath}); install a newer Node and run again`;
}

/** Imports a TypeScript module by URL, from any working directory. */
export async function importTypeScript(url) {
  const problem = nodeProblem(process.versions.node);
  if (problem !== undefined) fail(problem);
  const missing = () =>
    fail("E_INSTALL: fathom's packages are missing; run `npm ci` in its folder and try again");
  const esm = await import("tsx/esm/api").catch(missing);
  // A user's own file is CommonJS to Node where no package.json says otherwise.
  const cjs = await import("tsx/cjs/api").catch(missing);
  // Without a path tsx would read the tsconfig.json of whatever folder the user stands in.
  const tsconfig = fileURLToPath(new URL("../tsconfig.json", import.meta.url));
  esm.register({ tsconfig });
  cjs.register();
  return import(url.href);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
