/** Layers that put something around sequences, planes and volumes. */
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import * as F from "../functional.ts";
import { Module } from "../module.ts";

/** Widths of a padding: one number for all sides, or before and after each dimension, the last dimension first. */
export type PadWidths = number | readonly number[];

/** Padding of a number of dimensions; the subclasses say which, and with what. */
abstract class Padding extends Module {
  readonly padding: readonly number[];

  constructor(
    rank: number,
    padding: PadWidths,
    private readonly options: F.PadOptions,
  ) {
    super();
    this.padding = typeof padding === "number" ? new Array<number>(2 * rank).fill(padding) : [...padding];
    if (this.padding.length !== 2 * rank) {
      throw new RangeError(`Cannot pad ${rank} dimensions by ${show(this.padding)}: give one width, or ${2 * rank}`);
    }
  }

  forward(x: TensorLike): Tensor {
    return F.pad(x, this.padding, this.options);
  }

  override extraRepr(): string {
    return show(this.padding);
  }
}

/** Puts the mirror image around the ends of sequences. @see F.pad @example new ReflectionPad1d([1, 2])(rand([1, 2, 5])).shape // [1, 2, 8] */
export class ReflectionPad1d extends Padding {
  constructor(padding: PadWidths) {
    super(1, padding, { mode: "reflect" });
  }
}

/** Puts the mirror image around planes. @see F.pad @example new ReflectionPad2d([1, 2, 0, 0])(rand([1, 2, 5, 5])).shape // [1, 2, 5, 8] */
export class ReflectionPad2d extends Padding {
  constructor(padding: PadWidths) {
    super(2, padding, { mode: "reflect" });
  }
}

/** Puts the mirror image around volumes. @see F.pad @example new ReflectionPad3d([1, 2, 0, 0, 0, 0])(rand([1, 2, 5, 5, 5])).shape // [1, 2, 5, 5, 8] */
export class ReflectionPad3d extends Padding {
  constructor(padding: PadWidths) {
    super(3, padding, { mode: "reflect" });
  }
}

/** Puts the edges, repeated, around the ends of sequences. @see F.pad @example new ReplicationPad1d([1, 2])(rand([1, 2, 5])).shape // [1, 2, 8] */
export class ReplicationPad1d extends Padding {
  constructor(padding: PadWidths) {
    super(1, padding, { mode: "replicate" });
  }
}

/** Puts the edges, repeated, around planes. @see F.pad @example new ReplicationPad2d([1, 2, 0, 0])(rand([1, 2, 5, 5])).shape // [1, 2, 5, 8] */
export class ReplicationPad2d extends Padding {
  constructor(padding: PadWidths) {
    super(2, padding, { mode: "replicate" });
  }
}

/** Puts the edges, repeated, around volumes. @see F.pad @example new ReplicationPad3d([1, 2, 0, 0, 0, 0])(rand([1, 2, 5, 5, 5])).shape // [1, 2, 5, 5, 8] */
export class ReplicationPad3d extends Padding {
  constructor(padding: PadWidths) {
    super(3, padding, { mode: "replicate" });
  }
}

/** Puts the opposite ends around the ends of sequences. @see F.pad @example new CircularPad1d([1, 2])(rand([1, 2, 5])).shape // [1, 2, 8] */
export class CircularPad1d extends Padding {
  constructor(padding: PadWidths) {
    super(1, padding, { mode: "circular" });
  }
}

/** Puts the opposite ends around planes. @see F.pad @example new CircularPad2d([1, 2, 0, 0])(rand([1, 2, 5, 5])).shape // [1, 2, 5, 8] */
export class CircularPad2d extends Padding {
  constructor(padding: PadWidths) {
    super(2, padding, { mode: "circular" });
  }
}

/** Puts one value around the ends of sequences. @see F.pad @example new ConstantPad1d([1, 2], 7)(rand([1, 2, 5])).shape // [1, 2, 8] */
export class ConstantPad1d extends Padding {
  constructor(padding: PadWidths, value: number) {
    super(1, padding, { value });
  }
}

/** Puts one value around planes. @see F.pad @example new ConstantPad2d([1, 2, 0, 0], 7)(rand([1, 2, 5, 5])).shape // [1, 2, 5, 8] */
export class ConstantPad2d extends Padding {
  constructor(padding: PadWidths, value: number) {
    super(2, padding, { value });
  }
}

/** Puts one value around volumes. @see F.pad @example new ConstantPad3d([1, 2, 0, 0, 0, 0], 7)(rand([1, 2, 5, 5, 5])).shape // [1, 2, 5, 5, 8] */
export class ConstantPad3d extends Padding {
  constructor(padding: PadWidths, value: number) {
    super(3, padding, { value });
  }
}

/** Puts zeros around planes. @see F.pad @example new ZeroPad2d(1)(rand([1, 2, 5, 5])).shape // [1, 2, 7, 7] */
export class ZeroPad2d extends Padding {
  constructor(padding: PadWidths) {
    super(2, padding, { value: 0 });
  }
}
