/** Something to press. */
import { escapeHtml } from "./escape.ts";
import { Widget, type WidgetOptions } from "./widget.ts";

/** Options of buttons. */
export interface ButtonOptions extends WidgetOptions {
  /** The name of a Font Awesome icon, such as "play". */
  icon?: string;
  /** How it looks; default plain. */
  buttonStyle?: "" | "primary" | "success" | "info" | "warning" | "danger";
}

/**
 * A button.
 *
 * @example
 * const button = new widgets.Button({ description: "train" });
 * button.onClick(() => console.log("pressed"));
 */
export class Button extends Widget {
  private readonly listeners = new Set<(button: Button) => unknown>();

  constructor(options: ButtonOptions = {}) {
    super({ model: "ButtonModel", view: "ButtonView", style: "ButtonStyleModel" }, options, {
      icon: options.icon ?? "",
      button_style: options.buttonStyle ?? "",
    });
  }

  /** Calls a function with every click. @returns What ends that. */
  onClick(listener: (button: Button) => unknown): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** Does what a reader's click does. */
  click(): void {
    for (const listener of this.listeners) listener(this);
  }

  protected override happened({ event }: Record<string, unknown>): void {
    if (event === "click") this.click();
  }

  html(): string {
    return `<button disabled>${escapeHtml(this.description)}</button>`;
  }

  toString(): string {
    return `Button ${this.description}`;
  }
}
