/** The engine's copies against the fallback's: between all lays, along rows short and long, of every type, and into parts of a view. */
import { expect, test } from "@jest/globals";
import type { DType } from "../../../lib/dtype.ts";
import type { Shape } from "../../../lib/shape.ts";
import type { View } from "../../../lib/storage.ts";
import { describeEngine } from "./engine.ts";
import { comparison, numbers, packed, sizes, window } from "./views.ts";

/** Whole numbers that every type holds. */
const whole = (seed: number) => {
  const next = numbers(seed);
  return () => Math.floor((next() + 2) * 30);
};

/** The view with its dimensions in another order. */
function permuted({ storage, shape, strides, offset, dtype }: View, order: readonly number[]): View {
  const pick = (list: readonly number[]) => order.map((d) => list[d]!);
  return window(storage, pick(shape), pick(strides), offset, dtype);
}

describeEngine(({ backend }) => {
  const compare = comparison(backend);
  const copy = (x: View, shape: Shape) => compare("copy", shape, x.dtype, (on, out) => on.unary("copy", x, out), 0);

  test.each(["float32", "float64", "int32", "uint8", "bool"] as const)(
    "copies %s in every order of dimensions",
    (dtype) => {
      for (const n of sizes) {
        for (const shape of [
          [n, 5, 3],
          [5, n, 7],
          [3, 4, n],
        ]) {
          const x = packed(shape, dtype, whole(n));
          for (const order of [
            [0, 1, 2],
            [0, 2, 1],
            [1, 0, 2],
            [1, 2, 0],
            [2, 0, 1],
            [2, 1, 0],
          ]) {
            const view = permuted(x, order);
            copy(view, view.shape);
          }
        }
      }
    },
  );

  test("copies rows of every length up to some vectors", () => {
    for (let n = 1; n < 80; n++) {
      const x = packed([31, 3, n + 1], "float32", numbers(n));
      copy(window(x.storage, [3, 31, n], [n + 1, 3 * (n + 1), 1], 1, "float32"), [3, 31, n]);
    }
  });

  test("copies backwards, in steps, and one row or element for many", () => {
    for (const n of [3, 17, 65, 257, 40_003]) {
      const x = packed([2 * n], "float32", numbers(n));
      copy(window(x.storage, [n], [-1], n - 1, "float32"), [n]);
      copy(window(x.storage, [n], [2], 1, "float32"), [n]);
      copy(window(x.storage, [5, n], [0, 1], 0, "float32"), [5, n]);
      copy(window(x.storage, [n, 5], [1, 0], 0, "float32"), [n, 5]);
      copy(window(x.storage, [1], [1], 2, "float32"), [n]);
    }
  });

  test.each(["float32", "int32", "bool"] as const)(
    "copies and joins so many %s that threads share them",
    (dtype: DType) => {
      const x = packed([300, 401], dtype, whole(1));
      copy(x, x.shape);
      copy(permuted(x, [1, 0]), [401, 300]);
      copy(permuted(window(x.storage, [300, 80, 5], [401, 5, 1], 0, dtype), [1, 0, 2]), [80, 300, 5]);
      for (const dim of [0, 1]) {
        const shape = dim === 0 ? [900, 401] : [300, 1203];
        compare("cat", shape, dtype, (on, out) => on.cat([x, x, x], dim, out), 0);
      }
    },
  );

  test("joins parts of different lengths, none and many, and of other types", () => {
    const parts = [3, 0, 1, 17, 0, 64].map((n, i) => packed([2, n, 3], "float32", numbers(i)));
    const total = parts.reduce((sum, part) => sum + part.shape[1]!, 0);
    compare("cat", [2, total, 3], "float32", (on, out) => on.cat(parts, 1, out), 0);
    const many = Array.from({ length: 200 }, (_, i) => packed([2, 1], "float32", numbers(i)));
    compare("cat of many", [2, 200], "float32", (on, out) => on.cat(many, 1, out), 0);
    const mixed = [
      packed([40], "float32", numbers(1)),
      packed([41], "int32", whole(2)),
      packed([7], "float64", numbers(3)),
    ];
    compare("cat of types", [88], "float64", (on, out) => on.cat(mixed, 0, out), 0);
  });

  test("writes into a part of a view and nowhere else", () => {
    for (const n of sizes) {
      const x = packed([n, 7], "float32", numbers(n));
      const around = packed([n + 2, 11], "float32", () => 9);
      backend.unary("copy", x, window(around.storage, [n, 7], [11, 1], 13, "float32"));
      const kept = Array.from(around.storage.array).filter((value) => value === 9).length;
      expect(kept).toBe(around.size - x.size);
      const part = window(around.storage, [n, 7], [11, 1], 13, "float32");
      compare(
        "what was written",
        [n, 7],
        "float32",
        (on, out) => on.unary("copy", n === 0 ? x : on === backend ? part : x, out),
        0,
      );
    }
  });
});
