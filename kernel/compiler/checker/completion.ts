/** What could stand at a place: members of a value, strings of a union, files and packages of an import, names in scope; with types and documentation. */
import type { CompletionEntry, Symbol as TypeSymbol } from "typescript/unstable/async";
import { kindOf, type SymbolKind, signatureOf, VALUE_OR_TYPE } from "./description.ts";
import type { Opened } from "./project.ts";

export interface TypeCompletion {
  name: string;
  kind: SymbolKind | "keyword" | "file" | "folder" | "value";
  /** `sum(x: number): number`, or a type. */
  signature?: string;
  documentation?: string;
}

/** So many are described at once, and no more than so long in all: of the rest only names and kinds are told, since nobody reads on before typing on. */
const DESCRIBED_AT_ONCE = 10;
const DESCRIBING_MS = 20;

type Entry = Pick<CompletionEntry, "name" | "kind" | "symbol">;

/** Members of what stands before the dot, or what a string may say. */
export async function completionsAt(
  { project, file }: Opened,
  offset: number,
  prefix: string,
): Promise<TypeCompletion[]> {
  const { checker } = project;
  const info = await checker.getCompletionsAtPosition(file, offset, { includeSymbol: true }).catch((error: Error) => {
    // Where any name may stand the checker wants to offer imports, which it cannot do through this API.
    if (/auto imports/.test(error.message)) return undefined;
    throw error;
  });
  const entries = (info?.entries ?? []).filter(({ name }) => name.startsWith(prefix));
  const described = await describeSome(project, entries);
  const rest = entries.slice(described.length);
  return [...described, ...rest.map((entry) => ({ name: entry.name, kind: entryKind(entry) }))];
}

/** Those of the names that mean something at a place. */
export async function namesAt({ project, file }: Opened, offset: number, names: string[]): Promise<TypeCompletion[]> {
  const { checker } = project;
  const found = await Promise.all(
    names.map(async (name) => {
      const symbol = await checker.resolveName(name, VALUE_OR_TYPE, { document: file, position: offset });
      return symbol ? { name, symbol } : null;
    }),
  );
  const known = found.filter((each) => each !== null);
  const described = await describeSome(project, known);
  return [...described, ...known.slice(described.length).map(({ name, symbol }) => ({ name, kind: kindOf(symbol) }))];
}

/** The first entries, as many as there is time for. */
async function describeSome(project: Opened["project"], entries: readonly Entry[]): Promise<TypeCompletion[]> {
  const described: TypeCompletion[] = [];
  const began = performance.now();
  while (described.length < entries.length && performance.now() - began < DESCRIBING_MS) {
    const some = entries.slice(described.length, described.length + DESCRIBED_AT_ONCE);
    described.push(...(await describe(project, some)));
  }
  return described;
}

async function describe(project: Opened["project"], entries: readonly Entry[]): Promise<TypeCompletion[]> {
  return Promise.all(
    entries.map(async (entry): Promise<TypeCompletion> => {
      const { name } = entry;
      if (!entry.symbol) return { name, kind: entryKind(entry) };
      const symbol: TypeSymbol = await signatureTarget(project, entry.symbol);
      const [signature, documentation] = await Promise.all([
        signatureOf(project, symbol),
        symbol.getDocumentationComment(project.checker),
      ]);
      return {
        name,
        kind: calledKind(kindOf(symbol), name, signature),
        signature,
        ...(documentation ? { documentation } : {}),
      };
    }),
  );
}

/** A property or a variable that holds a function is offered as one. */
function calledKind(kind: SymbolKind, name: string, signature: string): SymbolKind {
  if (!signature.startsWith(`${name}(`) && !signature.startsWith(`${name}<`)) return kind;
  return kind === "property" ? "method" : kind === "instance" ? "function" : kind;
}

async function signatureTarget({ checker }: Opened["project"], symbol: TypeSymbol): Promise<TypeSymbol> {
  return symbol.flags & ALIAS ? checker.getAliasedSymbol(symbol) : symbol;
}

const ALIAS = 1 << 21;

/** The kinds of the Language Server Protocol, by number. */
const KINDS: Record<number, TypeCompletion["kind"]> = {
  2: "method",
  3: "function",
  5: "property",
  6: "instance",
  7: "class",
  8: "interface",
  9: "module",
  10: "property",
  13: "enum",
  14: "keyword",
  17: "file",
  19: "folder",
  20: "property",
  21: "value",
};

function entryKind({ kind }: Pick<CompletionEntry, "kind">): TypeCompletion["kind"] {
  return KINDS[Number(kind ?? 0)] ?? "property";
}
