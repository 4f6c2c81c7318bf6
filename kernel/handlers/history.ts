import type { ReplyContent, RequestContent } from "../protocol/messages.ts";

interface Entry {
  line: number;
  input: string;
  output: string | null;
}

/** What was executed in this session. It is kept in memory: a store that outlives the kernel comes with the whole protocol. */
export class History {
  readonly #entries: Entry[] = [];

  add(line: number, input: string): void {
    this.#entries.push({ line, input, output: null });
  }

  setOutput(line: number, output: string): void {
    const entry = this.#entries.findLast((each) => each.line === line);
    if (entry) entry.output = output;
  }

  request(request: RequestContent<"history_request">): ReplyContent<"history_request"> {
    const { output = false } = request;
    const history = this.#select(request).map(
      ({ line, input, output: result }): [number, number, string | [string, string | null]] => [
        SESSION,
        line,
        output ? [input, result] : input,
      ],
    );
    return { status: "ok", history };
  }

  #select({ hist_access_type, n, start, stop, pattern, unique }: RequestContent<"history_request">): Entry[] {
    switch (hist_access_type) {
      case "range":
        return this.#entries.filter(({ line }) => line >= (start ?? 0) && line < (stop ?? Number.POSITIVE_INFINITY));
      case "search": {
        const glob = globPattern(pattern ?? "*");
        const found = this.#entries.filter(({ input }) => glob.test(input));
        return last(unique ? latestOfEach(found) : found, n);
      }
      default:
        return last(this.#entries, n);
    }
  }
}

const SESSION = 1;

function last(entries: Entry[], n: number | undefined): Entry[] {
  return n === undefined ? entries : n > 0 ? entries.slice(-n) : [];
}

function latestOfEach(entries: Entry[]): Entry[] {
  const latest = new Map(entries.map((entry) => [entry.input, entry]));
  return entries.filter((entry) => latest.get(entry.input) === entry);
}

/** `*` any characters, `?` one: the protocol's search patterns, matched against the whole input. */
function globPattern(glob: string): RegExp {
  const escaped = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[\\s\\S]*")
    .replaceAll("?", "[\\s\\S]");
  return new RegExp(`^${escaped}$`);
}
