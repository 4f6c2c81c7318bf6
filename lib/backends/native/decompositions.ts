/** Decompositions of matrices. */
import type { View } from "../../storage.ts";
import type { Backend } from "../backend.ts";
import type { Decompositions } from "../decompositions.ts";
import type { Command } from "./command.ts";
import { kernel } from "./ops.ts";

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

  return {
    lu(a, factors, order) {
      const [count, n] = a.shape as [number, number];
      if (n <= fewRows) return fallback.lu(a, factors, order);
      command.begin(kernel.lu);
      command.numbers([count, n]);
      batch(a);
      result(factors);
      command.owned(order.storage);
      command.address(order);
      command.run();
    },
    cholesky(a, lower, failed) {
      const [count, n] = a.shape as [number, number];
      if (n <= fewRows) return fallback.cholesky(a, lower, failed);
      command.begin(kernel.cholesky);
      command.numbers([count, n]);
      batch(a);
      result(lower);
      command.owned(failed.storage);
      command.address(failed);
      command.run();
    },
    solveTriangle(triangle, b, how, x) {
      const [count, n, columns] = b.shape as [number, number, number];
      // Past an element that divides by 0 the order of sums would show.
      if (n <= fewRows || columns === 0 || hasZero(triangle)) return fallback.solveTriangle(triangle, b, how, x);
      command.begin(kernel.solveTriangle);
      command.numbers([count, n, columns, Number(how.upper), Number(how.unit)]);
      batch(triangle);
      batch(b);
      result(x);
      command.run();
    },
    qr(a, q, r) {
      const [count, rows, columns] = a.shape as [number, number, number];
      if (a.size === 0) return fallback.qr(a, q, r);
      command.begin(kernel.qr);
      command.numbers([count, rows, columns, q.shape[2]!]);
      batch(a);
      result(q);
      result(r);
      command.run();
    },
    eigh(a, values, vectors) {
      const [count, n] = a.shape as [number, number];
      if (n === 0) return fallback.eigh(a, values, vectors);
      command.begin(kernel.eigh);
      command.numbers([count, n]);
      batch(a);
      result(values);
      result(vectors);
      command.run();
    },
    svd(a, values, u, v) {
      const [count, rows, columns] = a.shape as [number, number, number];
      if (a.size === 0) return fallback.svd(a, values, u, v);
      command.begin(kernel.svd);
      command.numbers([count, rows, columns]);
      batch(a);
      result(u);
      result(values);
      result(v);
      command.run();
    },
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
