/** The engine's products with a bias against the fallback's. */
import { test } from "@jest/globals";
import { describeEngine } from "./engine.ts";
import { comparison, lays, numbers, packed, sizes } from "./views.ts";

describeEngine((engine) => {
  const compare = comparison(engine.backend);
  test.each(["float32", "float64"] as const)("adds a bias to each row of products of all sizes in %s", (dtype) => {
    const cases = [
      ...sizes.flatMap((n) => [
        [n, 17, 33],
        [17, n, 65],
        [33, 31, n],
      ]),
      [1, 300, 300],
      [300, 1, 300],
      [129, 255, 700],
    ] as [number, number, number][];
    for (const [m, n, k] of cases) {
      const bias = packed([n], dtype, numbers(3));
      for (const a of lays([m, k], dtype, 1)) {
        for (const b of lays([k, n], dtype, 2)) {
          const what = `${m} × ${k} by ${k} × ${n}`;
          compare(
            what,
            [m, n],
            dtype,
            (backend, out) => backend.matmul(a, b, out, bias),
            dtype === "float32" ? 1e-4 : 1e-12,
          );
        }
      }
    }
  });

  test("adds a bias to each row of each product of a batch", () => {
    const bias = packed([17], "float32", numbers(3));
    for (const a of lays([5, 7, 33], "float32", 4)) {
      const b = packed([5, 33, 17], "float32", numbers(5));
      compare("matmul", [5, 7, 17], "float32", (backend, out) => backend.matmul(a, b, out, bias), 1e-5);
    }
  });
});
