/** First values of parameters. All fill a tensor in place and return it; draws come from the default generator or the option `generator`. */
import { withGrad } from "../autograd/mode.ts";
import { fromData } from "../creation.ts";
import { copy_, fill_ } from "../ops/inplace.ts";
import { normal_ as drawNormal, uniform_ as drawUniform, type RandomSource, randn } from "../random.ts";
import { show } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { isSkippingInit } from "./skip-init.ts";

/** The functions that `calculateGain` knows. */
export type Nonlinearity = "linear" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";

/** Which way the variance is kept: of activations forward (inputs of a unit count) or of gradients backward (outputs count). */
export type FanMode = "fanIn" | "fanOut";

/** Runs a fill without recording: parameters may be filled although they require gradients. */
function unrecorded<T>(fill: () => T): T {
  return withGrad(false, fill);
}

/** Fills with numbers drawn uniformly from [a, b). @param options `a`, default 0; `b`, default 1. @example uniform_(zeros([2, 3])).shape // [2, 3] */
export function uniform_(x: Tensor, options: RandomSource & { a?: number; b?: number } = {}): Tensor {
  const { a = 0, b = 1, generator } = options;
  if (isSkippingInit()) return x;
  return unrecorded(() => drawUniform(x, { from: a, to: b, generator }));
}

/** Fills with normal numbers. @param options `mean`, default 0; `std`, default 1. @example normal_(zeros([2, 3])).shape // [2, 3] */
export function normal_(x: Tensor, options: RandomSource & { mean?: number; std?: number } = {}): Tensor {
  if (isSkippingInit()) return x;
  return unrecorded(() => drawNormal(x, options));
}

/** Fills with one value. @example constant_(zeros([2]), 3).toArray() // [3, 3] */
export function constant_(x: Tensor, value: number): Tensor {
  return unrecorded(() => fill_(x, value));
}

/** Fills with zeros. @example zeros_(ones([2])).toArray() // [0, 0] */
export function zeros_(x: Tensor): Tensor {
  return constant_(x, 0);
}

/** Fills with ones. @example ones_(zeros([2])).toArray() // [1, 1] */
export function ones_(x: Tensor): Tensor {
  return constant_(x, 1);
}

/** Fills a matrix with the identity. @example eye_(zeros([2, 2])).toArray() // [[1, 0], [0, 1]] */
export function eye_(x: Tensor): Tensor {
  if (x.ndim !== 2) throw new RangeError(`Cannot fill ${show(x.shape)} with the identity: it must be a matrix`);
  const [rows, columns] = x.shape as [number, number];
  const values = new Float64Array(rows * columns);
  for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1;
  return unrecorded(() => copy_(x, fromData(values, x.shape)));
}

/**
 * How many inputs reach a unit and how many outputs leave from one, by the shape of a weight.
 *
 * Shapes: `(outputs, inputs, …)`; further dimensions are a filter's, all of which count.
 *
 * @throws {RangeError} If there are fewer than two dimensions.
 * @example calculateFan(zeros([3, 2])) // { fanIn: 2, fanOut: 3 }
 */
export function calculateFan(x: Tensor): Record<FanMode, number> {
  if (x.ndim < 2)
    throw new RangeError(`Cannot count the inputs of a weight of shape ${show(x.shape)}: it needs 2 dimensions`);
  const [outputs, inputs, ...filter] = x.shape as [number, number, ...number[]];
  const field = filter.reduce((product, size) => product * size, 1);
  return { fanIn: inputs * field, fanOut: outputs * field };
}

/**
 * The factor by which weights must be larger, so that a nonlinearity does not shrink what passes: √2 for ReLU, which loses half of it.
 *
 * @param slope The slope below 0 of leakyRelu; default 0.01.
 * @example calculateGain("relu") // 1.414…, i.e. √2
 */
export function calculateGain(nonlinearity: Nonlinearity, slope = 0.01): number {
  switch (nonlinearity) {
    case "linear":
    case "sigmoid":
      return 1;
    case "tanh":
      return 5 / 3;
    case "relu":
      return Math.SQRT2;
    case "leakyRelu":
      return Math.sqrt(2 / (1 + slope ** 2));
    case "selu":
      return 3 / 4;
    default:
      throw new RangeError(
        `Cannot give the gain of ${String(nonlinearity)}: it is none of linear, sigmoid, tanh, relu, leakyRelu, selu`,
      );
  }
}

/** How Xavier initialisation draws. */
export interface XavierOptions extends RandomSource {
  /** From `calculateGain`; default 1. */
  gain?: number;
}

/**
 * Xavier (Glorot) initialisation, uniform on ±gain · √(6 / (fanIn + fanOut)).
 *
 * @see Glorot and Bengio (2010); book §2.7.
 * @example xavierUniform_(zeros([3, 2])).shape // [3, 2]
 */
export function xavierUniform_(x: Tensor, options: XavierOptions = {}): Tensor {
  const { fanIn, fanOut } = calculateFan(x);
  const bound = Math.sqrt(3) * ((options.gain ?? 1) * Math.sqrt(2 / (fanIn + fanOut)));
  return uniform_(x, { a: -bound, b: bound, generator: options.generator });
}

/**
 * Xavier (Glorot) initialisation, normal with standard deviation gain · √(2 / (fanIn + fanOut)).
 *
 * @see Glorot and Bengio (2010); book §2.7.
 * @example xavierNormal_(zeros([3, 2])).shape // [3, 2]
 */
export function xavierNormal_(x: Tensor, options: XavierOptions = {}): Tensor {
  const { fanIn, fanOut } = calculateFan(x);
  return normal_(x, { std: (options.gain ?? 1) * Math.sqrt(2 / (fanIn + fanOut)), generator: options.generator });
}

/** How Kaiming initialisation draws. */
export interface KaimingOptions extends RandomSource {
  /** The slope of leakyRelu below 0; default 0. */
  a?: number;
  /** Default fanIn. */
  mode?: FanMode;
  /** Default leakyRelu. */
  nonlinearity?: Nonlinearity;
}

function kaimingStd(x: Tensor, { a = 0, mode = "fanIn", nonlinearity = "leakyRelu" }: KaimingOptions): number {
  return calculateGain(nonlinearity, a) / Math.sqrt(calculateFan(x)[mode]);
}

/**
 * Kaiming (He) initialisation, uniform on ±gain · √(3 / fan).
 *
 * @see He et al. (2015); book §2.7.
 * @example kaimingUniform_(zeros([3, 2])).shape // [3, 2]
 */
export function kaimingUniform_(x: Tensor, options: KaimingOptions = {}): Tensor {
  if (x.size === 0) return x;
  const bound = Math.sqrt(3) * kaimingStd(x, options);
  return uniform_(x, { a: -bound, b: bound, generator: options.generator });
}

/**
 * Kaiming (He) initialisation, normal with standard deviation gain / √fan.
 *
 * @see He et al. (2015); book §2.7.
 * @example kaimingNormal_(zeros([3, 2])).shape // [3, 2]
 */
export function kaimingNormal_(x: Tensor, options: KaimingOptions = {}): Tensor {
  if (x.size === 0) return x;
  return normal_(x, { std: kaimingStd(x, options), generator: options.generator });
}

/**
 * Fills with a random matrix whose rows, or columns if those are fewer, are orthogonal and of length `gain`. Such a layer keeps lengths.
 *
 * Shapes: `(rows, …)`, taken as a matrix of `rows` rows.
 *
 * @see Saxe, McClelland and Ganguli (2014).
 * @example orthogonal_(zeros([3, 2])).shape // [3, 2]
 */
export function orthogonal_(x: Tensor, options: RandomSource & { gain?: number } = {}): Tensor {
  if (x.ndim < 2) throw new RangeError(`Cannot make ${show(x.shape)} orthogonal: it needs 2 dimensions`);
  const { gain = 1, generator } = options;
  const rows = x.shape[0]!;
  const columns = rows === 0 ? 0 : x.size / rows;
  const { data } = randn([rows, columns], { dtype: x.dtype, generator });
  // The shorter side is made orthogonal: vectors of the longer side's length, in double precision.
  const wide = rows < columns;
  const [count, length] = wide ? [rows, columns] : [columns, rows];
  const vectors = Array.from({ length: count }, (_, v) =>
    Float64Array.from({ length }, (_, i) => data[wide ? v * columns + i : i * columns + v]!),
  );
  orthonormalize(vectors);
  const values = new Float64Array(x.size);
  vectors.forEach((vector, v) => {
    for (let i = 0; i < length; i++) values[wide ? v * columns + i : i * columns + v] = gain * vector[i]!;
  });
  return unrecorded(() => copy_(x, fromData(values, x.shape)));
}

/** Gram–Schmidt, each vector twice, which is enough for full precision. */
function orthonormalize(vectors: Float64Array[]): void {
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  vectors.forEach((vector, v) => {
    for (let round = 0; round < 2; round++) {
      for (const other of vectors.slice(0, v)) {
        const share = dot(vector, other);
        for (let i = 0; i < vector.length; i++) vector[i]! -= share * other[i]!;
      }
    }
    const length = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  });
}
