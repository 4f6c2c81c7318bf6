/** What functions that treat each channel apart share. */
import { cast } from "../../autograd/primitives.ts";
import { add, mul, sub } from "../../ops/arithmetic.ts";
import { add_, mul_ } from "../../ops/inplace.ts";
import { rsqrt } from "../../ops/math.ts";
import { reshape } from "../../ops/shape.ts";
import type { Shape } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";

/** The shape of one number a channel, which broadcasts against `shape`: dimension 1 kept, all others 1. */
export function perChannel(shape: Shape): number[] {
  return shape.map((size, d) => (d === 1 ? size : 1));
}

/** What channels are normalized by when they do not go by their own numbers. */
interface Running {
  readonly runningMean: Tensor;
  readonly runningVar: Tensor;
  readonly eps: number;
  readonly weight?: Tensor | null;
  readonly bias?: Tensor | null;
}

/**
 * `(x − mean) / √(variance + ε) · weight + bias` by given means and variances of the channels, as `x · factor + shift`: two passes over x, and rounded as
 * PyTorch rounds it.
 */
export function normalizedBy(x: Tensor, { runningMean, runningVar, eps, weight, bias }: Running): Tensor {
  const shape = perChannel(x.shape);
  const scale = rsqrt(add(runningVar, eps));
  const factor = weight ? mul(scale, weight) : scale;
  const center = mul(runningMean, factor);
  const scaled = mul(x, reshape(factor, shape));
  return bias ? add(scaled, reshape(sub(bias, center), shape)) : sub(scaled, reshape(center, shape));
}

/** `average ← (1 − momentum) · average + momentum · value`, in place. */
export function follow_(average: Tensor, value: Tensor, momentum: number): void {
  const share = mul(cast(value.detach(), average.dtype), momentum);
  add_(mul_(average, 1 - momentum), reshape(share, average.shape));
}
