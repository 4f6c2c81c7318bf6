/** The QR decomposition. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { backend } from "../backends/index.ts";
import { add, sub } from "../ops/arithmetic.ts";
import { narrow } from "../ops/indexing.ts";
import { cat } from "../ops/join.ts";
import { matmul } from "../ops/matmul.ts";
import { tril } from "../ops/matrix.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { decompose } from "./batches.ts";
import { adjoint, asMatrices, sizesOf, unpack } from "./matrices.ts";
import { solveTriangular } from "./triangular.ts";

/** Q and R one after another. Only as many columns in Q as rows in R have a derivative. */
const qrOp: OpSpec<[width: number]> = {
  name: "qr",
  forward: ([a], width) => {
    const [rows, columns] = sizesOf(a!);
    const shapes = [
      [rows, width],
      [width, columns],
    ];
    return decompose([a!], shapes, ([x], [q, r]) => backend.qr(x!, q!, r!));
  },
  backward: (dy, saved, width) => {
    const { output } = saved;
    const [rows, columns] = saved.shape(0).slice(-2) as [number, number];
    if (width !== columns) {
      throw new TypeError(
        `Cannot go backward through qr of [${rows},${columns}] with mode "complete": the further columns of Q are not determined; use "reduced"`,
      );
    }
    const layout = [
      [rows, columns],
      [columns, columns],
    ] as const;
    const [q, r] = unpack(output, layout);
    const [dq, dr] = unpack(dy, layout);
    const m = sub(matmul(r, adjoint(dr)), matmul(adjoint(dq), q));
    // The lower triangle mirrored to the upper one.
    const mirrored = add(tril(m), adjoint(tril(m, -1)));
    return [solveTriangular(adjoint(r), add(dq, matmul(q, mirrored)), { upper: false, left: false })];
  },
};

/** The factors of `A = Q R`. */
export interface QRFactors {
  /** Orthonormal columns. */
  readonly Q: Tensor;
  /** Upper triangular. */
  readonly R: Tensor;
}

/**
 * The QR decomposition `A = Q R`, by Householder reflections, with LAPACK's signs.
 *
 * Shapes: `(…, rows, columns)` → Q `(…, rows, k)` and R `(…, k, columns)`, where k is the lesser of rows and columns, or rows if complete.
 *
 * @param options `mode`: `"reduced"` (default) or `"complete"`, with as many columns in Q as A has rows.
 * @throws {RangeError} If x has fewer than 2 dimensions.
 * @see torch.linalg.qr.
 * @example qr([[3], [4]]).R // [[-5]]
 */
export function qr(a: TensorLike, options: { mode?: "reduced" | "complete" } = {}): QRFactors {
  const { mode = "reduced" } = options;
  const matrices = asMatrices(a, "decompose");
  const [rows, columns] = sizesOf(matrices);
  if (rows < columns) {
    // Q is that of the first columns, which are square; the others are only turned.
    const { Q, R } = qr(narrow(matrices, -1, { start: 0, length: rows }));
    const rest = narrow(matrices, -1, { start: rows, length: columns - rows });
    return { Q, R: cat([R, matmul(adjoint(Q), rest)], -1) };
  }
  const width = mode === "complete" ? rows : columns;
  const [Q, R] = unpack(apply(qrOp, [matrices], [width]), [
    [rows, width],
    [width, columns],
  ]);
  return { Q, R };
}
