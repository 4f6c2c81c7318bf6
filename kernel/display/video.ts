import { escapeHtml } from "./escape.ts";
import { addressOf, bytesOf, type MediaSource, nameOf } from "./media-source.ts";
import { filmType } from "./media-type.ts";

const DISPLAY = Symbol.for("Jupyter.display");

export interface VideoOptions {
  /** Pixels of the page; the film's own if left out. */
  width?: number;
  height?: number;
  /** Begins again at its end; default false. */
  loop?: boolean;
  /** Starts by itself, without its sound, since browsers let nothing loud do so; default false. */
  autoplay?: boolean;
}

/** A film: bytes, a file, or an address. */
export class Video {
  readonly #source: MediaSource;
  readonly #options: VideoOptions;

  /** @param source The bytes of an MP4, WebM or Ogg film, the path of such a file, or the URL of a film. */
  constructor(source: MediaSource, options: VideoOptions = {}) {
    this.#source = source;
    this.#options = options;
  }

  /** @throws {Error} If there is no such file, or it is no film. */
  [DISPLAY](): Record<string, string> {
    const address = addressOf(this.#source);
    if (address !== null) return { "text/html": this.#element(address), "text/plain": address };
    const bytes = bytesOf(this.#source, "film");
    const type = filmType(bytes);
    if (!type) throw new TypeError(`Cannot show ${nameOf(this.#source)} as a film: expected an MP4, WebM or Ogg`);
    return {
      "text/html": this.#element(`data:${type};base64,${bytes.toString("base64")}`),
      "text/plain": `${type}, ${bytes.length} bytes`,
    };
  }

  #element(address: string): string {
    const { width, height, loop, autoplay } = this.#options;
    const attributes = [
      width === undefined ? "" : ` width="${Number(width)}"`,
      height === undefined ? "" : ` height="${Number(height)}"`,
      loop ? " loop" : "",
      autoplay ? " autoplay muted" : "",
    ];
    return `<video controls src="${escapeHtml(address)}"${attributes.join("")}></video>`;
  }
}
