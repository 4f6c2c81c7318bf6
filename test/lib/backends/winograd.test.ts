/** The engine's convolutions by Winograd's tiles against the fallback's. */
import { expect, test } from "@jest/globals";
import type { Backend, ConvWindow } from "../../../lib/backends/backend.ts";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import type { DType } from "../../../lib/dtype.ts";
import type { Shape } from "../../../lib/shape.ts";
import type { View } from "../../../lib/storage.ts";
import { describeEngine } from "./engine.ts";
import { comparison, numbers, packed } from "./views.ts";

interface Case {
  readonly batch: number;
  readonly channels: number;
  readonly filters: number;
  readonly size: readonly [number, number];
  readonly padding: number;
  readonly groups: number;
  readonly dilation: readonly [number, number];
}

function layer(
  [batch, channels, filters]: readonly [number, number, number],
  size: readonly [number, number],
  { padding = 1, groups = 1, dilation = [1, 1] as readonly [number, number] } = {},
): Case {
  return { batch, channels, filters, size, padding, groups, dilation };
}

/** Planes that tiles cover and do not cover; channels that fill vectors and do not; one way through the kernels after the other. */
const cases: Case[] = [
  ...[1, 3, 4, 7, 17, 31, 33].map((size) => layer([3, 17, 33], [size, size])),
  ...[17, 31, 33, 63, 65].flatMap((n) => [layer([1, n, 64], [7, 9]), layer([3, 64, n], [9, 6])]),
  layer([2, 32, 48], [11, 5], { padding: 0 }),
  layer([2, 32, 48], [3, 14], { padding: 2 }),
  layer([2, 32, 48], [5, 6], { padding: 4 }),
  layer([2, 48, 96], [9, 10], { groups: 3 }),
  // Many filters on few tiles.
  layer([1, 65, 129], [4, 4]),
  layer([5, 129, 96], [5, 3]),
  layer([2, 64, 256], [7, 7], { groups: 2 }),
  // More channels than are multiplied at once.
  layer([2, 300, 17], [8, 8]),
  // More tiles than are summed at once.
  layer([3, 64, 64], [33, 33]),
  // Gaps in the filter: planes that fall into equal parts and into others, padding that is a multiple of the gap and not.
  ...[17, 31, 33].map((size) => layer([2, 17, 33], [size, size], { padding: 2, dilation: [2, 2] })),
  layer([2, 32, 16], [28, 27], { padding: 2, dilation: [2, 3] }),
  layer([1, 33, 32], [17, 22], { padding: 0, dilation: [3, 2] }),
  layer([2, 16, 24], [25, 18], { padding: 1, dilation: [1, 2] }),
  layer([3, 17, 16], [9, 11], { padding: 5, dilation: [2, 2] }),
  layer([2, 48, 32], [20, 20], { padding: 4, dilation: [4, 4], groups: 2 }),
];

const windowOf = ({ padding, groups, dilation }: Case): ConvWindow => {
  return { groups, stride: [1, 1], padding: [padding, padding], dilation };
};

/** The tensors of a case. */
function made({ batch, channels, filters, size, padding, groups, dilation }: Case, dtype: DType) {
  const outputs = size.map((n, d) => n + 2 * padding - 2 * dilation[d]!);
  const next = numbers(filters + channels);
  return {
    x: packed([batch, channels, ...size], dtype, next),
    // So that the sums keep to the size of their terms.
    weight: packed([filters, channels / groups, 3, 3], dtype, () => next() / Math.sqrt((channels / groups) * 9)),
    dy: packed([batch, filters, ...outputs], dtype, next),
  };
}

describeEngine((engine, threads) => {
  const compare = comparison(engine.backend);

  /** The outputs of a tile are sums and differences of the same numbers and share their rounding: the greatest of all is the measure. */
  function agree(shape: Shape, run: (backend: Backend, out: View) => void): void {
    const [got, wanted] = [engine.backend, jsBackend].map((backend) => {
      const out = packed(shape, "float32");
      run(backend, out);
      return out.storage.array as Float32Array;
    }) as [Float32Array, Float32Array];
    const greatest = wanted.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
    const wrong = wanted.findIndex((y, i) => !(Math.abs(got[i]! - y) <= 1e-5 * greatest));
    if (wrong >= 0) throw new Error(`element ${wrong} is ${got[wrong]}, the fallback has ${wanted[wrong]}`);
  }

  test.each(cases)(
    "convolves $batch × $channels of $size by $filters with $padding around and gaps of $dilation",
    (row) => {
      const { x, weight, dy } = made(row, "float32");
      const window = windowOf(row);
      agree(dy.shape, (backend, out) => backend.conv2d(x, weight, window, out));
      agree(x.shape, (backend, out) => backend.conv2dInput(dy, weight, window, out));
      agree(weight.shape, (backend, out) => backend.conv2dWeight(x, dy, window, out));
    },
  );

  test.each([NaN, Infinity, -Infinity, 1e37])("keeps what %d does to the windows that see it", (wild) => {
    const rows = [layer([2, 32, 48], [9, 10]), layer([2, 32, 48], [17, 18], { padding: 2, dilation: [2, 2] })];
    for (const row of rows) {
      const window = windowOf(row);
      for (const spoiled of ["x", "weight", "dy"] as const) {
        const tensors = made(row, "float32");
        tensors[spoiled].storage.array[1000] = wild;
        const { x, weight, dy } = tensors;
        const forward = (backend: Backend, out: View) => backend.conv2d(x, weight, window, out);
        compare("conv2d", dy.shape, "float32", forward, 1e-5);
        const back = (backend: Backend, out: View) => backend.conv2dInput(dy, weight, window, out);
        compare("conv2dInput", x.shape, "float32", back, 1e-5);
        const filtersBack = (backend: Backend, out: View) => backend.conv2dWeight(x, dy, window, out);
        compare("conv2dWeight", weight.shape, "float32", filtersBack, 1e-4);
      }
    }
  });

  test.each([
    layer([3, 33, 65], [9, 10]),
    layer([1, 65, 256], [4, 4]),
    layer([3, 64, 64], [33, 33]),
    layer([3, 33, 65], [19, 20], { padding: 2, dilation: [2, 2] }),
  ])("gives the same bits for $batch × $channels of $size as one thread does", (row) => {
    const { x, weight, dy } = made(row, "float32");
    const window = windowOf(row);
    const bits = (n: number) => {
      engine.addon.setThreads(n);
      const [y, dx, dw] = [dy, x, weight].map(({ shape }) => packed(shape, "float32")) as [View, View, View];
      engine.backend.conv2d(x, weight, window, y);
      engine.backend.conv2dInput(dy, weight, window, dx);
      engine.backend.conv2dWeight(x, dy, window, dw);
      return [y, dx, dw].map(({ storage }) => Buffer.from(storage.array.buffer as ArrayBuffer).toString("base64"));
    };
    const [two, one, five] = [bits(2), bits(1), bits(5)];
    engine.addon.setThreads(threads);
    expect(two).toEqual(one);
    expect(five).toEqual(one);
  });
});

describeEngine((engine) => {
  test("rounds outputs of tiles to a hundred-thousandth of the greatest over 256 channels", () => {
    const row = layer([2, 256, 64], [12, 12]);
    const window = windowOf(row);
    const outputs = (["float32", "float64"] as const).map((dtype) => {
      const { x, weight, dy } = made(row, "float32");
      const as = (view: View) =>
        packed(
          view.shape,
          dtype,
          (
            (i) => () =>
              view.storage.array[i++]!
          )(0),
        );
      const out = packed(dy.shape, dtype);
      engine.backend.conv2d(as(x), as(weight), window, out);
      return out.storage.array;
    });
    const [single, double] = outputs as [Float32Array, Float64Array];
    const greatest = double.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
    const wrong = double.reduce((most, y, i) => Math.max(most, Math.abs(y - single[i]!)), 0);
    expect(wrong).toBeLessThan(1e-5 * greatest);
  });
});
