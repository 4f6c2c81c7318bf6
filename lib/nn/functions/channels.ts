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

/** `(x − mean) / √(variance + ε) · weight + bias`, where everything broadcasts against x. */
export function normalized(
  x: Tensor,
  center: Tensor,
  variance: Tensor,
  eps: number,
  weight?: Tensor | null,
  bias?: Tensor | null,
) {
  const unit = mul(sub(x, center), rsqrt(add(variance, eps)));
  const scaled = weight ? mul(unit, weight) : unit;
  return bias ? add(scaled, bias) : scaled;
}

/** `average ← (1 − momentum) · average + momentum · value`, in place. */
export function follow_(average: Tensor, value: Tensor, momentum: number): void {
  const share = mul(cast(value.detach(), average.dtype), momentum);
  add_(mul_(average, 1 - momentum), reshape(share, average.shape));
}
