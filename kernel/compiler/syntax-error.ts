import type { ErrorContent } from "../protocol/messages.ts";
import { codeFrame, position } from "../traceback/code-frame.ts";

/** A cell that is not TypeScript: where, and what the parser expected. */
export class CellSyntaxError extends Error {
  override name = "SyntaxError";
  readonly line: number;
  readonly column: number;
  readonly #source: string;
  readonly #label: string;

  constructor(message: string, source: string, offset: number, label: string) {
    super(message);
    this.#source = source;
    this.#label = label;
    ({ line: this.line, column: this.column } = position(source, offset));
  }

  content(): ErrorContent {
    const place = `${this.#label}:${this.line}:${this.column}`;
    return {
      ename: this.name,
      evalue: this.message,
      traceback: [
        `\u001b[1;31m${this.name}\u001b[0m: ${this.message}`,
        `    at ${place}`,
        "",
        ...codeFrame(this.#source, this.line, this.column),
      ],
    };
  }
}
