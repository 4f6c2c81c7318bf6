/** Decompositions of a matrix of a size that takes every way through the kernels. */
import type { DType } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Backend } from "../backend.ts";
import { gather, type Kernel, type Trial, viewOf } from "./trial.ts";

const n = 37;
const shape = [1, n, n];

const list = () => viewOf([1, n], "float64");
const square = () => viewOf(shape, "float64");

/** `U diag(values) Vᵀ`, which does not depend on the vectors' signs. */
function product(u: View, values: View, v: View): View {
  const [left, middle, right] = [u, values, v].map(({ storage }) => storage.array);
  return viewOf(shape, "float64", (at) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += left![Math.floor(at / n) * n + k]! * middle![k]! * right![(at % n) * n + k]!;
    return sum;
  });
}

export function decompositions(dtype: DType): Trial[] {
  if (dtype !== "float64") return [];
  const a = viewOf(shape, dtype, (at) => Math.sin(at * at) + (at % (n + 1) === 0 ? 4 : 0));
  const symmetric = viewOf(shape, dtype, (at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return Math.cos(i * j) + (i === j ? n : 0);
  });
  const ones = viewOf([1, n], dtype, () => 1);
  const unit = viewOf(shape, dtype, (at) => (at % (n + 1) === 0 ? 1 : 0));
  /** What comes out is known where the fallback would have to load a package. */
  const trial = (kernel: Kernel, size: number, run: Trial["run"], wanted: View | null = null): Trial => {
    return { kernel, op: null, shape: [size], dtype, run, wanted };
  };
  const solving = (upper: boolean) => (backend: Backend, out: View) => {
    const x = square();
    backend.solveTriangle(symmetric, a, { upper, unit: !upper }, x);
    gather(out, x);
  };
  const both = viewOf([2, n, n], dtype, (at) => (at < n * n ? a : unit).storage.array[at % (n * n)]!);
  const eigenvectors = viewOf([2, n, n], dtype, (at) => (at < n * n ? symmetric : unit).storage.array[at % (n * n)]!);
  return [
    trial("lu", n * n + n, (backend, out) => {
      const [factors, order] = [square(), viewOf([1, n], "int32")];
      backend.lu(a, factors, order);
      gather(out, factors, order);
    }),
    trial("cholesky", n * n + 1, (backend, out) => {
      const [lower, failed] = [square(), viewOf([1], "int32", () => 7)];
      backend.cholesky(symmetric, lower, failed);
      gather(out, lower, failed);
    }),
    trial("solveTriangle", n * n, solving(false)),
    trial("solveTriangle", n * n, solving(true)),
    trial("qr", 2 * n * n, (backend, out) => {
      const [q, r] = [square(), square()];
      backend.qr(a, q, r);
      gather(out, q, r);
    }),
    trial(
      "eigh",
      2 * n * n,
      (backend, out) => {
        const [values, vectors] = [list(), square()];
        backend.eigh(symmetric, values, vectors);
        gather(out, product(vectors, values, vectors), product(vectors, ones, vectors));
      },
      eigenvectors,
    ),
    trial(
      "svd",
      2 * n * n,
      (backend, out) => {
        const [u, values, v] = [square(), list(), square()];
        backend.svd(a, values, u, v);
        gather(out, product(u, values, v), product(u, ones, u));
      },
      both,
    ),
  ];
}
