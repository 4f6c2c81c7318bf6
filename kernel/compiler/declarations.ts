/**
 * Declarations that can be made again. V8's REPL mode lets a `let` or a class be declared over a `let` or a class of an earlier script and refuses
 * every other pair (const over let, let over function, let over var), so all become `let`:
 *
 * - `const` and `let` at the top level → `let`;
 * - functions → `let f = function () {…}`, moved to the top, since functions are hoisted;
 * - `var`, at any depth outside functions → a plain assignment, after a `let` in front where the name is new.
 */
import type MagicString from "magic-string";
import { boundNames, isVarScope, type Node, walk } from "./syntax-tree.ts";

/**
 * @param known Names that hold a `let` already.
 * @param rename What a name of the code will be called.
 * @returns The names that the cell declares.
 */
export function rewriteDeclarations(
  text: MagicString,
  body: Node[],
  known: ReadonlySet<string>,
  rename: (name: string) => string,
): string[] {
  const names: string[] = [];
  const functions = new Map<string, Node>();
  for (const statement of body) {
    const node =
      (/^Export(Named|Default)Declaration$/.test(statement.type) && (statement.declaration as Node)) || statement;
    if (node.type === "VariableDeclaration" && node.kind !== "var") {
      for (const declarator of node.declarations as Node[]) boundNames(declarator.id as Node, names);
      if (node.kind === "const") text.overwrite(node.start, node.start + "const".length, "let");
    } else if (node.type === "ClassDeclaration" && node.id) {
      names.push((node.id as Node).name as string);
    } else if (node.type === "FunctionDeclaration" && node.id) {
      hoist(text, node, functions);
    }
  }
  names.push(...functions.keys());
  const fresh = [...rewriteVars(text, body, new Set(names))].map(rename);
  const unknown = fresh.filter((name) => !known.has(name));
  if (unknown.length > 0) text.prepend(`let ${unknown.join(", ")};`);
  return [...names, ...fresh];
}

/** `async function* f(a) {…}` → `let f = async function* (a) {…};` in front of everything; of two with one name the last counts. */
function hoist(text: MagicString, node: Node, functions: Map<string, Node>): void {
  const id = node.id as Node;
  const name = id.name as string;
  const earlier = functions.get(name);
  if (earlier) text.remove(earlier.start, earlier.end);
  functions.set(name, node);
  text.remove(id.start, id.end);
  text.appendRight(node.start, `let ${name} = `);
  text.appendLeft(node.end, ";\n");
  if (node.start > 0) text.move(node.start, node.end, 0);
}

/** @returns The names declared by `var`. */
function rewriteVars(text: MagicString, body: Node[], declared: ReadonlySet<string>): Set<string> {
  const fresh = new Set<string>();
  walk(body, (node, parent) => {
    if (isVarScope(node)) return false;
    if (node.type !== "VariableDeclaration" || node.kind !== "var") return undefined;
    const declarators = node.declarations as Node[];
    for (const declarator of declarators) {
      for (const name of boundNames(declarator.id as Node)) if (!declared.has(name)) fresh.add(name);
    }
    const loop = parent && /^For(In|Of|)Statement$/.test(parent.type) && parent.body !== node ? parent : null;
    if (loop && loop.type !== "ForStatement") {
      text.remove(node.start, (declarators[0]!.id as Node).start);
    } else {
      assignments(text, node, declarators, loop !== null);
    }
    return undefined;
  });
  return fresh;
}

/** `var a = 1, b, { c } = d;` → `void (a = 1, { c } = d);`: no value, since a declaration has none to show. */
function assignments(text: MagicString, node: Node, declarators: Node[], inLoopHead: boolean): void {
  const given = declarators.filter((declarator) => declarator.init !== null);
  if (given.length === 0) {
    text.overwrite(node.start, node.end, inLoopHead ? "" : ";");
    return;
  }
  text.overwrite(node.start, (declarators[0]!.id as Node).start, "void (");
  for (const [index, declarator] of declarators.entries()) {
    const next = declarators[index + 1];
    const end = next ? next.start : declarator.end;
    if (declarator.init === null) {
      text.remove(declarator.start, end);
      continue;
    }
    const name = mergedName(declarator);
    if (name) text.appendRight(declarator.start, `${name} = undefined, `);
    if (next) text.overwrite(declarator.end, next.start, given.at(-1) === declarator ? "" : ", ");
  }
  text.appendLeft(declarators.at(-1)!.end, ")");
}

/**
 * An enum is lowered to `var E = (function (E) {…})(E || {})`, which would add to the enum of an earlier cell of the same name. A cell that is run
 * again after an edit must replace it.
 */
function mergedName(declarator: Node): string | null {
  const id = declarator.id as Node;
  const call = declarator.init as Node;
  const argument = call.type === "CallExpression" ? (call.arguments as Node[])[0] : undefined;
  const merges =
    argument?.type === "LogicalExpression" &&
    (argument.left as Node).type === "Identifier" &&
    (argument.left as Node).name === id.name;
  return merges ? (id.name as string) : null;
}
