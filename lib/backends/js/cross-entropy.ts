/** Cross-entropy of rows of scores, forward and backward. */
import type { View } from "../../storage.ts";

export function crossEntropy(x: View, target: View, smoothing: number, losses: View, logSums: View): void {
  const [rows, classes] = x.shape as [number, number];
  const { array } = x.storage;
  for (let r = 0; r < rows; r++) {
    const from = x.offset + r * classes;
    let [top, total, sum] = [-Infinity, 0, 0];
    for (let i = from; i < from + classes; i++) if (!(array[i]! <= top)) top = array[i]!;
    for (let i = from; i < from + classes; i++) {
      total += Math.exp(array[i]! - top);
      sum += array[i]!;
    }
    const logSum = top + Math.log(total);
    const chosen = target.storage.own[target.offset + r]!;
    let loss = chosen < 0 ? 0 : logSum - array[from + chosen]!;
    if (smoothing > 0 && chosen >= 0) loss += smoothing * (array[from + chosen]! - sum / classes);
    losses.storage.own[losses.offset + r] = loss;
    logSums.storage.own[logSums.offset + r] = logSum;
  }
}

export function crossEntropyBackward(
  dy: View,
  scale: number,
  x: View,
  target: View,
  smoothing: number,
  logSums: View,
  dx: View,
): void {
  const [rows, classes] = x.shape as [number, number];
  const to = dx.storage.own;
  for (let r = 0; r < rows; r++) {
    const [from, start] = [x.offset + r * classes, dx.offset + r * classes];
    const chosen = target.storage.own[target.offset + r]!;
    if (chosen < 0) {
      to.fill(0, start, start + classes);
      continue;
    }
    const slope = scale * dy.storage.own[dy.offset + (dy.size === 1 ? 0 : r)]!;
    const logSum = logSums.storage.own[logSums.offset + r]!;
    for (let i = 0; i < classes; i++) {
      const wanted = (i === chosen ? 1 - smoothing : 0) + smoothing / classes;
      to[start + i] = slope * (Math.exp(x.storage.own[from + i]! - logSum) - wanted);
    }
  }
}
