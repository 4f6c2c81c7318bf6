/** Values that are text in the language of a display: `new HTML("<b>b</b>")` as a cell's last expression shows bold. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { METADATA } from "./bundle-metadata.ts";
import { escapeHtml } from "./escape.ts";
import { pictureType } from "./pictures.ts";

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

/** A drawing. Beside it stands a picture, for front ends and papers that take no SVG. */
export class SVG extends Markup {
  async [DISPLAY](): Promise<Record<string, string>> {
    // As HTML, and not as image/svg+xml, since nbconvert's LaTeX asks for Inkscape as soon as it sees one.
    const bundle = { "text/html": this.source, "text/plain": this.source };
    const png = await drawn(this.source);
    return png ? { ...bundle, "image/png": png } : bundle;
  }
}

async function drawn(svg: string): Promise<string | null> {
  try {
    const { Resvg } = await import("@resvg/resvg-js");
    return new Resvg(svg, { fitTo: { mode: "zoom", value: 2 } }).render().asPng().toString("base64");
  } catch {
    // What no rasterizer understands may still be shown by a browser.
    return null;
  }
}

/** A value as a tree to fold out. */
export class Json {
  readonly value: unknown;
  readonly #expanded: boolean;

  /** @param options `expanded` shows it unfolded; default false. */
  constructor(value: unknown, options: { expanded?: boolean } = {}) {
    this.value = value;
    this.#expanded = options.expanded === true;
  }

  [DISPLAY](): Record<string | symbol, unknown> {
    return {
      "application/json": this.value,
      "text/plain": JSON.stringify(this.value, null, 2),
      [METADATA]: { "application/json": { expanded: this.#expanded } },
    };
  }
}

/** A picture: bytes, a file, or an address. */
export class Image {
  readonly #source: Uint8Array | string;
  readonly #size: { width?: number; height?: number };

  /**
   * @param source The bytes of a PNG, JPEG, GIF or WebP, the path of such a file, or the URL of a picture.
   * @param size `width` and `height` in pixels of the page; the picture's own if left out.
   */
  constructor(source: Uint8Array | string | URL, size: { width?: number; height?: number } = {}) {
    this.#source = source instanceof URL ? source.href : source;
    this.#size = size;
  }

  /** @throws {Error} If there is no such file, or it is no picture. */
  [DISPLAY](): Record<string | symbol, unknown> {
    const source = this.#source;
    if (typeof source === "string" && /^(https?|data):/.test(source)) {
      const size = Object.entries(this.#size).map(([name, value]) => ` ${name}="${Number(value)}"`);
      return { "text/html": `<img src="${escapeHtml(source)}"${size.join("")}>`, "text/plain": source };
    }
    const bytes = typeof source === "string" ? fileBytes(source) : Buffer.from(source);
    const type = pictureType(bytes);
    if (!type) throw new TypeError(`Cannot show ${nameOf(source)} as a picture: expected a PNG, JPEG, GIF or WebP`);
    return {
      [type]: bytes.toString("base64"),
      "text/plain": `${type}, ${bytes.length} bytes`,
      [METADATA]: { [type]: this.#size },
    };
  }
}

function fileBytes(source: string): Buffer {
  const path = source.startsWith("file:") ? fileURLToPath(source) : source;
  if (!existsSync(path)) throw new Error(`Cannot show the picture "${path}": there is no such file`);
  return readFileSync(path);
}

function nameOf(source: Uint8Array | string): string {
  return typeof source === "string" ? `"${source}"` : `${source.length} bytes`;
}
