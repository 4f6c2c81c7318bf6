/** Random tensors. Every draw comes from a generator that a seed fixes: the default one, or the option `generator`. */
import { withGrad } from "./autograd/mode.ts";
import { asTensor, fromData, type TensorOptions } from "./creation.ts";
import { allocate, type DType, defaultDtype, floatingDtype, isFloating, type TypedArray } from "./dtype.ts";
import { add, mul } from "./ops/arithmetic.ts";
import { defaultGenerator, type RandomGenerator, type RandomSource } from "./random/generator.ts";
import { broadcastShapes, checkShape, type Shape, show, sizeOf } from "./shape.ts";
import { type Tensor, type TensorLike, unfilled } from "./tensor.ts";

export { bernoulli_, normal_, uniform_ } from "./random/fill.ts";
export {
  defaultGenerator,
  type GeneratorState,
  manualSeed,
  RandomGenerator,
  type RandomSource,
} from "./random/generator.ts";

/** How a new random tensor is made. */
export interface RandomOptions extends TensorOptions, RandomSource {}

/** Makes a tensor of a floating type and lets `draw` fill it. */
function drawn(
  shape: Shape,
  options: RandomOptions,
  draw: (array: TypedArray, generator: RandomGenerator) => void,
): Tensor {
  checkShape(shape, "draw a tensor");
  const { dtype = defaultDtype, generator = defaultGenerator } = options;
  if (!isFloating(dtype))
    throw new TypeError(`Cannot draw ${dtype} numbers from a continuous distribution: use randint`);
  const result = unfilled(shape, dtype);
  draw(result.storage.elements, generator);
  return options.requiresGrad ? result.requiresGrad_() : result;
}

/**
 * Numbers drawn uniformly from [0, 1).
 *
 * @param shape Sizes.
 * @example rand([2, 3]).shape // [2, 3]
 */
export function rand(shape: Shape, options: RandomOptions = {}): Tensor {
  return drawn(shape, options, (array, generator) => generator.fillUniform(array));
}

/**
 * Numbers drawn from the normal distribution with mean 0 and variance 1.
 *
 * @param shape Sizes.
 * @example randn([2, 3]).shape // [2, 3]
 */
export function randn(shape: Shape, options: RandomOptions = {}): Tensor {
  return drawn(shape, options, (array, generator) => generator.fillNormal(array));
}

/** As rand, in the shape and type of `x`. @example randLike([1, 2]).shape // [2] */
export function randLike(x: TensorLike, options: RandomOptions = {}): Tensor {
  const { shape, dtype } = asTensor(x);
  return rand(shape, { dtype, ...options });
}

/** As randn, in the shape and type of `x`. @example randnLike([1, 2]).shape // [2] */
export function randnLike(x: TensorLike, options: RandomOptions = {}): Tensor {
  const { shape, dtype } = asTensor(x);
  return randn(shape, { dtype, ...options });
}

/**
 * Normal numbers with the given means and standard deviations, which broadcast to the shape of the result.
 *
 * @param mean Any shape, or a number.
 * @param std Any shape, or a number; ≥ 0.
 * @throws {RangeError} If a standard deviation is negative.
 * @example normal([0, 100], 0).toArray() // [0, 100]
 */
export function normal(mean: TensorLike, std: TensorLike, options: RandomOptions = {}): Tensor {
  const [m, s] = [asTensor(mean), asTensor(std)];
  const least = s.data.find((value) => !(value >= 0));
  if (least !== undefined) throw new RangeError(`Cannot draw with standard deviation ${least}: it must be ≥ 0`);
  const shape = broadcastShapes(m.shape, s.shape, "draw normal numbers with");
  const { requiresGrad = false, ...rest } = options;
  const drawn = withGrad(false, () => add(mul(randn(shape, rest), s), m));
  return requiresGrad ? drawn.requiresGrad_() : drawn;
}

/** Whole numbers drawn uniformly from `low` to before `high`, in the shape and type of `x`. @example randintLike([1, 2], 5, 6).toArray() // [5, 5] */
export function randintLike(x: TensorLike, low: number, high: number, options: RandomOptions = {}): Tensor {
  const { shape, dtype } = asTensor(x);
  return randint(low, high, shape, { dtype, ...options });
}

/**
 * Whole numbers drawn uniformly from `low` to before `high`; int32 by default.
 *
 * @param low The least number, 0 if left out.
 * @param high One more than the greatest number.
 * @param shape Sizes.
 * @throws {RangeError} If there is no whole number in the range.
 * @example randint(1, 7, [2]).shape // [2]
 */
export function randint(high: number, shape: Shape, options?: RandomOptions): Tensor;
export function randint(low: number, high: number, shape: Shape, options?: RandomOptions): Tensor;
export function randint(
  first: number,
  second: number | Shape,
  third: Shape | RandomOptions = {},
  fourth: RandomOptions = {},
): Tensor {
  const short = typeof second !== "number";
  const [low, high] = short ? [0, first] : [first, second];
  const [shape, options] = (short ? [second, third] : [third, fourth]) as [Shape, RandomOptions];
  const range = high - low;
  if (!(Number.isInteger(low) && Number.isInteger(high) && range > 0 && range <= 2 ** 32)) {
    throw new RangeError(`Cannot draw whole numbers from ${low} to before ${high}: there must be 1 to 2³² of them`);
  }
  checkShape(shape, "draw a tensor");
  const { dtype = "int32", generator = defaultGenerator } = options;
  const array = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < array.length; i++) array[i] = low + generator.integer(range);
  const result = fromData(array, shape, dtype);
  return options.requiresGrad ? result.requiresGrad_() : result;
}

/**
 * The whole numbers from 0 to `count` − 1 in random order; int32.
 *
 * @see Fisher and Yates (1938), Durstenfeld (1964).
 * @example randperm(5).sum().item() // 10
 */
export function randperm(count: number, options: RandomSource & { dtype?: DType } = {}): Tensor {
  checkShape([count], "draw a permutation");
  const { dtype = "int32", generator = defaultGenerator } = options;
  const order = allocate(dtype, count);
  for (let i = 0; i < count; i++) order[i] = i;
  for (let i = 0; i < count - 1; i++) {
    const j = i + generator.integer(count - i);
    const at = order[i]!;
    order[i] = order[j]!;
    order[j] = at;
  }
  return fromData(order, [count]);
}

/**
 * Ones with the given probabilities, else zeros.
 *
 * @param probability In [0, 1], any shape; the result has the same shape.
 * @throws {RangeError} If a probability is not in [0, 1].
 * @example bernoulli([0, 1]).toArray() // [0, 1]
 */
export function bernoulli(probability: TensorLike, options: RandomSource = {}): Tensor {
  const p = asTensor(probability);
  const { generator = defaultGenerator } = options;
  const result = allocate(floatingDtype(p.dtype), p.size);
  const { data } = p;
  const single = result instanceof Float32Array;
  for (let i = 0; i < p.size; i++) {
    if (!(data[i]! >= 0 && data[i]! <= 1)) {
      throw new RangeError(`Cannot draw with probability ${data[i]}: it must be from 0 to 1`);
    }
    result[i] = (single ? generator.uniform24() : generator.uniform()) < data[i]! ? 1 : 0;
  }
  return fromData(result, p.shape);
}

/**
 * Counts of events that come by themselves, so many on average; of the floating type of the rates.
 *
 * Each is the number of exponential waits that fit into its rate, which takes time in proportion to it; PyTorch draws in another way, so its streams
 * differ.
 *
 * @param rate ≥ 0, any shape; the result has the same shape.
 * @throws {RangeError} If a rate is negative or infinite.
 * @example poisson([0, 0]).toArray() // [0, 0]
 */
export function poisson(rate: TensorLike, options: RandomSource = {}): Tensor {
  const rates = asTensor(rate);
  const { generator = defaultGenerator } = options;
  const result = allocate(floatingDtype(rates.dtype), rates.size);
  rates.data.forEach((value, i) => {
    if (!(value >= 0 && value < Infinity)) {
      throw new RangeError(`Cannot count events of rate ${value}: it must be ≥ 0 and finite`);
    }
    for (let wait = generator.exponential(); wait < value; wait += generator.exponential()) result[i]!++;
  });
  return fromData(result, rates.shape);
}

/**
 * Draws indices, each as likely as its weight.
 *
 * Shapes: `(classes)` → `(count)`, or `(rows, classes)` → `(rows, count)`.
 *
 * @param weights Not negative, not all 0; they need not sum to 1.
 * @param options `replacement`: whether an index can be drawn again; default false. `count`: how many to draw; default 1.
 * @throws {RangeError} If a weight is negative, or there are fewer positive weights than draws.
 * @see Efraimidis and Spirakis (2006) for draws without replacement.
 * @example multinomial([0, 1, 0]).toArray() // [1]
 */
export function multinomial(
  weights: TensorLike,
  options: RandomSource & { count?: number; replacement?: boolean } = {},
): Tensor {
  const w = asTensor(weights);
  const { count = 1, replacement = false, generator = defaultGenerator } = options;
  if (w.ndim !== 1 && w.ndim !== 2) {
    throw new RangeError(`Cannot draw from weights of shape ${show(w.shape)}: they must be a list or a matrix`);
  }
  checkShape([count], "draw indices");
  const classes = w.shape[w.ndim - 1]!;
  const rows = w.ndim === 1 ? 1 : w.shape[0]!;
  const result = new Int32Array(rows * count);
  const { data } = w;
  for (let r = 0; r < rows; r++) {
    const row = data.subarray(r * classes, (r + 1) * classes);
    checkWeights(row, replacement ? Math.min(count, 1) : count);
    result.set(
      replacement ? withReplacement(row, count, generator) : withoutReplacement(row, count, generator),
      r * count,
    );
  }
  return fromData(result, w.ndim === 1 ? [count] : [rows, count]);
}

function checkWeights(row: TypedArray, needed: number): void {
  let positive = 0;
  for (const weight of row) {
    if (!(weight >= 0 && weight < Infinity))
      throw new RangeError(`Cannot draw with weight ${weight}: it must be ≥ 0 and finite`);
    if (weight > 0) positive++;
  }
  if (positive < needed) {
    throw new RangeError(`Cannot draw ${needed} different indices: only ${positive} weights are positive`);
  }
}

function withReplacement(row: TypedArray, count: number, generator: RandomGenerator): number[] {
  let total = 0;
  const heights = Array.from(row, (weight) => (total += weight));
  return Array.from({ length: count }, () => {
    const level = generator.uniform() * total;
    let [low, high] = [0, heights.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (heights[middle]! > level) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

/** Up to so many indices are drawn by looking for the least. */
const fewDraws = 8;

/** The first `count` to arrive, if each index waits an exponential time of rate its weight: that is drawing one by one. */
function withoutReplacement(row: TypedArray, count: number, generator: RandomGenerator): number[] {
  const arrivals = new Float64Array(row.length);
  generator.fillExponential(arrivals);
  for (let i = 0; i < row.length; i++) arrivals[i] = row[i]! > 0 ? arrivals[i]! / row[i]! : Infinity;
  if (count > fewDraws) {
    const order = Array.from(row.keys()).sort((a, b) => arrivals[a]! - arrivals[b]!);
    return order.slice(0, count);
  }
  // For a few, looking through all of them takes less time than bringing them in order.
  return Array.from({ length: count }, () => {
    let first = 0;
    for (let i = 1; i < arrivals.length; i++) if (arrivals[i]! < arrivals[first]!) first = i;
    arrivals[first] = Infinity;
    return first;
  });
}
