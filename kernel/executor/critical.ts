/**
 * What must not be cut off half-way: a frame on the link, of which the rest would otherwise be missing, and the queue of output. The watchdog
 * terminates the main thread only while it holds this lock; the main thread writes only while it does.
 */
const FREE = 0;
const MAIN = 1;
const WATCHDOG = 2;

/** Shared with the watchdog: the number of the last interrupt that the main thread heard of, and who holds the lock. */
export const HEARD = 0;
const LOCK = 1;
export const shared = new Int32Array(new SharedArrayBuffer(8));

/** Runs what a terminated script must not leave half done. */
export function critical<Result>(run: () => Result): Result {
  let before = Atomics.compareExchange(shared, LOCK, FREE, MAIN);
  while (before === WATCHDOG) {
    Atomics.wait(shared, LOCK, WATCHDOG, 1);
    before = Atomics.compareExchange(shared, LOCK, FREE, MAIN);
  }
  try {
    return run();
  } finally {
    // Inside another critical part the outer one gives it back.
    if (before === FREE) Atomics.store(shared, LOCK, FREE);
  }
}

/** For the watchdog: waits until the main thread is in no critical part, and keeps it out. */
export function lockOut(memory: Int32Array, patienceMs: number): void {
  const end = Date.now() + patienceMs;
  while (Atomics.compareExchange(memory, LOCK, FREE, WATCHDOG) === MAIN && Date.now() < end) {
    Atomics.wait(memory, LOCK, MAIN, 1);
  }
}

export function letIn(memory: Int32Array): void {
  Atomics.compareExchange(memory, LOCK, WATCHDOG, FREE);
  Atomics.notify(memory, LOCK);
}
