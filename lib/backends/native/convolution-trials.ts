/** Convolutions that fill vectors with filters, such with filters for each channel or for two, and such that go by Winograd's tiles. */
import type { DType } from "../../dtype.ts";
import type { Shape } from "../../shape.ts";
import type { View } from "../../storage.ts";
import type { ConvWindow } from "../backend.ts";
import { type Trial, viewOf } from "./trial.ts";

export function convolutions(dtype: DType): Trial[] {
  const made = (x: View, stride: number, [outputs, groups]: readonly [number, number]): Trial[] => {
    const [samples, channels, rows, columns] = x.shape as [number, number, number, number];
    const filters = viewOf([outputs, channels / groups, 3, 3], dtype, (i) => ((i * 29) % 13) / 60 - 0.1);
    const window: ConvWindow = { groups, stride: [stride, stride], padding: [1, 1], dilation: [1, 1] };
    const dy = viewOf(
      [samples, outputs, Math.ceil(rows / stride), Math.ceil(columns / stride)],
      dtype,
      // Small, like the filters, so that sums keep to the size of their terms.
      (i) => ((i * 17) % 29) / 140 - 0.1,
    );
    return [
      {
        kernel: "conv2d",
        op: null,
        shape: dy.shape,
        dtype,
        run: (backend, out) => backend.conv2d(x, filters, window, out),
      },
      {
        kernel: "conv2dInput",
        op: null,
        shape: x.shape,
        dtype,
        run: (backend, out) => backend.conv2dInput(dy, filters, window, out),
      },
      {
        kernel: "conv2dWeight",
        op: null,
        shape: filters.shape,
        dtype,
        run: (backend, out) => backend.conv2dWeight(x, dy, window, out),
      },
    ];
  };
  const layers = [
    [19, 1],
    [18, 18],
    [18, 9],
  ] as const;
  const pictures = (shape: Shape) => viewOf(shape, dtype, (i) => ((i * 31) % 23) / 11 - 1);
  const few = pictures([3, 18, 7, 8]);
  return [
    // Stride 1 gives more pixels than a filter has numbers, stride 2 fewer: each has its own way to the filters' gradient.
    ...layers.flatMap((layer) => [...made(few, 1, layer), ...made(few, 2, layer)]),
    // The fewest channels and tiles that `suitsTiles` in winograd-tiles.h takes: 16 of both. Float64 never goes by tiles.
    ...(dtype === "float32" ? made(pictures([4, 16, 6, 6]), 1, [17, 1]) : []),
  ];
}
