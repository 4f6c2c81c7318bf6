/** What `import * as tslab from "tslab"` gives, so that a notebook written for that kernel runs unchanged. */
import { randomUUID } from "node:crypto";
import { draw } from "./display.ts";

/** tslab's display: each method shows one thing of one type. */
class Display {
  readonly #id: string | undefined;
  #shown = false;

  constructor(id?: string) {
    this.#id = id;
  }

  javascript(text: string): void {
    this.raw("text/javascript", text);
  }

  html(text: string): void {
    this.raw("text/html", text);
  }

  markdown(text: string): void {
    this.raw("text/markdown", text);
  }

  latex(text: string): void {
    this.raw("text/latex", text);
  }

  svg(text: string): void {
    this.raw("image/svg+xml", text);
  }

  png(bytes: Uint8Array): void {
    this.raw("image/png", bytes);
  }

  jpeg(bytes: Uint8Array): void {
    this.raw("image/jpeg", bytes);
  }

  gif(bytes: Uint8Array): void {
    this.raw("image/gif", bytes);
  }

  pdf(bytes: Uint8Array): void {
    this.raw("application/pdf", bytes);
  }

  text(text: string): void {
    this.raw("text/plain", text);
  }

  raw(contentType: string, content: string | Uint8Array): void {
    const value = typeof content === "string" ? content : Buffer.from(content).toString("base64");
    const update = this.#id !== undefined && this.#shown;
    this.#shown = true;
    draw({ data: { [contentType]: value }, metadata: {} }, { id: this.#id, update });
  }
}

export const display = new Display();

/** A display that overwrites what it showed before. */
export function newDisplay(): Display {
  return new Display(randomUUID());
}

export const versions = { tslab: "1.0.22", typescript: "7.0", node: process.version };
