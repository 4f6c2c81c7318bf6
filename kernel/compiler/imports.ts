/** Static imports and exports of a cell, as statements that a script can hold. */
import type MagicString from "magic-string";
import { RUNTIME } from "../link/messages.ts";
import { isKey, type Node, walk } from "./syntax-tree.ts";

/** @returns The names that the imports declare. */
export function rewriteImports(text: MagicString, body: Node[]): string[] {
  const names: string[] = [];
  const used = usedIdentifiers(body);
  for (const node of body) {
    if (node.type === "ImportDeclaration") {
      text.overwrite(node.start, node.end, importStatement(node, used, names));
    } else if (node.type === "ExportAllDeclaration" || (node.type === "ExportNamedDeclaration" && node.source)) {
      text.overwrite(node.start, node.end, `await ${load(node.source as Node)};`);
    } else if (node.type === "ExportNamedDeclaration" && !node.declaration) {
      text.remove(node.start, node.end);
    } else if (node.type === "ExportNamedDeclaration" || node.type === "ExportDefaultDeclaration") {
      // What is exported from a cell is simply declared: later cells see it.
      text.remove(node.start, (node.declaration as Node).start);
    }
  }
  walk(body, (node) => {
    if (node.type === "ImportExpression") text.update(node.start, node.start + "import".length, `${RUNTIME}.import`);
    if (node.type === "MetaProperty" && (node.meta as Node).name === "import") {
      text.update(node.start, node.end, `${RUNTIME}.meta`);
    }
    return undefined;
  });
  return names;
}

function importStatement(node: Node, used: Set<string>, names: string[]): string {
  const specifiers = (node.specifiers as Node[]) ?? [];
  if (specifiers.length === 0) return `await ${load(node.source as Node)};`;
  const bindings: string[] = [];
  const required: string[] = [];
  let namespace: string | null = null;
  for (const specifier of specifiers) {
    const local = (specifier.local as Node).name as string;
    names.push(local);
    if (specifier.type === "ImportNamespaceSpecifier") {
      namespace = local;
      continue;
    }
    const imported = specifier.type === "ImportDefaultSpecifier" ? "default" : exportName(specifier.imported as Node);
    bindings.push(`${JSON.stringify(imported)}: ${local}`);
    // A name that the cell never uses as a value may be a type, of which nothing is left at run time.
    if (used.has(local)) required.push(imported);
  }
  const loaded = `await ${load(node.source as Node, required)}`;
  if (bindings.length === 0) return `let ${namespace} = ${loaded};`;
  const pattern = `{ ${bindings.join(", ")} }`;
  return namespace ? `let ${namespace} = ${loaded}; let ${pattern} = ${namespace};` : `let ${pattern} = ${loaded};`;
}

function load(source: Node, required: string[] = []): string {
  const names = required.length > 0 ? `, undefined, ${JSON.stringify(required)}` : "";
  return `${RUNTIME}.import(${JSON.stringify(source.value)}${names})`;
}

function exportName(node: Node): string {
  return (node.type === "Identifier" ? node.name : node.value) as string;
}

function usedIdentifiers(body: Node[]): Set<string> {
  const used = new Set<string>();
  walk(body, (node, parent) => {
    if (node.type === "ImportDeclaration") return false;
    if (node.type === "Identifier" && !isKey(node, parent)) used.add(node.name as string);
    return undefined;
  });
  return used;
}
