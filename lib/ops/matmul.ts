/** Products of vectors and matrices. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { isGradEnabled } from "../autograd/mode.ts";
import { type Shape, show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { runMatmul, turned } from "./matrix-product.ts";
import { pair } from "./operands.ts";
import { reshape, transpose } from "./shape.ts";

/** Product of (… × m × k) by (… × k × n) of one rank; leading dimensions broadcast. */
const matmulOp: OpSpec = {
  name: "matmul",
  forward: ([a, b]) => runMatmul(a!, b!),
  backward: (dy, saved) => {
    if (dy.ndim === 2 && !isGradEnabled()) {
      return [() => runMatmul(dy, turned(saved.input(1))), () => runMatmul(turned(saved.input(0)), dy)];
    }
    return [
      () => apply(matmulOp, [dy, transpose(saved.input(1), -1, -2)]),
      () => apply(matmulOp, [transpose(saved.input(0), -1, -2), dy]),
    ];
  },
};

/**
 * Matrix product. Two vectors give their inner product, a matrix and a vector a vector, and of more dimensions the last two are matrices and the
 * leading ones broadcast.
 *
 * Shapes: `(…, rows, inner)` by `(…, inner, columns)` → `(…, rows, columns)`.
 *
 * @throws {RangeError} If the inner sizes differ, or an operand is a scalar.
 * @example matmul([[1, 2], [3, 4]], [1, 1]).toArray() // [3, 7]
 */
export function matmul(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair(a, b);
  if (x.ndim === 0 || y.ndim === 0) {
    throw new RangeError(`Cannot matmul ${show(x.shape)} by ${show(y.shape)}: a scalar is no matrix; use mul`);
  }
  const inner = x.shape[x.ndim - 1]!;
  const other = y.ndim === 1 ? y.shape[0]! : y.shape[y.ndim - 2]!;
  if (inner !== other) {
    throw new RangeError(
      `Cannot matmul ${show(x.shape)} by ${show(y.shape)}: the inner sizes ${inner} and ${other} differ`,
    );
  }
  if (x.ndim === 2 && y.ndim === 2) return apply(matmulOp, [x, y]);
  // A batch times one matrix is one tall matrix times it.
  if (x.ndim > 2 && y.ndim <= 2) {
    const product = matmul(reshape(x, [-1, inner]), y);
    return reshape(product, [...x.shape.slice(0, -1), ...y.shape.slice(1)]);
  }
  const rank = Math.max(x.ndim, y.ndim, 2);
  const left = reshape(x, padShape(x.ndim === 1 ? [1, inner] : x.shape, rank));
  const right = reshape(y, padShape(y.ndim === 1 ? [inner, 1] : y.shape, rank));
  const product = apply(matmulOp, [left, right]);
  const batch = product.shape.slice(0, -2);
  if (x.ndim > 1 && y.ndim > 1) return product;
  return reshape(product, [
    ...batch,
    ...(x.ndim > 1 ? [x.shape[x.ndim - 2]!] : []),
    ...(y.ndim > 1 ? [y.shape[y.ndim - 1]!] : []),
  ]);
}

/** A shape with as many leading ones as make the rank. */
function padShape(shape: Shape, rank: number): number[] {
  return [...new Array<number>(rank - shape.length).fill(1), ...shape];
}
