/** Whether ops are recorded. */

let enabled = true;

/** Whether ops on tensors that require gradients are recorded at the moment. */
export function isGradEnabled(): boolean {
  return enabled;
}

/**
 * Runs `fn` without recording, and returns its result: for evaluation and for updates of weights.
 *
 * @throws {TypeError} If `fn` is asynchronous: whatever else ran during its waits would go unrecorded too.
 * @example noGrad(() => ones([2], { requiresGrad: true }).mul(2)).requiresGrad // false
 */
export function noGrad<T>(fn: () => T): T {
  return withGrad(false, fn);
}

/** Runs `fn` with recording, inside a `noGrad` too. @example noGrad(() => enableGrad(isGradEnabled)) // true */
export function enableGrad<T>(fn: () => T): T {
  return withGrad(true, fn);
}

/** Switches recording on or off, and returns how it was; whoever calls it sees to it that it is put back. */
export function switchGrad(on: boolean): boolean {
  const before = enabled;
  enabled = on;
  return before;
}

/** Runs `fn` with recording on or off. */
export function withGrad<T>(on: boolean, fn: () => T): T {
  const before = enabled;
  enabled = on;
  try {
    const result = fn();
    if (result instanceof Promise) {
      throw new TypeError("Cannot run an async function in noGrad: call noGrad around each synchronous part instead");
    }
    return result;
  } finally {
    enabled = before;
  }
}
