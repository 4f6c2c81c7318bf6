/** Runs a recorded computation backward. */
import { asTensor, onesLike } from "../creation.ts";
import { sameShape, show } from "../shape.ts";
import type { Storage } from "../storage.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { checkBackward, isAnomalyEnabled, whileBackward } from "./anomaly.ts";
import { refresh } from "./apply.ts";
import { withGrad } from "./mode.ts";
import { Node } from "./node.ts";
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
  const wanted = new Map<Source, Tensor | null>(inputs.map((input) => [sourceOf(input), null]));
  propagate(x, startGradient(x, gradient), wanted, options);
  return inputs.map((input) => wanted.get(sourceOf(input))!);
}

function startGradient(x: Tensor, gradient: TensorLike | null | undefined): Tensor {
  refresh(x);
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
  const start = gradient instanceof Tensor ? cast(gradient, x.dtype) : asTensor(gradient, { dtype: x.dtype });
  if (!sameShape(start.shape, x.shape)) {
    throw new RangeError(
      `Cannot go backward from shape ${show(x.shape)} with a gradient of shape ${show(start.shape)}: they must agree`,
    );
  }
  return start;
}

/** What a gradient belongs to: the step that made a tensor, or the tensor itself if it is a leaf. */
type Source = Node | Tensor;

function sourceOf(x: Tensor): Source {
  refresh(x);
  return x.gradFn instanceof Node ? x.gradFn : x;
}

/** Visits the graph from `x` back. Gradients go to leaves, or to the `wanted` sources only, if given. */
function propagate(
  x: Tensor,
  start: Tensor,
  wanted: Map<Source, Tensor | null> | null,
  options: BackwardOptions,
): void {
  const { createGraph = false, retainGraph = createGraph } = options;
  const end = sourceOf(x);
  const pending = new Map<Source, Tensor>([[end, start]]);
  // A leaf's gradient is its own: a storage handed to one leaf, or by the caller, is copied for the next.
  const taken = new Set<Storage>([start.storage]);
  const settle = (source: Source): Tensor | null => {
    let grad = pending.get(source);
    if (grad === undefined) return null;
    pending.delete(source);
    const tensor = source instanceof Node ? source.result : source;
    for (const hook of tensor?.hooks ?? []) grad = hook(grad) ?? grad;
    if (wanted !== null) {
      if (wanted.has(source)) wanted.set(source, grad);
    } else if (tensor !== null && (tensor === source || tensor.retainsGrad)) {
      deposit(tensor, grad, taken);
    }
    return grad;
  };
  const walk = () => {
    const leaves = new Set<Tensor>();
    if (!(end instanceof Node)) leaves.add(end);
    for (const node of recordedNodes(end)) {
      const dy = settle(node);
      if (dy !== null) pass(node, dy, pending, leaves);
      if (!retainGraph) node.free();
    }
    for (const leaf of leaves) settle(leaf);
  };
  whileBackward(() => withGrad(createGraph, walk));
}

/** Sends the gradient of a step to its inputs, and notes those of them that are leaves. */
function pass(node: Node, dy: Tensor, pending: Map<Source, Tensor>, leaves: Set<Tensor>): void {
  const grads = node.backward(dy);
  for (let i = 0; i < node.taken.length; i++) {
    const operand = node.taken[i]!;
    const source = node.nextFunctions[i] ?? operand;
    // A tensor that an in-place change made part of the graph later was a constant to this step.
    const isLeaf = source === operand;
    if (isLeaf && !(operand.requiresGrad && operand.gradFn === null)) continue;
    const entry = grads[i];
    const given = typeof entry === "function" ? entry() : entry;
    if (!given) continue;
    if (isAnomalyEnabled()) checkBackward(node.name, node.place, i, dy, given);
    const grad = cast(sumTo(given, operand.shape), operand.dtype);
    const before = pending.get(source);
    pending.set(source, before === undefined ? grad : accumulate(before, grad));
    if (isLeaf) leaves.add(operand);
  }
}

/** All steps that led to `end`, latest first. */
function recordedNodes(end: Source): Node[] {
  const found = new Set<Node>();
  const stack = end instanceof Node ? [end] : [];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const node of next.nextFunctions) if (node !== null) stack.push(node);
  }
  return [...found].sort((a, b) => b.id - a.id);
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
