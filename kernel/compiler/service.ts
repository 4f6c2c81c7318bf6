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
import { KeptModules } from "./checker/kept-modules.ts";
import { ModulePlaces } from "./checker/module-places.ts";
import { CheckerProcess } from "./checker/process.ts";
import { type Opened, SCOPE, userConfig } from "./checker/project.ts";
import { scopeDeclarations } from "./checker/scope.ts";
import { Unanswered } from "./checker/turns.ts";

export type { TypeCompletion, TypeDescription, TypeLibrary };
export { Unanswered };

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

/** A cell that may read files beside its own. A false alarm costs twenty milliseconds. */
const READS_FILES = /\b(?:import|require|from|reference)\b/;

/** So long a cell waits for its check, and a question for its answer. A check takes milliseconds; the first one, on a busy machine, seconds. */
const CHECK_MS = 10_000;
const ANSWER_MS = 3_000;

export class TypeService {
  readonly #library: TypeLibrary | null;
  readonly #folder: string;
  readonly #checker: CheckerProcess;
  readonly #scope = new Map<string, Origin>();
  readonly #kept = new KeptModules();
  readonly #places = new ModulePlaces(this.#kept, (file, text) => this.#checker.write(file, text));

  /**
   * @param folder The notebook's: from there modules are resolved.
   * @param started Told of the checker's process, so that it can be ended also where close() is never called.
   */
  constructor(folder: string, library: TypeLibrary | null, started: (pid: number) => void = () => {}) {
    this.#library = library;
    this.#folder = folder;
    this.#checker = new CheckerProcess(folder, library, started);
    this.#fillScope();
  }

  /** A cell as a module that imports what it uses of all cells that ran before. */
  module(source: string): CellModule {
    return cellModule(source, this.#scope);
  }

  /**
   * What is wrong with the types of a cell.
   *
   * @param source Of which the module was made.
   * @param asked Called when the checker has the question, and thinks.
   * @throws {Unanswered} If the checker does not say in time.
   */
  check(module: CellModule, source: string, asked: () => void = () => {}): Promise<TypeDiagnostic[]> {
    const text = module.text(this.#kept.list());
    this.#kept.use(module.uses);
    const readsFiles = READS_FILES.test(source);
    return this.#checker.inTurn(async (project) => {
      const opened = await project.open(text, { anew: readsFiles });
      const { program } = opened.project;
      const found = Promise.all([
        program.getSemanticDiagnostics(opened.file),
        program.getSyntacticDiagnostics(opened.file),
        project.configDiagnostics(opened),
        readsFiles ? project.watch(opened) : undefined,
      ]);
      asked();
      const [semantics, syntax, config] = await found;
      return [
        ...config.filter(isError).map((each) => this.#aboutConfig(each)),
        ...[...syntax, ...semantics]
          .filter(isError)
          .flatMap((each) => this.#aboutCell(each, text.slice(each.pos, each.end), module.offset, source)),
      ];
    }, CHECK_MS);
  }

  /** Brings the names of a cell into the scope of the cells that follow. */
  declare(module: CellModule): void {
    const { declares, constants, augments } = module;
    // Nothing that other cells could know it by.
    if (declares.length === 0 && !augments) return;
    const specifier = this.#places.fill(module);
    for (const name of declares) this.#scope.set(name, { module: specifier, constant: constants.includes(name) });
    // While the cell runs, the checker gets ready for the next question.
    if (!this.#checker.idle) return;
    const { text } = editedModule("", this.#scope, [], this.#kept.list());
    this.#checker.inTurn((project) => project.prepare(text), CHECK_MS).catch(() => {});
  }

  /** All variables are gone. */
  forget(): void {
    this.#scope.clear();
    this.#kept.clear();
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
    await this.check(this.module("0"), "0");
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
    const module = editedModule(source, this.#scope, names, this.#kept.list());
    this.#kept.use(module.uses);
    return this.#checker.inTurn(
      async (project) => question(await project.open(module.text, { anew: false }), module.offset + offset),
      ANSWER_MS,
    );
  }

  #fillScope(): void {
    for (const name of exportedNames(scopeDeclarations)) {
      this.#scope.set(name, { module: `./${SCOPE}.js`, constant: true });
    }
    this.#kept.pin(`./${SCOPE}.js`);
    if (this.#library && existsSync(this.#library.types)) {
      for (const name of exportedNames(readFileSync(this.#library.types, "utf8"))) {
        this.#scope.set(name, { module: this.#library.name, constant: true });
      }
      this.#kept.pin(this.#library.name);
    }
    this.#places.restart();
  }

  #aboutConfig({ code, text, pos, fileName }: Diagnostic): TypeDiagnostic {
    const path = fileName ?? userConfig(this.#folder);
    const source = existsSync(path) ? readFileSync(path, "utf8") : "";
    return { code, message: text, start: pos, name: "", file: { name: path, source } };
  }

  /** @param name The text that it is about. */
  #aboutCell(diagnostic: Diagnostic, name: string, offset: number, source: string): TypeDiagnostic[] {
    const { code, text, pos, messageChain = [] } = diagnostic;
    if (pos > source.length + offset || IGNORED.has(code)) return [];
    const start = Math.max(pos - offset, 0);
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
