/** Putting tensors together and taking them apart. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { backend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import { promote } from "../dtype.ts";
import { show, wrapDim } from "../shape.ts";
import { type Tensor, type TensorLike, unfilled } from "../tensor.ts";
import { type DimOption, oneDim } from "./dims.ts";
import { unsqueeze } from "./shape.ts";
import { cut, rangeWindow } from "./window.ts";

const catOp: OpSpec<[dim: number]> = {
  name: "cat",
  forward: (parts, dim) => {
    const shape = [...parts[0]!.shape];
    shape[dim] = parts.reduce((total, part) => total + part.shape[dim]!, 0);
    const out = unfilled(shape, parts.map((part) => part.dtype).reduce(promote));
    backend.cat(parts, dim, out);
    return out;
  },
  backward: (dy, saved, dim) => {
    let end = 0;
    return saved.shapes.map((shape) => {
      const start = end;
      end += shape[dim]!;
      return () => cut(dy, rangeWindow(dy.shape, dim, { start, count: shape[dim]!, step: 1 }));
    });
  },
};

/**
 * Joins tensors along a dimension they have.
 *
 * @param dim Default 0.
 * @throws {RangeError} If there are none, or their other dimensions differ.
 * @example cat([[1, 2], [3]]).toArray() // [1, 2, 3]
 */
export function cat(tensors: readonly TensorLike[], dim: DimOption = 0): Tensor {
  const parts = tensors.map((x) => asTensor(x));
  const [first] = parts;
  if (first === undefined) throw new RangeError("Cannot cat no tensors: give at least one");
  if (first.ndim === 0) throw new RangeError("Cannot cat scalars: they have no dimension to join along; use stack");
  const d = wrapDim(oneDim(dim), first.ndim, "cat");
  for (const part of parts) {
    if (part.ndim !== first.ndim || part.shape.some((size, i) => i !== d && size !== first.shape[i])) {
      throw new RangeError(
        `Cannot cat ${show(first.shape)} and ${show(part.shape)} along dimension ${d}: the others must agree`,
      );
    }
  }
  return apply(catOp, parts, [d]);
}

/**
 * Joins tensors of one shape along a new dimension.
 *
 * @param dim Where the new dimension goes; default 0.
 * @example stack([[1, 2], [3, 4]], { dim: 1 }).toArray() // [[1, 3], [2, 4]]
 */
export function stack(tensors: readonly TensorLike[], dim: DimOption = 0): Tensor {
  const parts = tensors.map((x) => asTensor(x));
  const [first] = parts;
  if (first === undefined) throw new RangeError("Cannot stack no tensors: give at least one");
  for (const part of parts) {
    if (show(part.shape) !== show(first.shape)) {
      throw new RangeError(`Cannot stack ${show(first.shape)} and ${show(part.shape)}: shapes must agree`);
    }
  }
  const d = wrapDim(oneDim(dim), first.ndim + 1, "stack");
  return cat(
    parts.map((part) => unsqueeze(part, d)),
    d,
  );
}
