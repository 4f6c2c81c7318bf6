/** Values that are text in the language of a display: `new HTML("<b>b</b>")` as a cell's last expression shows bold. */
import { drawingBundle } from "./drawing.ts";

const DISPLAY = Symbol.for("Jupyter.display");

/** Text of a markup language. */
abstract class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = String(source);
  }

  toString(): string {
    return this.source;
  }
}

/** HTML, shown as it is: escape what is not yours, or use the template html`…`, which does. */
export class HTML extends Markup {
  [DISPLAY](): Record<string, string> {
    return { "text/html": this.source, "text/plain": this.source };
  }
}

export class Markdown extends Markup {
  [DISPLAY](): Record<string, string> {
    return { "text/markdown": this.source, "text/plain": this.source };
  }
}

/** LaTeX: a formula, or text with formulas between dollars. */
export class Latex extends Markup {
  [DISPLAY](): Record<string, string> {
    const formula = /\$|\\begin|\\\[/.test(this.source) ? this.source : `$\\displaystyle ${this.source}$`;
    return { "text/latex": formula, "text/plain": this.source };
  }
}

/** A drawing. Beside it stands a picture, for papers, which take no SVG. */
export class SVG extends Markup {
  async [DISPLAY](): Promise<Record<string | symbol, unknown>> {
    return { ...(await drawingBundle(this.source)), "text/plain": this.source };
  }
}
