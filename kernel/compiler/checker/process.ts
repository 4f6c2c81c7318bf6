/**
 * Process C: TypeScript's native checker. The API is marked unstable by its makers and may change with any version: nothing outside this folder and service.ts
 * knows it.
 */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { TypeLibrary } from "./config.ts";
import { CellFolder } from "./folder.ts";
import { nativeProcess } from "./native-process.ts";
import { CellProject } from "./project.ts";
import { Turns } from "./turns.ts";

/** So soon after its pipes broke a process has ended. */
const EXIT_MS = 100;

/** A process that has worked at one question for so long is stuck, and ended. Nobody has waited for it by then. */
const STUCK_MS = 60_000;

/** What is not tried again with another process. */
class Stuck extends Error {
  override name = "Stuck";
}

export class CheckerProcess {
  readonly #notebook: string;
  readonly #library: TypeLibrary | null;
  readonly #written = new Map<string, string>();
  readonly #started: (pid: number) => void;
  readonly #turns = new Turns();
  #closed = false;
  #lost: (reason: Error) => void = () => {};
  #folder: CellFolder | null = null;
  #process: ChildProcess | null = null;
  #project: CellProject | null = null;

  /** @param started Told of the process, so that it can be ended also where close() is never called. */
  constructor(notebook: string, library: TypeLibrary | null, started: (pid: number) => void) {
    this.#notebook = notebook;
    this.#library = library;
    this.#started = started;
  }

  /** Whether it runs and has nothing to do. */
  get idle(): boolean {
    return this.#project !== null && this.#turns.idle;
  }

  /**
   * The native checker has one project open: questions take turns. One that the process did not survive is asked again of a new process, which has nothing to
   * do with what the old one had read.
   *
   * @param patience Milliseconds for which to wait for the answer.
   * @throws {Unanswered} When they are over.
   */
  inTurn<Answer>(work: (project: CellProject) => Promise<Answer>, patience: number): Promise<Answer> {
    return this.#turns.take(async () => {
      try {
        return await this.#survived(work);
      } catch (error) {
        if (error instanceof Stuck || this.#closed || !(await this.#ended())) throw error;
        return this.#survived(work);
      }
    }, patience);
  }

  /** A file that other files of cells import. */
  write(name: string, text: string): void {
    const isNew = !this.#written.has(name);
    this.#written.set(name, text);
    if (this.#folder) this.#project?.wrote(this.#folder.write(name, text), isNew);
  }

  /** Ends the process, whatever it is doing. */
  close(): void {
    this.#closed = true;
    this.#drop();
    this.#folder?.close();
    this.#folder = null;
  }

  /** Whether the process is gone, or goes: a broken pipe is noticed before the end that broke it. */
  async #ended(): Promise<boolean> {
    if (!this.#process) return true;
    const exit = once(this.#process, "exit").then(() => true);
    return Promise.race([exit, delay(EXIT_MS, false, { ref: false })]);
  }

  /** A question to a process that is gone would wait for ever. */
  async #survived<Answer>(work: (project: CellProject) => Promise<Answer>): Promise<Answer> {
    let stuck: NodeJS.Timeout | undefined;
    const lost = new Promise<never>((_, reject) => {
      this.#lost = reject;
      stuck = setTimeout(() => {
        this.#drop();
        reject(new Stuck(`The type checker was stuck for ${STUCK_MS / 1000} s`));
      }, STUCK_MS);
    });
    try {
      return await Promise.race([this.#running().then(work), lost]);
    } finally {
      clearTimeout(stuck);
      this.#project?.tidy();
    }
  }

  async #running(): Promise<CellProject> {
    if (this.#closed) throw new Error("The type checker is closed");
    if (this.#project) return this.#project;
    const { API } = await import("typescript/unstable/async");
    this.#folder ??= new CellFolder(this.#notebook);
    for (const [name, text] of this.#written) this.#folder.write(name, text);
    const api = new API({ cwd: this.#notebook });
    const project = new CellProject(api, this.#folder, this.#notebook, this.#library);
    const process = await nativeProcess(api);
    this.#process = process;
    process.once("exit", () => {
      if (this.#process !== process) return;
      this.#drop();
      this.#lost(new Error("The type checker ended in the middle of its work"));
    });
    if (this.#closed) {
      this.close();
      throw new Error("The type checker is closed");
    }
    if (process.pid) this.#started(process.pid);
    this.#project = project;
    return project;
  }

  #drop(): void {
    this.#process?.kill("SIGKILL");
    this.#process = null;
    this.#project = null;
  }
}
