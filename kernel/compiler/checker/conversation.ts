/**
 * Questions to the checker's process and its answers: JSON-RPC in the frames of the Language Server Protocol. The API's own connection hands every message through
 * some turns of the event loop and takes a third of a millisecond of the processor for each; a completion is seven of them.
 */
import type { Readable, Writable } from "node:stream";

interface Answer {
  id: number;
  result?: unknown;
  error?: { message: string };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(reason: Error): void;
}

const HEADER_END = "\r\n\r\n";

export class Conversation {
  readonly #input: Writable;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;
  #chunks: Buffer[] = [];
  #length = 0;
  /** So many bytes there must be for the next look at them to be worth it. */
  #needed = 1;

  constructor(input: Writable, output: Readable) {
    this.#input = input;
    output.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  /** What the API calls. A process that ends gives no answer any more. */
  sendRequest({ method }: { method: string }, params: unknown): Promise<unknown> {
    const id = ++this.#count;
    const named = typeof params === "object" && params !== null && !Array.isArray(params);
    const body = JSON.stringify({ jsonrpc: "2.0", id, method, params: named ? params : [params ?? null] });
    this.#input.write(`Content-Length: ${Buffer.byteLength(body)}${HEADER_END}${body}`);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    // Chunks are joined only once a whole message is there: joining on every chunk would be quadratic.
    while (this.#length >= this.#needed) {
      const joined = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
      const head = joined.indexOf(HEADER_END);
      const start = head + HEADER_END.length;
      const end = head < 0 ? joined.length + 1 : start + bodyLength(joined.toString("latin1", 0, head));
      const isWhole = joined.length >= end;
      const rest = isWhole ? joined.subarray(end) : joined;
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#length = rest.length;
      this.#needed = isWhole ? 1 : end;
      if (isWhole) this.#answer(JSON.parse(joined.toString("utf8", start, end)) as Answer);
    }
  }

  #answer({ id, result, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }
}

function bodyLength(header: string): number {
  const [, length] = /^content-length: *(\d+)/im.exec(header) ?? [];
  if (length === undefined) throw new Error(`The type checker sent a message without a length: ${header}`);
  return Number(length);
}
