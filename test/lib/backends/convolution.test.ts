/** The engine's convolutions that multiply windows where they lie, and its pooling, against the fallback's. */
import { describe, expect, test } from "@jest/globals";
import type { Backend, ConvWindow } from "../../../lib/backends/backend.ts";
import type { DType } from "../../../lib/dtype.ts";
import type { View } from "../../../lib/storage.ts";
import { describeEngine } from "./engine.ts";
import { comparison, lays, numbers, packed } from "./views.ts";

interface Case {
  readonly batch: number;
  readonly channels: number;
  readonly filters: number;
  readonly size: readonly [number, number];
  readonly filter: readonly [number, number];
  readonly window: ConvWindow;
}

function layer(
  [batch, channels, filters]: readonly [number, number, number],
  size: readonly [number, number],
  filter: readonly [number, number],
  { stride = 1, padding = 0, dilation = 1, groups = 1 } = {},
): Case {
  const window: ConvWindow = {
    groups,
    stride: [stride, stride],
    padding: [padding, padding],
    dilation: [dilation, dilation],
  };
  return { batch, channels, filters, size, filter, window };
}

/** Filters around the numbers that fill vectors and panels, windows of every kind, planes of a few pixels and of odd sizes. */
const cases: Case[] = [
  ...[8, 16, 17, 31, 33, 48, 63, 65, 100].map((filters) => layer([2, 9, filters], [7, 5], [3, 3], { padding: 1 })),
  ...[1, 7, 17, 33, 65].map((channels) => layer([3, channels, 17], [5, 9], [3, 3], { padding: 1 })),
  ...[1, 2, 3, 7, 31].map((batch) => layer([batch, 8, 24], [3, 3], [3, 3], { padding: 1 })),
  layer([2, 1, 16], [28, 28], [5, 5], { padding: 2 }),
  layer([2, 6, 16], [14, 14], [5, 5]),
  layer([5, 33, 34], [6, 7], [1, 1]),
  // Planes that are multiplied as they lie, by threads apart and together.
  layer([5, 33, 34], [8, 8], [1, 1]),
  layer([1, 17, 40], [12, 11], [1, 1]),
  layer([3, 12, 10], [16, 5], [1, 1], { groups: 2 }),
  layer([1, 20, 70], [32, 32], [1, 1]),
  layer([2, 33, 34], [9, 7], [1, 1], { stride: 2 }),
  layer([2, 16, 24], [9, 10], [3, 3], { stride: 2, padding: 1 }),
  layer([2, 8, 17], [11, 13], [3, 2], { stride: 3, padding: 1, dilation: 2 }),
  // Each phase of the inputs at its stride: with and without windows, on lines that leave a rest.
  layer([3, 33, 17], [8, 7], [1, 1], { stride: 2 }),
  layer([2, 17, 9], [10, 11], [3, 2], { stride: 4, padding: 2 }),
  layer([2, 24, 16], [7, 13], [5, 3], { stride: 3, padding: 1, dilation: 2 }),
  layer([3, 48, 32], [9, 8], [4, 4], { stride: 2, padding: 1, groups: 2 }),
  layer([2, 16, 8], [3, 3], [3, 3], { stride: 2, padding: 2 }),
  layer([2, 16, 16], [9, 9], [3, 3], { padding: 2, dilation: 2 }),
  layer([2, 16, 16], [3, 3], [2, 2], { padding: 3 }),
  layer([3, 32, 48], [5, 5], [3, 3], { padding: 1, groups: 2 }),
  layer([3, 9, 9], [7, 35], [3, 3], { padding: 1, groups: 9 }),
  layer([2, 5, 10], [9, 8], [3, 2], { stride: 2, padding: 1, groups: 5 }),
  layer([2, 4, 4], [9, 17], [3, 3], { padding: 2, dilation: 2, groups: 4 }),
  layer([2, 3, 3], [8, 9], [2, 3], { stride: 3, groups: 3 }),
  layer([2, 4, 4], [33, 31], [5, 5], { stride: 2, padding: 2, groups: 4 }),
  layer([2, 3, 6], [9, 65], [3, 3], { stride: 2, padding: 3, dilation: 3, groups: 3 }),
  layer([2, 3, 3], [3, 2], [2, 2], { stride: 4, padding: 1, groups: 3 }),
  // Groups side by side in vectors: with one channel and with several, with fewer and with more filters than channels, vectors full and not.
  ...[17, 31, 65].map((groups) => layer([2, groups, groups], [7, 9], [3, 3], { padding: 1, groups })),
  ...[17, 33].map((groups) => layer([3, groups, groups], [9, 7], [5, 3], { stride: 2, padding: 2, groups })),
  layer([1, 17, 34], [9, 8], [3, 2], { stride: 3, padding: 1, dilation: 2, groups: 17 }),
  layer([3, 36, 36], [7, 6], [3, 3], { padding: 1, groups: 9 }),
  layer([2, 36, 36], [9, 8], [3, 3], { stride: 2, padding: 1, groups: 9 }),
  layer([2, 34, 17], [5, 6], [3, 3], { padding: 1, groups: 17 }),
  layer([2, 27, 54], [8, 5], [2, 3], { padding: 1, groups: 9 }),
  layer([2, 40, 40], [6, 7], [3, 3], { stride: 2, padding: 2, groups: 5 }),
  // One filter for all planes, as averages have.
  ...[7, 17, 33].map((batch) => layer([batch, 1, 1], [9, 7], [2, 3], { stride: 2, padding: 1 })),
  layer([65, 1, 1], [8, 9], [3, 3], { stride: 3 }),
  // Windows that lie in the padding, and strips of several rows.
  layer([2, 20, 20], [3, 4], [2, 2], { padding: 3, groups: 20 }),
  layer([2, 24, 24], [5, 3], [2, 3], { stride: 2, padding: 4, groups: 24 }),
  layer([1, 16, 16], [130, 63], [3, 3], { padding: 1, groups: 16 }),
  layer([1, 32, 32], [65, 67], [3, 3], { stride: 2, padding: 1, groups: 8 }),
  layer([1, 20, 20], [1, 400], [1, 5], { padding: 8, dilation: 4, groups: 20 }),
  layer([2, 70, 16], [1, 65], [1, 9], { padding: 0 }),
  layer([1, 60, 20], [4, 4], [4, 4]),
  layer([4, 66, 70], [4, 4], [3, 3], { padding: 1, groups: 2 }),
  layer([3, 100, 65], [7, 8], [3, 3], { stride: 2, padding: 1 }),
];

describeEngine((engine, threads) => {
  const compare = comparison(engine.backend);
  /** The tensors of a case. */
  function made({ batch, channels, filters, size, filter, window }: Case, dtype: DType) {
    const { stride, padding, dilation, groups } = window;
    const moves = size.map(
      (n, d) => Math.floor((n + 2 * padding[d]! - dilation[d]! * (filter[d]! - 1) - 1) / stride[d]!) + 1,
    );
    const patch = (channels / groups) * filter[0] * filter[1];
    const next = numbers(filters + channels);
    return {
      x: packed([batch, channels, ...size], dtype, next),
      // So that the sums keep to the size of their terms.
      weight: packed([filters, channels / groups, ...filter], dtype, () => next() / Math.sqrt(patch)),
      dy: packed([batch, filters, ...moves], dtype, next),
    };
  }

  describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
    const tolerance = dtype === "float32" ? 1e-5 : 1e-13;

    test.each(cases)("convolves $batch × $channels of $size by $filters of $filter", (row) => {
      const { x, weight, dy } = made(row, dtype);
      const { window } = row;
      compare("conv2d", dy.shape, dtype, (backend, out) => backend.conv2d(x, weight, window, out), tolerance);
      const back = (backend: Backend, out: View) => backend.conv2dInput(dy, weight, window, out);
      compare("conv2dInput", x.shape, dtype, back, tolerance);
      const filtersBack = (backend: Backend, out: View) => backend.conv2dWeight(x, dy, window, out);
      // A sum over all pixels of all samples.
      compare("conv2dWeight", weight.shape, dtype, filtersBack, tolerance * 10);
    });

    test("makes nothing of infinite filters where the gradient has no pixels", () => {
      const row = layer([2, 16, 24], [5, 6], [3, 3]);
      const { x, weight, dy } = made(row, dtype);
      weight.storage.array[0] = Infinity;
      const back = (backend: Backend, out: View) => backend.conv2dInput(dy, weight, row.window, out);
      compare("conv2dInput", x.shape, dtype, back, tolerance);
    });

    test.each([
      { size: [2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1] },
      { size: [3, 3], stride: [2, 2], padding: [1, 1], dilation: [1, 1] },
      { size: [2, 3], stride: [1, 3], padding: [0, 1], dilation: [1, 1] },
      { size: [3, 3], stride: [1, 1], padding: [1, 1], dilation: [2, 3] },
      { size: [1, 1], stride: [2, 1], padding: [0, 0], dilation: [1, 1] },
    ] as const)("takes the greatest under windows of $size by steps of $stride, with ties and NaN", (pool) => {
      const next = numbers(9);
      for (const x of lays([5, 17, 37], dtype, 3)) {
        for (let i = 0; i < x.storage.array.length; i++) {
          x.storage.array[i] = next() > 1.9 ? NaN : Math.round(next() * 2);
        }
        const shape = [
          5,
          ...[17, 37].map((n, d) =>
            Math.floor((n + 2 * pool.padding[d]! - pool.dilation[d]! * (pool.size[d]! - 1) - 1) / pool.stride[d]! + 1),
          ),
        ];
        for (const which of [0, 1]) {
          const run = (backend: Backend, out: View) => {
            const other = packed(shape, which === 0 ? "int32" : dtype);
            const [values, places] = which === 0 ? [out, other] : [other, out];
            backend.maxPool2d(x, pool.size, pool, values!, places!);
          };
          compare("maxPool2d", shape, which === 0 ? dtype : "int32", run, 0);
        }
      }
    });
  });

  test.each([
    layer([9, 17, 33], [7, 9], [3, 3], { padding: 1 }),
    layer([2, 17, 33], [7, 9], [3, 3], { padding: 1 }),
    layer([3, 36, 36], [33, 31], [3, 3], { padding: 1, groups: 9 }),
    layer([5, 65, 65], [9, 8], [3, 3], { stride: 2, padding: 1, groups: 65 }),
  ])("gives the same bits for $batch × $channels in $window.groups groups as one thread does", (row) => {
    const { x, weight, dy } = made(row, "float32");
    const bits = (n: number) => {
      engine.addon.setThreads(n);
      const [y, dx, dw] = [dy, x, weight].map(({ shape }) => packed(shape, "float32")) as [View, View, View];
      engine.backend.conv2d(x, weight, row.window, y);
      engine.backend.conv2dInput(dy, weight, row.window, dx);
      engine.backend.conv2dWeight(x, dy, row.window, dw);
      return [y, dx, dw].flatMap(({ storage }) => [...storage.array]);
    };
    expect(bits(2)).toEqual(bits(1));
    engine.addon.setThreads(threads);
  });
});
