import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { FathomError } from "../../engine/errors.ts";
import { sha256 } from "./canonical.ts";

/** A source file by its path below (or beside) its root, with "/" on every platform. */
export interface SourceFile {
  readonly path: string;
  readonly sha256: string;
}

const ENGINE = fileURLToPath(new URL("../../engine/", import.meta.url)).replace(/[\\/]$/, "");
const TEST = /(\.(test|torture|bench)|(^|[./])test-[^/]*)\.ts$/;

/** The engine sources that a replay uses: .ts files without tests and without live/, by path. */
export function engineSources(root: string = ENGINE): SourceFile[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => slashes(relative(root, join(entry.parentPath, entry.name))))
    .filter((path) => path.endsWith(".ts") && !TEST.test(path) && !path.startsWith("live/"))
    .sort()
    .map((path) => ({ path, sha256: sha256(readFileSync(join(root, path))) }));
}

/**
 * Strategy modules (paths, or import.meta.url) and everything that they import by relative paths, engine sources excepted. Paths are
 * relative to the folder of the first module, so that moving all of them changes nothing.
 * @throws FathomError E_RUN_MODULE when a module, or one that it imports, is not there.
 */
export function moduleSources(modules: readonly string[], engine: string = ENGINE): SourceFile[] {
  if (modules.length === 0) return [];
  const paths = modules.map((m) => (m.startsWith("file:") ? fileURLToPath(m) : resolve(m)));
  const root = dirname(paths[0]);
  const seen = new Map<string, string>();
  const waiting = paths.map((path, k) => found(path, modules[k], "strategy modules"));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path) || path.startsWith(engine + sep)) continue;
    const text = readFileSync(path);
    seen.set(path, sha256(text));
    for (const name of relativeImports(text.toString("utf8"))) {
      waiting.push(found(resolve(dirname(path), name), name, path));
    }
  }
  return [...seen]
    .map(([path, hash]) => ({ path: slashes(relative(root, path)), sha256: hash }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

const slashes = (path: string): string => path.split(sep).join("/");

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** The file an import means: itself, or with an extension added, or `.js` written for `.ts`. */
function found(path: string, name: string, importer: string): string {
  const bare = path.slice(0, path.length - extname(path).length);
  const candidates = [
    path,
    `${path}.ts`,
    `${path}.tsx`,
    `${path}.mjs`,
    `${path}.js`,
    join(path, "index.ts"),
    join(path, "index.js"),
    `${bare}.ts`,
    `${bare}.mts`,
  ];
  const file = candidates.find(isFile);
  if (file !== undefined) return file;
  throw new FathomError(
    "E_RUN_MODULE",
    `sources: found no file for ${name}, expected a module at ${path} (imported by ${importer})`,
    { name, importer },
  );
}

const COMMENT = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const IMPORT = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*(["'])(\.{1,2}\/[^"'\n]*)\1/g;

/** The relative paths that a module's text imports or re-exports; comments do not count. */
export function relativeImports(text: string): string[] {
  const code = text.replace(COMMENT, (_, string: string | undefined) => string ?? " ");
  return [...code.matchAll(IMPORT)].map((match) => match[2]);
}
