import type MagicString from "magic-string";
import { isKey, type Node, walk } from "./syntax-tree.ts";

/** Gives every top-level name that stands in the lowered code and not in the source a suffix of its own. */
export function renameGenerated(text: MagicString, body: Node[], source: string, suffix: string): Set<string> {
  const written = new Set(source.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
  const generated = new Set<string>();
  walk(body, (node) => {
    if (node.type === "VariableDeclarator" && (node.id as Node).type === "Identifier") {
      const name = (node.id as Node).name as string;
      if (name.startsWith("_") && !written.has(name)) generated.add(name);
    }
    return undefined;
  });
  walk(body, (node, parent) => {
    if (node.type === "Identifier" && generated.has(node.name as string) && !isKey(node, parent)) {
      text.appendLeft(node.end, suffix);
    }
    return undefined;
  });
  return generated;
}
