/**
 * Process C: TypeScript's native checker over all cells. It knows the types of what earlier cells declared without touching the executor, so it answers
 * while a cell runs. The API is marked unstable by its makers and may change with any version: nothing but this file and
 * checker-process.ts knows it.
 */
import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { API as NativeAPI, Project, Snapshot } from "typescript/unstable/async";
import { type CellModule, cellModule, editedModule, exportedNames, type Origin } from "./cell-module.ts";
import { checkerProcess } from "./checker-process.ts";

export interface TypeDiagnostic {
  code: number;
  message: string;
  /** Offset into the cell's source. */
  start: number;
  /** The text that it is about. */
  name: string;
}

export interface TypeCompletion {
  name: string;
  kind: "function" | "class" | "instance" | "property" | "module" | "keyword";
}

export interface TypeDescription {
  name: string;
  type: string;
  documentation: string;
}

export interface TypeLibrary {
  /** What cells import it by. */
  name: string;
  /** Its declaration file. */
  types: string;
}

/** Names that the executor puts into scope beside the library's. */
const GLOBALS = `
interface GradbookDisplay { readonly id: string; readonly shown: Promise<void>; update(value: unknown): GradbookDisplay; }
/** Shows a value under the cell, as a last expression would be shown. */
declare function display(value: unknown, options?: { id?: string; update?: boolean }): GradbookDisplay;
/** Removes what the cell has shown so far; with \`wait\`, when the next output comes. */
declare function clearOutput(wait?: boolean): void;
/** Asks the user for a line of text. */
declare function input(prompt?: string, options?: { password?: boolean }): Promise<string>;
`;

/** Assigning to a variable of an earlier cell is assigning to an import, as the checker sees it. */
const ASSIGNED_TO_IMPORT = 2632;
const ASSIGNED_TO_CONSTANT = 2588;

const IGNORED = new Set([
  // The executor says more of a missing package: from where it was looked for, and how to install it.
  2307,
  // `import fs = require("fs")` is the older way to write an import, and works.
  1202,
]);

/** A name that TypeScript does not know may still exist: code can put names on the global object. */
export const NO_SUCH_NAME = 2304;

/** The module of the cell that is being written. */
const EDITED = "cell_edited";

export class TypeService {
  readonly #folder: string;
  readonly #library: TypeLibrary | null;
  readonly #started: (pid: number) => void;
  readonly #files = new Map<string, string>();
  readonly #scope = new Map<string, Origin>();
  readonly #modules = new Map<string, CellModule>();
  #api: NativeAPI | null = null;
  #process: ChildProcess | null = null;
  #closed = false;
  #snapshot: Snapshot | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #config = "";

  /**
   * @param folder The notebook's: from there modules are resolved.
   * @param started Told of the checker's process, so that it can be ended also where close() is never called.
   */
  constructor(folder: string, library: TypeLibrary | null, started: (pid: number) => void = () => {}) {
    this.#folder = folder;
    this.#library = library;
    this.#started = started;
    this.#fillScope();
  }

  /** What is wrong with the types of a cell, given all cells that ran before. */
  check(id: string, source: string): Promise<TypeDiagnostic[]> {
    const module = cellModule(source, this.#scope);
    this.#modules.set(id, module);
    return this.#inTurn(async () => {
      const file = this.#path(`cell_${id}`);
      const { program } = await this.#open(file, module.text);
      const found = [...(await program.getSyntacticDiagnostics(file)), ...(await program.getSemanticDiagnostics(file))];
      return found
        .filter(
          ({ pos, category, code }) => pos <= source.length + module.offset && category === ERROR && !IGNORED.has(code),
        )
        .map(({ code, text, pos, end, messageChain }) => ({
          code,
          message: [text, ...(messageChain ?? []).map((each) => `  ${each.text}`)].join("\n"),
          start: Math.max(pos - module.offset, 0),
          name: module.text.slice(pos, end),
        }))
        .flatMap((diagnostic) => this.#aboutAssignment(diagnostic));
    });
  }

  /** Brings a checked cell's names into the scope of the cells that follow. */
  declare(id: string): void {
    const module = this.#modules.get(id);
    if (!module) return;
    for (const name of module.declares) {
      this.#scope.set(name, { module: `./cell_${id}`, constant: module.constants.includes(name) });
    }
  }

  /** All variables are gone. */
  forget(): void {
    this.#scope.clear();
    this.#fillScope();
  }

  /** The names of earlier cells and of the library. */
  names(): string[] {
    return [...this.#scope.keys()];
  }

  /** The members of what stands before a dot. */
  complete(source: string, offset: number): Promise<TypeCompletion[]> {
    return this.#inTurn(async () => {
      const file = this.#path(EDITED);
      const module = editedModule(source, this.#scope);
      const { checker } = await this.#open(file, module.text);
      const info = await checker.getCompletionsAtPosition(file, module.offset + offset, {});
      return (info?.entries ?? []).map(({ name, kind }) => ({ name, kind: KINDS[Number(kind ?? 0)] ?? "property" }));
    });
  }

  describe(source: string, offset: number): Promise<TypeDescription | null> {
    return this.#inTurn(async () => {
      const file = this.#path(EDITED);
      const module = editedModule(source, this.#scope);
      const { checker } = await this.#open(file, module.text);
      let symbol = await checker.getSymbolAtPosition(file, module.offset + offset);
      if (!symbol) return null;
      if (symbol.flags & ALIAS) symbol = await checker.getAliasedSymbol(symbol);
      const type = (await checker.getTypeOfSymbol(symbol)) ?? (await checker.getDeclaredTypeOfSymbol(symbol));
      return {
        name: symbol.name,
        type: type ? await checker.typeToString(type) : "",
        documentation: await symbol.getDocumentationComment(checker),
      };
    });
  }

  /** Starts the checker before it is first needed: its standard library takes a third of a second to load. */
  async warm(): Promise<void> {
    await this.check("warm", "0");
  }

  /** Ends the checker, whatever it is doing. */
  close(): void {
    this.#closed = true;
    this.#process?.kill("SIGKILL");
  }

  /** The native checker holds one snapshot at a time: requests take turns. */
  #inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #open(file: string, text: string): Promise<Project> {
    const first = this.#api === null;
    this.#api ??= await this.#start();
    const existed = this.#files.has(file);
    this.#files.set(file, text);
    this.#files.set(this.#config, this.#configText(file));
    const changes = existed ? { changed: [this.#config, file] } : { changed: [this.#config], created: [file] };
    const snapshot = await this.#api.updateSnapshot({
      ...(first ? {} : { fileChanges: changes }),
      openProjects: first ? [this.#config] : [],
    });
    await this.#snapshot?.dispose();
    this.#snapshot = snapshot;
    const project = snapshot.getProjects()[0];
    if (!project) throw new Error("The type checker opened no project");
    return project;
  }

  async #start(): Promise<NativeAPI> {
    const { API } = await import("typescript/unstable/async");
    this.#config = this.#path("tsconfig", "json");
    this.#files.set(this.#path("globals", "d.ts"), GLOBALS);
    const api = new API({
      cwd: this.#folder,
      fs: {
        readFile: (file) => this.#files.get(file),
        fileExists: (file) => (this.#files.has(file) ? true : undefined),
      },
    });
    this.#process = await checkerProcess(api);
    if (this.#closed) this.close();
    else if (this.#process.pid) this.#started(this.#process.pid);
    return api;
  }

  #configText(file: string): string {
    const types = dirname(dirname(createRequire(import.meta.url).resolve("@types/node/package.json")));
    return JSON.stringify({
      compilerOptions: {
        target: "esnext",
        module: "esnext",
        moduleResolution: "bundler",
        moduleDetection: "force",
        lib: ["esnext", "dom", "dom.iterable"],
        strict: true,
        // Notebooks are sketches: a parameter without a type is welcome.
        noImplicitAny: false,
        noImplicitThis: false,
        useUnknownInCatchVariables: false,
        skipLibCheck: true,
        noEmit: true,
        allowImportingTsExtensions: true,
        resolveJsonModule: true,
        allowJs: true,
        types: ["node"],
        typeRoots: [join(this.#folder, "node_modules/@types"), types],
        ...(this.#library ? { paths: { [this.#library.name]: [this.#library.types] } } : {}),
      },
      files: [this.#path("globals", "d.ts"), file],
    });
  }

  #fillScope(): void {
    if (!this.#library || !existsSync(this.#library.types)) return;
    for (const name of exportedNames(readFileSync(this.#library.types, "utf8"))) {
      this.#scope.set(name, { module: this.#library.name, constant: true });
    }
  }

  #path(name: string, ending = "ts"): string {
    // The file exists for the checker only; its imports name it without the ending.
    return join(this.#folder, `${name}.${ending}`);
  }

  #aboutAssignment(diagnostic: TypeDiagnostic): TypeDiagnostic[] {
    const { code, name } = diagnostic;
    if (code !== ASSIGNED_TO_IMPORT) return [diagnostic];
    if (!this.#scope.get(name)?.constant) return [];
    const message = `Cannot assign to '${name}' because it is a constant.`;
    return [{ ...diagnostic, code: ASSIGNED_TO_CONSTANT, message }];
  }
}

/** The kinds of the Language Server Protocol, by number, in the words that JupyterLab has icons for. */
const KINDS: Record<number, TypeCompletion["kind"]> = {
  2: "function",
  3: "function",
  6: "instance",
  7: "class",
  8: "class",
  9: "module",
  14: "keyword",
};

/** The API's own enums are not part of its types: an error, and a symbol that stands for another. */
const ERROR = 1;
const ALIAS = 1 << 21;
