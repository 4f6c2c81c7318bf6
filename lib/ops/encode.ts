/** Classes as vectors. */

import { cast } from "../autograd/primitives.ts";
import { arange, asTensor } from "../creation.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { eq } from "./comparison.ts";
import { amax } from "./extremes.ts";
import { checkIndex } from "./index-arguments.ts";
import { unsqueeze } from "./shape.ts";

/**
 * One-hot vectors: a 1 at the class and 0 elsewhere; int32, as integers are in PyTorch.
 *
 * Shapes: `(…)` → `(…, classes)`.
 *
 * @param classes Their number; by default the greatest class plus 1.
 * @throws {RangeError} If a class is negative or not less than `classes`.
 * @see book §4.6.
 * @example oneHot([0, 2]).toArray() // [[1, 0, 0], [0, 0, 1]]
 */
export function oneHot(x: TensorLike, classes?: number): Tensor {
  const t = asTensor(x);
  const count = classes ?? (t.size === 0 ? 0 : amax(t).item() + 1);
  return cast(eq(unsqueeze(checkIndex(t, count, "encode"), -1), arange(0, count, { dtype: "int32" })), "int32");
}
