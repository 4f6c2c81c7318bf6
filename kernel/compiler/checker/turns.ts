/** Questions to the checker take turns, and nobody waits for an answer without end. */

/** The checker did not answer in time. It may still be at work, or stuck for ever. */
export class Unanswered extends Error {
  override name = "Unanswered";
}

export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** When the work that is under way began; null where none is. */
  #began: number | null = null;

  /** Whether nothing is under way and nothing waits. */
  get idle(): boolean {
    return this.#waiting === 0;
  }

  /**
   * Does work when all that was asked for before is done.
   *
   * @param patience Milliseconds for which the caller waits; none if what is under way has taken longer than that already, so that behind work that is
   * stuck not everybody waits anew. What nobody waits for any more when its turn comes is left out.
   * @throws {Unanswered} When the patience is at its end.
   */
  take<Answer>(work: () => Promise<Answer>, patience: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      let waits = true;
      const underWay = this.#began === null ? 0 : performance.now() - this.#began;
      const timer = setTimeout(
        () => {
          waits = false;
          reject(new Unanswered(`The type checker did not answer within ${patience / 1000} s`));
        },
        Math.max(0, patience - underWay),
      );
      this.#waiting++;
      this.#last = this.#last.then(async () => {
        try {
          if (!waits) return;
          this.#began = performance.now();
          resolve(await work());
        } catch (error) {
          reject(error);
        } finally {
          this.#began = null;
          this.#waiting--;
          clearTimeout(timer);
        }
      });
    });
  }
}
