import { posix } from "node:path";
import ts from "typescript";

/** The rooms, in the order in which arrows may point: a room imports itself and those before it. */
const ROOMS = ["engine", "datasets", "research", "reports", "cli"];

/** + - * / and these are exact in IEEE 754, so that every engine gives the same bits; constants are fixed doubles. */
const EXACT_MATH = new Set(
  "sqrt abs floor ceil trunc sign imul clz32 fround min max PI E LN2 LN10 LOG2E LOG10E SQRT2 SQRT1_2".split(
    " ",
  ),
);

/** Clock, randomness, I/O, timers, the host, and code made from strings. */
const FORBIDDEN_GLOBALS = new Set(
  (
    "Date performance process crypto console fetch setTimeout setInterval setImmediate queueMicrotask " +
    "globalThis global require eval Function Buffer Intl WeakRef FinalizationRegistry WebSocket Worker navigator"
  ).split(" "),
);

/** Results that depend on the host's language. */
const FORBIDDEN_METHODS = new Set(
  "localeCompare toLocaleString toLocaleUpperCase toLocaleLowerCase".split(" "),
);

const isNotEngineCode = (path: string) =>
  /(\.(test|torture|bench|test-data)\.tsx?|\/test-[a-z]+\.ts)$/.test(path);

/** Packages that the engine may import, and where. */
function mayImport(path: string, name: string): boolean {
  return name === "zod" || (name === "node:crypto" && path === "engine/digest.ts");
}

/**
 * Breaches of the project's import direction and, in the engine outside live/, of its rules for
 * arithmetic, clock, randomness and I/O, as "file:line: what". `path` is relative to the project.
 */
export function lint(path: string, text: string): string[] {
  const found: string[] = [];
  const room = path.split("/")[0];
  if (!ROOMS.includes(room) || isNotEngineCode(path)) return found;
  const isPure = room === "engine" && !path.startsWith("engine/live/");
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const report = (node: ts.Node, what: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    found.push(`${path}:${line + 1}: ${what}`);
  };

  function checkImport(node: ts.Node, name: string): void {
    if (name.startsWith(".")) {
      const target = posix.join(posix.dirname(path), name).split("/");
      const other = ROOMS.indexOf(target[0]);
      if (other < 0) report(node, `import of ${name} leaves the rooms`);
      else if (other > ROOMS.indexOf(room)) report(node, `${room} imports ${target[0]} (${name})`);
      else if (isPure && target[1] === "live") report(node, `the engine imports its live runner (${name})`);
    } else if (isPure && !mayImport(path, name)) report(node, `the engine imports ${name}`);
  }

  function checkName(node: ts.Identifier): void {
    if (node.text === "Math") {
      const { parent } = node;
      const member = ts.isPropertyAccessExpression(parent) && parent.expression === node && parent.name.text;
      if (member === false) report(node, "Math in another form than Math.name");
      else if (!EXACT_MATH.has(member)) report(node, `Math.${member}`);
    } else if (FORBIDDEN_GLOBALS.has(node.text) && !declared.has(node.text)) report(node, node.text);
  }

  const declared = isPure ? declaredNames(source) : new Set<string>();
  const visit = (node: ts.Node): void => {
    const name = importedName(node);
    if (name !== undefined) checkImport(node, name);
    if (isPure) {
      if (ts.isIdentifier(node) && isReference(node)) checkName(node);
      if (ts.isBinaryExpression(node)) {
        const operator = node.operatorToken.kind;
        if (operator === ts.SyntaxKind.AsteriskAsteriskToken) report(node, "**");
        if (operator === ts.SyntaxKind.AsteriskAsteriskEqualsToken) report(node, "**=");
      }
      if (ts.isPropertyAccessExpression(node) && FORBIDDEN_METHODS.has(node.name.text)) {
        report(node, node.name.text);
      }
      if (ts.isMetaProperty(node)) report(node, "import.meta");
      if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
        report(node, "import()");
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The module that an import, an export from, an import() or an import type names. */
function importedName(node: ts.Node): string | undefined {
  let name: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) name = node.moduleSpecifier;
  else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) name = node.argument.literal;
  else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    name = node.arguments[0];
  }
  return name !== undefined && ts.isStringLiteralLike(name) ? name.text : undefined;
}

/** Whether an identifier stands for a value, rather than naming a member, a key or a type. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent))
    return parent.getChildAt(0) === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent)) return parent.propertyName !== node;
  return !(
    ts.isTypeNode(parent) ||
    ts.isTypeElement(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isMethodDeclaration(parent)
  );
}

/** Names that the file itself gives to something: they are not the host's. */
function declaredNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const isNaming =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isBindingElement(node) ||
      ts.isImportSpecifier(node);
    if (isNaming && node.name !== undefined && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}
