/** Batches of sequences that differ in length: padded to one length, or packed without padding. */
import { asTensor, fromData, full } from "../creation.ts";
import { indexSelect } from "../ops/indexing.ts";
import { cat } from "../ops/join.ts";
import { reshape, transpose } from "../ops/shape.ts";
import { show, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { reorder } from "./recurrence.ts";

/**
 * Sequences packed step by step: first the first elements of all sequences, then the second ones of those that have one, and so on, longest
 * sequence first. A recurrent layer that gets one computes nothing for padding.
 *
 * @see packPaddedSequence, padPackedSequence.
 * @example packPaddedSequence([[1, 2], [3, 0]], [2, 1], { batchFirst: true }) instanceof PackedSequence // true
 */
export class PackedSequence {
  constructor(
    /** (elements, …) */
    readonly data: Tensor,
    /** How many sequences have a first element, a second one, …: never rises. */
    readonly batchSizes: readonly number[],
    /** Which sequence of the batch comes first, second, … in the packing; null if they were in order. */
    readonly sortedIndices: readonly number[] | null = null,
    /** Where in the packing each sequence of the batch is; null if they were in order. */
    readonly unsortedIndices: readonly number[] | null = null,
  ) {}
}

/**
 * Packs padded sequences.
 *
 * Shapes: `(steps, batch, …)`, or `(batch, steps, …)` if `batchFirst`.
 *
 * @param lengths The length of each sequence, all ≥ 1.
 * @param options `batchFirst`, default false; `enforceSorted`, whether the lengths must not rise, default true.
 * @throws {RangeError} If a length does not fit, or they rise although `enforceSorted`.
 * @example packPaddedSequence([[1, 2], [3, 0]], [2, 1], { batchFirst: true }).data.toArray() // [1, 3, 2]
 */
export function packPaddedSequence(
  x: TensorLike,
  lengths: readonly number[],
  options: { batchFirst?: boolean; enforceSorted?: boolean } = {},
): PackedSequence {
  const { batchFirst = false, enforceSorted = true } = options;
  const given = asTensor(x);
  if (given.ndim < 2) throw new RangeError(`Cannot pack ${show(given.shape)}: it must have steps and a batch`);
  const t = batchFirst ? transpose(given, 0, 1) : given;
  const [steps, batch, ...rest] = t.shape as [number, number, ...number[]];
  if (lengths.length !== batch || lengths.some((n) => !Number.isInteger(n) || n < 1 || n > steps)) {
    throw new RangeError(
      `Cannot pack ${show(given.shape)} by lengths ${show(lengths)}: give ${batch} whole numbers from 1 to ${steps}`,
    );
  }
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const sorted = order.every((from, to) => from === to);
  if (enforceSorted && !sorted) {
    throw new RangeError(
      `Cannot pack sequences of lengths ${show(lengths)}: they must not rise; sort them, or pass enforceSorted: false`,
    );
  }
  const longest = lengths[order[0]!]!;
  const batchSizes = Array.from({ length: longest }, (_, s) => lengths.filter((n) => n > s).length);
  const rows = batchSizes.flatMap((size, s) => order.slice(0, size).map((b) => s * batch + b));
  const data = indexSelect(reshape(t, [steps * batch, ...rest]), 0, fromData(Int32Array.from(rows)));
  if (sorted) return new PackedSequence(data, batchSizes);
  return new PackedSequence(
    data,
    batchSizes,
    order,
    order.map((_, i) => order.indexOf(i)),
  );
}

/**
 * Pads packed sequences: the reverse of `packPaddedSequence`.
 *
 * @param options `batchFirst`, default false; `paddingValue`, default 0; `totalLength`, by default that of the longest sequence.
 * @returns The padded sequences `(steps, batch, …)`, and their lengths.
 * @throws {RangeError} If `totalLength` is less than the longest sequence.
 * @example padPackedSequence(packPaddedSequence([[1, 2], [3, 0]], [2, 1]))[0].toArray() // [[1, 2], [3, 0]]
 */
export function padPackedSequence(
  packed: PackedSequence,
  options: { batchFirst?: boolean; paddingValue?: number; totalLength?: number } = {},
): [padded: Tensor, lengths: number[]] {
  const { data, batchSizes, unsortedIndices } = packed;
  const { batchFirst = false, paddingValue = 0, totalLength = batchSizes.length } = options;
  if (totalLength < batchSizes.length) {
    throw new RangeError(`Cannot pad to ${totalLength} steps: the longest sequence has ${batchSizes.length}`);
  }
  const batch = batchSizes[0]!;
  const rest = data.shape.slice(1);
  const padding = data.shape[0]!;
  let start = 0;
  const rows = Array.from({ length: totalLength }, (_, s) => {
    const size = batchSizes[s] ?? 0;
    const first = start;
    start += size;
    return Array.from({ length: batch }, (_, b) => (b < size ? first + b : padding));
  }).flat();
  const table = cat([data, full([1, ...rest], paddingValue, { dtype: data.dtype })]);
  const flat = indexSelect(table, 0, fromData(Int32Array.from(rows)));
  const padded = reorder(reshape(flat, [totalLength, batch, ...rest]), 1, unsortedIndices);
  const lengths = Array.from({ length: batch }, (_, b) => batchSizes.filter((size) => size > b).length);
  return [batchFirst ? transpose(padded, 0, 1) : padded, unsortedIndices?.map((at) => lengths[at]!) ?? lengths];
}

/**
 * Pads a list of sequences to the length of the longest.
 *
 * Shapes: `(steps, …)` each → `(steps, sequences, …)`, or `(sequences, steps, …)` if `batchFirst`.
 *
 * @param options `batchFirst`, default false; `paddingValue`, default 0.
 * @throws {RangeError} If there are none, or they differ in more than length.
 * @example padSequence([[1, 2], [3]], { batchFirst: true }).toArray() // [[1, 2], [3, 0]]
 */
export function padSequence(
  sequences: readonly TensorLike[],
  options: { batchFirst?: boolean; paddingValue?: number } = {},
): Tensor {
  const { batchFirst = false, paddingValue = 0 } = options;
  const list = sequences.map((x) => asTensor(x));
  const [first] = list;
  if (first === undefined) throw new RangeError("Cannot pad no sequences: give at least one");
  const rest = first.shape.slice(1);
  for (const x of list) {
    if (x.ndim !== first.ndim || show(x.shape.slice(1)) !== show(rest)) {
      throw new RangeError(
        `Cannot pad ${show(first.shape)} and ${show(x.shape)} together: they may differ in length only`,
      );
    }
  }
  const longest = Math.max(...list.map((x) => x.shape[0]!));
  const rows = list.map((x) => {
    const missing = [longest - x.shape[0]!, ...rest];
    const filled = sizeOf(missing) === 0 ? x : cat([x, full(missing, paddingValue, { dtype: x.dtype })]);
    return reshape(filled, [1, longest, ...rest]);
  });
  const padded = cat(rows);
  return batchFirst ? padded : transpose(padded, 0, 1);
}

/**
 * Packs a list of sequences.
 *
 * @param options `enforceSorted`, whether the lengths must not rise, default true.
 * @throws {RangeError} If there are none, one is empty, or lengths rise although `enforceSorted`.
 * @example packSequence([[1, 2], [3]]).batchSizes // [2, 1]
 */
export function packSequence(
  sequences: readonly TensorLike[],
  options: { enforceSorted?: boolean } = {},
): PackedSequence {
  const list = sequences.map((x) => asTensor(x));
  return packPaddedSequence(
    padSequence(list),
    list.map((x) => x.shape[0]!),
    options,
  );
}
