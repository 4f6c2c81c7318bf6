import { METADATA } from "./bundle-metadata.ts";
import { escapeHtml } from "./escape.ts";
import { addressOf, bytesOf, type MediaSource, nameOf } from "./media-source.ts";
import { pictureType } from "./media-type.ts";

const DISPLAY = Symbol.for("Jupyter.display");

/** A picture: bytes, a file, or an address. */
export class Image {
  readonly #source: MediaSource;
  readonly #size: { width?: number; height?: number };

  /**
   * @param source The bytes of a PNG, JPEG, GIF or WebP, the path of such a file, or the URL of a picture.
   * @param size `width` and `height` in pixels of the page; the picture's own if left out.
   */
  constructor(source: MediaSource, size: { width?: number; height?: number } = {}) {
    this.#source = source;
    this.#size = size;
  }

  /** @throws {Error} If there is no such file, or it is no picture. */
  [DISPLAY](): Record<string | symbol, unknown> {
    const address = addressOf(this.#source);
    if (address !== null) {
      const size = Object.entries(this.#size).map(([name, value]) => ` ${name}="${Number(value)}"`);
      return { "text/html": `<img src="${escapeHtml(address)}"${size.join("")}>`, "text/plain": address };
    }
    const bytes = bytesOf(this.#source, "picture");
    const type = pictureType(bytes);
    if (!type)
      throw new TypeError(`Cannot show ${nameOf(this.#source)} as a picture: expected a PNG, JPEG, GIF or WebP`);
    return {
      [type]: bytes.toString("base64"),
      "text/plain": `${type}, ${bytes.length} bytes`,
      [METADATA]: { [type]: this.#size },
    };
  }
}
