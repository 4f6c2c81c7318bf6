/** The greatest element under a moving window. */
import type { View } from "../../storage.ts";
import type { PlaneWindow } from "../backend.ts";

export function maxPool2d(
  x: View,
  size: readonly [number, number],
  { stride, padding, dilation }: PlaneWindow,
  out: View,
  index: View,
): void {
  const [planes, rows, columns] = x.shape as [number, number, number];
  const [plane, down, right] = x.strides as [number, number, number];
  const [, outRows, outColumns] = out.shape as [number, number, number];
  const { array } = x.storage;
  let at = 0;
  for (let n = 0; n < planes; n++) {
    const start = x.offset + n * plane;
    for (let i = 0; i < outRows; i++) {
      for (let j = 0; j < outColumns; j++, at++) {
        let best = -1;
        let value = -Infinity;
        for (let u = 0, row = i * stride[0] - padding[0]; u < size[0]; u++, row += dilation[0]) {
          if (row < 0 || row >= rows) continue;
          for (let v = 0, column = j * stride[1] - padding[1]; v < size[1]; v++, column += dilation[1]) {
            if (column < 0 || column >= columns) continue;
            const next = array[start + row * down + column * right]!;
            // The first element counts even if it is −∞; a NaN wins over all, the last NaN over the others, as in PyTorch.
            if (best >= 0 && !(next > value) && !Number.isNaN(next)) continue;
            best = row * columns + column;
            value = next;
          }
        }
        out.storage.own[out.offset + at] = value;
        index.storage.own[index.offset + at] = best;
      }
    }
  }
}
