/** Normalization by mean and variance, which layer, batch, group, instance and root mean square normalization have in common. */
import { reserve } from "../allocation.ts";
import { apply, isObserved, type OpSpec } from "../autograd/apply.ts";
import { isGradEnabled } from "../autograd/mode.ts";
import { contiguous } from "../autograd/primitives.ts";
import type { Affine, Normalization } from "../backends/backend.ts";
import { fewestToWait } from "../backends/deferred.ts";
import { backend } from "../backends/index.ts";
import { zerosLike } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import { show } from "../shape.ts";
import { packedView, Storage, type View } from "../storage.ts";
import { type Tensor, unfilled, view } from "../tensor.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { rsqrt, square } from "./math.ts";
import { mean, sum } from "./reduction.ts";
import { reshape } from "./shape.ts";

export type { Normalization } from "../backends/backend.ts";

/** Which of the inputs after x are there, and where the statistics go: all means, then all variances. */
type Arguments = [how: Normalization, hasWeight: boolean, hasBias: boolean, statistics: Tensor];

const normalizeOp: OpSpec<Arguments> = {
  name: "normalize",
  forward: (inputs, how, hasWeight, _, statistics) => {
    const [x, second = null, third = null] = inputs.map(contiguous) as [Tensor, ...Tensor[]];
    const [weight, bias] = hasWeight ? [second, third] : [null, second];
    const out = unfilled(x.shape, x.dtype);
    backend.normalize(x, { weight, bias }, how, out, statistics);
    return out;
  },
  backward: (dy, saved, how, hasWeight, hasBias, statistics) => {
    const [x, weight] = [saved.input(0), hasWeight ? saved.input(1) : null];
    // What is itself recorded is made of ops that have derivatives.
    const grads = isGradEnabled()
      ? recordedGradients(dy, x, weight, how)
      : fusedGradients(dy, x, weight, how, statistics);
    const by = [grads.x];
    if (hasWeight) by.push(reshape(grads.weight, saved.shape(1)));
    if (hasBias) by.push(reshape(grads.bias, saved.shape(hasWeight ? 2 : 1)));
    return by;
  },
};

interface Gradients {
  readonly x: Tensor;
  readonly weight: Tensor;
  readonly bias: Tensor;
}

function fusedGradients(
  dy: Tensor,
  x: Tensor,
  weight: Tensor | null,
  how: Normalization,
  statistics: Tensor,
): Gradients {
  const channels = how.sizes[1] * how.sizes[2];
  const to = {
    x: unfilled(x.shape, x.dtype),
    weight: unfilled([channels], x.dtype),
    bias: unfilled([channels], x.dtype),
  };
  backend.normalizeBackward(contiguous(dy), contiguous(x), weight && contiguous(weight), how, statistics, to);
  return to;
}

/** How many means there are. */
const setsOf = ({ sizes: [samples, groups, channels], over }: Normalization): number =>
  over === "channel" ? channels : samples * groups;

/** The dimensions of (samples, groups, channels, size) that a mean is taken over. */
const dimsOf = ({ over }: Normalization): number[] => (over === "channel" ? [0, 3] : [2, 3]);

/** The elements with mean 0 and variance 1, and what that took, in four dimensions. */
function unitOf(x: Tensor, how: Normalization) {
  const options = { dim: dimsOf(how), keepDim: true };
  const elements = reshape(x, how.sizes);
  const center = how.centered ? mean(elements, options) : null;
  const deviation = center === null ? elements : sub(elements, center);
  const variance = mean(square(deviation), options);
  const scale = rsqrt(add(variance, how.eps));
  return { unit: mul(deviation, scale), scale, center, variance };
}

/** One number a channel, to broadcast against four dimensions. */
const broad = (v: Tensor, { sizes }: Normalization): Tensor => reshape(v, [1, sizes[1], sizes[2], 1]);

function recordedGradients(dy: Tensor, x: Tensor, weight: Tensor | null, how: Normalization): Gradients {
  const options = { dim: dimsOf(how), keepDim: true };
  const { unit, scale } = unitOf(x, how);
  const slope = reshape(dy, how.sizes);
  const tilted = mul(slope, unit);
  const g = weight === null ? slope : mul(slope, broad(weight, how));
  const along = mul(unit, mean(mul(g, unit), options));
  const free = how.centered ? sub(sub(g, mean(g, options)), along) : sub(g, along);
  return {
    x: reshape(mul(free, scale), x.shape),
    weight: sum(tilted, { dim: [0, 3] }),
    bias: sum(slope, { dim: [0, 3] }),
  };
}

/**
 * Lets an activation function have the memory of what it is applied to. Where x is kept for backward anyway, it can be normalized once more for whoever
 * looks at it after that.
 */
function offerMemory(output: Tensor, x: Tensor, { weight, bias }: Affine, how: Normalization): void {
  const inputs = [x, weight, bias].filter((v) => v !== null);
  if (backend.chain === undefined || x.storage.isLent || !inputs.every(({ isContiguous }) => isContiguous)) return;
  const from = packedView(x.storage.take(), x.dtype, x.shape, x.offset);
  // An optimizer changes them, while x stays.
  const copy = (v: View | null) =>
    v && packedView(new Storage(v.storage.home.slice(v.offset, v.offset + v.size)), v.dtype);
  const affine = { weight: copy(weight), bias: copy(bias) };
  output.storage.renewBy(() => {
    const storage = reserve(x.dtype, x.size);
    const sets = unfilled([2, setsOf(how)], x.dtype);
    backend.normalize(from, affine, how, packedView(storage, x.dtype), sets);
    return storage;
  });
}

/** A normalized tensor, and what it was normalized by, unrecorded: a number for each set of elements that are normalized together. */
export interface Normalized {
  readonly output: Tensor;
  /** Zeros if the mean was not taken off. */
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** The same from ops, for types that differ and for those who want to see the ops. */
function composed(x: Tensor, how: Normalization, weight: Tensor | null, bias: Tensor | null): Normalized {
  const { unit, center, variance } = unitOf(x, how);
  const scaled = weight === null ? unit : mul(unit, broad(weight, how));
  const shifted = bias === null ? scaled : add(scaled, broad(bias, how));
  const flat = (v: Tensor) => reshape(v.detach(), [-1]);
  const output = reshape(shifted, x.shape);
  return { output, mean: center === null ? zerosLike(flat(variance)) : flat(center), variance: flat(variance) };
}

/**
 * `(x − mean) / √(variance + ε) · weight + bias`, by the mean and the biased variance of the elements that `how` takes together.
 *
 * @param x Of as many elements as `how.sizes` says.
 * @param affine A factor and a summand for each channel of each group, or none.
 * @throws {RangeError} If there are not as many factors or summands.
 */
export function normalizeBy(
  x: Tensor,
  how: Normalization,
  { weight = null, bias = null }: { weight?: Tensor | null; bias?: Tensor | null } = {},
): Normalized {
  const [, groups, channels] = how.sizes;
  const sets = setsOf(how);
  for (const v of [weight, bias]) {
    if (v !== null && v.size !== groups * channels) {
      throw new RangeError(
        `Cannot scale what is normalized in ${groups * channels} channels by a weight or bias of shape ${show(v.shape)}`,
      );
    }
  }
  const inputs = [x, weight, bias].filter((v) => v !== null);
  if (isObserved() || !isFloating(x.dtype) || inputs.some(({ dtype }) => dtype !== x.dtype)) {
    return composed(x, how, weight, bias);
  }
  const statistics = unfilled([2, sets], x.dtype);
  const output = apply(normalizeOp, inputs, [how, weight !== null, bias !== null, statistics]);
  if (output.gradFn !== null && output.size >= fewestToWait) offerMemory(output, x, { weight, bias }, how);
  const row = (i: number) => view(statistics, [sets], [1], statistics.offset + i * sets);
  return { output, mean: row(0), variance: row(1) };
}
