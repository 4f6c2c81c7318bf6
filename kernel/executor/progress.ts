/** `for (const x of progress(xs))`: a bar under the cell that says how far a loop has come, how fast it goes and how long it will take. */
import { randomUUID } from "node:crypto";
import { escapeHtml } from "../display/escape.ts";
import type { MimeBundle } from "../protocol/messages.ts";
import { currentContext } from "./context.ts";
import { flush, post } from "./output.ts";

export interface ProgressOptions {
  /** Stands in front of the bar. */
  title?: string;
  /** How many items come, where the iterable cannot say. */
  total?: number;
}

/** Five drawings a second are enough to read. */
const PAUSE_MS = 200;
const WIDTH = 24;

/**
 * The items of an iterable, with a bar that goes on as they are taken. Loops may be nested; each has a bar of its own.
 *
 * @param items A list, a Map, a Set, a generator, or what `for await` takes; a number n counts 0 … n − 1.
 * @example for (const epoch of progress(100, { title: "epoch" })) train(epoch)
 */
export function progress(items: number, options?: ProgressOptions): IterableIterator<number>;
export function progress<Item>(items: Iterable<Item>, options?: ProgressOptions): IterableIterator<Item>;
export function progress<Item>(items: AsyncIterable<Item>, options?: ProgressOptions): AsyncIterableIterator<Item>;
export function progress(
  items: number | Iterable<unknown> | AsyncIterable<unknown>,
  options: ProgressOptions = {},
): IterableIterator<unknown> | AsyncIterableIterator<unknown> {
  if (typeof items === "number") return synchronous(numbers(items), { total: items, ...options });
  if (items !== null && typeof items === "object" && Symbol.asyncIterator in items) return asynchronous(items, options);
  if (items === null || items === undefined || typeof items[Symbol.iterator] !== "function") {
    throw new TypeError(`progress() got ${String(items)}: expected a number or something to iterate over`);
  }
  return synchronous(items, { total: lengthOf(items), ...options });
}

function* numbers(count: number): Generator<number> {
  if (!(count >= 0)) throw new RangeError(`progress() got ${count}: expected a number of turns ≥ 0`);
  for (let index = 0; index < count; index++) yield index;
}

function* synchronous(items: Iterable<unknown>, options: ProgressOptions): Generator<unknown> {
  const bar = new Bar(options);
  try {
    for (const item of items) {
      yield item;
      bar.advance();
    }
    bar.end(true);
  } finally {
    bar.end(false);
  }
}

async function* asynchronous(items: AsyncIterable<unknown>, options: ProgressOptions): AsyncGenerator<unknown> {
  const bar = new Bar(options);
  try {
    for await (const item of items) {
      yield item;
      bar.advance();
    }
    bar.end(true);
  } finally {
    bar.end(false);
  }
}

function lengthOf(items: Iterable<unknown>): number | undefined {
  const { length, size } = items as { length?: unknown; size?: unknown };
  const count = length ?? size;
  return typeof count === "number" ? count : undefined;
}

class Bar {
  readonly #id = randomUUID();
  readonly #cell = currentContext()?.id ?? null;
  readonly #title: string;
  readonly #total: number | undefined;
  readonly #began = performance.now();
  #drawn = performance.now();
  #done = 0;
  #ended = false;

  constructor({ title = "", total }: ProgressOptions) {
    this.#title = title;
    this.#total = total;
    this.#show(false);
  }

  advance(): void {
    this.#done++;
    if (performance.now() - this.#drawn >= PAUSE_MS) this.#show(true);
  }

  /** @param whole Whether the loop took all items; one that is left early keeps its bar as it was. */
  end(whole: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#show(true, whole && this.#total !== undefined ? this.#done : this.#total);
  }

  #show(update: boolean, total = this.#total): void {
    this.#drawn = performance.now();
    const bundle = this.#bundle(total);
    post({ op: "display", cell: this.#cell, bundle, displayId: this.#id, update }, this.#cell);
    // A loop without an await leaves the event loop no turn.
    flush();
  }

  #bundle(total: number | undefined): MimeBundle {
    const seconds = (performance.now() - this.#began) / 1000;
    const rate = this.#done / seconds;
    const parts = [total === undefined ? `${this.#done}` : `${this.#done}/${total}`];
    if (this.#done > 0 && seconds > 0) parts.push(`${Number(rate.toPrecision(3))}/s`);
    if (this.#ended) parts.push(duration(seconds));
    else if (total !== undefined && this.#done > 0) parts.push(`${duration((total - this.#done) / rate)} left`);
    const share = total ? Math.min(this.#done / total, 1) : this.#ended ? 1 : 0;
    const text = parts.join(" · ");
    const full = Math.round(WIDTH * share);
    const title = this.#title && `${this.#title} `;
    return {
      data: {
        "text/html": `<div>${escapeHtml(title)}<progress value="${share.toFixed(4)}" max="1" style="vertical-align:middle"></progress> ${text}</div>`,
        "text/plain": `${title}${"━".repeat(full)}${"─".repeat(WIDTH - full)} ${text}`,
      },
      metadata: {},
    };
  }
}

function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round(seconds % 60);
  return minutes < 60 ? `${minutes} min ${rest} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
