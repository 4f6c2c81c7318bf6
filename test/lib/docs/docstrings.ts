/** Reads the docstrings of a source file: which declarations have one, and the examples in them. */
import { type Class, type Comment, type Directive, parseSync, type Statement } from "oxc-parser";

/** An `@example` of a docstring. */
export interface Example {
  /** TypeScript; a trailing `// value` says what the statement before it gives. */
  readonly code: string;
  /** The line it starts in, from 1. */
  readonly line: number;
}

/** An exported function, class or constant, a method of a class, or a documented member of an interface. */
export interface Declared {
  readonly name: string;
  /** The class or interface that a member belongs to. */
  readonly owner?: string;
  readonly documented: boolean;
}

/** What a source file declares and says. */
export interface Documented {
  readonly declared: readonly Declared[];
  /** Every class by name, with what it extends and implements. */
  readonly parents: ReadonlyMap<string, readonly string[]>;
  readonly examples: readonly Example[];
}

const tag = /(?:^|\s)@(param|returns|throws|see|example|default)\b/g;

/** Reads a source file. */
export function readDocstrings(path: string, text: string): Documented {
  const { program, comments } = parseSync(path, text);
  const docs = comments.filter(({ type, value }) => type === "Block" && value.startsWith("*"));
  const isDocumented = (start: number) => docs.some((doc) => doc.end <= start && isBetween(text.slice(doc.end, start)));
  const declared: Declared[] = [];
  const parents = new Map<string, readonly string[]>();
  for (const statement of program.body) {
    const exported = statement.type === "ExportNamedDeclaration" ? statement.declaration : null;
    const node = (exported ?? statement) as Statement | Directive;
    if (node.type === "ClassDeclaration" && node.id) {
      const named = [node.superClass, ...(node.implements ?? []).map(({ expression }) => expression)];
      parents.set(
        node.id.name,
        named.flatMap((parent) => (parent?.type === "Identifier" ? [parent.name] : [])),
      );
      declared.push(...methodsOf(node, isDocumented));
    }
    if (node.type === "TSInterfaceDeclaration") {
      for (const member of node.body.body) {
        if (!("key" in member) || member.key.type !== "Identifier" || !isDocumented(member.start)) continue;
        declared.push({ name: member.key.name, owner: node.id.name, documented: true });
      }
    }
    if (exported === null) continue;
    const names =
      exported.type === "VariableDeclaration"
        ? exported.declarations.flatMap(({ id }) => (id.type === "Identifier" ? [id.name] : []))
        : "id" in exported && exported.id?.type === "Identifier"
          ? [exported.id.name]
          : [];
    for (const name of names) declared.push({ name, documented: isDocumented(statement.start) });
  }
  return { declared, parents, examples: docs.flatMap((doc) => examplesOf(doc, text)) };
}

/** Whether only space and line comments for tools stand between a docstring and what it documents. */
function isBetween(text: string): boolean {
  return /^(?:\s|\/\/[^\n]*\n)*$/.test(text);
}

/** Methods and accessors that a user can call by name. */
function methodsOf(node: Class, isDocumented: (start: number) => boolean): Declared[] {
  return node.body.body.flatMap((member) => {
    if (member.type !== "MethodDefinition" && member.type !== "TSAbstractMethodDefinition") return [];
    if (member.computed || member.key.type !== "Identifier" || member.kind === "constructor") return [];
    if (member.accessibility === "private") return [];
    return [{ name: member.key.name, owner: node.id!.name, documented: isDocumented(member.start) }];
  });
}

/** The text after each `@example` up to the next tag. */
function examplesOf(doc: Comment, text: string): Example[] {
  const lines = doc.value
    .slice(1)
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""));
  const plain = lines.join("\n");
  const tags = [...plain.matchAll(tag)];
  const first = text.slice(0, doc.start).split("\n").length;
  return tags.flatMap(({ 0: whole, 1: name, index }, i) => {
    if (name !== "example") return [];
    const start = index + whole.length;
    const code = plain.slice(start, tags[i + 1]?.index);
    return [{ code: code.trim(), line: first + plain.slice(0, start).split("\n").length - 1 }];
  });
}
