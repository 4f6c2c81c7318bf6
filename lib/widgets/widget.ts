/** A control under a cell, which code and reader both may change. */

import { escapeHtml } from "./escape.ts";
import { type Attributes, base, controls, Model } from "./model.ts";

const display = Symbol.for("Jupyter.display");

/** What an observer is told. */
export interface Change<Value> {
  /** The attribute's name: `"value"`. */
  readonly name: string;
  readonly old: Value;
  /** What it is now. */
  readonly new: Value;
}

/** Options that all controls have. */
export interface WidgetOptions {
  /** Beside the control; default none. */
  description?: string;
  /** Whether the reader cannot change it; default false. */
  disabled?: boolean;
  /** Of the page's layout, as CSS has them: `{ width: "20em" }`. */
  layout?: Readonly<Record<string, string>>;
}

/** The front end's class of a control, and that of its style where it has one of its own. */
export interface ControlClass {
  readonly model: string;
  readonly view: string;
  readonly style?: string;
}

/**
 * What all widgets are. In a notebook whose front end knows Jupyter's widgets they are alive, also while a cell waits for something; elsewhere they are
 * shown as they were.
 *
 * @see https://ipywidgets.readthedocs.io, whose names these are.
 * @example new widgets.Button() instanceof widgets.Widget // true
 */
export abstract class Widget extends Model {
  readonly description: string;

  constructor({ model, view, style }: ControlClass, options: WidgetOptions, attributes: Attributes) {
    const { description = "", disabled = false, layout = {} } = options;
    super(
      { module: controls, model, view },
      {
        description,
        disabled,
        layout: new Model({ module: base, model: "LayoutModel", view: "LayoutView" }, layout),
        ...(style ? { style: new Model({ module: controls, model: style, view: "StyleView", viewModule: base }) } : {}),
        ...attributes,
      },
    );
    this.description = description;
  }

  /** The control as it is now in HTML without a script, for reports and front ends without widgets. */
  abstract html(): string;

  /** The control and its value in a line. */
  abstract override toString(): string;

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  [display](): Record<string, unknown> {
    const id = this.open();
    const live =
      id === null
        ? {}
        : { "application/vnd.jupyter.widget-view+json": { version_major: 2, version_minor: 0, model_id: id } };
    return { ...live, "text/html": this.html(), "text/plain": this.toString() };
  }
}

/** A control with a value. @example new widgets.Checkbox() instanceof widgets.ValueWidget // true */
export abstract class ValueWidget<Value> extends Widget {
  // Of a type that says nothing of Value, so that every control is a ValueWidget<unknown>.
  private readonly observers = new Set<(change: Change<never>) => unknown>();

  /** What is chosen. */
  abstract get value(): Value;

  /**
   * Calls a function with every change of the value, the reader's and the code's own.
   *
   * @returns What ends the observation.
   */
  observe(observer: (change: Change<Value>) => unknown): () => void {
    this.observers.add(observer);
    return () => {
      this.observers.delete(observer);
    };
  }

  /** Changes attributes by `how`, and tells the observers if the value is another one then. */
  protected tell(how: () => void): void {
    const old = this.value;
    how();
    const { value } = this;
    if (Object.is(old, value)) return;
    for (const observer of this.observers) observer({ name: "value", old, new: value } as Change<never>);
  }

  protected override set(changes: Attributes): void {
    this.tell(() => super.set(changes));
  }

  protected override changed(changes: Attributes): void {
    this.tell(() => super.changed(changes));
  }

  html(): string {
    const label = this.description === "" ? "" : `${escapeHtml(this.description)} `;
    return `<label style="display:inline-flex;gap:0.5em;align-items:center">${label}${this.control()}</label>`;
  }

  toString(): string {
    return `${this.constructor.name}${this.description === "" ? "" : ` ${this.description}`} = ${String(this.value)}`;
  }

  /** The control without its description, in HTML. */
  protected abstract control(): string;
}
