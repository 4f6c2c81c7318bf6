/** What all losses share: how they are reduced, and that input and target must agree. */
import { asTensor } from "../creation.ts";
import { mean, sum } from "../ops/reduction.ts";
import { sameShape, show } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";

/** What becomes of the losses of elements or samples: their mean (default), their sum, or each for itself. */
export type Reduction = "mean" | "sum" | "none";

/** The option that all losses have. */
export interface LossOptions {
  reduction?: Reduction;
}

/** Reduces the losses of elements or samples. */
export function reduced(losses: Tensor, reduction: Reduction = "mean"): Tensor {
  switch (reduction) {
    case "mean":
      return mean(losses);
    case "sum":
      return sum(losses);
    case "none":
      return losses;
    default:
      throw new RangeError(`Cannot reduce a loss by ${String(reduction)}: it must be mean, sum or none`);
  }
}

/**
 * The target of the input's shape. PyTorch only warns when they differ and then broadcasts (n, 1) against (n) to (n, n), a mistake that costs
 * people days; here it throws, but one target number for all is fine.
 */
export function targetOf(name: string, x: Tensor, target: TensorLike): Tensor {
  const y = target instanceof Tensor ? target : asTensor(target, { dtype: x.dtype });
  if (y.ndim > 0 && !sameShape(x.shape, y.shape)) {
    throw new RangeError(
      `Cannot compute ${name} of ${show(x.shape)} against ${show(y.shape)}: the shapes must be equal`,
    );
  }
  return y;
}

/** Input and target of one shape; see `targetOf`. */
export function matched(name: string, input: TensorLike, target: TensorLike): [Tensor, Tensor] {
  const x = asTensor(input);
  return [x, targetOf(name, x, target)];
}
