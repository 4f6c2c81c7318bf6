/** Between the places of a script, as V8 knows them, and those of the source that it was made from, as the user does. */
import { GREATEST_LOWER_BOUND, LEAST_UPPER_BOUND, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { parseSync } from "oxc-parser";
import { FUNCTIONS, type Node, walk } from "../compiler/syntax-tree.ts";

export interface Position {
  /** From 1. */
  line: number;
  /** From 0. */
  column: number;
}

/** Where a breakpoint can stand. */
interface Stop {
  source: Position;
  script: Position;
}

/** What is known of a script. */
export interface ScriptText {
  source: string;
  code: string;
  /** From the script back to the source, the last step of the compiler first. */
  maps: readonly string[];
}

export class ScriptMap {
  readonly #source: string[];
  readonly #code: string;
  readonly #maps: TraceMap[];
  /** Offsets at which the script's lines begin. */
  readonly #lines: number[];
  #parsed: { stops: Stop[]; functions: Node[]; guarded: Node[] } | null = null;

  constructor({ source, code, maps }: ScriptText) {
    this.#source = source.split("\n");
    this.#code = code;
    this.#maps = maps.map((map) => new TraceMap(map));
    this.#lines = [0, ...[...code.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  /** @returns Null where no line of the source stands for it. */
  toSource(position: Position): Position | null {
    let at: Position | null = position;
    for (const [step, map] of this.#maps.entries()) {
      // V8 names the first character of something. Where the last step has no place for it, it put it there, in front of what it stands for.
      const biases = [GREATEST_LOWER_BOUND, LEAST_UPPER_BOUND] as const;
      at = originOf(at, map, step === 0 ? biases.toReversed() : biases);
      if (!at) return null;
    }
    return at;
  }

  /** Whether the script stops here by itself. */
  isDebuggerStatement(position: Position): boolean {
    return this.#code.startsWith("debugger", this.#offsetOf(position));
  }

  /** Where to stop for a line of the source: at its first statement, or at the next one below it. */
  stopAt(line: number): Stop | null {
    return this.#syntax.stops.find(({ source }) => source.line >= line) ?? null;
  }

  /** Where statements of the source begin, without those of a line twice. */
  stopLines(): number[] {
    return [...new Set(this.#syntax.stops.map(({ source }) => source.line))];
  }

  /** Whether what is thrown at the top level, outside functions, would be caught there. */
  isOpen(position: Position): boolean {
    const offset = this.#offsetOf(position);
    const around = ({ start, end }: Node) => start <= offset && offset < end;
    return !this.#syntax.functions.some(around) && !this.#syntax.guarded.some(around);
  }

  get #syntax() {
    this.#parsed ??= this.#parse();
    return this.#parsed;
  }

  #parse() {
    const { program } = parseSync("cell.js", this.#code, { lang: "js", sourceType: "module" });
    const bySource = new Map<string, Stop>();
    const functions: Node[] = [];
    const guarded: Node[] = [];
    walk(program.body, (node, parent) => {
      if (FUNCTIONS.has(node.type)) functions.push(node);
      if (node.type === "TryStatement" && node.handler) guarded.push(node.block as Node);
      if (!canStop(node, parent)) return undefined;
      const script = this.#positionOf(node.start);
      const source = this.toSource(script);
      // What the compiler put in front of a statement maps to that statement, which comes last.
      if (source && !this.#isHoisted(node, source)) bySource.set(`${source.line}:${source.column}`, { source, script });
      return undefined;
    });
    const stops = [...bySource.values()].sort(({ source: a }, { source: b }) => a.line - b.line || a.column - b.column);
    return { stops, functions, guarded };
  }

  /** `function f() {…}` runs nothing where it stands: the compiler has made a variable of it. */
  #isHoisted(node: Node, { line, column }: Position): boolean {
    if (node.type !== "VariableDeclaration") return false;
    return /^(async\s+)?function\b/.test(this.#source[line - 1]?.slice(column) ?? "");
  }

  #offsetOf({ line, column }: Position): number {
    return this.#lines[line - 1]! + column;
  }

  #positionOf(offset: number): Position {
    let line = this.#lines.length;
    while (this.#lines[line - 1]! > offset) line--;
    return { line, column: offset - this.#lines[line - 1]! };
  }
}

function originOf(at: Position, map: TraceMap, biases: readonly (1 | -1)[]): Position | null {
  for (const bias of biases) {
    const { line, column } = originalPositionFor(map, { ...at, bias });
    if (line !== null) return { line, column };
  }
  return null;
}

function canStop(node: Node, parent: Node | null): boolean {
  switch (node.type) {
    case "BlockStatement":
    case "EmptyStatement":
    case "LabeledStatement":
      return false;
    case "ExpressionStatement":
      return typeof node.directive !== "string";
    case "VariableDeclaration":
      return (node.declarations as Node[]).some(({ init }) => init !== null);
    case "ClassDeclaration":
      return true;
  }
  if (parent?.type === "ArrowFunctionExpression") return parent.body === node;
  return node.type.endsWith("Statement");
}
