/** Choices: one of several, yes or no. */
import { escapeHtml } from "./escape.ts";
import { ValueWidget, type WidgetOptions } from "./widget.ts";

/** Options of menus. */
export interface DropdownOptions<Value> extends WidgetOptions {
  /** What there is to choose: names, or names and the values that they stand for. */
  options: readonly Value[] | Readonly<Record<string, Value>>;
  /** At first; default the first option. */
  value?: Value;
}

/**
 * One of several, chosen from a menu.
 *
 * @example new widgets.Dropdown({ options: { none: 0, some: 0.1 }, value: 0.1 }).value // 0.1
 */
export class Dropdown<Value = string> extends ValueWidget<Value> {
  private readonly labels: readonly string[];
  private readonly values: readonly Value[];

  /** @throws {RangeError} If there are no options, or the value is none of them. */
  constructor(given: DropdownOptions<Value>) {
    const { options } = given;
    const values: readonly Value[] = isList(options) ? options : Object.values(options);
    const labels = isList(options) ? options.map(String) : Object.keys(options);
    if (values.length === 0) throw new RangeError("Cannot choose from nothing: give at least one option");
    super({ model: "DropdownModel", view: "DropdownView", style: "DescriptionStyleModel" }, given, {
      _options_labels: [...labels],
      index: given.value === undefined ? 0 : indexOf(given.value, values, labels),
    });
    this.labels = labels;
    this.values = values;
  }

  get value(): Value {
    return this.values[this.index]!;
  }

  /** @throws {RangeError} If it is none of the options. */
  set value(value: Value) {
    this.set({ index: indexOf(value, this.values, this.labels) });
  }

  override toString(): string {
    return `Dropdown${this.description === "" ? "" : ` ${this.description}`} = ${this.labels[this.index]}`;
  }

  private get index(): number {
    return this.get("index") as number;
  }

  protected control(): string {
    const options = this.labels.map(
      (label, i) => `<option${i === this.index ? " selected" : ""}>${escapeHtml(label)}</option>`,
    );
    return `<select disabled>${options.join("")}</select>`;
  }
}

/** Yes or no. @example new widgets.Checkbox({ value: true, description: "bias" }).value // true */
export class Checkbox extends ValueWidget<boolean> {
  /** @param options `value` default false. */
  constructor(options: WidgetOptions & { value?: boolean } = {}) {
    const { value = false } = options;
    super({ model: "CheckboxModel", view: "CheckboxView", style: "CheckboxStyleModel" }, options, {
      value,
      indent: false,
    });
  }

  /** Whether it is ticked. */
  get value(): boolean {
    return this.get("value") as boolean;
  }

  /** Ticks it or not. */
  set value(value: boolean) {
    this.set({ value });
  }

  protected control(): string {
    return `<input type="checkbox" disabled${this.value ? " checked" : ""}>`;
  }
}

function isList<Value>(options: DropdownOptions<Value>["options"]): options is readonly Value[] {
  return Array.isArray(options);
}

function indexOf<Value>(value: Value, values: readonly Value[], labels: readonly string[]): number {
  const index = values.indexOf(value);
  if (index >= 0) return index;
  throw new RangeError(`Cannot choose ${String(value)}: the options are ${labels.join(", ")}`);
}
