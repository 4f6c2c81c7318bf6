/** The engine's attention against the fallback's: lengths around blocks and vectors, masks of every shape, views of every kind. */
import { describe, expect, test } from "@jest/globals";
import type { Attention, Backend } from "../../../lib/backends/backend.ts";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import type { DType } from "../../../lib/dtype.ts";
import type { View } from "../../../lib/storage.ts";
import { describeEngine } from "./engine.ts";
import { comparison, cutUp, lays, numbers, packed } from "./views.ts";

describeEngine((engine, threads) => {
  const compare = comparison(engine.backend);

  /** Both ways, each with all that it makes. */
  function check(how: Attention, dtype: DType, tolerance: number): void {
    const rows = how.query.shape.slice(0, -1);
    const [outShape, sumShape] = [[...rows, how.value.shape.at(-1)!], rows];
    const parts = (whole: View, shapes: readonly (readonly number[])[]) => cutUp(whole, shapes) as [View, View, View];
    const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
    const forward = (backend: Backend, whole: View) => {
      const [out, logSums] = parts(whole, [outShape, sumShape]);
      backend.attention(how, out, logSums);
    };
    const total = size(outShape) + size(sumShape);
    compare("attention", [total], dtype, forward, tolerance);
    const made = packed([total], dtype);
    forward(jsBackend, made);
    const [out, logSums] = parts(made, [outShape, sumShape]);
    const shapes = [how.query.shape, how.key.shape, how.value.shape];
    for (const dOut of lays(outShape, dtype, 9)) {
      const back = (backend: Backend, whole: View) => {
        const [query, key, value] = parts(whole, shapes);
        backend.attentionBackward(how, out, logSums, dOut, { query, key, value });
      };
      const count = shapes.reduce((sum, shape) => sum + size(shape), 0);
      compare("attentionBackward", [count], dtype, back, 4 * tolerance);
    }
  }

  describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
    const tolerance = dtype === "float32" ? 1e-5 : 1e-12;

    test.each([1, 3, 7, 17, 31, 33, 47, 48, 49, 65, 97, 255])("of %d queries is the fallback's", (queries) => {
      for (const [keys, size, width] of [
        [queries, 8, 8],
        [1, 1, 3],
        [33, 17, 31],
        [129, 5, 16],
      ] as const) {
        const next = numbers(queries + keys);
        const [query, key, value] = [
          packed([2, queries, size], dtype, next),
          packed([2, keys, size], dtype, next),
          packed([2, keys, width], dtype, next),
        ] as const;
        for (const isCausal of [false, true]) {
          check({ query, key, value, mask: null, isCausal, scale: 1 / Math.sqrt(size) }, dtype, tolerance);
        }
      }
    });

    test("reads views of every kind, under masks of every shape", () => {
      const [queries, keys] = [7, 18];
      const next = numbers(3);
      const hide = () => (next() > 1 ? -Infinity : next());
      const masks = [[queries, keys], [keys], [3, 1, 1, keys], [1, 2, queries, 1], [3, 2, queries, keys]].map(
        (shape) => {
          const mask = packed(shape, dtype, hide);
          // Each query sees something.
          for (let i = 0; i < mask.size; i += Math.min(mask.size, shape.at(-1)!)) mask.storage.array[i] = 0;
          return mask;
        },
      );
      const qs = lays([3, 2, queries, 5], dtype, 1);
      const [ks, vs] = [lays([3, 2, keys, 5], dtype, 2), lays([3, 2, keys, 4], dtype, 4)];
      for (const [i, query] of qs.entries()) {
        for (const mask of [null, ...masks]) {
          check({ query, key: ks[i]!, value: vs[2 - i]!, mask, isCausal: false, scale: 0.5 }, dtype, tolerance);
        }
      }
    });

    test("gives NaN to a query that sees nothing, and to what a NaN reaches", () => {
      const next = numbers(5);
      const [query, key, value] = [0, 1, 2].map(() => packed([1, 50, 6], dtype, next)) as [View, View, View];
      const mask = packed([50, 50], dtype, () => 0);
      mask.storage.array.fill(-Infinity, 100, 150);
      query.storage.array[0] = NaN;
      key.storage.array[49 * 6] = Infinity;
      check({ query, key, value, mask, isCausal: false, scale: 1 }, dtype, tolerance);
    });
  });

  test("gives the same bits with one thread as with two", () => {
    const next = numbers(7);
    const [query, key, value] = [0, 1, 2].map(() => packed([3, 70, 16], "float32", next)) as [View, View, View];
    const bits = (count: number) => {
      engine.addon.setThreads(count);
      const out = packed([3, 70, 16], "float32");
      engine.backend.attention(
        { query, key, value, mask: null, isCausal: true, scale: 0.3 },
        out,
        packed([3, 70], "float32"),
      );
      return [...out.storage.array];
    };
    expect(bits(2)).toEqual(bits(1));
    engine.addon.setThreads(threads);
  });
});
