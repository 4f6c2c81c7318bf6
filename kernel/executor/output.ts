/**
 * What a cell prints and shows, in the order in which it did. Text leaves at once, since the cell may never let the event loop run again, unless
 * there is much of it: then it is batched. A display whose MIME bundle is still being made (a picture being
 * drawn) holds its place, and what comes after it waits.
 */
import type { FromExecutor, OutputChunk } from "../link/messages.ts";
import { currentContext } from "./context.ts";
import { critical } from "./critical.ts";
import { send } from "./link.ts";

interface Text {
  kind: "text";
  cell: string | null;
  name: OutputChunk["name"];
  parts: string[];
}

interface Slot {
  kind: "slot";
  cell: string | null;
  /** Null while it is being made. */
  messages: FromExecutor[] | null;
}

/** So many writes leave at once; of a flood, what has waited so long, or is so much. */
const DIRECT_WRITES = 50;
const FLUSH_MS = 50;
const FLUSH_CHARACTERS = 1 << 16;

const queue: (Text | Slot)[] = [];
let waitingCharacters = 0;
let flushScheduled = false;
let flushedAt = performance.now();
let directWrites = 0;
const { setImmediate } = globalThis;

/** Writes under a cell: if none is named, for the code that runs, which may have a sink of its own. */
export function write(name: OutputChunk["name"], text: string, cell?: string | null): void {
  if (text === "") return;
  const context = cell === undefined ? currentContext() : null;
  if (context?.sink) context.sink.write(name, text);
  else critical(() => add(name, text, cell ?? context?.id ?? null));
}

function add(name: OutputChunk["name"], text: string, cell: string | null): void {
  const last = queue.at(-1);
  if (last?.kind === "text" && last.name === name && last.cell === cell) last.parts.push(text);
  else queue.push({ kind: "text", cell, name, parts: [text] });
  waitingCharacters += text.length;
  const quiet = performance.now() - flushedAt > FLUSH_MS;
  if (quiet) directWrites = 0;
  if (quiet || waitingCharacters >= FLUSH_CHARACTERS || directWrites++ < DIRECT_WRITES) flush();
  else scheduleFlush();
}

/** Takes a place in the output for messages that are still being made. */
export async function place(making: Promise<FromExecutor[]>, cell: string | null): Promise<void> {
  const slot: Slot = { kind: "slot", cell, messages: null };
  queue.push(slot);
  try {
    slot.messages = await making;
  } catch {
    // The maker reports its own failures; here it only must not hold up what follows.
    slot.messages = [];
  }
  flush();
}

/** Sends a message in its order behind what was written before. */
export function post(message: FromExecutor, cell: string | null): void {
  queue.push({ kind: "slot", cell, messages: [message] });
  // A loop without an `await` moves widgets, too.
  if (performance.now() - flushedAt > FLUSH_MS) flush();
  else scheduleFlush();
}

/** Gives up the places of a cell that was interrupted. */
export function abandon(cell: string): void {
  for (const entry of queue) if (entry.kind === "slot" && entry.cell === cell) entry.messages ??= [];
  flush();
}

/** Sends what is ready, up to the first display that is not. */
export function flush(): void {
  critical(sendReady);
}

function sendReady(): void {
  flushScheduled = false;
  flushedAt = performance.now();
  let chunks: OutputChunk[] = [];
  const sendChunks = () => {
    if (chunks.length > 0) send({ op: "output", chunks });
    chunks = [];
  };
  while (queue.length > 0) {
    const head = queue[0]!;
    if (head.kind === "slot" && head.messages === null) break;
    queue.shift();
    if (head.kind === "text") {
      const text = head.parts.join("");
      waitingCharacters -= text.length;
      chunks.push({ cell: head.cell, name: head.name, text });
    } else {
      sendChunks();
      for (const message of head.messages!) send(message);
    }
  }
  sendChunks();
}

function scheduleFlush(): void {
  if (flushScheduled) return;
  flushScheduled = true;
  setImmediate(flush);
}
