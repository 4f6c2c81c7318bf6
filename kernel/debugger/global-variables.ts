/** The variables of all cells. JupyterLab asks for them with every message of a cell that runs: what is being found out is found out once. */
import type { ListedVariable } from "../link/variables.ts";
import type { Inspection } from "./inspection.ts";

/** Native code leaves the executor no time to answer: then what was known last has to do. */
const PATIENCE_MS = 400;

export class GlobalVariables {
  readonly #inspection: Inspection;
  #current: Promise<ListedVariable[]> | null = null;
  #next: Promise<ListedVariable[]> | null = null;
  #last: ListedVariable[] = [];

  constructor(inspection: Inspection) {
    this.#inspection = inspection;
  }

  /** @param isPaused Whether the numbers that were given out are still asked by. */
  list(isPaused: boolean): Promise<ListedVariable[]> {
    if (!this.#current) {
      this.#current = this.#patiently(isPaused).finally(() => {
        this.#current = null;
      });
      return this.#current;
    }
    // What is on its way may be older than the request.
    this.#next ??= this.#current.then(() => {
      this.#next = null;
      return this.list(isPaused);
    });
    return this.#next;
  }

  async #patiently(isPaused: boolean): Promise<ListedVariable[]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<ListedVariable[]>((resolve) => {
      timer = setTimeout(() => resolve(this.#last), PATIENCE_MS);
    });
    const found = this.#find(isPaused).catch(() => this.#last);
    const answer = await Promise.race([found, late]);
    clearTimeout(timer);
    return answer;
  }

  async #find(isPaused: boolean): Promise<ListedVariable[]> {
    if (!isPaused) await this.#inspection.forget();
    this.#last = await this.#inspection.globals();
    return this.#last;
  }
}
