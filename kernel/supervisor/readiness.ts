/** Whether there is an executor that can run cells. Who waits for one waits through as many as it takes, but not for one that never starts. */

/** An executor could not be had. */
export class ExecutorStartError extends Error {
  override name = "ExecutorStartError";
}

/** So often in a row an executor may end before it is ready. */
const TRIES = 3;

export class Readiness {
  #state: "awaited" | "ready" | "hopeless" = "awaited";
  #promise!: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: ExecutorStartError) => void;
  #failures = 0;

  constructor() {
    this.#await();
  }

  /** Settles when an executor can run cells. */
  get promise(): Promise<void> {
    return this.#promise;
  }

  get hopeless(): boolean {
    return this.#state === "hopeless";
  }

  ready(): void {
    this.#state = "ready";
    this.#failures = 0;
    this.#resolve();
  }

  /**
   * The executor is gone.
   *
   * @param reason Why, where it was not ready yet.
   * @returns Whether to start another.
   */
  lost(reason: string): boolean {
    if (this.#state === "ready") this.#await();
    else if (++this.#failures >= TRIES) {
      this.#state = "hopeless";
      this.#reject(new ExecutorStartError(`No executor could be started, in ${TRIES} tries: ${reason}`));
    }
    return this.#state !== "hopeless";
  }

  /** Begins anew, with hope. */
  retry(): void {
    this.#failures = 0;
    this.#await();
  }

  #await(): void {
    this.#state = "awaited";
    this.#promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Perhaps nobody waits.
    this.#promise.catch(() => {});
  }
}
