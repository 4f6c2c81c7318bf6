/** Timers and microtasks that keep the cell that started them. */
import { bindContext } from "./context.ts";

type Scheduler = (callback: (...args: unknown[]) => unknown, ...rest: unknown[]) => unknown;

function keepContext(host: object, names: readonly string[]): void {
  const table = host as Record<string, Scheduler>;
  for (const name of names) {
    const original = table[name]!;
    const wrapped: Scheduler = function (this: unknown, callback, ...rest) {
      return original.call(this, bindContext(callback), ...rest);
    };
    // util.promisify's symbols (setTimeout → timers/promises) and the name stay as they were.
    Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
    table[name] = wrapped;
  }
}

export function installTimers(): void {
  keepContext(globalThis, ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"]);
  keepContext(process, ["nextTick"]);
}
