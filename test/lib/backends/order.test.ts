/** The engine's order of lines against the fallback's: whole, and only its beginning. */
import { test } from "@jest/globals";
import { describeEngine } from "./engine.ts";
import { comparison, lays, numbers, packed } from "./views.ts";

describeEngine((engine) => {
  const compare = comparison(engine.backend);
  const kinds: Readonly<Record<string, (next: () => number, i: number) => number>> = {
    "numbers that differ": (next) => next(),
    "numbers that are often equal": (next) => Math.floor(2 * next()),
    "whole numbers from end to end": (next) => Math.floor(next() * 2 ** 30),
    "numbers that rise": (_, i) => i / 7,
    "numbers that fall": (_, i) => -i,
    "zeros of both signs, infinities and NaN": (next) =>
      [0, -0, Infinity, -Infinity, NaN, 1e-40, 1][Math.floor(((next() + 2) / 4) * 6.99)]!,
    "NaN nearly everywhere": (_, i) => (i % 97 === 5 ? i : NaN),
  };

  test.each(Object.keys(kinds))("sorts %s", (kind) => {
    for (const dtype of ["float32", "float64", "int32"] as const) {
      for (const count of [1, 17, 31, 64, 65, 99, 100, 199, 200, 257, 1200, 3001]) {
        const next = numbers(count);
        let at = 0;
        const x = packed([2, count], dtype, () => kinds[kind]!(next, at++));
        for (const descending of [false, true]) {
          // Few of many are found without sorting the others.
          for (const kept of new Set([1, 3, 50, 200, Math.ceil(count / 2), count].filter((k) => k <= count))) {
            const what = `${kept} of ${count}`;
            compare(what, [2, kept], "int32", (backend, out) => backend.argsort(x, 1, descending, out), 0);
          }
        }
      }
    }
  });

  test("finds the first of lines in every dimension and at any strides", () => {
    for (const dtype of ["float32", "float64", "int32"] as const) {
      for (const x of lays([5, 601, 3], dtype, 4)) {
        compare("along 1", [5, 10, 3], "int32", (backend, out) => backend.argsort(x, 1, true, out), 0);
        compare("along 0", [2, 601, 3], "int32", (backend, out) => backend.argsort(x, 0, false, out), 0);
      }
    }
  });

  test("adds up and multiplies down the columns of matrices of any width", () => {
    for (const dtype of ["float32", "float64"] as const) {
      for (const shape of [
        [3, 40, 8],
        [2, 33, 127],
        [1, 17, 129],
        [5, 1, 300],
        [2, 70, 257],
      ]) {
        for (const x of lays(shape, dtype, 3)) {
          for (const op of ["sum", "prod"] as const) {
            compare(
              op,
              shape,
              dtype,
              (backend, out) => backend.scan(op, x, 1, out),
              dtype === "float32" ? 1e-5 : 1e-12,
            );
          }
        }
      }
    }
  });

  test("copies, adds and compares rows of any length at any strides", () => {
    for (const inner of [1, 2, 3, 5, 7, 16, 33, 63, 64, 65, 257]) {
      const shape = [3, 11, inner];
      for (const dtype of ["float32", "float64", "int32"] as const) {
        for (const x of lays(shape, dtype, 5)) {
          compare("copy", shape, dtype, (backend, out) => backend.unary("copy", x, out), 0);
          if (dtype === "int32") continue;
          const column = packed([3, 11, 1], dtype, numbers(6));
          compare("add", shape, dtype, (backend, out) => backend.binary("add", x, column, out), 1e-6);
          compare("gt", shape, "bool", (backend, out) => backend.binary("gt", x, column, out), 0);
        }
      }
    }
  });
});
