/** Attention, forward and backward, query by query: the scores of one query are all that is held at once. */
import { broadcastStrides, type Shape } from "../../shape.ts";
import type { View } from "../../storage.ts";
import type { Attention, AttentionGradients } from "../backend.ts";

/** A matrix of a batch: where it starts, and its steps from row to row and column to column. */
interface Matrix {
  readonly array: View["storage"]["array"];
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

/** The matrices in the last two dimensions of a view that is repeated to `shape`. */
function matricesOf(view: View, shape: Shape): Matrix[] {
  const strides = broadcastStrides(view.shape, view.strides, shape);
  const [row, column] = strides.slice(-2) as [number, number];
  let starts = [view.offset];
  for (let d = 0; d < shape.length - 2; d++) {
    starts = starts.flatMap((at) => Array.from({ length: shape[d]! }, (_, i) => at + i * strides[d]!));
  }
  return starts.map((at) => ({ array: view.storage.own, at, row, column }));
}

function dot(a: Matrix, i: number, b: Matrix, j: number, count: number): number {
  let sum = 0;
  for (let d = 0, x = a.at + i * a.row, y = b.at + j * b.row; d < count; d++, x += a.column, y += b.column) {
    sum += a.array[x]! * b.array[y]!;
  }
  return sum;
}

/** All matrices of a batch side by side, and the sizes. */
function batchOf({ query, key, value, mask }: Attention) {
  const [q, k, v] = [query, key, value].map((view) => matricesOf(view, view.shape)) as [Matrix[], Matrix[], Matrix[]];
  const [queries, size] = query.shape.slice(-2) as [number, number];
  const [keys, width] = value.shape.slice(-2) as [number, number];
  const masks = mask && matricesOf(mask, [...query.shape.slice(0, -1), keys]);
  return { q, k, v, masks, queries, keys, size, width };
}

/** The score of a query and a key of a member of the batch. */
function scoreOf(
  { q, k, masks, size }: ReturnType<typeof batchOf>,
  scale: number,
  n: number,
  i: number,
  j: number,
): number {
  const score = scale * dot(q[n]!, i, k[n]!, j, size);
  if (masks === null) return score;
  const { array, at, row, column } = masks[n]!;
  return score + array[at + i * row + j * column]!;
}

export function attention(how: Attention, out: View, logSums: View): void {
  const batch = batchOf(how);
  const { v, queries, keys, width } = batch;
  const scores = new Float64Array(keys);
  for (const [n, values] of v.entries()) {
    for (let i = 0; i < queries; i++) {
      const seen = how.isCausal ? Math.min(keys, i + 1) : keys;
      let top = -Infinity;
      for (let j = 0; j < seen; j++) {
        const score = scoreOf(batch, how.scale, n, i, j);
        scores[j] = score;
        if (!(score <= top)) top = score;
      }
      let total = 0;
      for (let j = 0; j < seen; j++) total += scores[j] = Math.exp(scores[j]! - top);
      const row = n * queries + i;
      for (let d = 0; d < width; d++) {
        let sum = 0;
        for (let j = 0; j < seen; j++)
          sum += scores[j]! * values.array[values.at + j * values.row + d * values.column]!;
        out.storage.own[out.offset + row * width + d] = sum / total;
      }
      logSums.storage.own[logSums.offset + row] = top + Math.log(total);
    }
  }
}

export function attentionBackward(how: Attention, out: View, logSums: View, dOut: View, to: AttentionGradients): void {
  const batch = batchOf(how);
  const { q, k, v, queries, keys, size, width } = batch;
  const [slopes, results] = [matricesOf(dOut, dOut.shape), matricesOf(out, out.shape)];
  // Sums over all queries, in double precision.
  const [dKey, dValue] = [new Float64Array(keys * size), new Float64Array(keys * width)];
  for (const [n, dy] of slopes.entries()) {
    dKey.fill(0);
    dValue.fill(0);
    for (let i = 0; i < queries; i++) {
      const row = n * queries + i;
      const seen = how.isCausal ? Math.min(keys, i + 1) : keys;
      const logSum = logSums.storage.own[logSums.offset + row]!;
      const mean = dot(dy, i, results[n]!, i, width);
      const dQuery = new Float64Array(size);
      for (let j = 0; j < seen; j++) {
        const weight = Math.exp(scoreOf(batch, how.scale, n, i, j) - logSum);
        const slope = how.scale * weight * (dot(dy, i, v[n]!, j, width) - mean);
        for (let d = 0; d < size; d++) {
          dQuery[d]! += slope * k[n]!.array[k[n]!.at + j * k[n]!.row + d * k[n]!.column]!;
          dKey[j * size + d]! += slope * q[n]!.array[q[n]!.at + i * q[n]!.row + d * q[n]!.column]!;
        }
        for (let d = 0; d < width; d++) {
          dValue[j * width + d]! += weight * dy.array[dy.at + i * dy.row + d * dy.column]!;
        }
      }
      to.query.storage.own.set(dQuery, to.query.offset + row * size);
    }
    to.key.storage.own.set(dKey, to.key.offset + n * keys * size);
    to.value.storage.own.set(dValue, to.value.offset + n * keys * width);
  }
}
