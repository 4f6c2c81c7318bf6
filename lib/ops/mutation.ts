/** The bookkeeping of changes in place. */
import { isGradEnabled } from "../autograd/mode.ts";
import type { Tensor } from "../tensor.ts";

/** Throws if changing `x` in place would go unseen by autograd, and notes the change. Call it before writing into a tensor's storage. */
export function markChanged(x: Tensor, verb: string): void {
  if (x.requiresGrad && isGradEnabled()) {
    throw new TypeError(
      `Cannot ${verb} in place a tensor that requires a gradient: its values do not come from the graph; wrap it in noGrad()`,
    );
  }
  x.storage.version++;
}
