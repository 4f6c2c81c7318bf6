/**
 * The one project that a checker has open. Its one root is the file of the cell in hand, whose text changes from question to question: the checker then reads that
 * file anew, and keeps the rest as long as the file imports the same.
 */
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { API, Diagnostic, Project, Snapshot } from "typescript/unstable/async";
import { cellConfig, defaultConfig, type TypeLibrary, type UserOptions } from "./config.ts";
import type { CellFolder } from "./folder.ts";
import { scopeDeclarations, tslabDeclarations } from "./scope.ts";

/** The module that cells import the names from that are in scope beside the library's. */
export const SCOPE = "gradbook-scope";

/** The file of the cell in hand. No file of the user's is called so. */
const CURRENT = "gradbook-cell-current.ts";

export interface Opened {
  project: Project;
  /** The path by which the checker knows the file of the cell in hand. */
  file: string;
}

/** The user's own tsconfig.json. */
export const userConfig = (notebook: string): string => join(notebook, "tsconfig.json");

export class CellProject {
  readonly #api: API;
  readonly #folder: CellFolder;
  readonly #notebook: string;
  readonly #library: TypeLibrary | null;
  /** When what the checker has read of the user's was last changed. */
  readonly #stamps = new Map<string, number>();
  /** Files that are new, or have another text, and the checker has not heard of it. */
  readonly #created = new Set<string>();
  readonly #rewritten = new Set<string>();
  #snapshot: Snapshot | null = null;
  /** Those that nobody asks about any more. */
  #outdated: Snapshot[] = [];
  /** What is wrong with the options; null where it is not known yet. */
  #configDiagnostics: readonly Diagnostic[] | null = null;
  /** What the last question was about: the next one is often about another place in the same text. */
  #last: { text: string; opened: Opened } | null = null;
  /** What the user's tsconfig.json says of options that ours would push aside; null where there is none. */
  #user: UserOptions | null = null;

  constructor(api: API, folder: CellFolder, notebook: string, library: TypeLibrary | null) {
    this.#api = api;
    this.#folder = folder;
    this.#notebook = notebook;
    this.#library = library;
    folder.write(`${SCOPE}.d.ts`, scopeDeclarations);
    folder.write("gradbook-tslab.d.ts", tslabDeclarations);
    folder.write("defaults.json", defaultConfig(notebook));
    for (const name of ["tsconfig.json", "package.json", "node_modules/.package-lock.json"]) {
      const path = join(notebook, name);
      this.#stamps.set(path, modified(path));
    }
  }

  /**
   * Gives the file of the cell in hand another text. What comes back is good until the next call.
   *
   * @param anew Looks again for what the file imports, as is needed where files may have come since it was last looked for.
   */
  async open(text: string, { anew }: { anew: boolean }): Promise<Opened> {
    const stale = this.#changedOnDisk();
    if (!stale && !anew && !this.#isBehind && this.#last?.text === text) return this.#last.opened;
    this.#last = null;
    if (stale || anew) this.#configDiagnostics = null;
    const file = this.#folder.write(CURRENT, text);
    const config = this.#folder.path("tsconfig.json");
    if (stale || !this.#snapshot) {
      this.#user = await this.#userOptions();
      this.#folder.write("tsconfig.json", this.#config(file));
    }
    // What is to be forgotten and what is new are two steps: the first does not read the project's own file again.
    if (stale && this.#snapshot) this.#keep(await this.#api.updateSnapshot({ fileChanges: { invalidateAll: true } }));
    if (!stale && !anew && this.#created.size === 0) await this.#catchUp();
    const changed = [...(stale || anew ? [config] : []), file, ...this.#rewritten];
    const changes = { changed, created: [...this.#created] };
    this.#created.clear();
    this.#rewritten.clear();
    const snapshot = await this.#api.updateSnapshot(
      this.#snapshot ? { fileChanges: changes } : { openProjects: [config] },
    );
    this.#keep(snapshot);
    const project = snapshot.getProjects()[0];
    if (!project) throw new Error("The type checker opened no project");
    const opened = { project, file };
    this.#last = { text, opened };
    return opened;
  }

  /** A file came, or has another text. */
  wrote(path: string, isNew: boolean): void {
    if (isNew) this.#created.add(path);
    else if (!this.#created.has(path)) this.#rewritten.add(path);
  }

  /** Does beforehand what the next question would wait for. @param text What the file of the cell in hand may say by then: other files may have to be imported. */
  async prepare(text: string): Promise<void> {
    if (this.#created.size > 0 || !this.#snapshot) await this.open(text, { anew: false });
    else await this.#catchUp();
  }

  /** Tells the checker which files have another text, one by one: of a single one it sees that the program stays the same. */
  async #catchUp(): Promise<void> {
    if (!this.#snapshot) return;
    for (const path of this.#rewritten) {
      this.#rewritten.delete(path);
      this.#last = null;
      this.#keep(await this.#api.updateSnapshot({ fileChanges: { changed: [path] } }));
    }
  }

  get #isBehind(): boolean {
    return this.#created.size > 0 || this.#rewritten.size > 0;
  }

  /** What is wrong with the options, which only a change on the disk changes. */
  async configDiagnostics({ project }: Opened): Promise<readonly Diagnostic[]> {
    this.#configDiagnostics ??= await project.program.getConfigFileParsingDiagnostics();
    return this.#configDiagnostics;
  }

  /** Lets the checker forget what was opened before the last time. While it has a question to answer, it would answer that later. */
  tidy(): void {
    // Nobody waits for it, and a process that ends meanwhile forgets it too.
    for (const snapshot of this.#outdated) snapshot.dispose().catch(() => {});
    this.#outdated = [];
  }

  /** Remembers which of the user's own files the project has read, so that a change of one is seen. */
  async watch({ project }: Opened): Promise<void> {
    const names = await project.program.getSourceFileNames();
    for (const name of names) {
      if (this.#isUsers(name) && !this.#stamps.has(name)) this.#stamps.set(name, modified(name));
    }
  }

  #keep(snapshot: Snapshot): void {
    if (this.#snapshot) this.#outdated.push(this.#snapshot);
    this.#snapshot = snapshot;
  }

  #config(file: string): string {
    const bases = [this.#folder.path("defaults.json"), ...(this.#user ? [userConfig(this.#notebook)] : [])];
    const libraries = [
      { name: "tslab", types: this.#folder.path("gradbook-tslab.d.ts") },
      ...(this.#library ? [this.#library] : []),
    ];
    return cellConfig(bases, [file], this.#folder.root, libraries, this.#user ?? {}, this.#notebook);
  }

  /** Null where the user has no tsconfig.json. */
  async #userOptions(): Promise<UserOptions | null> {
    const path = userConfig(this.#notebook);
    if (modified(path) === 0) return null;
    const { options } = await this.#api.parseConfigFile(path);
    return options as UserOptions;
  }

  /** Whether the user's files, or what is installed, changed since they were read. */
  #changedOnDisk(): boolean {
    let changed = false;
    for (const [path, stamp] of this.#stamps) {
      const now = modified(path);
      if (now === stamp) continue;
      this.#stamps.set(path, now);
      changed = true;
    }
    return changed;
  }

  #isUsers(path: string): boolean {
    // The library is the kernel's own and was loaded when it started.
    const ours = [this.#folder.root, ...(this.#library ? [dirname(this.#library.types)] : [])];
    return !path.includes("/node_modules/") && !ours.some((folder) => path.startsWith(folder)) && modified(path) > 0;
  }
}

/** Milliseconds; 0 where there is no such file. */
function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
