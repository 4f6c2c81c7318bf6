/** More first values of parameters: LeCun's, those for the logistic function, cut-off, sparse and identity ones. */
import { withGrad } from "../autograd/mode.ts";
import { fromData } from "../creation.ts";
import { copy_ } from "../ops/inplace.ts";
import { defaultGenerator } from "../random/generator.ts";
import { type RandomSource, randn, randperm } from "../random.ts";
import { show } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { calculateFan, normal_, uniform_ } from "./init.ts";

/** Overwrites a tensor with values, unrecorded. */
function filled(x: Tensor, values: Float64Array): Tensor {
  return withGrad(false, () => copy_(x, fromData(values, x.shape)));
}

/**
 * LeCun initialisation, uniform on ±√(3 / fanIn): sums of inputs of variance 1 have variance 1.
 *
 * @see LeCun, Bottou, Orr and Müller (1998); book §2.7.
 * @example lecunUniform_(zeros([3, 2])).shape // [3, 2]
 */
export function lecunUniform_(x: Tensor, options: RandomSource = {}): Tensor {
  const bound = Math.sqrt(3 / calculateFan(x).fanIn);
  return uniform_(x, { ...options, a: -bound, b: bound });
}

/**
 * LeCun initialisation, normal with standard deviation 1/√fanIn: sums of inputs of variance 1 have variance 1. It is what SELU asks for.
 *
 * @see LeCun, Bottou, Orr and Müller (1998); Klambauer et al. (2017); book §2.7.
 * @example lecunNormal_(zeros([3, 2])).shape // [3, 2]
 */
export function lecunNormal_(x: Tensor, options: RandomSource = {}): Tensor {
  return normal_(x, { ...options, std: 1 / Math.sqrt(calculateFan(x).fanIn) });
}

/**
 * The book's first form of Xavier initialisation, uniform on ±1/√fanIn. Its second, normalized form is `xavierUniform_`.
 *
 * @see Glorot and Bengio (2010), equation 1; book §2.7.1.
 * @example xavierSimple_(zeros([3, 2])).shape // [3, 2]
 */
export function xavierSimple_(x: Tensor, options: RandomSource = {}): Tensor {
  const bound = 1 / Math.sqrt(calculateFan(x).fanIn);
  return uniform_(x, { ...options, a: -bound, b: bound });
}

/** How initialisations for the logistic function draw. */
export interface LogisticOptions extends RandomSource {
  /** The number of neurons in the layer before; default fanIn. */
  neurons?: number;
}

/**
 * Initialisation for layers with the logistic function, normal with standard deviation 3.6/√n: there the slope of the sigmoid, at most ¼, is made up
 * for.
 *
 * @see book §2.7.
 * @example logistic_(zeros([3, 2])).shape // [3, 2]
 */
export function logistic_(x: Tensor, options: LogisticOptions = {}): Tensor {
  const { neurons = calculateFan(x).fanIn, ...source } = options;
  return normal_(x, { ...source, std: 3.6 / Math.sqrt(neurons) });
}

/**
 * Initialisation of deep nets with the logistic function: as `logistic_`, but with mean `max(−1, −8/n)`, by which gradients do not vanish over 10 or
 * 15 layers: what the units of a layer have in common is passed on with a factor of −8 σ′ ≈ −1.2, and the gradient with it.
 *
 * @see Yilmaz and Poli (2022); book §2.7.
 * @example yilmazPoli_(zeros([3, 2])).shape // [3, 2]
 */
export function yilmazPoli_(x: Tensor, options: LogisticOptions = {}): Tensor {
  const { neurons = calculateFan(x).fanIn, ...source } = options;
  return normal_(x, { ...source, mean: Math.max(-1, -8 / neurons), std: 3.6 / Math.sqrt(neurons) });
}

/** How cut-off normal numbers are drawn. */
export interface TruncatedOptions extends RandomSource {
  /** Default 0. */
  mean?: number;
  /** Default 1. */
  std?: number;
  /** The least value; default −2. */
  a?: number;
  /** The greatest value; default 2. */
  b?: number;
}

/**
 * Fills with normal numbers between two bounds, by drawing again whatever lies outside.
 *
 * @param options `mean`, default 0; `std`, default 1; `a` and `b`, the bounds themselves and not in standard deviations, default ∓2.
 * @throws {RangeError} If the bounds are farther than six standard deviations to one side of the mean, or in the wrong order.
 * @example truncNormal_(zeros([100])).abs().amax().item() <= 2 // true
 */
export function truncNormal_(x: Tensor, options: TruncatedOptions = {}): Tensor {
  const { mean = 0, std = 1, a = -2, b = 2, generator = defaultGenerator } = options;
  // Farther out hardly any draw would fall between the bounds.
  if (!(a < b) || !(std > 0) || a > mean + 6 * std || b < mean - 6 * std) {
    throw new RangeError(
      `Cannot draw normal numbers of mean ${mean} and standard deviation ${std} between ${a} and ${b}: too few lie there`,
    );
  }
  const values = new Float64Array(x.size);
  let at = 0;
  while (at < values.length) {
    for (const draw of randn([Math.max(16, values.length - at)], { dtype: "float64", generator }).data) {
      const value = mean + std * draw;
      if (value >= a && value <= b && at < values.length) values[at++] = value;
    }
  }
  return filled(x, values);
}

/**
 * Fills a matrix with normal numbers, and sets a share of each column to 0.
 *
 * @param sparsity The share of zeros in each column, from 0 to 1, rounded up to whole elements.
 * @param options `std`, the standard deviation of the others; default 0.01.
 * @throws {RangeError} If it is no matrix, or the share is not from 0 to 1.
 * @see Martens (2010).
 * @example sparse_(zeros([4, 2]), 0.5).eq(0).sum().item() // 4
 */
export function sparse_(x: Tensor, sparsity: number, options: RandomSource & { std?: number } = {}): Tensor {
  const { std = 0.01, generator = defaultGenerator } = options;
  if (x.ndim !== 2) throw new RangeError(`Cannot fill ${show(x.shape)} sparsely: it must be a matrix`);
  if (!(sparsity >= 0 && sparsity <= 1)) {
    throw new RangeError(`Cannot set a share of ${sparsity} to 0: it must be from 0 to 1`);
  }
  const [rows, columns] = x.shape as [number, number];
  const values = Float64Array.from(randn([rows * columns], { dtype: "float64", generator }).data, (v) => v * std);
  for (let column = 0; column < columns; column++) {
    for (const row of randperm(rows, { generator }).data.subarray(0, Math.ceil(sparsity * rows))) {
      values[row * columns + column] = 0;
    }
  }
  return filled(x, values);
}

/**
 * Fills the filters of a convolution with the identity: each output channel is the input channel of the same number, as far as there are as many.
 *
 * Shapes: `(outputs, channels, …)` with one to three spatial dimensions.
 *
 * @param options `groups`: the identity is repeated for each group of outputs; default 1.
 * @throws {RangeError} If it is no filter, or the outputs are no multiple of the groups.
 * @see Zagoruyko and Komodakis (2017).
 * @example dirac_(zeros([1, 1, 3])).toArray() // [[[0, 1, 0]]]
 */
export function dirac_(x: Tensor, options: { groups?: number } = {}): Tensor {
  const { groups = 1 } = options;
  if (x.ndim < 3 || x.ndim > 5) {
    throw new RangeError(`Cannot fill ${show(x.shape)} with the identity: it must be a filter of 3 to 5 dimensions`);
  }
  const [outputs, channels, ...size] = x.shape as [number, number, ...number[]];
  if (outputs % groups !== 0) {
    throw new RangeError(`Cannot fill ${outputs} outputs in ${groups} groups: they must be a multiple`);
  }
  const values = new Float64Array(x.size);
  const perFilter = size.reduce((a, b) => a * b, 1);
  const middle = size.reduce((at, n) => at * n + Math.floor(n / 2), 0);
  const perGroup = outputs / groups;
  for (let g = 0; g < groups; g++) {
    for (let c = 0; c < Math.min(perGroup, channels); c++) {
      values[((g * perGroup + c) * channels + c) * perFilter + middle] = 1;
    }
  }
  return filled(x, values);
}
