/**
 * A cell → a script for V8's REPL mode. Imports become awaited loads, every declaration becomes a `let` that later cells may declare again, the
 * value of the last expression is kept, and every `await` checks on resuming whether its cell was interrupted.
 */
import MagicString from "magic-string";
import { type CellScript, cellUrl, RUNTIME } from "../link/messages.ts";
import { rewriteCellNames } from "./cell-names.ts";
import { rewriteDeclarations } from "./declarations.ts";
import { renameGenerated } from "./generated-names.ts";
import { rewriteImports } from "./imports.ts";
import { type Lowered, lower } from "./lowering.ts";
import { parenthesized } from "./object-literal.ts";
import { type Node, walk } from "./syntax-tree.ts";

export interface CompiledCell extends CellScript {
  /** The names that the cell declares at its top level. */
  declares: string[];
}

export class CellCompiler {
  /** Names that hold a `let` of an earlier cell: a `var` of the same name assigns to it. */
  readonly #known = new Set<string>();
  #executions = 0;

  /**
   * @param label What the user calls the cell, such as `Cell [3]`.
   * @param prelude JavaScript that runs in front of the cell.
   * @throws {CellSyntaxError} If it is not TypeScript.
   */
  async compile(source: string, label: string, prelude = ""): Promise<CompiledCell> {
    const id = String(++this.#executions);
    const expression = parenthesized(source);
    const lowered = await lower(expression.text, label);
    const { body } = lowered;
    const text = new MagicString(lowered.code);

    // esbuild's helpers keep state in variables that closures of this cell go on reading: no later cell may assign to them.
    const suffix = `$${id}`;
    const generated = lowered.wrapped ? renameGenerated(text, body, source, suffix) : new Set<string>();
    const name = (written: string) => (generated.has(written) ? written + suffix : written);
    rewriteCellNames(text, body, this.#known);
    instrumentAwaits(text, body);
    keepResult(text, lastStatement(body, lowered));
    const declares = [...rewriteImports(text, body), ...rewriteDeclarations(text, body, this.#known, name)];
    // Modules are strict, and so are cells.
    text.prepend(`"use strict";${prelude}`);

    const map = text.generateMap({ hires: "boundary", source: "cell.js" });
    return {
      id,
      label,
      source,
      code: `${text.toString()}\n//# sourceURL=${cellUrl(id)}`,
      maps: [
        map.toString(),
        ...(lowered.map ? [lowered.map] : []),
        ...(expression.offset > 0 ? [shiftMap(source)] : []),
      ],
      declares,
    };
  }

  /** Tells the compiler that a cell ran to its end, so that its names hold values. */
  ran(cell: CompiledCell): void {
    for (const name of cell.declares) this.#known.add(name);
  }

  /** Tells the compiler that all variables are gone. */
  forget(): void {
    this.#known.clear();
  }
}

/** From a cell in a parenthesis back to the cell. */
function shiftMap(source: string): string {
  return new MagicString(source).prepend("(").generateMap({ hires: true, source: "cell.ts" }).toString();
}

/** Where an async cell goes on after an await is where an interrupt can stop it, and where its context is taken up again. */
function instrumentAwaits(text: MagicString, body: Node[]): void {
  walk(body, (node) => {
    if (node.type === "AwaitExpression") {
      text.prependRight(node.start, `${RUNTIME}.resume(${RUNTIME}.context(), `);
      text.appendLeft(node.end, ")");
    } else if (node.type === "ForOfStatement" && node.await) {
      const loop = node.body as Node;
      if (loop.type === "BlockStatement") text.appendRight(loop.start + 1, `${RUNTIME}.check();`);
    }
    return undefined;
  });
}

/** With a `using` at the top level, esbuild puts the statements of the cell into a `try`; where only types were imported, oxc adds `export {}`. */
function lastStatement(body: Node[], lowered: Lowered): Node | undefined {
  const last = body.findLast((node) => !isEmptyExport(node));
  if (!lowered.wrapped || last?.type !== "TryStatement" || !lowered.endsInExpression) return last;
  return ((last.block as Node).body as Node[]).at(-1);
}

function isEmptyExport({ type, declaration, specifiers }: Node): boolean {
  return type === "ExportNamedDeclaration" && declaration === null && (specifiers as Node[]).length === 0;
}

function keepResult(text: MagicString, last: Node | undefined): void {
  const target =
    last?.type === "ExpressionStatement"
      ? (last.expression as Node)
      : last?.type === "ExportDefaultDeclaration" && !declaresName(last.declaration as Node)
        ? (last.declaration as Node)
        : null;
  if (!target) return;
  text.prependRight(target.start, `${RUNTIME}.result = (`);
  text.appendLeft(target.end, ")");
}

/** `export default class {}` has no name that a later cell could use: it is a value. */
function declaresName(declaration: Node): boolean {
  return /Declaration$/.test(declaration.type) && declaration.id !== null;
}
