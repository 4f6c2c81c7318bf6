import { METADATA } from "./bundle-metadata.ts";

const DISPLAY = Symbol.for("Jupyter.display");

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
