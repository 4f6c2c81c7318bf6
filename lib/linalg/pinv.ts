/** What follows from which singular values count as 0: the rank, the pseudoinverse, least squares. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { cast } from "../autograd/primitives.ts";
import { backend } from "../backends/index.ts";
import { asTensor, zeros } from "../creation.ts";
import type { DType } from "../dtype.ts";
import { add, sub } from "../ops/arithmetic.ts";
import { square } from "../ops/math.ts";
import { matmul } from "../ops/matmul.ts";
import { sum } from "../ops/reduction.ts";
import { squeeze, unsqueeze } from "../ops/shape.ts";
import { PlainView } from "../storage.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { checkEnded, checkFinite, decompose, matricesOf, newBatch } from "./batches.ts";
import { adjoint, asMatrices, batchOf, broadcastBatches, checkRows, sizesOf } from "./matrices.ts";
import { svdvals } from "./svd.ts";

/** Below what a singular value counts as 0: the greater of `atol` and `rtol` times the greatest one. */
export interface RankTolerance {
  /** Default 0. */
  atol?: number;
  /** Default ε of the element type times the greater of rows and columns; 0 if `atol` is given. */
  rtol?: number;
}

function toleranceOf({ atol = 0, rtol }: RankTolerance, rows: number, columns: number, dtype: DType): [number, number] {
  const epsilon = dtype === "float64" ? 2 ** -52 : 2 ** -23;
  return [atol, rtol ?? (atol > 0 ? 0 : epsilon * Math.max(rows, columns))];
}

function rankOf(values: Float64Array, [atol, rtol]: readonly [number, number]): number {
  const least = Math.max(atol, rtol * (values[0] ?? 0));
  return values.filter((value) => value > least).length;
}

/**
 * The number of singular values that are not nearly 0: the dimensions of what A's columns span.
 *
 * Shapes: `(…, rows, columns)` → `(…)` of int32.
 *
 * @param options `atol`, `rtol`.
 * @throws {RangeError} If a matrix holds an infinity or NaN.
 * @see torch.linalg.matrix_rank.
 * @example matrixRank([[1, 2], [2, 4]]).item() // 1
 */
export function matrixRank(a: TensorLike, options: RankTolerance = {}): Tensor {
  const matrices = asMatrices(a, "take the rank of");
  const [rows, columns] = sizesOf(matrices);
  const tolerance = toleranceOf(options, rows, columns, matrices.dtype);
  const ranks = zeros(batchOf(matrices), { dtype: "int32" });
  const values = svdvals(cast(matrices.detach(), "float64"));
  const k = values.shape.at(-1)!;
  const found = values.data as Float64Array;
  for (let i = 0; i < ranks.size; i++) {
    ranks.storage.elements[i] = rankOf(found.subarray(i * k, (i + 1) * k), tolerance);
  }
  return ranks;
}

const pinvOp: OpSpec<[atol: number, rtol: number]> = {
  name: "pinv",
  forward: ([a], atol, rtol) => {
    const [rows, columns] = sizesOf(a!);
    return decompose([a!], [[columns, rows]], ([x], [out]) => {
      const count = x!.shape[0]!;
      const k = Math.min(rows, columns);
      const [u, values, v] = [newBatch([count, rows, k]), newBatch([count, k]), newBatch([count, columns, k])];
      checkFinite(x!, "take the pseudoinverse");
      backend.svd(x!, values, u, v);
      checkEnded(values, "take the pseudoinverse");
      const lists = matricesOf(values);
      for (const vectors of matricesOf(v)) {
        const list = lists.next().value as Float64Array;
        const rank = rankOf(list, [atol, rtol]);
        const shares = list.map((value, l) => (l < rank ? 1 / value : 0));
        for (let at = 0; at < vectors.length; at++) vectors[at]! *= shares[at % k]!;
      }
      const [step, row] = u.strides as [number, number];
      backend.matmul(v, new PlainView(u.storage, [count, k, rows], [step, 1, row], u.offset, u.dtype), out!);
    });
  },
  // Of matrices near A with A's rank: dP = −P dA P + P Pᵀ dAᵀ (1 − A P) + (1 − P A) dAᵀ Pᵀ P.
  backward: (dy, { inputs: [a], output: p }) => {
    const [pt, dyt] = [adjoint(p), adjoint(dy)];
    const leftRest = (x: Tensor) => sub(x, matmul(a!, matmul(p, x)));
    const rightRest = (x: Tensor) => sub(x, matmul(matmul(x, p), a!));
    const direct = matmul(matmul(pt, dy), pt);
    const columnsChange = leftRest(matmul(matmul(dyt, p), pt));
    const rowsChange = rightRest(matmul(matmul(pt, p), dyt));
    return [sub(add(columnsChange, rowsChange), direct)];
  },
};

/**
 * The Moore–Penrose pseudoinverse: the inverse where there is one, else what comes nearest, through the singular values that are not nearly 0.
 *
 * Shapes: `(…, rows, columns)` → `(…, columns, rows)`.
 *
 * @param options `atol`, `rtol`.
 * @throws {RangeError} If a matrix holds an infinity or NaN.
 * @see torch.linalg.pinv; Penrose (1955); for its gradient Golub and Pereyra (1973).
 * @example pinv([[1], [1]]).toArray() // [[0.5, 0.5]]
 */
export function pinv(a: TensorLike, options: RankTolerance = {}): Tensor {
  const matrices = asMatrices(a, "take the pseudoinverse of");
  return apply(pinvOp, [matrices], toleranceOf(options, ...sizesOf(matrices), matrices.dtype));
}

/** What least squares give. */
export interface LeastSquares {
  /** X: `(…, columns, right sides)`. */
  readonly solution: Tensor;
  /** ‖A X − B‖² of each right side, `(…, right sides)`; empty if A has no more rows than columns or is not of full rank. */
  readonly residuals: Tensor;
  /** The rank of A: `(…)`. */
  readonly rank: Tensor;
}

/**
 * X with the least `‖A X − B‖²`, and among those the smallest.
 *
 * Shapes: A `(…, rows, columns)`, B `(…, rows, right sides)` or a vector `(rows)`; leading dimensions broadcast.
 *
 * @param options `rcond`: singular values below it times the greatest count as 0; default ε times the greater of rows and columns.
 * @throws {RangeError} If the numbers of rows differ.
 * @see torch.linalg.lstsq; book §2.1.
 * @example lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5]).solution // [1, 2]
 */
export function lstsq(a: TensorLike, b: TensorLike, options: { rcond?: number } = {}): LeastSquares {
  const given = asTensor(b);
  const isVector = given.ndim === 1;
  const [x, y] = broadcastBatches(
    asMatrices(a, "fit with"),
    asMatrices(isVector ? unsqueeze(given, -1) : given, "fit to"),
    "fit",
  );
  const [rows, columns] = sizesOf(x);
  checkRows(adjoint(x), y, given, "fit");
  const tolerance = { rtol: options.rcond };
  const solution = matmul(pinv(x, tolerance), y);
  const rank = matrixRank(x.detach(), tolerance);
  const determined = rows > columns && rank.data.every((r) => r === columns);
  const errors = determined ? sum(square(sub(matmul(x, solution), y)), { dim: -2 }) : zeros([0], { dtype: x.dtype });
  return { solution: isVector ? squeeze(solution, -1) : solution, residuals: errors, rank };
}
