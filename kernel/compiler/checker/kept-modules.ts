/**
 * The modules that the file of the cell in hand imports whether the cell uses them or not. As long as a file imports the same modules in the same order, the
 * checker only reads it anew, in a millisecond; where they change, it puts the whole program together again, which takes twenty.
 */

/** When there are more, the ones that were used longest ago go, down to fewer: each that goes costs what it was kept for. */
const MOST = 24;
const FEWER = 12;

export class KeptModules {
  /** From specifier to when it was last used, in the order in which they came; those that stay for ever are of infinity. */
  readonly #used = new Map<string, number>();
  #clock = 0;

  /** In the order in which to import them. */
  list(): string[] {
    return [...this.#used.keys()];
  }

  use(modules: Iterable<string>): void {
    for (const module of modules) {
      if (this.#used.get(module) !== Number.POSITIVE_INFINITY) this.#used.set(module, ++this.#clock);
    }
    if (this.#passing().length > MOST) this.trim();
  }

  /** Lets those go that were used longest ago. */
  trim(): void {
    const passing = this.#passing();
    const longestAgo = passing.sort(([, a], [, b]) => a - b).slice(0, Math.max(0, passing.length - FEWER));
    for (const [module] of longestAgo) this.#used.delete(module);
  }

  /** From now on a pinned module is one that was used just now. */
  unpin(module: string): void {
    this.#used.set(module, ++this.#clock);
  }

  #passing(): [module: string, used: number][] {
    return [...this.#used].filter(([, used]) => used !== Number.POSITIVE_INFINITY);
  }

  /** Keeps a module for ever: the library, what changes the types of everything, and files that are still to be filled. */
  pin(module: string): void {
    this.#used.set(module, Number.POSITIVE_INFINITY);
  }

  clear(): void {
    this.#used.clear();
  }
}
