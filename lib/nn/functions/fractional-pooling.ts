/** Max pooling by fractions: windows that begin at random distances, so that sizes shrink by any factor. */
import { asTensor, fromData } from "../../creation.ts";
import { broadcastTo } from "../../ops/arrangement.ts";
import type { ValuesAndIndices } from "../../ops/extremes.ts";
import { gather } from "../../ops/indexing.ts";
import { maxPoolWithIndices } from "../../ops/max-pooling.ts";
import { reshape } from "../../ops/shape.ts";
import { batched, type PerDim, perDim } from "../../ops/spatial.ts";
import { type RandomSource, rand } from "../../random.ts";
import { show } from "../../shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";

/** Options of fractional max pooling: the size of the result, or its share of the input's. */
export interface FractionalMaxPoolOptions extends RandomSource {
  /** The sizes of the result, one for all dimensions or a list. */
  outputSize?: PerDim;
  /** The sizes of the result as shares of the input's, in (0, 1). */
  outputRatio?: number | readonly number[];
  /** Where windows begin, in [0, 1): `(batch, channels, dimensions)`, columns first for planes, depth first for volumes; drawn if left out. */
  randomSamples?: TensorLike;
}

function outputSizes(name: string, sizes: readonly number[], options: FractionalMaxPoolOptions): number[] {
  const { outputSize, outputRatio } = options;
  if ((outputSize === undefined) === (outputRatio === undefined)) {
    throw new RangeError(`Cannot ${name}: give outputSize or outputRatio, one of the two`);
  }
  if (outputSize !== undefined) return perDim(outputSize, sizes.length, "outputSize", 1);
  const ratios = typeof outputRatio === "number" ? sizes.map(() => outputRatio) : outputRatio!;
  if (ratios.length !== sizes.length || ratios.some((ratio) => !(ratio > 0 && ratio < 1))) {
    throw new RangeError(`Cannot ${name} with outputRatio ${show([...ratios])}: give numbers between 0 and 1`);
  }
  return sizes.map((size, d) => Math.floor(size * ratios[d]!));
}

/** Where the windows of a dimension begin: steps of α = (size − window) / (count − 1), shifted by a random part of one; the last at the end. */
function starts(size: number, window: number, count: number, sample: number, round: (x: number) => number): number[] {
  const alpha = round((size - window) / (count - 1));
  return Array.from({ length: count }, (_, i) =>
    i === count - 1 ? size - window : Math.trunc(round(round(i + sample) * alpha)) - Math.trunc(round(sample * alpha)),
  );
}

function fractionalMaxPool(
  name: string,
  rank: number,
  input: TensorLike,
  kernelSize: PerDim,
  options: FractionalMaxPoolOptions,
): ValuesAndIndices {
  const { x, restore } = batched(name, asTensor(input), rank);
  const [batch, channels, ...sizes] = x.shape as [number, number, ...number[]];
  const window = perDim(kernelSize, rank, "kernelSize", 1);
  const out = outputSizes(name, sizes, options);
  if (out.some((count, d) => count < 1 || count + window[d]! - 1 > sizes[d]!)) {
    throw new RangeError(`Cannot ${name} ${show(x.shape)} to ${show(out)}: windows of ${show(window)} do not fit`);
  }
  const shape = [batch, channels, rank];
  const given = options.randomSamples ?? rand(shape, { dtype: x.dtype, generator: options.generator });
  const samples = broadcastTo(asTensor(given, { dtype: x.dtype }), shape).contiguous().data;
  const round = x.dtype === "float32" ? Math.fround : (value: number) => value;
  // The elements under all windows side by side, a row of positions for each channel.
  const rows = out.reduce((a, b, d) => a * b * window[d]!, 1);
  const places = new Int32Array(batch * channels * rows);
  for (let plane = 0; plane < batch * channels; plane++) {
    const lines = sizes.map((size, d) => {
      // PyTorch's samples go from columns to rows in planes, and from depth to columns in volumes.
      const sample = samples[plane * rank + (rank === 2 ? 1 - d : d)]!;
      return starts(size, window[d]!, out[d]!, sample, round).flatMap((start) =>
        Array.from({ length: window[d]! }, (_, k) => start + k),
      );
    });
    let positions = [0];
    lines.forEach((line, d) => {
      positions = positions.flatMap((before) => line.map((at) => before * sizes[d]! + at));
    });
    places.set(positions, plane * rows);
  }
  const table = fromData(places, [batch * channels, rows]);
  const wide = out.map((count, d) => count * window[d]!);
  const spread = reshape(gather(reshape(x, [batch * channels, -1]), 1, table), [batch * channels, 1, ...wide]);
  const { values, indices } = maxPoolWithIndices(spread, window);
  const flat = reshape(indices, [batch * channels, -1]);
  const result = [batch, channels, ...out];
  return { values: restore(reshape(values, result)), indices: restore(reshape(gather(table, 1, flat), result)) };
}

/**
 * Max pooling of planes to any size: windows begin at random distances, the same for all rows and all columns of a channel.
 *
 * Shapes: `(batch, channels, rows, columns)` or without batch → the same with smaller planes.
 *
 * @param kernelSize The size of the window.
 * @param options `outputSize` or `outputRatio`; `randomSamples`, `generator`.
 * @throws {RangeError} If not just one of `outputSize` and `outputRatio` is given, or the windows do not fit.
 * @see Graham (2014).
 * @example fractionalMaxPool2d(rand([1, 2, 8, 8]), 2, { outputRatio: 0.6 }).shape // [1, 2, 4, 4]
 */
export function fractionalMaxPool2d(x: TensorLike, kernelSize: PerDim, options: FractionalMaxPoolOptions): Tensor {
  return fractionalMaxPool("fractionalMaxPool2d", 2, x, kernelSize, options).values;
}

/** Max pooling of volumes to any size. @see fractionalMaxPool2d @example fractionalMaxPool3d(rand([1, 2, 4, 4, 4]), 2, { outputSize: 3 }).shape // [1, 2, 3, 3, 3] */
export function fractionalMaxPool3d(x: TensorLike, kernelSize: PerDim, options: FractionalMaxPoolOptions): Tensor {
  return fractionalMaxPool("fractionalMaxPool3d", 3, x, kernelSize, options).values;
}

/** Fractional max pooling with the positions of what it found; of planes or, with lists of three sizes, volumes. @example fractionalMaxPoolWithIndices(rand([1, 1, 4, 4]), [2, 2], { outputSize: 3 }).indices.shape // [1, 1, 3, 3] */
export function fractionalMaxPoolWithIndices(
  x: TensorLike,
  kernelSize: readonly number[],
  options: FractionalMaxPoolOptions,
): ValuesAndIndices {
  return fractionalMaxPool("fractionalMaxPoolWithIndices", kernelSize.length, x, kernelSize, options);
}
