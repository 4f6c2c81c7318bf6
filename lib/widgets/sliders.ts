/** Numbers that are chosen by sliding. */
import { type ControlClass, ValueWidget, type WidgetOptions } from "./widget.ts";

/** Options of sliders. */
export interface SliderOptions extends WidgetOptions {
  /** At first; default the least that is allowed, or 0. */
  value?: number;
  /** The least value; default 0. */
  min?: number;
  /** The greatest value. */
  max?: number;
  /** From one value to the next. */
  step?: number;
  /** Whether the value changes while the reader slides, and not when she lets go; default true. */
  continuousUpdate?: boolean;
}

type Range = Required<Pick<SliderOptions, "min" | "max" | "step">>;

abstract class Slider extends ValueWidget<number> {
  constructor(control: ControlClass, options: SliderOptions, range: Range & { format: string }) {
    const { min, max, step } = range;
    if (!(min <= max)) throw new RangeError(`Cannot slide from ${min} to ${max}: min must be ≤ max`);
    if (!(step > 0)) throw new RangeError(`Cannot slide by ${step}: step must be > 0`);
    const value = checkedValue(options.value ?? Math.min(max, Math.max(min, 0)), range);
    super({ ...control, style: "SliderStyleModel" }, options, {
      value,
      min,
      max,
      step,
      continuous_update: options.continuousUpdate ?? true,
      orientation: "horizontal",
      readout: true,
      readout_format: range.format,
    });
  }

  get value(): number {
    return this.get("value") as number;
  }

  /** @throws {RangeError} If it is not between `min` and `max`. */
  set value(value: number) {
    this.set({ value: checkedValue(value, this.range) });
  }

  /** The least value. */
  get min(): number {
    return this.range.min;
  }

  /** The greatest value. */
  get max(): number {
    return this.range.max;
  }

  private get range(): Range {
    return { min: this.get("min") as number, max: this.get("max") as number, step: this.get("step") as number };
  }

  protected control(): string {
    const { min, max, step } = this.range;
    return `<input type="range" disabled min="${min}" max="${max}" step="${step}" value="${this.value}"> ${this.value}`;
  }
}

/**
 * A whole number, chosen by sliding.
 *
 * @example new widgets.IntSlider({ value: 3, max: 10, description: "k" }).value // 3
 */
export class IntSlider extends Slider {
  /**
   * @param options `min` default 0, `max` default 100, `step` default 1.
   * @throws {RangeError} If the value is not between `min` and `max`, or a number is not whole.
   */
  constructor(options: SliderOptions = {}) {
    const { min = 0, max = 100, step = 1, value = min } = options;
    for (const [name, number] of Object.entries({ min, max, step, value })) {
      if (!Number.isInteger(number))
        throw new RangeError(`Cannot slide with ${name} ${number}: it must be a whole number`);
    }
    super({ model: "IntSliderModel", view: "IntSliderView" }, options, { min, max, step, format: "d" });
  }
}

/**
 * A number, chosen by sliding.
 *
 * @example new widgets.FloatSlider({ value: 0.5, max: 1 }).value // 0.5
 */
export class FloatSlider extends Slider {
  /**
   * @param options `min` default 0, `max` default 10, `step` default a hundredth of the range.
   * @throws {RangeError} If the value is not between `min` and `max`.
   */
  constructor(options: SliderOptions = {}) {
    const { min = 0, max = 10, step = (max - min) / 100 || 1 } = options;
    super({ model: "FloatSliderModel", view: "FloatSliderView" }, options, { min, max, step, format: ".3~g" });
  }
}

function checkedValue(value: number, { min, max }: Range): number {
  if (value >= min && value <= max) return value;
  throw new RangeError(`Cannot slide to ${value}: it must be from ${min} to ${max}`);
}
