/** Decompositions of matrices. */
import { reserve } from "../../allocation.ts";
import { PlainView, packedView, Storage, type View } from "../../storage.ts";
import type { Backend } from "../backend.ts";
import type { Decompositions, Triangle } from "../decompositions.ts";
import type { Command } from "./command.ts";
import { kernel } from "./ops.ts";
import { PIECE, part, samplesInPieces } from "./pieces.ts";

/**
 * Up to this many rows elimination is quick in JavaScript too, and gives the same to the last digit as where there is no engine: whether a small matrix is
 * singular does not depend on it.
 */
const fewRows = 16;

/** So many columns of right sides are solved at once at least: fewer would read the triangle longer than compute. */
const fewColumns = 32;

/**
 * @param loops The elementwise kernels, for columns of right sides.
 * @param most Multiplications of a piece.
 */
export function decompositions(
  command: Command,
  fallback: Backend,
  loops: Pick<Backend, "unary">,
  most = PIECE,
): Decompositions {
  /** A batch by its address and by how far its matrices are apart. */
  function batch(view: View | null): void {
    command.address(view);
    command.number(view?.strides[0] ?? 0);
  }

  function result(view: View | null): void {
    if (view !== null) command.owned(view.storage);
    batch(view);
  }

  /** Runs something on a batch in pieces, whose views it gets in their order; `each` is how many multiplications a matrix takes. */
  function inPieces(each: number, views: readonly (View | null)[], run: (...pieces: View[]) => void): void {
    samplesInPieces(views[0]!.shape[0]!, each, (start, count) => {
      run(...(views.map((view) => view && batchPart(view, start, count)) as View[]));
    });
  }

  /** Runs a kernel whose command is begun by a function: at once, or, where that takes too long, a part of it a call until it is done. */
  function goOn(each: number, begin: () => void): void {
    const inParts = each > most;
    const progress = inParts ? packedView(new Storage(new Float64Array(7)), "float64") : null;
    let places: View | null = null;
    for (;;) {
      begin();
      command.address(progress);
      command.address(places);
      command.number(most);
      command.run();
      if (progress === null) return;
      // As `Progress` in decomposition.h ends.
      const { elements } = progress.storage;
      const [numbers, done] = [elements[5]!, elements[6]!];
      if (done !== 0) return;
      places ??= packedView(reserve("float64", numbers), "float64");
    }
  }

  /** As `inPieces`, for kernels that go on where a call has left them. */
  function toTheEnd(each: number, views: readonly (View | null)[], begin: (...pieces: View[]) => void): void {
    inPieces(each, views, (...pieces) => goOn(each, () => begin(...pieces)));
  }

  function solve(triangle: View, b: View, how: Triangle, x: View): void {
    command.begin(kernel.solveTriangle);
    command.numbers([...(x.shape as [number, number, number]), Number(how.upper), Number(how.unit)]);
    batch(triangle);
    batch(b);
    result(x);
    command.run();
  }

  return {
    lu(a, factors, order) {
      const n = a.shape[1]!;
      if (n <= fewRows) return fallback.lu(a, factors, order);
      const each = n ** 3 / 3;
      toTheEnd(each, [a, factors, order], (x, to, rows) => {
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
      const each = n ** 3 / 6;
      toTheEnd(each, [a, lower, failed], (x, to, status) => {
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
      const each = (n * n) / 2;
      const fitting = Math.max(fewColumns, Math.floor(most / each));
      inPieces(each * columns, [triangle, b, x], (left, right, to) => {
        if (fitting >= columns) return solve(left, right, how, to);
        for (let i = 0; i < to.shape[0]!; i++) {
          const matrix = batchPart(left, i, 1);
          for (let start = 0; start < columns; start += fitting) {
            const cut = (view: View) => part(batchPart(view, i, 1), 2, start, Math.min(fitting, columns - start));
            const stretch = room(cut(right));
            loops.unary("copy", cut(right), stretch);
            solve(matrix, stretch, how, stretch);
            loops.unary("copy", stretch, cut(to));
          }
        }
      });
    },
    qr(a, q, r) {
      const [, rows, columns] = a.shape as [number, number, number];
      if (a.size === 0) return fallback.qr(a, q, r);
      const width = q.shape[2]!;
      const each = rows * columns * (columns + width);
      toTheEnd(each, [a, q, r], (x, toQ, toR) => {
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
      const each = 6 * n ** 3;
      toTheEnd(each, [a, values, vectors], (x, to, toVectors) => {
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
      const each = 12 * rows * columns * Math.min(rows, columns);
      toTheEnd(each, [a, values, u, v], (x, to, toU, toV) => {
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

function room({ shape, dtype, size }: View): View {
  return packedView(reserve(dtype, size), dtype, shape);
}

/** Some matrices of a batch. */
function batchPart(view: View, start: number, count: number): View {
  const { storage, shape, strides, offset, dtype } = view;
  return new PlainView(storage, shape.with(0, count), strides, offset + start * strides[0]!, dtype);
}

/** Whether a triangle has a zero on its diagonal. */
function hasZero({ storage, offset, shape, strides }: View): boolean {
  const [count, n] = shape as [number, number];
  const { home } = storage;
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < n; k++) if (home[offset + i * strides[0]! + k * (n + 1)] === 0) return true;
  }
  return false;
}
