import { statSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { escapeHtml } from "./escape.ts";

const DISPLAY = Symbol.for("Jupyter.display");

const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** A link to a file, for readers to open or save. It works for files in the notebook's folder and below: no front end serves others. */
export class FileLink {
  readonly path: string;
  readonly #text: string | undefined;

  /** @param options `text` to stand for the path. */
  constructor(path: string, options: { text?: string } = {}) {
    this.path = String(path);
    this.#text = options.text;
  }

  /** @throws {Error} If there is no such file. */
  [DISPLAY](): Record<string, string> {
    const stats = statSync(this.path, { throwIfNoEntry: false });
    if (!stats) throw new Error(`Cannot link to "${this.path}": there is no such file`);
    const size = stats.isFile() ? ` (${sizeOf(stats.size)})` : "";
    const text = this.#text ?? this.path;
    return {
      "text/html": `<a href="${escapeHtml(addressOf(this.path))}" target="_blank">${escapeHtml(text)}</a>${size}`,
      "text/plain": `${text}${size}`,
    };
  }
}

/** From the notebook's folder, which is where front ends look for what a notebook links to. */
function addressOf(path: string): string {
  const fromHere = relative(process.cwd(), resolve(path));
  const parts = (isAbsolute(fromHere) ? path : fromHere).split(sep);
  return parts.map(encodeURIComponent).join("/");
}

function sizeOf(bytes: number): string {
  const unit = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  return `${Number((bytes / 1000 ** unit).toPrecision(3))} ${UNITS[unit]}`;
}
