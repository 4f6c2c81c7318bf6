/** Counting by index. */
import { ones, zeros } from "../creation.ts";
import type { Shape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { scatterAdd } from "./indexing.ts";

/** How often an index names each place along a dimension: an int32 of the shape. */
export function scatterCounts(shape: Shape, dim: number, index: Tensor): Tensor {
  const once = ones(index.shape, { dtype: "int32" });
  return scatterAdd(zeros(shape, { dtype: "int32" }), dim, index, once);
}
