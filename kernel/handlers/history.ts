import { splitMagics } from "../compiler/magic-lines.ts";
import { IN_MEMORY } from "../history/location.ts";
import { type HistoryEntry, HistoryStore } from "../history/store.ts";
import type { ReplyContent, RequestContent } from "../protocol/messages.ts";

type Request = RequestContent<"history_request">;

/** So long cells wait to be written, several at once: none of them should be slower for it. */
const WRITE_MS = 200;

/** What was executed, in this session and in earlier ones. */
export class History {
  readonly #file: string;
  readonly #log: (text: string) => void;
  readonly #unwritten = new Map<number, Omit<HistoryEntry, "session">>();
  #store: Promise<HistoryStore> | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** @param log Told why history cannot be kept, once. */
  constructor(file: string, log: (text: string) => void) {
    this.#file = file;
    this.#log = log;
  }

  add(line: number, input: string): void {
    this.#unwritten.set(line, { line, input, output: null });
    this.#timer ??= setTimeout(() => void this.#write(), WRITE_MS);
  }

  /** What came out of a line. */
  setOutput(line: number, input: string, output: string): void {
    this.add(line, input);
    this.#unwritten.get(line)!.output = output;
  }

  async request(request: Request): Promise<ReplyContent<"history_request">> {
    const store = await this.#write();
    const history = select(store, request).map(
      ({ session, line, input: written, output }): [number, number, string | [string, string | null]] => {
        const input = request.raw === false ? withoutMagics(written) : written;
        return [session, line, request.output ? [input, output] : input];
      },
    );
    return { status: "ok", history };
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    if (this.#unwritten.size > 0) await this.#write();
    (await this.#store)?.close();
  }

  async #write(): Promise<HistoryStore> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#store ??= HistoryStore.open(this.#file).catch((error) => this.#inMemory(error));
    const store = await this.#store;
    const entries = [...this.#unwritten.values()];
    this.#unwritten.clear();
    try {
      if (entries.length > 0) store.write(entries);
      return store;
    } catch (error) {
      // The disk is full, or the file went away: cells run on, and are remembered as long as this kernel lives.
      this.#store = this.#inMemory(error as Error);
      const memory = await this.#store;
      memory.write(entries);
      return memory;
    }
  }

  #inMemory(error: Error): Promise<HistoryStore> {
    this.#log(`History is kept in memory only, since ${this.#file} cannot be used: ${error.message}`);
    return HistoryStore.open(IN_MEMORY);
  }
}

/** The TypeScript of a cell: what the kernel made of it to be able to run it says nothing to anybody. */
function withoutMagics(input: string): string {
  return splitMagics(input).code.trim();
}

function select(store: HistoryStore, request: Request): HistoryEntry[] {
  const { hist_access_type, n, session = 0, start = 0, stop, pattern = "*", unique = false } = request;
  const limit = n === undefined || n === null ? Number.MAX_SAFE_INTEGER : Math.max(0, n);
  switch (hist_access_type) {
    case "range":
      // 0 is this session, −1 the one before.
      return store.range(session > 0 ? session : store.session + session, start, stop ?? Number.MAX_SAFE_INTEGER);
    case "search":
      if (typeof pattern !== "string") throw new TypeError(`pattern is ${JSON.stringify(pattern)}: expected a string`);
      return store.search(pattern, limit, unique === true);
    default:
      return store.tail(limit);
  }
}
