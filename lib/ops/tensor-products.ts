/** Products of more kinds than one matrix by another, and matrices made of blocks. */
import { cast } from "../autograd/primitives.ts";
import { asTensor, zeros } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import { broadcastShapes, show, sizeOf, wrapDim } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { narrow, select } from "./indexing.ts";
import { cat, stack } from "./join.ts";
import { matmul } from "./matmul.ts";
import { outer } from "./matrix.ts";
import { pair } from "./operands.ts";
import { pow } from "./power.ts";
import { sum } from "./reduction.ts";
import { expand, permute, reshape } from "./shape.ts";
import { diagonalWindow, embed } from "./window.ts";

/**
 * Product summed over dimensions of both: the last ones of `a` with the first ones of `b`, or pairs that are named.
 *
 * @param dims How many, default 2, or `[those of a, those of b]`.
 * @throws {RangeError} If the sizes of a pair differ.
 * @example tensordot([[1, 2]], [[3], [4]], 1).toArray() // [[11]]
 */
export function tensordot(
  a: TensorLike,
  b: TensorLike,
  dims: number | readonly [a: readonly number[], b: readonly number[]] = 2,
): Tensor {
  const [x, y] = pair(a, b);
  const range = (count: number, from: number) => Array.from({ length: count }, (_, i) => from + i);
  const [left, right] = typeof dims === "number" ? [range(dims, x.ndim - dims), range(dims, 0)] : dims;
  const [p, q] = [left.map((d) => wrapDim(d, x.ndim, "sum")), right.map((d) => wrapDim(d, y.ndim, "sum"))];
  if (p.length !== q.length || p.some((d, i) => x.shape[d] !== y.shape[q[i]!])) {
    throw new RangeError(
      `Cannot tensordot ${show(x.shape)} by ${show(y.shape)} over ${show(p)} and ${show(q)}: sizes must agree in pairs`,
    );
  }
  const rows = x.shape.flatMap((_, d) => (p.includes(d) ? [] : [d]));
  const columns = y.shape.flatMap((_, d) => (q.includes(d) ? [] : [d]));
  const sizes = (t: Tensor, of: readonly number[]) => of.map((d) => t.shape[d]!);
  const inner = sizeOf(sizes(x, p));
  const product = matmul(
    reshape(permute(x, [...rows, ...p]), [sizeOf(sizes(x, rows)), inner]),
    reshape(permute(y, [...q, ...columns]), [inner, sizeOf(sizes(y, columns))]),
  );
  return reshape(product, [...sizes(x, rows), ...sizes(y, columns)]);
}

/** Sum of products over the last dimension of both. @example inner([[1, 2], [3, 4]], [1, 1]).toArray() // [3, 7] */
export function inner(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair(a, b);
  return x.ndim === 0 || y.ndim === 0 ? mul(x, y) : tensordot(x, y, [[-1], [-1]]);
}

/** Kronecker product: every element of `a` times all of `b`. @example kron([1, 2], [1, 10]).toArray() // [1, 10, 2, 20] */
export function kron(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = pair(a, b);
  const rank = Math.max(x.ndim, y.ndim);
  const padded = (t: Tensor) => [...new Array<number>(rank - t.ndim).fill(1), ...t.shape];
  const [p, q] = [padded(x), padded(y)];
  const product = mul(
    reshape(
      x,
      p.flatMap((size) => [size, 1]),
    ),
    reshape(
      y,
      q.flatMap((size) => [1, size]),
    ),
  );
  return reshape(
    product,
    p.map((size, d) => size * q[d]!),
  );
}

/**
 * Cross product of vectors in space.
 *
 * @param dim The dimension of the three coordinates, default the last.
 * @throws {RangeError} If that has not 3 elements.
 * @example cross([1, 0, 0], [0, 1, 0]).toArray() // [0, 0, 1]
 */
export function cross(a: TensorLike, b: TensorLike, dim = -1): Tensor {
  const [x, y] = pair(a, b);
  const d = wrapDim(dim, Math.max(x.ndim, y.ndim), "cross");
  const shape = broadcastShapes(x.shape, y.shape, "cross");
  if (shape[d] !== 3)
    throw new RangeError(`Cannot cross ${show(x.shape)} and ${show(y.shape)}: dimension ${d} must have 3 elements`);
  const [p, q] = [expand(x, shape), expand(y, shape)];
  const at = (t: Tensor, i: number) => select(t, d, i % 3);
  const parts = [0, 1, 2].map((i) => sub(mul(at(p, i + 1), at(q, i + 2)), mul(at(p, i + 2), at(q, i + 1))));
  return stack(parts, d);
}

/** Options of sums with a product. */
export interface AddProductOptions {
  /** The factor of what is added to; default 1. */
  beta?: number;
  /** The factor of the product; default 1. */
  alpha?: number;
}

function addProduct(x: TensorLike, product: Tensor, { beta = 1, alpha = 1 }: AddProductOptions): Tensor {
  const scaled = alpha === 1 ? product : mul(product, alpha);
  // With β = 0 what is added to counts nothing, not even its NaN.
  return beta === 0 ? scaled : add(beta === 1 ? x : mul(x, beta), scaled);
}

/** `β x + α a·b` of matrices. @param options `beta` and `alpha`, default 1. @example addmm([[1]], [[2]], [[3]], { alpha: 10 }).toArray() // [[61]] */
export function addmm(x: TensorLike, a: TensorLike, b: TensorLike, options: AddProductOptions = {}): Tensor {
  return addProduct(x, matmul(a, b), options);
}

/** `β x + α a·v` of a matrix and a vector. @param options `beta` and `alpha`, default 1. @example addmv([1], [[2, 3]], [1, 1]).toArray() // [6] */
export function addmv(x: TensorLike, a: TensorLike, v: TensorLike, options: AddProductOptions = {}): Tensor {
  return addProduct(x, matmul(a, v), options);
}

/** `β x + α a·b` of batches of matrices. @param options `beta` and `alpha`, default 1. @example baddbmm([[[1]]], [[[2]]], [[[3]]]).toArray() // [[[7]]] */
export function baddbmm(x: TensorLike, a: TensorLike, b: TensorLike, options: AddProductOptions = {}): Tensor {
  return addProduct(x, matmul(a, b), options);
}

/** `β x + α Σ a·b` over a batch of matrices. @param options `beta` and `alpha`, default 1. @example addbmm([[1]], [[[2]], [[3]]], [[[1]], [[1]]]).toArray() // [[6]] */
export function addbmm(x: TensorLike, a: TensorLike, b: TensorLike, options: AddProductOptions = {}): Tensor {
  const products = matmul(a, b);
  return addProduct(x, cast(sum(products, { dim: 0 }), products.dtype), options);
}

/** `β x + α u vᵀ` of two vectors. @param options `beta` and `alpha`, default 1. @example addr([[1, 1]], [2], [3, 4]).toArray() // [[7, 9]] */
export function addr(x: TensorLike, u: TensorLike, v: TensorLike, options: AddProductOptions = {}): Tensor {
  return addProduct(x, outer(u, v), options);
}

/** The product of all, in their order. @example chainMatmul([[[1, 2]], [[3], [4]], [[2]]]).toArray() // [[22]] */
export function chainMatmul(matrices: readonly TensorLike[]): Tensor {
  if (matrices.length === 0) throw new RangeError("Cannot multiply no matrices: give at least one");
  return matrices.slice(1).reduce<Tensor>((product, matrix) => matmul(product, matrix), asTensor(matrices[0]!));
}

/** The last dimension on the diagonal of two new ones at the end, zeros elsewhere. @param offset 0 (default) the main diagonal, positive above it. @example diagEmbed([1, 2]).toArray() // [[1, 0], [0, 2]] */
export function diagEmbed(x: TensorLike, offset = 0): Tensor {
  const t = asTensor(x);
  const size = t.shape.at(-1)! + Math.abs(offset);
  const lead = t.ndim - 1;
  return embed(t, [...t.shape.slice(0, -1), size, size], diagonalWindow(lead, lead + 1, offset, t.shape.at(-1)!));
}

/** A matrix with the given matrices along its diagonal, zeros elsewhere. @example blockDiag([[1, 2]], [[3]]).toArray() // [[1, 2, 0], [0, 0, 3]] */
export function blockDiag(...matrices: readonly TensorLike[]): Tensor {
  const blocks = matrices.map((m) => {
    const t = asTensor(m);
    if (t.ndim > 2) throw new RangeError(`Cannot put ${show(t.shape)} on a diagonal: it must be a matrix`);
    return t.ndim === 2 ? t : reshape(t, [1, -1]);
  });
  const widths = blocks.map((block) => block.shape[1]!);
  const total = widths.reduce((a, b) => a + b, 0);
  let before = 0;
  const rows = blocks.map((block, i) => {
    const [height, width] = block.shape as [number, number];
    const blank = (columns: number) => zeros([height, columns], { dtype: block.dtype });
    const row = cat([blank(before), block, blank(total - before - width)], 1);
    before += widths[i]!;
    return row;
  });
  return rows.length === 0 ? zeros([1, 0]) : cat(rows);
}

/** Powers of each number in a row, greatest first. @param options `columns`, default as many as numbers; `increasing`, default false. @example vander([2, 3]).toArray() // [[2, 1], [3, 1]] */
export function vander(x: TensorLike, options: { columns?: number; increasing?: boolean } = {}): Tensor {
  const given = asTensor(x);
  // Powers of bytes would not fit into bytes.
  const t = isFloating(given.dtype) ? given : cast(given, "int32");
  const { columns = t.shape.at(-1) ?? 0, increasing = false } = options;
  const powers = Array.from({ length: Math.max(1, columns) }, (_, i) => pow(t, increasing ? i : columns - 1 - i));
  return narrow(stack(powers, -1), -1, { start: 0, length: columns });
}
