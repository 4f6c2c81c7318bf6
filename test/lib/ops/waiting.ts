/** Ops that wait for their result to be looked at, beside the same ones run at once. */
import { fewestToWait } from "../../../lib/backends/deferred.ts";
import { backend, setBackend } from "../../../lib/backends/index.ts";
import { engineInfo, manualSeed, randn, setThreads, type Tensor } from "../../../lib/index.ts";

/** Whether ops wait on this backend. */
export const waits: boolean = backend.chain !== undefined;

/** Runs `fn` with every op run at once. */
export function atOnce<T>(fn: () => T): T {
  const { chain: _, ...plain } = backend;
  const before = setBackend(plain);
  try {
    return fn();
  } finally {
    setBackend(before);
  }
}

/** Runs `fn` on so many threads. */
export function onThreads<T>(count: number, fn: () => T): T {
  const { threads } = engineInfo();
  setThreads(count);
  try {
    return fn();
  } finally {
    setThreads(threads);
  }
}

const rows = 256;

/** Numbers that nobody else has, so that ops may wait for them. */
export function numbers(
  seed: number,
  requiresGrad = false,
  shape: readonly number[] = [rows, fewestToWait / rows],
): Tensor {
  manualSeed(seed);
  return randn(shape, { requiresGrad });
}

export const isWaiting = (x: Tensor): boolean => x.storage.pending !== null;
