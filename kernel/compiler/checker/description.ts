/** What a symbol is, in a line of TypeScript, with its documentation. */
import type { Project, Symbol as TypeSymbol } from "typescript/unstable/async";
import type { Opened } from "./project.ts";

export type SymbolKind =
  | "function"
  | "method"
  | "class"
  | "interface"
  | "type"
  | "enum"
  | "module"
  | "property"
  | "instance";

export interface TypeDescription {
  name: string;
  kind: SymbolKind;
  /** A declaration as one would write it: `function sum(xs: number[]): number`. */
  signature: string;
  documentation: string;
  /** `@param`, `@returns`, `@example` and their like. */
  tags: { name: string; text: string }[];
}

/** The API's own enums are not part of its types: flags of symbols, by name. */
const FLAG = {
  property: 4 | 8 | 98304,
  function: 16,
  class: 32,
  interface: 64,
  enum: 384,
  module: 1536,
  method: 8192,
  typeParameter: 262144,
  typeAlias: 524288,
  alias: 2097152,
};

/** Whatever a name can mean. */
export const VALUE_OR_TYPE = 111551 | 788968 | 1920 | FLAG.alias;

/** Ways to print a type: all of it, an alias as what it stands for. */
const NO_TRUNCATION = 1;
const IN_TYPE_ALIAS = 1 << 23;

const CALL = 0;
const CONSTRUCT = 1;

/** Of so many overloads each is shown. */
const OVERLOADS = 4;

/** What stands at a place of a file; null where no name stands. */
export async function describeAt({ project, file }: Opened, offset: number): Promise<TypeDescription | null> {
  const { checker } = project;
  let symbol = await checker.getSymbolAtPosition(file, offset);
  if (!symbol) return null;
  if (symbol.flags & FLAG.alias) symbol = await checker.getAliasedSymbol(symbol);
  // Each answer comes from another process, which a busy machine lets wait for its turn: what can be asked at once is.
  const [unknown, signature, documentation, tags] = await Promise.all([
    checker.isUnknownSymbol(symbol),
    declarationOf(project, symbol),
    symbol.getDocumentationComment(checker),
    symbol.getJsDocTags(checker),
  ]);
  if (unknown || signature === null) return null;
  return {
    name: symbol.name,
    kind: kindOf(symbol),
    signature,
    documentation,
    tags: tags.map(({ name, text = "" }) => ({ name, text })),
  };
}

export function kindOf({ flags }: TypeSymbol): SymbolKind {
  if (flags & FLAG.class) return "class";
  if (flags & FLAG.function) return "function";
  if (flags & FLAG.method) return "method";
  if (flags & FLAG.enum) return "enum";
  if (flags & FLAG.property) return "property";
  if (flags & (1 | 2)) return "instance";
  if (flags & FLAG.interface) return "interface";
  if (flags & (FLAG.typeAlias | FLAG.typeParameter)) return "type";
  return flags & FLAG.module ? "module" : "instance";
}

/** `sum(xs: number[]): number` of what can be called, the type of everything else. */
export async function signatureOf(project: Project, symbol: TypeSymbol): Promise<string> {
  const { checker } = project;
  if (symbol.flags & (FLAG.interface | FLAG.typeAlias) && !(symbol.flags & (1 | 2))) {
    return checker.typeToString(await checker.getDeclaredTypeOfSymbol(symbol), undefined, IN_TYPE_ALIAS);
  }
  const type = await checker.getTypeOfSymbol(symbol);
  if (!type) return "";
  if (symbol.flags & FLAG.class) return (await constructors(project, symbol))[0] ?? `class ${symbol.name}`;
  return asDeclaration(symbol.name, tidy(await checker.typeToString(type)));
}

/** `(x: number) => string` with a name: `f(x: number): string`. Other types stay as they are. */
function asDeclaration(name: string, type: string): string {
  const arrow = topLevelArrow(type);
  return arrow < 0 ? type : `${name}${type.slice(0, arrow)}: ${type.slice(arrow + " => ".length)}`;
}

function topLevelArrow(type: string): number {
  if (!/^[(<]/.test(type)) return -1;
  let depth = 0;
  for (let at = 0; at < type.length; at++) {
    if (type.startsWith("=>", at)) {
      if (depth === 0) return at - 1;
      at++;
    } else if ("([{<".includes(type[at]!)) depth++;
    else if (")]}>".includes(type[at]!)) depth--;
  }
  return -1;
}

async function declarationOf(project: Project, symbol: TypeSymbol): Promise<string | null> {
  const { checker } = project;
  const { flags, name } = symbol;
  if (flags & FLAG.class) return [`class ${name}`, ...(await constructors(project, symbol))].join("\n");
  if (flags & (FLAG.function | FLAG.method)) {
    const shown = await signatures(project, symbol, CALL, "");
    const lead = flags & FLAG.function ? `function ${name}` : name;
    return shown.map((each) => lead + each).join("\n");
  }
  if (flags & FLAG.enum) return `enum ${name}`;
  if (flags & (1 | 2 | FLAG.property)) {
    const type = await checker.getTypeOfSymbol(symbol);
    return type ? `${name}: ${tidy(await checker.typeToString(type, undefined, NO_TRUNCATION))}` : null;
  }
  if (flags & (FLAG.interface | FLAG.typeAlias | FLAG.typeParameter)) {
    const declared = await checker.getDeclaredTypeOfSymbol(symbol);
    const text = tidy(await checker.typeToString(declared, undefined, IN_TYPE_ALIAS));
    return flags & FLAG.typeAlias
      ? `type ${name} = ${text}`
      : `${flags & FLAG.interface ? "interface" : "type"} ${text}`;
  }
  return flags & FLAG.module ? `namespace ${name}` : null;
}

function constructors(project: Project, symbol: TypeSymbol): Promise<string[]> {
  return signatures(project, symbol, CONSTRUCT, `new ${symbol.name}`);
}

async function signatures(
  { checker, emitter }: Project,
  symbol: TypeSymbol,
  kind: typeof CALL | typeof CONSTRUCT,
  lead: string,
): Promise<string[]> {
  const type = await checker.getTypeOfSymbol(symbol);
  if (!type) return [];
  const { SyntaxKind } = await import("typescript/unstable/ast");
  const all = await checker.getSignaturesOfType(type, kind);
  const shown = await Promise.all(
    all.slice(0, OVERLOADS).map(async (each) => {
      const node = await checker.signatureToSignatureDeclaration(each, SyntaxKind.CallSignature);
      return node ? lead + tidy((await emitter.printNode(node)).replace(/;$/, "")) : "";
    }),
  );
  if (all.length > OVERLOADS) shown.push(` … and ${all.length - OVERLOADS} more overloads`);
  return shown.filter((each) => each !== "");
}

/**
 * Types as a reader would write them: an optional parameter says itself that it may be undefined, and which cell, or which file of the library, a name comes
 * from is no news.
 */
export function tidy(type: string): string {
  return type
    .replace(/(\w\?: (?:\{[^{}]*\}|[^,;(){}|]+)) \| undefined(?=[,;)}])/g, "$1")
    .replace(/import\("[^"]*\/(?:gradbook-cell-\w+(?:\.\w+)?|dist\/types\/lib\/[^"]*)"\)\./g, "")
    .replace(/typeof import\("[^"]*\/([^"/]+)"\)/g, 'typeof import("$1")');
}
