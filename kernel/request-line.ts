/** Requests that wait for their turn, one line for the main shell and one for each subshell. */
import { randomUUID } from "node:crypto";

export interface Turn {
  /** Cells do not run after an error that came before them; other requests do. */
  abortable: boolean;
  run(): Promise<void>;
  abort(): void;
}

export class RequestLine {
  readonly #waiting: { turn: Turn; aborted: boolean }[] = [];
  #draining = false;

  add(turn: Turn): void {
    this.#waiting.push({ turn, aborted: false });
    void this.#drain();
  }

  /** Cells that were sent before an error was known do not run. */
  abortWaiting(): void {
    for (const waiting of this.#waiting) if (waiting.turn.abortable) waiting.aborted = true;
  }

  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      if (next.aborted) next.turn.abort();
      else await next.turn.run();
    }
    this.#draining = false;
  }
}

/** The main shell and its subshells (protocol 5.5): cells of different ones run side by side. */
export class Shells {
  readonly #main = new RequestLine();
  readonly #subshells = new Map<string, RequestLine>();

  /** @returns The new subshell's id. */
  create(): string {
    const id = randomUUID();
    this.#subshells.set(id, new RequestLine());
    return id;
  }

  /** Takes no more requests for a subshell; those that wait in it still have their turn. @returns Whether it existed. */
  delete(id: string): boolean {
    return this.#subshells.delete(id);
  }

  list(): string[] {
    return [...this.#subshells.keys()];
  }

  /** @param id What a message's header says; nothing for the main shell. */
  line(id: unknown): RequestLine | undefined {
    return id === undefined || id === null ? this.#main : this.#subshells.get(String(id));
  }
}
