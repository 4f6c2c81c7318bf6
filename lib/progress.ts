/** `for (const x of progress(xs))`: a bar that says how far a loop has come, how fast it goes and how long it will take. */
import { Bar } from "./progress/bar.ts";

/** Options of the bar of a loop. */
export interface LoopOptions {
  /** Stands in front of the bar. */
  title?: string;
  /** How many items come, where the iterable cannot say. */
  total?: number;
}

/**
 * The items of an iterable, with a bar that goes on as they are taken: under the cell in a notebook, on the standard error of a program. At most five
 * drawings a second. Loops may be nested: an inner loop has one bar, which begins anew with each of its runs.
 *
 * @param items A list, a Map, a Set, a tensor, a generator, or what `for await` takes; a number n counts 0 … n − 1.
 * @param options `title`, `total`.
 * @throws {TypeError} If `items` is nothing to iterate over.
 * @throws {RangeError} If `items` is a negative number or NaN.
 * @example
 * let sum = 0;
 * for (const x of progress([1, 2, 3], { title: "adding" })) sum += x;
 * sum // 6
 */
export function progress(items: number, options?: LoopOptions): IterableIterator<number>;
export function progress<Item>(items: Iterable<Item>, options?: LoopOptions): IterableIterator<Item>;
export function progress<Item>(items: AsyncIterable<Item>, options?: LoopOptions): AsyncIterableIterator<Item>;
export function progress(
  items: number | Iterable<unknown> | AsyncIterable<unknown>,
  options: LoopOptions = {},
): IterableIterator<unknown> | AsyncIterableIterator<unknown> {
  if (typeof items === "number") {
    if (!(items >= 0)) throw new RangeError(`progress() got ${items}: expected a number of turns ≥ 0`);
    return synchronous(numbers(items), { total: Math.ceil(items), ...options });
  }
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = Object(items ?? {}) as Partial<
    Iterable<unknown> & AsyncIterable<unknown>
  >;
  if (typeof later === "function") return asynchronous(items as AsyncIterable<unknown>, options);
  if (typeof now !== "function") {
    throw new TypeError(`progress() got ${String(items)}: expected a number or something to iterate over`);
  }
  return synchronous(items as Iterable<unknown>, { total: lengthOf(items as Iterable<unknown>), ...options });
}

function* numbers(count: number): Generator<number> {
  for (let index = 0; index < count; index++) yield index;
}

function* synchronous(items: Iterable<unknown>, options: LoopOptions): Generator<unknown> {
  const bar = new Bar(options);
  try {
    for (const item of items) {
      yield item;
      bar.advance();
    }
    bar.end({ whole: true });
  } finally {
    bar.end({ whole: false });
  }
}

async function* asynchronous(items: AsyncIterable<unknown>, options: LoopOptions): AsyncGenerator<unknown> {
  const bar = new Bar(options);
  try {
    for await (const item of items) {
      yield item;
      bar.advance();
    }
    bar.end({ whole: true });
  } finally {
    bar.end({ whole: false });
  }
}

function lengthOf(items: Iterable<unknown>): number | undefined {
  const { length, size } = items as { length?: unknown; size?: unknown };
  const count = length ?? size;
  return typeof count === "number" ? count : undefined;
}
