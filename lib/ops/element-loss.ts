/** Losses of elements against targets, averaged or added up: by one kernel each way, with nothing of the targets' size in between. */
import { apply, isObserved, type OpSpec } from "../autograd/apply.ts";
import { isGradEnabled } from "../autograd/mode.ts";
import { contiguous } from "../autograd/primitives.ts";
import type { ElementLoss } from "../backends/backend.ts";
import { backend } from "../backends/index.ts";
import { isFloating } from "../dtype.ts";
import { sameShape, scalarShape } from "../shape.ts";
import { type Tensor, unfilled } from "../tensor.ts";
import { mul } from "./arithmetic.ts";

/** The derivatives of a loss by x and by the target, from ops; `bend` is Huber's δ, 1 if not said. */
export interface Slopes {
  readonly byInput: (x: Tensor, y: Tensor, bend?: number) => Tensor;
  readonly byTarget: (x: Tensor, y: Tensor, bend?: number) => Tensor;
}

/** A loss that is multiplied by `scale` and added up over all elements. */
export type ElementLossOp = OpSpec<[scale: number, bend: number]>;

/** The op of a loss that the backend knows. */
export function elementLossOp(name: string, loss: ElementLoss, { byInput, byTarget }: Slopes): ElementLossOp {
  return {
    name,
    forward: (inputs, scale, bend) => {
      const x = inputs[0]!;
      const out = unfilled(scalarShape, x.dtype);
      backend.elementLoss(loss, contiguous(x), contiguous(inputs[1]!), scale, out, bend);
      return out;
    },
    backward: (dy, saved, scale, bend) => {
      const [x, y] = [saved.input(0), saved.input(1)];
      const dTarget = saved.wants(1) ? mul(mul(dy, scale), byTarget(x, y, bend)) : null;
      if (!saved.wants(0)) return [null, dTarget];
      if (isGradEnabled()) return [mul(mul(dy, scale), byInput(x, y, bend)), dTarget];
      const dx = unfilled(x.shape, x.dtype);
      backend.elementLossBackward(loss, dy, scale, contiguous(x), contiguous(y), dx, bend);
      return [dx, dTarget];
    },
    looksAt: "inputs",
  };
}

/**
 * The mean or the sum of the losses of x against targets y, times `factor`.
 *
 * @returns A number; null if the kernel cannot do it: for other shapes and types, for losses that are not to be reduced, and where somebody looks on.
 */
export function elementLoss(
  op: ElementLossOp,
  x: Tensor,
  y: Tensor,
  reduction: string,
  bend = 1,
  factor = 1,
): Tensor | null {
  if (reduction !== "mean" && reduction !== "sum") return null;
  if (x.dtype !== y.dtype || !isFloating(x.dtype) || !sameShape(x.shape, y.shape) || isObserved()) return null;
  return apply(op, [x, y], [reduction === "mean" ? factor / x.size : factor, bend]);
}
