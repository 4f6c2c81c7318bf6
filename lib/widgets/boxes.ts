/** Widgets beside and below each other. */
import { Widget, type WidgetOptions } from "./widget.ts";

abstract class Box extends Widget {
  readonly children: readonly Widget[];

  constructor(name: string, children: readonly Widget[], options: Pick<WidgetOptions, "layout">) {
    super({ model: `${name}Model`, view: `${name}View` }, options, { children: [...children], box_style: "" });
    this.children = [...children];
  }

  protected abstract readonly direction: "row" | "column";

  html(): string {
    const inside = this.children.map((child) => child.html()).join("");
    return `<div style="display:flex;flex-direction:${this.direction};gap:0.25em 1em;align-items:flex-start">${inside}</div>`;
  }

  toString(): string {
    // An Output may have nothing to say.
    return this.children.map(String).filter(Boolean).join("\n");
  }
}

/** Widgets in a column. @example new widgets.VBox([new widgets.Checkbox()]).children.length // 1 */
export class VBox extends Box {
  protected readonly direction = "column";

  constructor(children: readonly Widget[], options: Pick<WidgetOptions, "layout"> = {}) {
    super("VBox", children, options);
  }
}

/** Widgets in a row. @example new widgets.HBox([new widgets.Checkbox()]).children.length // 1 */
export class HBox extends Box {
  protected readonly direction = "row";

  constructor(children: readonly Widget[], options: Pick<WidgetOptions, "layout"> = {}) {
    super("HBox", children, options);
  }
}
