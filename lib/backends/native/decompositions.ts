/** Decompositions of matrices. */
import type { View } from "../../storage.ts";
import type { Backend } from "../backend.ts";
import type { Decompositions } from "../decompositions.ts";
import type { Command } from "./command.ts";
import { kernel } from "./ops.ts";
import { samplesInPieces } from "./pieces.ts";

/**
 * Up to this many rows elimination is quick in JavaScript too, and gives the same to the last digit as where there is no engine: whether a small matrix is
 * singular does not depend on it.
 */
const fewRows = 16;

export function decompositions(command: Command, fallback: Backend): Decompositions {
  /** A batch by its address and by how far its matrices are apart. */
  function batch(view: View | null): void {
    command.address(view);
    command.number(view?.strides[0] ?? 0);
  }

  function result(view: View | null): void {
    if (view !== null) command.owned(view.storage);
    batch(view);
  }

  /** Runs a kernel on a batch in pieces, whose views it gets in their order; `each` is how many multiplications a matrix takes. */
  function inPieces(each: number, views: readonly (View | null)[], run: (...pieces: View[]) => void): void {
    samplesInPieces(views[0]!.shape[0]!, each, (start, count) => {
      run(...(views.map((view) => view && batchPart(view, start, count)) as View[]));
      command.run();
    });
  }

  return {
    lu(a, factors, order) {
      const n = a.shape[1]!;
      if (n <= fewRows) return fallback.lu(a, factors, order);
      inPieces(n ** 3 / 3, [a, factors, order], (x, to, rows) => {
        command.begin(kernel.lu);
        command.numbers([x.shape[0]!, n]);
        batch(x);
        result(to);
        command.owned(rows.storage);
        command.address(rows);
      });
    },
    cholesky(a, lower, failed) {
      const n = a.shape[1]!;
      if (n <= fewRows) return fallback.cholesky(a, lower, failed);
      inPieces(n ** 3 / 6, [a, lower, failed], (x, to, status) => {
        command.begin(kernel.cholesky);
        command.numbers([x.shape[0]!, n]);
        batch(x);
        result(to);
        command.owned(status.storage);
        command.address(status);
      });
    },
    solveTriangle(triangle, b, how, x) {
      const [, n, columns] = b.shape as [number, number, number];
      // Past an element that divides by 0 the order of sums would show.
      if (n <= fewRows || columns === 0 || hasZero(triangle)) return fallback.solveTriangle(triangle, b, how, x);
      inPieces((n * n * columns) / 2, [triangle, b, x], (left, right, to) => {
        command.begin(kernel.solveTriangle);
        command.numbers([to.shape[0]!, n, columns, Number(how.upper), Number(how.unit)]);
        batch(left);
        batch(right);
        result(to);
      });
    },
    qr(a, q, r) {
      const [, rows, columns] = a.shape as [number, number, number];
      if (a.size === 0) return fallback.qr(a, q, r);
      const width = q.shape[2]!;
      inPieces(rows * columns * (columns + width), [a, q, r], (x, toQ, toR) => {
        command.begin(kernel.qr);
        command.numbers([x.shape[0]!, rows, columns, width]);
        batch(x);
        result(toQ);
        result(toR);
      });
    },
    eigh(a, values, vectors) {
      const n = a.shape[1]!;
      if (n === 0) return fallback.eigh(a, values, vectors);
      inPieces(6 * n ** 3, [a, values, vectors], (x, to, toVectors) => {
        command.begin(kernel.eigh);
        command.numbers([x.shape[0]!, n]);
        batch(x);
        result(to);
        result(toVectors);
      });
    },
    svd(a, values, u, v) {
      const [, rows, columns] = a.shape as [number, number, number];
      if (a.size === 0) return fallback.svd(a, values, u, v);
      inPieces(12 * rows * columns * Math.min(rows, columns), [a, values, u, v], (x, to, toU, toV) => {
        command.begin(kernel.svd);
        command.numbers([x.shape[0]!, rows, columns]);
        batch(x);
        result(toU);
        result(to);
        result(toV);
      });
    },
  };
}

/** Some matrices of a batch. */
function batchPart(view: View, start: number, count: number): View {
  const { offset, shape, strides, size } = view;
  return {
    ...view,
    offset: offset + start * strides[0]!,
    shape: shape.with(0, count),
    size: (size / shape[0]!) * count,
  };
}

/** Whether a triangle has a zero on its diagonal. */
function hasZero({ storage, offset, shape, strides }: View): boolean {
  const [count, n] = shape as [number, number];
  const { elements } = storage;
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < n; k++) if (elements[offset + i * strides[0]! + k * (n + 1)] === 0) return true;
  }
  return false;
}
