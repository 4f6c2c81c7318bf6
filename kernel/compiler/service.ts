/**
 * The types of all cells. A cell is a module that imports the names it uses of earlier cells, so that types flow from cell to cell without the executor:
 * it answers while a cell runs.
 */
import { existsSync, readFileSync } from "node:fs";
import type { Diagnostic } from "typescript/unstable/async";
import { type CellModule, cellModule, editedModule, exportedNames, type Origin } from "./cell-module.ts";
import { completionsAt, namesAt, type TypeCompletion } from "./checker/completion.ts";
import type { TypeLibrary } from "./checker/config.ts";
import { describeAt, type TypeDescription, tidy } from "./checker/description.ts";
import { CheckerProcess, type Opened, SCOPE } from "./checker/process.ts";
import { scopeDeclarations } from "./checker/scope.ts";

export type { TypeCompletion, TypeDescription, TypeLibrary };

export interface TypeDiagnostic {
  code: number;
  message: string;
  /** Offset into the cell's source. */
  start: number;
  /** The text that it is about. */
  name: string;
  /** Where it is not about the cell: what it is about. */
  file?: { name: string; source: string };
}

/** Assigning to a variable of an earlier cell is assigning to an import, as the checker sees it. */
const ASSIGNED_TO_IMPORT = 2632;
const ASSIGNED_TO_CONSTANT = 2588;

const IGNORED = new Set([
  // The executor says more of a missing package: from where it was looked for, and how to install it.
  2307,
  // `import fs = require("fs")` is the older way to write an import, and works.
  1202,
]);

/** A name that TypeScript does not know, in its several wordings, may still exist: code can put names on the global object. */
export const NO_SUCH_NAME: ReadonlySet<number> = new Set([2304, 2552, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593]);

/** The API's own enums are not part of its types. */
const ERROR = 1;

/** The module of a cell. No file of the user's is called so. */
const moduleOf = (id: string): string => `gradbook-cell-${id}`;

/** The module of the cell that is being written. */
const EDITED = "gradbook-cell-edited.ts";

export class TypeService {
  readonly #library: TypeLibrary | null;
  readonly #checker: CheckerProcess;
  readonly #scope = new Map<string, Origin>();
  readonly #modules = new Map<string, CellModule>();

  /**
   * @param folder The notebook's: from there modules are resolved.
   * @param started Told of the checker's process, so that it can be ended also where close() is never called.
   */
  constructor(folder: string, library: TypeLibrary | null, started: (pid: number) => void = () => {}) {
    this.#library = library;
    this.#checker = new CheckerProcess(folder, library, started);
    this.#fillScope();
  }

  /** What is wrong with the types of a cell, given all cells that ran before. */
  check(id: string, source: string): Promise<TypeDiagnostic[]> {
    const module = cellModule(source, this.#scope);
    this.#modules.set(id, module);
    return this.#checker.inTurn(async () => {
      const name = `${moduleOf(id)}.ts`;
      const opened = await this.#checker.open(name, module.text);
      const { program } = opened.project;
      const [config, syntax, semantics] = await Promise.all([
        program.getConfigFileParsingDiagnostics(),
        program.getSyntacticDiagnostics(opened.file),
        program.getSemanticDiagnostics(opened.file),
        this.#checker.watch(opened),
      ]);
      // Nothing can import what declares nothing.
      if (module.declares.length === 0) this.#checker.remove(name);
      return [
        ...config.filter(isError).map((each) => this.#aboutConfig(each)),
        ...[...syntax, ...semantics].filter(isError).flatMap((each) => this.#aboutCell(each, module, source)),
      ];
    });
  }

  /** Brings the names of a cell that is not checked into the scope of the cells that follow. */
  admit(id: string, source: string): void {
    const module = cellModule(source, this.#scope);
    if (module.declares.length === 0) return;
    this.#modules.set(id, module);
    this.#checker.write(`${moduleOf(id)}.ts`, module.text);
    this.declare(id);
  }

  /** Brings a checked cell's names into the scope of the cells that follow. */
  declare(id: string): void {
    const module = this.#modules.get(id);
    this.#modules.delete(id);
    if (!module) return;
    for (const name of module.declares) {
      this.#scope.set(name, { module: `./${moduleOf(id)}.js`, constant: module.constants.includes(name) });
    }
  }

  /** All variables are gone. */
  forget(): void {
    this.#scope.clear();
    this.#modules.clear();
    this.#fillScope();
  }

  /** The names of earlier cells and of the library. */
  names(): string[] {
    return [...this.#scope.keys()];
  }

  /** The members of what stands before a dot, or what the string at the place may say. */
  complete(source: string, offset: number, prefix: string): Promise<TypeCompletion[]> {
    return this.#ask(source, offset, [], (opened, at) => completionsAt(opened, at, prefix));
  }

  /** Those of the names that mean something at the place, with what they mean. */
  resolve(source: string, offset: number, names: string[]): Promise<TypeCompletion[]> {
    return this.#ask(source, offset, names, (opened, at) => namesAt(opened, at, names));
  }

  /** What the name at the place is. */
  describe(source: string, offset: number): Promise<TypeDescription | null> {
    return this.#ask(source, offset, [], describeAt);
  }

  /** Starts the checker before it is first needed: its standard library takes a third of a second to load. */
  async warm(): Promise<void> {
    await this.check("warm", "0");
  }

  /** Ends the checker, whatever it is doing. */
  close(): void {
    this.#checker.close();
  }

  #ask<Answer>(
    source: string,
    offset: number,
    names: string[],
    question: (opened: Opened, offset: number) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#checker.inTurn(async () => {
      const module = editedModule(source, this.#scope, names);
      return question(await this.#checker.open(EDITED, module.text), module.offset + offset);
    });
  }

  #fillScope(): void {
    for (const name of exportedNames(scopeDeclarations)) {
      this.#scope.set(name, { module: `./${SCOPE}.js`, constant: true });
    }
    if (!this.#library || !existsSync(this.#library.types)) return;
    for (const name of exportedNames(readFileSync(this.#library.types, "utf8"))) {
      this.#scope.set(name, { module: this.#library.name, constant: true });
    }
  }

  #aboutConfig({ code, text, pos, fileName }: Diagnostic): TypeDiagnostic {
    const path = fileName ?? this.#checker.userConfig;
    const source = existsSync(path) ? readFileSync(path, "utf8") : "";
    return { code, message: text, start: pos, name: "", file: { name: path, source } };
  }

  #aboutCell(diagnostic: Diagnostic, module: CellModule, source: string): TypeDiagnostic[] {
    const { code, text, pos, end, messageChain = [] } = diagnostic;
    if (pos > source.length + module.offset || IGNORED.has(code)) return [];
    const name = module.text.slice(pos, end);
    const start = Math.max(pos - module.offset, 0);
    if (code === ASSIGNED_TO_IMPORT) {
      if (!this.#scope.get(name)?.constant) return [];
      const message = `Cannot assign to '${name}' because it is a constant.`;
      return [{ code: ASSIGNED_TO_CONSTANT, message, start, name }];
    }
    return [{ code, message: tidy([text, ...chainLines(messageChain, "  ")].join("\n")), start, name }];
  }
}

function isError({ category }: Diagnostic): boolean {
  return category === ERROR;
}

/** The reasons behind a message, each indented under what it explains. */
function chainLines(chain: readonly Diagnostic[], indent: string): string[] {
  return chain.flatMap(({ text, messageChain = [] }) => [indent + text, ...chainLines(messageChain, `${indent}  `)]);
}
