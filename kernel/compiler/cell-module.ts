/**
 * A cell as a TypeScript module of its own, for the checker. The cell's text stands at the top, unchanged, so that every position in a diagnostic is
 * a position in the cell; below it the names that it uses of earlier cells and of the library are imported, and its own names exported.
 */
import { parseSync } from "oxc-parser";
import { parenthesized } from "./object-literal.ts";
import { boundNames, isKey, isVarScope, type Node, walk } from "./syntax-tree.ts";

export interface CellModule {
  /** @param kept Modules that the text imports in any case, and first. */
  text(kept: readonly string[]): string;
  /** Where the cell starts in its text. */
  offset: number;
  /** Whether it is TypeScript at all. */
  parses: boolean;
  /** The specifiers of the modules whose names it uses. */
  uses: string[];
  /** What the cell declares at its top level: values and types. */
  declares: string[];
  /** Those that a `const` declares. */
  constants: string[];
  /** Whether it changes types outside itself, by `declare global` or `declare module "…"`. */
  augments: boolean;
}

/** Where a name that is in scope comes from. */
export interface Origin {
  /** A module specifier, such as `./cell_3` or `gradbook`. */
  module: string;
  constant: boolean;
}

export function cellModule(source: string, scope: ReadonlyMap<string, Origin>): CellModule {
  const { text, offset } = parenthesized(source);
  const { program, errors } = parseSync("cell.ts", text, { lang: "ts", sourceType: "module" });
  const body = program.body as unknown as Node[];
  const constants: string[] = [];
  const exported = new Set<string>();
  const declares = new Set(declaredNames(body, constants, exported));
  const used = [...identifiers(body)].filter((name) => !declares.has(name));
  const own = importGroups(used, scope);
  const exports = `export { ${[...declares].filter((name) => !exported.has(name)).join(", ")} };\n`;
  return {
    text: (kept) => `${text}\n${importStatements(withKept(kept, own))}\n${exports}`,
    offset,
    parses: errors.length === 0,
    uses: [...own.keys()],
    declares: [...declares],
    constants,
    augments: body.some(isAugmentation),
  };
}

/** What no cell has filled yet. */
export function emptyModule(kept: readonly string[]): string {
  return `${importStatements(withKept(kept, new Map()))}\nexport {};\n`;
}

/**
 * A cell that is being written. It need not parse, and what follows it would be read as part of an unfinished line: the imports stand in front.
 *
 * @param names Names that are to be in scope beside those that the cell uses.
 * @param kept Modules that it imports in any case, and first.
 */
export function editedModule(
  source: string,
  scope: ReadonlyMap<string, Origin>,
  names: readonly string[],
  kept: readonly string[],
): Pick<CellModule, "offset" | "uses"> & { text: string } {
  const declared = new Set(
    [
      ...source.matchAll(
        /\b(?:const|let|var|class|enum|interface|type|namespace|function\*?)\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu,
      ),
    ].map((match) => match[1]!),
  );
  const used = new Set([...(source.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? []), ...names]);
  const own = importGroups(
    [...used].filter((name) => !declared.has(name)),
    scope,
  );
  const header = importStatements(withKept(kept, own));
  return { text: `${header}\n${source}`, offset: header.length + 1, uses: [...own.keys()] };
}

/** The names to import, by module. */
function importGroups(names: Iterable<string>, scope: ReadonlyMap<string, Origin>): Map<string, string[]> {
  const imports = new Map<string, string[]>();
  for (const name of names) {
    const origin = scope.get(name);
    if (!origin) continue;
    const group = imports.get(origin.module);
    if (group) group.push(name);
    else imports.set(origin.module, [name]);
  }
  return imports;
}

/** The same behind what is kept: of modules that are only kept, no names are imported. */
function withKept(kept: readonly string[], own: ReadonlyMap<string, string[]>): Map<string, string[]> {
  return new Map([...kept.map((module): [string, string[]] => [module, []]), ...own]);
}

function importStatements(imports: ReadonlyMap<string, string[]>): string {
  return [...imports]
    .map(([module, group]) => `import { ${group.join(", ")} } from ${JSON.stringify(module)};`)
    .join(" ");
}

function declaredNames(body: Node[], constants: string[], exported: Set<string>): string[] {
  const names: string[] = [];
  for (const statement of body) {
    const isExport = statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration";
    const node = (isExport && (statement.declaration as Node | null)) || statement;
    const before = names.length;
    if (node.type === "VariableDeclaration" && node.kind !== "var") {
      for (const declarator of node.declarations as Node[]) boundNames(declarator.id as Node, names);
      if (node.kind === "const") constants.push(...names.slice(before));
    } else if (node.type === "ImportDeclaration") {
      for (const specifier of node.specifiers as Node[]) names.push((specifier.local as Node).name as string);
    } else if (
      DECLARATIONS.has(node.type) &&
      !isAugmentation(node) &&
      (node.id as Node | null)?.type === "Identifier"
    ) {
      names.push((node.id as Node).name as string);
    }
    if (statement.type === "ExportNamedDeclaration") for (const name of names.slice(before)) exported.add(name);
    if (statement.type === "ExportNamedDeclaration" && !statement.declaration) {
      for (const specifier of statement.specifiers as Node[]) exported.add((specifier.exported as Node).name as string);
    }
  }
  walk(body, (node) => {
    if (isVarScope(node)) return false;
    if (node.type === "VariableDeclaration" && node.kind === "var") {
      for (const declarator of node.declarations as Node[]) boundNames(declarator.id as Node, names);
    }
    return undefined;
  });
  return names;
}

/** `declare global { … }` or `declare module "…" { … }`. */
function isAugmentation(node: Node): boolean {
  return node.type === "TSModuleDeclaration" && (node.kind === "global" || (node.id as Node).type === "Literal");
}

const DECLARATIONS = new Set([
  "FunctionDeclaration",
  "TSDeclareFunction",
  "ClassDeclaration",
  "TSEnumDeclaration",
  "TSModuleDeclaration",
  "TSInterfaceDeclaration",
  "TSTypeAliasDeclaration",
  "TSImportEqualsDeclaration",
]);

function identifiers(body: Node[]): Set<string> {
  const names = new Set<string>();
  walk(body, (node, parent) => {
    if (node.type === "Identifier" && !isKey(node, parent)) names.add(node.name as string);
    return undefined;
  });
  return names;
}

/** The names that a declaration file exports: what the library brings into scope, types included. */
export function exportedNames(declarations: string): string[] {
  const body = parseSync("index.d.ts", declarations, { lang: "dts", sourceType: "module" }).program
    .body as unknown as Node[];
  const names: string[] = [];
  for (const node of body) {
    if (node.type === "ExportAllDeclaration" && node.exported) names.push((node.exported as Node).name as string);
    if (node.type !== "ExportNamedDeclaration") continue;
    for (const specifier of node.specifiers as Node[]) names.push((specifier.exported as Node).name as string);
    const declaration = node.declaration as Node | null;
    if (declaration?.type === "VariableDeclaration") {
      for (const declarator of declaration.declarations as Node[]) boundNames(declarator.id as Node, names);
    } else if (declaration && (declaration.id as Node | null)?.type === "Identifier") {
      names.push((declaration.id as Node).name as string);
    }
  }
  return names;
}
