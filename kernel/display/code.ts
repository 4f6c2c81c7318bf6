import { readFileSync } from "node:fs";
import { extname } from "node:path";

const DISPLAY = Symbol.for("Jupyter.display");

/** Extensions whose language has another name. */
const LANGUAGES: Record<string, string> = {
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  py: "python",
  md: "markdown",
  rs: "rust",
  sh: "bash",
  yml: "yaml",
  h: "c",
  cc: "cpp",
};

/** Source code, in the colours that the front end has for its language. */
export class Code {
  readonly source: string;
  readonly language: string;

  /** @param options `language` by the name that Markdown's code blocks have for it; default `typescript`. */
  constructor(source: string, options: { language?: string } = {}) {
    this.source = String(source);
    this.language = String(options.language ?? "typescript");
  }

  /** The code in a file, whose name says the language. */
  static fromFile(path: string, options: { language?: string } = {}): Code {
    const extension = extname(path).slice(1).toLowerCase();
    return new Code(readFileSync(path, "utf8"), { language: LANGUAGES[extension] ?? extension, ...options });
  }

  toString(): string {
    return this.source;
  }

  /** As a block of Markdown: front ends and papers colour those. */
  [DISPLAY](): Record<string, string> {
    // The fence must be longer than any run of backticks inside it.
    const longest = Math.max(2, ...[...this.source.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = "`".repeat(longest + 1);
    const language = this.language.replaceAll(/[^\w+#.-]/g, "");
    return {
      "text/markdown": `${fence}${language}\n${this.source}${this.source.endsWith("\n") ? "" : "\n"}${fence}`,
      "text/plain": this.source,
    };
  }
}
