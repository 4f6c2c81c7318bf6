/** Runs a recorded computation backward. */
import { asTensor, onesLike } from "../creation.ts";
import { sameShape, show } from "../shape.ts";
import type { Storage } from "../storage.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { Node } from "./apply.ts";
import { withGrad } from "./mode.ts";
import { accumulate, cast, clone, sumTo } from "./primitives.ts";

/** What backward keeps. */
export interface BackwardOptions {
  /** Keep saved values, so that backward can run again; default: as `createGraph`. */
  retainGraph?: boolean;
  /** Record backward itself, for derivatives of derivatives; default false. */
  createGraph?: boolean;
}

/**
 * Adds ∂x/∂leaf to `grad` of every leaf that `x` was computed from, by the chain rule from the end to the start.
 *
 * @param x The end of the computation, usually a loss.
 * @param gradient ∂loss/∂x, of x's shape; may be left out if x has one element.
 * @throws {TypeError} If x was not recorded.
 * @throws {RangeError} If x has more than one element and there is no gradient, or its shape differs.
 * @see Rumelhart, Hinton and Williams (1986); book §1.8.
 * @example const x = tensor(3, { requiresGrad: true }); x.mul(x).backward(); x.grad!.item() // 6
 */
export function backward(x: Tensor, gradient?: TensorLike | null, options: BackwardOptions = {}): void {
  propagate(x, startGradient(x, gradient), null, options);
}

/**
 * The gradients of `x` with respect to `inputs`, null where it does not depend on one. Leaves keep their `grad`.
 *
 * @param gradient ∂loss/∂x, as for `backward`.
 * @throws {TypeError} If x was not recorded.
 * @example const x = tensor([1, 2], { requiresGrad: true }); gradients(x.mul(x).sum(), [x])[0] // [2, 4]
 */
export function gradients(
  x: Tensor,
  inputs: readonly Tensor[],
  gradient?: TensorLike | null,
  options: BackwardOptions = {},
): (Tensor | null)[] {
  const wanted = new Map<Tensor, Tensor | null>(inputs.map((input) => [input, null]));
  propagate(x, startGradient(x, gradient), wanted, options);
  return inputs.map((input) => wanted.get(input)!);
}

function startGradient(x: Tensor, gradient: TensorLike | null | undefined): Tensor {
  if (!x.requiresGrad) {
    throw new TypeError(
      "Cannot go backward from a tensor that requires no gradient: nothing it was computed from asks for one",
    );
  }
  if (gradient === undefined || gradient === null) {
    if (x.size === 1) return onesLike(x);
    throw new RangeError(
      `Cannot go backward from shape ${show(x.shape)} without a gradient: only a single value needs none`,
    );
  }
  const start = cast(asTensor(gradient), x.dtype);
  if (!sameShape(start.shape, x.shape)) {
    throw new RangeError(
      `Cannot go backward from shape ${show(x.shape)} with a gradient of shape ${show(start.shape)}: they must agree`,
    );
  }
  return start;
}

/** Visits the graph from `x` back. Gradients go to leaves, or to `wanted` tensors only, if given. */
function propagate(
  x: Tensor,
  start: Tensor,
  wanted: Map<Tensor, Tensor | null> | null,
  options: BackwardOptions,
): void {
  const { createGraph = false, retainGraph = createGraph } = options;
  const pending = new Map<Tensor, Tensor>([[x, start]]);
  const nodes = recordedNodes(x);
  // A leaf's gradient is its own: a storage handed to one leaf, or by the caller, is copied for the next.
  const taken = new Set<Storage>([start.storage]);
  const settle = (tensor: Tensor): Tensor | null => {
    let grad = pending.get(tensor);
    if (grad === undefined) return null;
    pending.delete(tensor);
    for (const hook of tensor.hooks ?? []) grad = hook(grad) ?? grad;
    if (wanted !== null) {
      if (wanted.has(tensor)) wanted.set(tensor, grad);
    } else if (tensor.gradFn === null || tensor.retainsGrad) {
      deposit(tensor, grad, taken);
    }
    return grad;
  };
  withGrad(createGraph, () => {
    const leaves = new Set<Tensor>();
    for (const [tensor, node] of nodes) {
      const dy = settle(tensor);
      if (dy !== null) {
        const grads = node.backward(dy);
        for (let i = 0; i < node.operands.length; i++) {
          const operand = node.operands[i]!;
          if (!operand.requiresGrad) continue;
          const entry = grads[i];
          const given = typeof entry === "function" ? entry() : entry;
          if (!given) continue;
          const grad = cast(sumTo(given, operand.shape), operand.dtype);
          const before = pending.get(operand);
          pending.set(operand, before === undefined ? grad : accumulate(before, grad));
          if (operand.gradFn === null) leaves.add(operand);
        }
      }
      if (!retainGraph) node.free();
    }
    if (nodes.length === 0) leaves.add(x);
    for (const leaf of leaves) settle(leaf);
  });
}

/** All recorded results that `x` was computed from, latest first, `x` itself at the start. */
function recordedNodes(x: Tensor): [Tensor, Node][] {
  const found: [Tensor, Node][] = [];
  const seen = new Set<Tensor>();
  const stack = [x];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (seen.has(next) || !(next.gradFn instanceof Node)) continue;
    seen.add(next);
    found.push([next, next.gradFn]);
    for (const operand of next.gradFn.operands) if (operand.requiresGrad) stack.push(operand);
  }
  return found.sort((a, b) => b[1].id - a[1].id);
}

function deposit(tensor: Tensor, grad: Tensor, taken: Set<Storage>): void {
  if (tensor.grad !== null) {
    tensor.grad = accumulate(tensor.grad, grad);
    return;
  }
  // A view of something larger, or a repeated element, would surprise whoever changes it in place.
  const whole = grad.isContiguous && grad.offset === 0 && grad.storage.array.length === grad.size;
  tensor.grad = whole && !taken.has(grad.storage) ? grad : clone(grad);
  taken.add(tensor.grad.storage);
}
