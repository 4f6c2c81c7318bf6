/**
 * Process C: TypeScript's native checker, with one project open that holds the cell that is asked about and all that it imports. The API is marked unstable by
 * its makers and may change with any version: nothing outside this folder and service.ts knows it.
 */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { API, Project, Snapshot } from "typescript/unstable/async";
import { cellConfig, defaultConfig, type TypeLibrary, type UserOptions } from "./config.ts";
import { CellFolder } from "./folder.ts";
import { nativeProcess } from "./native-process.ts";
import { scopeDeclarations, tslabDeclarations } from "./scope.ts";

/** The module that cells import the names from that are in scope beside the library's. */
export const SCOPE = "gradbook-scope";

/** So soon after its pipes broke a process has ended. */
const EXIT_MS = 100;

export interface Opened {
  project: Project;
  /** The path by which the checker knows the file. */
  file: string;
}

export class CheckerProcess {
  readonly #notebook: string;
  readonly #library: TypeLibrary | null;
  readonly #written = new Map<string, string>();
  /** When what the checker has read was last changed. */
  readonly #stamps = new Map<string, number>();
  readonly #started: (pid: number) => void;
  #closed = false;
  #lost = () => {};
  #folder: CellFolder | null = null;
  #process: ChildProcess | null = null;
  #api: API | null = null;
  #snapshot: Snapshot | null = null;
  /** What the user's tsconfig.json says of options that ours would push aside; null where there is none. */
  #user: UserOptions | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param started Told of the process, so that it can be ended also where close() is never called. */
  constructor(notebook: string, library: TypeLibrary | null, started: (pid: number) => void) {
    this.#notebook = notebook;
    this.#library = library;
    this.#started = started;
  }

  /** The user's own tsconfig.json. */
  get userConfig(): string {
    return join(this.#notebook, "tsconfig.json");
  }

  /**
   * The native checker holds one snapshot at a time: requests take turns. One that the process did not survive is tried again with a new process, which
   * has nothing to do with what the old one had read.
   */
  inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const turn = this.#turn.then(async () => {
      try {
        return await this.#survived(work());
      } catch (error) {
        if (this.#closed || !(await this.#ended())) throw error;
        return this.#survived(work());
      }
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Whether the process is gone, or goes: a broken pipe is noticed before the end that broke it. */
  async #ended(): Promise<boolean> {
    if (!this.#process) return true;
    const exit = once(this.#process, "exit").then(() => true);
    return Promise.race([exit, delay(EXIT_MS, false, { ref: false })]);
  }

  /** A request to a process that is gone would wait for ever. */
  #survived<Answer>(work: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#lost = () => reject(new Error("The type checker ended in the middle of its work"));
      work.then(resolve, reject);
    });
  }

  /** Opens a project that holds one file. What it gives is good until the next call. */
  async open(name: string, text: string): Promise<Opened> {
    const api = await this.#running();
    if (this.#closed) throw new Error("The type checker is closed");
    const folder = this.#folder!;
    const created = !this.#written.has(name);
    this.write(name, text);
    const file = folder.path(name);
    const config = folder.path("tsconfig.json");
    const changed = this.#changedOnDisk();
    if (changed || !this.#snapshot) this.#user = await this.#userOptions(api);
    folder.write("tsconfig.json", this.#config(file));
    // What is to be forgotten and what is new are two steps: the first does not read the project's own file again.
    if (changed && this.#snapshot) await this.#keep(api.updateSnapshot({ fileChanges: { invalidateAll: true } }));
    const changes = { changed: created ? [config] : [config, file], created: created ? [file] : [] };
    const snapshot = await this.#keep(
      api.updateSnapshot(this.#snapshot ? { fileChanges: changes } : { openProjects: [config] }),
    );
    const project = snapshot.getProjects()[0];
    if (!project) throw new Error("The type checker opened no project");
    return { project, file };
  }

  /** A file that other files of cells import. */
  write(name: string, text: string): void {
    this.#written.set(name, text);
    this.#folder?.write(name, text);
  }

  remove(name: string): void {
    this.#written.delete(name);
    this.#folder?.remove(name);
  }

  /** Remembers which of the user's own files the project has read, so that a change of one is seen. */
  async watch({ project }: Opened): Promise<void> {
    const names = await project.program.getSourceFileNames();
    for (const name of names) {
      if (this.#isUsers(name) && !this.#stamps.has(name)) this.#stamps.set(name, modified(name));
    }
  }

  /** Ends the process, whatever it is doing. */
  close(): void {
    this.#closed = true;
    this.#drop();
    this.#folder?.close();
    this.#folder = null;
  }

  async #keep(coming: Promise<Snapshot>): Promise<Snapshot> {
    const snapshot = await coming;
    await this.#snapshot?.dispose();
    this.#snapshot = snapshot;
    return snapshot;
  }

  #config(file: string): string {
    const folder = this.#folder!;
    const bases = [folder.path("defaults.json"), ...(this.#user ? [this.userConfig] : [])];
    const libraries = [
      { name: "tslab", types: folder.path("gradbook-tslab.d.ts") },
      ...(this.#library ? [this.#library] : []),
    ];
    return cellConfig(bases, [file], folder.root, libraries, this.#user ?? {}, this.#notebook);
  }

  /** Null where the user has no tsconfig.json. */
  async #userOptions(api: API): Promise<UserOptions | null> {
    if (modified(this.userConfig) === 0) return null;
    const { options } = await api.parseConfigFile(this.userConfig);
    return options as UserOptions;
  }

  async #running(): Promise<API> {
    if (this.#closed) throw new Error("The type checker is closed");
    if (this.#api) return this.#api;
    const { API } = await import("typescript/unstable/async");
    this.#folder ??= new CellFolder(this.#notebook);
    this.#folder.write(`${SCOPE}.d.ts`, scopeDeclarations);
    this.#folder.write("gradbook-tslab.d.ts", tslabDeclarations);
    this.#folder.write("defaults.json", defaultConfig(this.#notebook));
    for (const [name, text] of this.#written) this.#folder.write(name, text);
    for (const name of ["tsconfig.json", "package.json", "node_modules/.package-lock.json"]) {
      const path = join(this.#notebook, name);
      this.#stamps.set(path, modified(path));
    }
    const api = new API({ cwd: this.#notebook });
    const process = await nativeProcess(api);
    this.#process = process;
    // A pipe breaks when the process dies; its exit is what counts.
    process.stdin?.on("error", () => {});
    process.once("exit", () => {
      if (this.#process !== process) return;
      this.#drop();
      this.#lost();
    });
    if (this.#closed) this.close();
    else if (process.pid) this.#started(process.pid);
    this.#api = api;
    return api;
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
    return !path.includes("/node_modules/") && !path.startsWith(this.#folder!.root) && modified(path) > 0;
  }

  #drop(): void {
    this.#process?.kill("SIGKILL");
    this.#process = null;
    this.#api = null;
    this.#snapshot = null;
  }
}

/** Milliseconds; 0 where there is no such file. */
function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
