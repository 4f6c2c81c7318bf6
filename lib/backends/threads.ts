/** How many threads there may be. */
import { availableParallelism } from "node:os";

/** As many threads as the machine gives this process cores. */
export function availableThreads(): number {
  return Math.min(availableParallelism(), 256);
}

/** The number itself, if it can be a number of threads. */
export function checkThreads(count: number, what: string): number {
  if (Number.isInteger(count) && count >= 1 && count <= 256) return count;
  throw new RangeError(`Cannot use ${count} as ${what}: it must be a whole number from 1 to 256`);
}
