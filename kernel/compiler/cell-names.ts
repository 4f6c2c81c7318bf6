import type MagicString from "magic-string";
import { CELL_NAMES } from "../link/cell-names.ts";
import { RUNTIME } from "../link/messages.ts";
import { boundNames, FUNCTIONS, isKey, type Node, walk } from "./syntax-tree.ts";

const MENTIONED = new RegExp(`\\b(?:${CELL_NAMES.join("|")})\\b`);

/**
 * Names that only cells have in scope → members of the runtime: `new Image(x)` → `new __gradbook__.own.Image(x)`. A name that the cell binds anywhere, be it
 * as a parameter, is left alone.
 *
 * @param known What earlier cells have declared.
 */
export function rewriteCellNames(text: MagicString, body: Node[], known: ReadonlySet<string>): void {
  if (!MENTIONED.test(text.original)) return;
  const bound = boundAnywhere(body);
  const names = new Set<string>(CELL_NAMES.filter((name) => !known.has(name) && !bound.has(name)));
  walk(body, (node, parent) => {
    if (node.type !== "Identifier" || !names.has(node.name as string) || isKey(node, parent)) return undefined;
    const member = `${RUNTIME}.own.${node.name}`;
    if (parent?.type !== "Property" || !parent.shorthand) text.overwrite(node.start, node.end, member);
    // `{ Image }` is its key and its value at one place.
    else if (parent.value === node) text.appendLeft(node.end, `: ${member}`);
    return undefined;
  });
}

function boundAnywhere(body: Node[]): Set<string> {
  const names: string[] = [];
  walk(body, (node) => {
    if (node.type === "VariableDeclarator" || node.type === "ClassDeclaration" || node.type === "ClassExpression") {
      boundNames(node.id as Node | null, names);
    } else if (FUNCTIONS.has(node.type)) {
      boundNames((node.id as Node | null | undefined) ?? null, names);
      for (const parameter of node.params as Node[]) boundNames(parameter, names);
    } else if (node.type === "CatchClause") {
      boundNames(node.param as Node | null, names);
    } else if (/^Import(Default|Namespace|)Specifier$/.test(node.type)) {
      boundNames(node.local as Node, names);
    }
    return undefined;
  });
  return new Set(names);
}
