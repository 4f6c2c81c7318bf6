/** `display(value)` in a cell. */
import { randomUUID } from "node:crypto";
import { bundleOf } from "../display/bundle.ts";
import type { FromExecutor } from "../link/messages.ts";
import type { MimeBundle } from "../protocol/messages.ts";
import { type CellContext, currentContext } from "./context.ts";
import { flush, place, post, write } from "./output.ts";
import type { Sink } from "./sink.ts";

const pending = new Map<string | null, Set<Promise<void>>>();

/** By identity, since `instanceof` would run the traps of a proxy. */
const handles = new WeakSet<object>();

/** Whether a value is the handle of a display. */
export function isDisplayHandle(value: unknown): boolean {
  return typeof value === "object" && value !== null && handles.has(value);
}

/** A display that can be shown anew in the place where it stands. */
export class DisplayHandle {
  readonly id: string;
  /** Settles when the display is on its way to the front ends. */
  shown: Promise<void>;

  constructor(id: string, shown: Promise<void>) {
    this.id = id;
    this.shown = shown;
    handles.add(this);
  }

  /** Shows another value instead, everywhere where this one is shown. */
  update(value: unknown): DisplayHandle {
    this.shown = show(value, this.id, true);
    return this;
  }
}

/**
 * Shows a value under the cell, as a last expression would be shown.
 *
 * @param value Anything; a method `[Symbol.for("Jupyter.display")]` of it gives its MIME bundle.
 * @param options `id` names the display, so that `update: true` with the same id replaces what it shows.
 */
export function display(value: unknown, options: { id?: string; update?: boolean } = {}): DisplayHandle {
  const id = options.id ?? randomUUID();
  return new DisplayHandle(id, show(value, id, options.update === true));
}

/** Removes what the cell has shown so far; with `wait`, when the next output comes. */
export function clearOutput(wait = false): void {
  const context = currentContext();
  const cell = context?.id ?? null;
  if (context?.sink) context.sink.clear(wait);
  else post({ op: "clear", cell, wait }, cell);
}

/** Resolves when all that the cell asked to be shown is. */
export async function pendingDisplays(cell: string | null): Promise<void> {
  for (let waiting = pending.get(cell); waiting && waiting.size > 0; waiting = pending.get(cell))
    await Promise.all(waiting);
  pending.delete(cell);
}

/** Shows a bundle that is there: at once, also in a loop without an `await`, which leaves the event loop no turn. */
export function draw(bundle: MimeBundle, { id, update }: { id: string | undefined; update: boolean }): void {
  const context = currentContext();
  const cell = context?.id ?? null;
  const sink = sinkOf(context, { id, update });
  if (sink) return void sink.show(bundle, { id: id ?? randomUUID(), update });
  post({ op: "display", cell, bundle, displayId: id, update }, cell);
  flush();
}

function show(value: unknown, id: string, update: boolean): Promise<void> {
  const context = currentContext();
  const cell = context?.id ?? null;
  const sink = sinkOf(context, { id, update });
  const making = bundleOf(value, (problem) => {
    if (sink) sink.write("stderr", `${problem}\n`);
    else write("stderr", `${problem}\n`, cell);
  });
  const placed = sink
    ? sink.show(making, { id, update })
    : place(
        making.then((bundle): FromExecutor[] => [{ op: "display", cell, bundle, displayId: id, update }]),
        cell,
      );
  const ours = pending.get(cell) ?? new Set();
  pending.set(cell, ours.add(placed));
  void placed.then(() => ours.delete(placed));
  return placed;
}

/** Displays that are no cell's but a sink's; updated from anywhere, they stay there. */
const captured = new Map<string, WeakRef<Sink>>();

/** Where something is shown, if not under the cell. */
function sinkOf(
  context: CellContext | null,
  { id, update }: { id: string | undefined; update: boolean },
): Sink | undefined {
  if (update && id !== undefined) return captured.get(id)?.deref();
  if (context?.sink && id !== undefined) captured.set(id, new WeakRef(context.sink));
  return context?.sink;
}
