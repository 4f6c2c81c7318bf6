/** Convolutions that fill vectors with filters, and such with filters for each channel or for two. */
import type { DType } from "../../dtype.ts";
import type { ConvWindow } from "../backend.ts";
import { type Trial, viewOf } from "./trial.ts";

export function convolutions(dtype: DType): Trial[] {
  // Stride 1 gives more pixels than a filter has numbers, stride 2 fewer: each has its own way to the filters' gradient.
  const x = viewOf([3, 18, 7, 8], dtype, (i) => ((i * 31) % 23) / 11 - 1);
  const made = (stride: number, [outputs, groups]: readonly [number, number]): Trial[] => {
    const filters = viewOf([outputs, 18 / groups, 3, 3], dtype, (i) => ((i * 29) % 13) / 60 - 0.1);
    const window: ConvWindow = { groups, stride: [stride, stride], padding: [1, 1], dilation: [1, 1] };
    const dy = viewOf(
      [3, outputs, Math.ceil(7 / stride), Math.ceil(8 / stride)],
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
  return layers.flatMap((layer) => [...made(1, layer), ...made(2, layer)]);
}
