/** One of the executor's own stdout and stderr: text for the cell, and marks that tell that a cell's output has all been read. */
import { StringDecoder } from "node:string_decoder";

export class MarkedStream {
  readonly #decoder = new StringDecoder("utf8");
  readonly #start: string;
  readonly #text: (text: string) => void;
  readonly #mark: (cell: string) => void;
  #held = "";

  constructor(token: string, text: (text: string) => void, mark: (cell: string) => void) {
    this.#start = `\u0000${token}:`;
    this.#text = text;
    this.#mark = mark;
  }

  push(chunk: Buffer): void {
    let text = this.#held + this.#decoder.write(chunk);
    this.#held = "";
    for (;;) {
      const at = text.indexOf(this.#start);
      const end = at < 0 ? -1 : text.indexOf("\u0000", at + this.#start.length);
      if (end < 0) break;
      this.#emit(text.slice(0, at));
      this.#mark(text.slice(at + this.#start.length, end));
      text = text.slice(end + 1);
    }
    // A mark may be cut in two by the end of a chunk: hold back what could be its beginning.
    const nul = text.lastIndexOf("\u0000");
    const cut =
      nul >= 0 && (text.startsWith(this.#start, nul) || this.#start.startsWith(text.slice(nul))) ? nul : text.length;
    this.#emit(text.slice(0, cut));
    this.#held = text.slice(cut);
  }

  #emit(text: string): void {
    if (text) this.#text(text);
  }
}
