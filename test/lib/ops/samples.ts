/** Inputs for the op table: the same numbers on every machine, exact in float32, so that PyTorch sees what we see. */
import type { DType } from "../../../lib/dtype.ts";
import { sizeOf } from "../../../lib/shape.ts";

/** A tensor argument of a sample. */
export interface Input {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  /** Fixed, for masks and indices; without it the sample runs in float64 and in float32. */
  readonly dtype?: DType;
}

/** One call of an op. */
export interface Sample {
  /** Tensors, or lists of tensors for ops that take lists. */
  readonly inputs: readonly (Input | readonly Input[])[];
  /** What follows the tensors, the same in both languages. */
  readonly args?: readonly unknown[];
  /** Values at which the op has no derivative or an infinite one: only the results are compared. */
  readonly edge?: boolean;
  /** Made from another sample: where PyTorch refuses it, there is nothing to compare with. Derivatives are compared with PyTorch's only. */
  readonly derived?: boolean;
}

/** Numbers in (low, high), spread by a fixed rule, multiples of 1/256, none of them twice in a row, none whole or half. */
export function spread(shape: readonly number[], low = -2, high = 2, seed = 1): Input {
  const data = Array.from({ length: sizeOf(shape) }, (_, i) => {
    const unit = Math.abs(Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453) % 1;
    return (Math.floor((low + unit * (high - low)) * 128) * 2 + 1) / 256;
  });
  return { shape, data };
}

/** A list of given numbers. */
export function list(...data: number[]): Input {
  return { shape: [data.length], data };
}

/** Whole numbers in an int32. */
export function ints(shape: readonly number[], data: readonly number[]): Input {
  return { shape, data, dtype: "int32" };
}

/** Whole numbers from 0 to 255 in a uint8. */
export function bytes(shape: readonly number[], data: readonly number[]): Input {
  return { shape, data, dtype: "uint8" };
}

/** Zeros and ones in a bool. */
export function bools(shape: readonly number[], data: readonly number[]): Input {
  return { shape, data, dtype: "bool" };
}

/** What breaks careless code: zeros, infinities, NaN, great and small numbers. */
export const edges = list(0, 1, -1, 0.5, -0.5, 20, -20, 1e-6, -1e-6, Infinity, -Infinity, NaN);

/** Every edge value with every other. */
export function edgePairs(): [Input, Input] {
  const { data } = edges;
  return [list(...data.flatMap((x) => data.map(() => x))), list(...data.flatMap(() => data))];
}

/** Shapes of two operands that broadcast: equal, a row, a column, a scalar, both sides, empty. */
export const broadcastPairs: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [
    [2, 3],
    [2, 1],
  ],
  [[], [2, 2]],
  [
    [3, 1],
    [1, 2],
  ],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [
    [0, 3],
    [1, 3],
  ],
];
