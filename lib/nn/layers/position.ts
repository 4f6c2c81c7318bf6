/** Telling a Transformer where in the sequence each position is. */

import { cast } from "../../autograd/primitives.ts";
import { asTensor } from "../../creation.ts";
import { type DType, defaultDtype } from "../../dtype.ts";
import { add } from "../../ops/arithmetic.ts";
import { narrow } from "../../ops/indexing.ts";
import { unsqueeze } from "../../ops/shape.ts";
import { show } from "../../shape.ts";
import { empty, type Tensor, type TensorLike } from "../../tensor.ts";
import { sinusoidalPositions } from "../functions/attention.ts";
import { normal_ } from "../init.ts";
import { Module } from "../module.ts";
import { Buffer, Parameter } from "../parameter.ts";
import { type DrawOptions, Dropout } from "./dropout.ts";

/** Options of positional encodings. */
export interface PositionOptions extends DrawOptions {
  /** The longest sequence; default 5000. */
  maxLen?: number;
  /** The probability of dropout of the sums; default 0.1. */
  dropout?: number;
  /** Whether the batch comes before the positions; default false. */
  batchFirst?: boolean;
  /** The type of the encodings; default float32. */
  dtype?: DType;
}

/** Adds a vector for its position to each element of a sequence; the subclasses say which. */
abstract class Position extends Module {
  readonly maxLen: number;
  readonly batchFirst: boolean;
  readonly dropout: Dropout;

  constructor(
    readonly dModel: number,
    { maxLen = 5000, dropout = 0.1, batchFirst = false, ...draw }: PositionOptions,
  ) {
    super();
    this.maxLen = maxLen;
    this.batchFirst = batchFirst;
    this.dropout = new Dropout(dropout, draw);
  }

  /** (maxLen, dModel) */
  protected abstract get table(): Tensor;

  forward(x: TensorLike): Tensor {
    const t = asTensor(x);
    const length = t.shape[this.batchFirst && t.ndim === 3 ? 1 : 0] ?? 0;
    if ((t.ndim !== 2 && t.ndim !== 3) || t.shape.at(-1) !== this.dModel || length > this.maxLen) {
      throw new RangeError(
        `Cannot tell the positions of ${show(t.shape)}: it must end in ${this.dModel} and be no longer than ${this.maxLen}`,
      );
    }
    const rows = narrow(this.table, 0, { start: 0, length });
    return this.dropout(add(t, t.ndim === 3 && !this.batchFirst ? unsqueeze(rows, 1) : rows));
  }

  override extraRepr(): string {
    return `${this.dModel}, maxLen=${this.maxLen}`;
  }
}

/**
 * Adds sines and cosines of the position, of many wavelengths.
 *
 * Shapes: `(positions, batch, dModel)`, or with the batch first if `batchFirst`, or without batch → the same.
 *
 * @param dModel The size of a position; even.
 * @param options `maxLen`, `dropout`, `batchFirst`, `dtype`.
 * @see F.sinusoidalPositions; Vaswani et al. (2017); book §5.4.
 * @example new PositionalEncoding(2, { dropout: 0 })([[0, 0], [0, 0]]) // [[0, 1], [0.841…, 0.540…]]
 */
export class PositionalEncoding extends Position {
  /** (maxLen, dModel): no part of the state, since it follows from the sizes. */
  readonly pe: Buffer;

  constructor(dModel: number, options: PositionOptions = {}) {
    super(dModel, options);
    const table = sinusoidalPositions(this.maxLen, dModel);
    this.pe = new Buffer(cast(table, options.dtype ?? defaultDtype), { persistent: false });
  }

  protected get table(): Tensor {
    return this.pe;
  }
}

/**
 * Adds a learned vector for each position. Vectors start normal with standard deviation 0.02.
 *
 * Shapes: as `PositionalEncoding`.
 *
 * @param dModel The size of a position.
 * @param options `maxLen`, `dropout`, `batchFirst`, `dtype`.
 * @see Gehring et al. (2017); Radford et al. (2018).
 * @example new LearnedPositionalEncoding(4, { maxLen: 10 })(rand([5, 2, 4])).shape // [5, 2, 4]
 */
export class LearnedPositionalEncoding extends Position {
  /** (maxLen, dModel) */
  readonly weight: Parameter;

  constructor(dModel: number, options: PositionOptions = {}) {
    super(dModel, options);
    this.weight = new Parameter(empty([this.maxLen, dModel], options.dtype ?? defaultDtype));
    this.resetParameters();
  }

  /** Draws new vectors. */
  resetParameters(): void {
    normal_(this.weight, { std: 0.02 });
  }

  protected get table(): Tensor {
    return this.weight;
  }
}
