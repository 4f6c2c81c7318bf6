import { parseSync } from "oxc-parser";
import type { ErrorContent } from "../protocol/messages.ts";
import { codeFrame, position } from "../traceback/code-frame.ts";

/** What oxc's parser and its transformer say alike. */
interface ParserError {
  message: string;
  labels: { start: number; end: number }[];
  helpMessage: string | null;
}

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

  /** What a parser of oxc found, in words that say what stands there and what would help. */
  static fromParser(error: ParserError, source: string, label: string): CellSyntaxError {
    const jsx = jsxStart(source);
    if (jsx !== null) return new CellSyntaxError(NO_JSX, source, jsx, label);
    const { start = 0, end = 0 } = error.labels[0] ?? {};
    const found = source.slice(start, end).trim();
    const message = error.message
      .replace("`EOF`", "the end of the cell")
      .replace(/^Unexpected token$/, found ? `Unexpected \`${found}\`` : "Unexpected end of the cell");
    const help = error.helpMessage ? `. ${error.helpMessage}` : "";
    return new CellSyntaxError(message + help, source, start, label);
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

const NO_JSX = "Cells are TypeScript without JSX: make elements with html`…`, or keep JSX in a .tsx file and import it";

/** Where JSX starts, if that is all that keeps the cell from being TypeScript. */
function jsxStart(source: string): number | null {
  if (!/<[\p{ID_Start}>]/u.test(source)) return null;
  const { errors } = parseSync("cell.tsx", source, { lang: "tsx", sourceType: "module" });
  return errors.length === 0 ? source.search(/<[\p{ID_Start}>]/u) : null;
}
