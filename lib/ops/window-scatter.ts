/** Tensors with a part replaced: the reverse of select, slice and diagonal. */

import { asTensor, full } from "../creation.ts";
import { sameShape, show, wrapDim } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { sliceRange } from "./index-arguments.ts";
import { valueFor } from "./operands.ts";
import { where } from "./select.ts";
import { unsqueeze } from "./shape.ts";
import { diagonalWindow, embed, rangeWindow, type Window } from "./window.ts";

function replaced(x: Tensor, part: Tensor, window: Window): Tensor {
  const { shape } = window(x);
  if (!sameShape(part.shape, shape))
    throw new RangeError(`Cannot put ${show(part.shape)} into ${show(x.shape)}: the part there is ${show(shape)}`);
  const there = embed(full(part.shape, true), x.shape, window);
  return where(there, embed(part, x.shape, window), x);
}

/** With one index of a dimension replaced. @see select @example selectScatter([[1, 2], [3, 4]], [8, 9], 0, 1).toArray() // [[1, 2], [8, 9]] */
export function selectScatter(x: TensorLike, source: TensorLike, dim: number, index: number): Tensor {
  const t = asTensor(x);
  const d = wrapDim(dim, t.ndim, "select");
  const window = rangeWindow(t.shape, d, sliceRange(index, t.shape[d] ?? 1, d));
  return replaced(t, unsqueeze(valueFor(t, source), d), window);
}

/** With a range of a dimension replaced. @param options `dim`, default 0; `start`, `end` (excluded), `step`. @example sliceScatter([1, 2, 3], [8, 9], { start: 1 }).toArray() // [1, 8, 9] */
export function sliceScatter(
  x: TensorLike,
  source: TensorLike,
  options: { dim?: number; start?: number; end?: number; step?: number } = {},
): Tensor {
  const t = asTensor(x);
  const { dim = 0, start, end, step } = options;
  const d = wrapDim(dim, t.ndim, "slice");
  return replaced(t, valueFor(t, source), rangeWindow(t.shape, d, sliceRange([start, end, step], t.shape[d] ?? 1, d)));
}

/** With a diagonal replaced. @param options `offset`, default 0; `dim1`, default 0; `dim2`, default 1. @see diagonal @example diagonalScatter([[1, 2], [3, 4]], [8, 9]).toArray() // [[8, 2], [3, 9]] */
export function diagonalScatter(
  x: TensorLike,
  source: TensorLike,
  options: { offset?: number; dim1?: number; dim2?: number } = {},
): Tensor {
  const t = asTensor(x);
  const { offset = 0, dim1 = 0, dim2 = 1 } = options;
  const [a, b] = [wrapDim(dim1, t.ndim, "take a diagonal"), wrapDim(dim2, t.ndim, "take a diagonal")];
  const count = Math.max(0, Math.min(t.shape[a]! + Math.min(0, offset), t.shape[b]! - Math.max(0, offset)));
  return replaced(t, valueFor(t, source), diagonalWindow(a, b, offset, count));
}
