/** A line to write in, and text that code can change. */
import { escapeHtml } from "./escape.ts";
import { ValueWidget, Widget, type WidgetOptions } from "./widget.ts";

/** A line of text. @example new widgets.Text({ value: "Anna", description: "name" }).value // "Anna" */
export class Text extends ValueWidget<string> {
  /** @param options `value` at first; `placeholder` is shown where nothing is written; `continuousUpdate`: with every key, default true. */
  constructor(options: WidgetOptions & { value?: string; placeholder?: string; continuousUpdate?: boolean } = {}) {
    const { value = "", placeholder = "", continuousUpdate = true } = options;
    super({ model: "TextModel", view: "TextView", style: "TextStyleModel" }, options, {
      value,
      placeholder,
      continuous_update: continuousUpdate,
    });
  }

  /** What is written. */
  get value(): string {
    return this.get("value") as string;
  }

  /** Writes something else. */
  set value(value: string) {
    this.set({ value: String(value) });
  }

  protected control(): string {
    return `<input type="text" disabled value="${escapeHtml(this.value)}">`;
  }
}

/** HTML that code can change after it is shown. Escape what is not yours. @example new widgets.HTML({ value: "<b>ready</b>" }).value // "<b>ready</b>" */
export class HTML extends Widget {
  /** @param options `value`: the HTML at first. */
  constructor(options: WidgetOptions & { value?: string } = {}) {
    super({ model: "HTMLModel", view: "HTMLView", style: "HTMLStyleModel" }, options, { value: options.value ?? "" });
  }

  /** The HTML that is shown. */
  get value(): string {
    return this.get("value") as string;
  }

  /** Shows other HTML. */
  set value(value: string) {
    this.set({ value: String(value) });
  }

  html(): string {
    return `<div>${this.description === "" ? "" : `${escapeHtml(this.description)} `}${this.value}</div>`;
  }

  toString(): string {
    return this.value;
  }
}
