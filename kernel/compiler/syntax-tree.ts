/** The few things that the compiler asks of an ESTree program. */

export interface Node {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

/** Calls `enter` for every node, parents first; returning false keeps it out of that node's children. */
export function walk(value: unknown, enter: (node: Node, parent: Node | null) => boolean | undefined): void {
  visit(value, null, enter);
}

function visit(
  value: unknown,
  parent: Node | null,
  enter: (node: Node, parent: Node | null) => boolean | undefined,
): void {
  if (value === null || typeof value !== "object") return;
  if (Array.isArray(value)) {
    for (const item of value) visit(item, parent, enter);
    return;
  }
  const node = value as Node;
  if (typeof node.type !== "string") return;
  if (enter(node, parent) === false) return;
  for (const field in node) {
    const child = node[field];
    if (child !== null && typeof child === "object") visit(child, node, enter);
  }
}

export const FUNCTIONS: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
]);

/** Whether `var` inside it stays inside it. */
export function isVarScope(node: Node): boolean {
  return FUNCTIONS.has(node.type) || node.type === "StaticBlock";
}

/** The names that a binding pattern binds: `{ a, b: [c, ...d] }` → a, c, d. */
export function boundNames(pattern: Node | null, names: string[] = []): string[] {
  if (pattern === null) return names;
  switch (pattern.type) {
    case "Identifier":
      names.push(pattern.name as string);
      break;
    case "ObjectPattern":
      for (const property of pattern.properties as Node[]) {
        boundNames((property.type === "RestElement" ? property.argument : property.value) as Node, names);
      }
      break;
    case "ArrayPattern":
      for (const element of pattern.elements as (Node | null)[]) boundNames(element, names);
      break;
    case "AssignmentPattern":
      boundNames(pattern.left as Node, names);
      break;
    case "RestElement":
      boundNames(pattern.argument as Node, names);
      break;
  }
  return names;
}

/** Whether an identifier is the name of a property, and so refers to no variable. */
export function isKey(node: Node, parent: Node | null): boolean {
  if (parent?.type === "MemberExpression") return parent.property === node && !parent.computed;
  if (parent?.type === "Property") return parent.key === node && !parent.computed && !parent.shorthand;
  return (
    /^(MethodDefinition|PropertyDefinition|AccessorProperty)$/.test(parent?.type ?? "") &&
    parent!.key === node &&
    !parent!.computed
  );
}
