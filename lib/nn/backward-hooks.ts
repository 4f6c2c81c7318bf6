/** Watching the gradients that pass through a module on their way back. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { Tensor, view } from "../tensor.ts";
import type { Module } from "./module.ts";

/**
 * Sees the gradients of a module's inputs and outputs after backward passed it, null where there is none; a tensor that it returns replaces the
 * gradient of the input, if there is just one.
 */
export type BackwardHook = (
  module: Module,
  gradInputs: readonly (Tensor | null)[],
  gradOutputs: readonly (Tensor | null)[],
) => Tensor | undefined;

/** Passes a tensor on as one of its own, whose gradient can be watched without that of others who use it. */
const passOp: OpSpec = {
  name: "pass",
  forward: ([x]) => view(x!, x!.shape, x!.strides, x!.offset),
  backward: (dy) => [dy],
};

/** One run of the module: what came back so far. */
interface Passage {
  readonly gradInputs: (Tensor | null)[];
  readonly gradOutputs: (Tensor | null)[];
  /** How many inputs' gradients are still to come. */
  left: number;
}

/** Replaces each tensor that requires a gradient, arrays of them included. */
function watched(value: unknown, watch: (x: Tensor) => Tensor): unknown {
  if (Array.isArray(value)) return value.map((item) => watched(item, watch));
  return value instanceof Tensor && value.requiresGrad ? watch(value) : value;
}

/** Calls `hook` whenever backward has passed the module. @returns A function that removes the hook. */
export function hookBackward(module: Module, hook: BackwardHook): () => void {
  // A module may run inside of itself: the innermost run comes last.
  const running: Passage[] = [];
  const removeBefore = module.registerForwardPreHook((_, inputs) => {
    const passage: Passage = { gradInputs: [], gradOutputs: [], left: 0 };
    running.push(passage);
    return watched(inputs, (x) => {
      const at = passage.gradInputs.push(null) - 1;
      passage.left++;
      const own = apply(passOp, [x]);
      own.registerHook((grad) => {
        passage.gradInputs[at] = grad;
        if (--passage.left > 0) return undefined;
        const replaced = hook(module, passage.gradInputs, passage.gradOutputs);
        return passage.gradInputs.length === 1 ? replaced : undefined;
      });
      return own;
    });
  });
  const removeAfter = module.registerForwardHook((_, __, output) => {
    const passage = running.pop();
    if (passage === undefined) return output;
    const count = { left: 0 };
    return watched(output, (y) => {
      const at = passage.gradOutputs.push(null) - 1;
      count.left++;
      const own = apply(passOp, [y]);
      own.registerHook((grad) => {
        passage.gradOutputs[at] = grad;
        // Without an input that wants a gradient this is as far as backward goes.
        if (--count.left === 0 && passage.gradInputs.length === 0) hook(module, [], passage.gradOutputs);
        return undefined;
      });
      return own;
    });
  });
  return () => {
    removeBefore();
    removeAfter();
  };
}
