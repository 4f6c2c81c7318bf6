/** The engine's decompositions against the fallback's, and against what must hold of each. */
import { describe, expect, test } from "@jest/globals";
import type { Decompositions } from "../../../lib/backends/decompositions.ts";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import { Command } from "../../../lib/backends/native/command.ts";
import { decompositions } from "../../../lib/backends/native/decompositions.ts";
import { stridesOf } from "../../../lib/shape.ts";
import { Storage, type View } from "../../../lib/storage.ts";
import { describeEngine } from "./engine.ts";
import { comparison, cutUp, numbers, packed, sizes, window } from "./views.ts";

const float64 = "float64";
const orders = sizes.filter((n) => n > 0);
/** What the tests themselves multiply in a moment. */
const few = orders.filter((n) => n < 100);
/** The sizes for matrices of a kind: one goes past the cache and to all threads. */
const ordersOf = (kind: string) => (kind === "random" ? [...few, 257] : few);

/** A batch of matrices of one of several kinds, with gaps between them. */
function matrices(count: number, rows: number, columns: number, element: (i: number, j: number) => number): View {
  const step = rows * columns + 3;
  const array = new Float64Array(count * step).fill(Number.NaN);
  for (let b = 0; b < count; b++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) array[b * step + i * columns + j] = element(i, j);
    }
  }
  return window(new Storage(array), [count, rows, columns], [step, columns, 1], 0, float64);
}

const kinds: Readonly<Record<string, (next: () => number) => (i: number, j: number) => number>> = {
  random: (next) => next,
  "of rank 1": () => () => 1,
  "of rank 2": () => (i, j) => (i % 5) * (j % 3) - (j % 7) * (i % 2),
  zero: () => () => 0,
  "the identity": () => (i, j) => (i === j ? 1 : 0),
  graded: (next) => (i, j) => next() * 10 ** (-(i + j) / 4),
  tiny: (next) => () => next() * 1e-300,
  huge: (next) => () => next() * 1e300,
};

/** A product of two matrices of the same batch, the second one transposed, with a factor for each inner index. */
function product(a: View, b: View, factors: View | null = null): Float64Array {
  const [count, rows, inner] = a.shape as [number, number, number];
  const columns = b.shape[1]!;
  const made = new Float64Array(count * rows * columns);
  const [x, y, z] = [a.storage.array, b.storage.array, factors?.storage.array];
  for (let at = 0; at < made.length; at++) {
    const [n, i, j] = [Math.floor(at / rows / columns), Math.floor(at / columns) % rows, at % columns];
    for (let k = 0; k < inner; k++) {
      made[at]! += x[(n * rows + i) * inner + k]! * (z ? z[n * inner + k]! : 1) * y[(n * columns + j) * inner + k]!;
    }
  }
  return made;
}

/** The same matrices without gaps. */
function closed(view: View): View {
  const [count, rows, columns] = view.shape as [number, number, number];
  const made = packed(view.shape, float64);
  for (let b = 0; b < count; b++) {
    const from = view.offset + b * view.strides[0]!;
    made.storage.array.set(view.storage.array.subarray(from, from + rows * columns), b * rows * columns);
  }
  return made;
}

function transposed(view: View): View {
  const [count, rows, columns] = view.shape as [number, number, number];
  const from = closed(view).storage.array;
  const made = packed([count, columns, rows], float64);
  for (let at = 0; at < made.size; at++) {
    const [b, j, i] = [Math.floor(at / rows / columns), Math.floor(at / rows) % columns, at % rows];
    made.storage.array[at] = from[(b * rows + i) * columns + j]!;
  }
  return made;
}

function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>, scale: number): void {
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) {
    const distance = Math.abs(got[i]! - wanted[i]!);
    worst = Number.isNaN(distance) ? Infinity : Math.max(worst, distance);
  }
  expect(worst / (scale || 1)).toBeLessThan(2e-13);
}

const greatest = (view: View) => Math.max(0, ...Array.from(closed(view).storage.array, Math.abs).slice(0, 70000));

/** That the columns of matrices are orthonormal. */
function expectOrthonormal(view: View): void {
  const columns = transposed(view);
  const [, n] = columns.shape as [number, number];
  expectNear(
    product(columns, columns),
    Float64Array.from({ length: columns.shape[0]! * n * n }, (_, at) => ((at % (n * n)) % (n + 1) === 0 ? 1 : 0)),
    1,
  );
}

describeEngine((engine, threads) => {
  const compare = comparison(engine.backend);

  describe.each([1, 5])("of %d matrices", (count) => {
    test.each(orders.filter((n) => count === 1 || n < 100))("eliminates, %d rows", (n) => {
      const next = numbers(n);
      const a = matrices(count, n, n, (i, j) => next() + (i === j ? 3 : 0));
      const definite = matrices(count, n, n, (i, j) => (i === j ? n + 1 : Math.sin(i * j)));
      const right = matrices(count, n, 3, next);
      compare(
        "lu",
        [count * n * n],
        float64,
        (backend, out) => {
          const [factors] = cutUp(out, [[count, n, n]]);
          backend.lu(a, factors!, packed([count, n], "int32"));
        },
        1e-10,
      );
      compare(
        "the order of lu",
        [count, n],
        "int32",
        (backend, out) => {
          backend.lu(a, packed([count, n, n], float64), out);
        },
        0,
      );
      compare(
        "cholesky",
        [count, n, n],
        float64,
        (backend, out) => {
          const failed = packed([count], "int32");
          backend.cholesky(definite, out, failed);
          expect([...failed.storage.array]).toEqual(Array(count).fill(0));
        },
        1e-12,
      );
      for (const upper of [true, false]) {
        for (const unit of [true, false]) {
          const triangle = matrices(count, n, n, (i, j) => (i === j ? 2 : Math.cos(i + 2 * j) / n));
          compare(
            "solveTriangle",
            [count, n, 3],
            float64,
            (backend, out) => {
              backend.solveTriangle(triangle, right, { upper, unit }, out);
            },
            1e-12,
          );
        }
      }
    });
  });

  test.each([40, 100, 200])("says which leading block of %d rows is not positive definite, as the fallback", (n) => {
    for (const broken of [1, 17, 33, n - 65, n]) {
      compare(
        "failed",
        [1],
        "int32",
        (backend, out) => {
          const a = matrices(1, n, n, (i, j) => (i === j ? (i === broken - 1 ? -1 : 2) : 0));
          backend.cholesky(a, packed([1, n, n], float64), out);
        },
        0,
      );
    }
  });

  test.each([true, false])("solves for more columns and rows than go at once, upper: %s", (upper) => {
    const [n, columns] = [150, 300];
    const triangle = matrices(1, n, n, (i, j) => (i === j ? 2 : Math.cos(i + 2 * j) / n));
    const right = matrices(1, n, columns, numbers(5));
    compare(
      "solveTriangle",
      [1, n, columns],
      float64,
      (backend, out) => backend.solveTriangle(triangle, right, { upper, unit: !upper }, out),
      1e-12,
    );
  });

  test("solves for many columns in pieces as at once", () => {
    const [n, columns] = [40, 150];
    const triangle = matrices(2, n, n, (i, j) => (i === j ? 2 : Math.cos(i + 2 * j) / n));
    const right = matrices(2, n, columns, numbers(4));
    const inPieces = decompositions(new Command(engine.addon), jsBackend, engine.backend, 40 * 40 * 20);
    const [whole, made] = [packed([2, n, columns], float64), matrices(2, n, columns, () => 0)];
    const how = { upper: true, unit: false };
    engine.backend.solveTriangle(triangle, right, how, whole);
    inPieces.solveTriangle(triangle, right, how, made);
    expectNear(closed(made).storage.array, whole.storage.array, 1);
  });

  test("divides by a zero of a triangle as the fallback", () => {
    const n = 50;
    compare(
      "solveTriangle",
      [1, n, 2],
      float64,
      (backend, out) => {
        const triangle = matrices(1, n, n, (i, j) => (i === j && i === 20 ? 0 : i >= j ? 1 + ((i * j) % 3) : 0));
        backend.solveTriangle(
          triangle,
          matrices(1, n, 2, (i, j) => i + j),
          { upper: false, unit: false },
          out,
        );
      },
      1e-12,
    );
  });

  test.each([
    ...few.flatMap((n) => [
      [n, n],
      [n + 5, n],
      [3 * n, n],
    ]),
    [257, 255],
  ] as [number, number][])("makes Q and R of %d by %d", (rows, columns) => {
    const next = numbers(rows);
    const a = matrices(rows < 70 ? 5 : 1, rows, columns, next);
    const count = a.shape[0]!;
    for (const width of [columns, rows]) {
      const shapes = [
        [count, rows, width],
        [count, width, columns],
      ];
      compare(
        "qr",
        [count * width * (rows + columns)],
        float64,
        (backend, out) => {
          const [q, r] = cutUp(out, shapes);
          backend.qr(a, q!, r!);
        },
        1e-10,
      );
    }
  });

  test.each(Object.keys(kinds))("finds eigenvalues of matrices: %s", (kind) => {
    for (const n of ordersOf(kind)) {
      const element = kinds[kind]!(numbers(n));
      const next = matrices(n < 70 ? 5 : 1, n, n, element);
      const count = next.shape[0]!;
      const a = matrices(count, n, n, (i, j) => next.storage.array[Math.max(i, j) * n + Math.min(i, j)]!);
      const [values, vectors, alone] = [
        packed([count, n], float64),
        packed(a.shape, float64),
        packed([count, n], float64),
      ];
      engine.backend.eigh(a, values, vectors);
      engine.backend.eigh(a, alone, null);
      expect(alone.storage.array).toEqual(values.storage.array);
      expectOrthonormal(vectors);
      const scale = greatest(a) * n;
      expectNear(product(vectors, vectors, values), closed(a).storage.array, scale);
      const list = values.storage.array;
      for (let at = 1; at < list.length; at++) if (at % n > 0) expect(list[at]).toBeGreaterThanOrEqual(list[at - 1]!);
    }
  });

  test.each(Object.keys(kinds))("finds singular values of matrices: %s", (kind) => {
    const shapes = [
      ...ordersOf(kind).map((n) => [n, n]),
      [1, 40],
      [40, 1],
      [33, 32],
      [70, 65],
      [65, 70],
      [200, 17],
      [17, 200],
    ];
    for (const [rows, columns] of shapes as [number, number][]) {
      const a = matrices(rows * columns < 2000 ? 5 : 1, rows, columns, kinds[kind]!(numbers(rows)));
      const count = a.shape[0]!;
      const k = Math.min(rows, columns);
      const [u, v] = [packed([count, rows, k], float64), packed([count, columns, k], float64)];
      const [values, alone] = [packed([count, k], float64), packed([count, k], float64)];
      engine.backend.svd(a, values, u, v);
      engine.backend.svd(a, alone, null, null);
      expect(alone.storage.array).toEqual(values.storage.array);
      expectOrthonormal(u);
      expectOrthonormal(v);
      expectNear(product(u, v, values), closed(a).storage.array, greatest(a) * Math.sqrt(rows * columns));
      const list = values.storage.array;
      for (let at = 0; at < list.length; at++) {
        expect(list[at]).toBeGreaterThanOrEqual(0);
        if (at % k > 0) expect(list[at]).toBeLessThanOrEqual(list[at - 1]!);
      }
    }
  });

  test("finds the singular and eigenvalues that the fallback finds", () => {
    for (const n of [3, 17, 33, 65]) {
      const next = numbers(n);
      const a = matrices(2, n, n, next);
      const s = matrices(2, n, n, (i, j) => Math.sin(1 + i + j) + Math.cos(i * j));
      compare("svd", [2, n], float64, (backend, out) => backend.svd(a, out, null, null), 1e-12);
      compare("eigh", [2, n], float64, (backend, out) => backend.eigh(s, out, null), 1e-12);
    }
  });

  test.each([
    [70, 70],
    [90, 33],
    [33, 90],
    [130, 70],
  ])("decomposes a matrix of %d by %d a part at a time as at once", (rows, columns) => {
    const inParts = decompositions(new Command(engine.addon), jsBackend, engine.backend, 20_000);
    const k = Math.min(rows, columns);
    for (const element of [numbers(rows), (i: number, j: number) => (i % 5) * (j % 3)]) {
      const a = matrices(1, rows, columns, element);
      const square = matrices(1, k, k, (i, j) => Math.sin(i * j) + Math.cos(i + j));
      for (const wanted of [true, false]) {
        const results = (kernels: Decompositions) => {
          const [u, v] = [packed([1, rows, k], float64), packed([1, columns, k], float64)];
          const [values, own] = [packed([1, k], float64), packed([1, k], float64)];
          const vectors = packed([1, k, k], float64);
          kernels.svd(a, values, wanted ? u : null, wanted ? v : null);
          kernels.eigh(square, own, wanted ? vectors : null);
          return [u, values, v, own, vectors].map(({ storage }) => storage.array);
        };
        expect(results(inParts)).toEqual(results(engine.backend));
      }
    }
  });

  test.each([33, 70, 130, 257])("factors a matrix of %d rows a part at a time as at once", (n) => {
    const inParts = decompositions(new Command(engine.addon), jsBackend, engine.backend, n ** 3 / 20);
    const a = matrices(1, n, n, numbers(n));
    const tall = matrices(1, n + 9, n, numbers(n + 1));
    const definite = matrices(1, n, n, (i, j) => (i === j ? n : Math.cos(i - j)));
    const broken = matrices(1, n, n, (i, j) => (i === j ? (i === n - 2 ? -1 : 2) : 0));
    const results = (kernels: Decompositions) => {
      const [factors, lower, none] = [0, 1, 2].map(() => packed([1, n, n], float64)) as [View, View, View];
      const [order, failed, failedToo] = [packed([1, n], "int32"), packed([1], "int32"), packed([1], "int32")];
      const [q, whole] = [packed([1, n + 9, n], float64), packed([1, n + 9, n + 9], float64)];
      const [r, wholeR] = [packed([1, n, n], float64), packed([1, n + 9, n], float64)];
      kernels.lu(a, factors, order);
      kernels.cholesky(definite, lower, failed);
      kernels.cholesky(broken, none, failedToo);
      kernels.qr(tall, q, r);
      kernels.qr(tall, whole, wholeR);
      expect(failedToo.storage.array[0]).toBe(n - 1);
      return [factors, order, lower, failed, q, r, whole, wholeR].map(({ storage }) => storage.array);
    };
    expect(results(inParts)).toEqual(results(engine.backend));
  });

  test("gives the same to the last digit as on another number of threads", () => {
    const n = 130;
    const a = matrices(1, n, n, numbers(5));
    const on = (count: number) => {
      engine.addon.setThreads(count);
      const [values, u, v] = [packed([1, n], float64), packed([1, n, n], float64), packed([1, n, n], float64)];
      engine.backend.svd(a, values, u, v);
      return [values, u, v].map(({ storage }) => storage.array);
    };
    const [one, three] = [on(1), on(3)];
    engine.addon.setThreads(threads);
    expect(three).toEqual(one);
  });
});

test("the fallback decomposes batches with gaps", () => {
  const a = matrices(2, 3, 2, (i, j) => (i + 1) * (j + 2) + (i === j ? 1 : 0));
  const [q, r] = [packed([2, 3, 2], float64), packed([2, 2, 2], float64)];
  jsBackend.qr(a, q, r);
  expect(r.strides).toEqual(stridesOf([2, 2, 2]));
  expectNear(product(q, transposed(r)), closed(a).storage.array, 10);
});
