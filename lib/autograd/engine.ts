/** Runs a recorded computation backward. */
import { atRest } from "../allocation.ts";
import { backend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import { sameShape, show } from "../shape.ts";
import { Tensor, type TensorLike, unfilled } from "../tensor.ts";
import { checkBackward, isAnomalyEnabled, switchBackward } from "./anomaly.ts";
import { type InputGrad, isObserved, refresh } from "./apply.ts";
import { Holders } from "./holders.ts";
import { LeafGradients } from "./leaf-gradients.ts";
import { switchGrad } from "./mode.ts";
import { Node } from "./node.ts";
import { accumulate, cast, clone, sumTo } from "./primitives.ts";

/** What backward keeps. */
export interface BackwardOptions {
  /** Keep saved values, so that backward can run again; default: as `createGraph`. */
  retainGraph?: boolean;
  /** Record backward itself, for derivatives of derivatives; default false. */
  createGraph?: boolean;
}

const noOptions: BackwardOptions = {};

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
export function backward(x: Tensor, gradient?: TensorLike | null, options: BackwardOptions = noOptions): void {
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
    if (x.size === 1) return one(x);
    throw new RangeError(
      `Cannot go backward from shape ${show(x.shape)} without a gradient: only a single value needs none`,
    );
  }
  const start = gradient instanceof Tensor ? cast(gradient, x.dtype) : asTensor(gradient, { dtype: x.dtype });
  // The caller's own is nobody's gradient.
  start.storage.isGradient = true;
  if (!sameShape(start.shape, x.shape)) {
    throw new RangeError(
      `Cannot go backward from shape ${show(x.shape)} with a gradient of shape ${show(start.shape)}: they must agree`,
    );
  }
  return start;
}

/** The gradient of a single value by itself. */
function one({ shape, dtype }: Tensor): Tensor {
  const result = unfilled(shape, dtype);
  result.storage.own[result.offset] = 1;
  return result;
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
  const wasRecording = switchGrad(createGraph);
  const wasGoingBackward = switchBackward(true);
  // What is recorded, or seen by an observer, may be held by anybody.
  const holders = new Holders(!createGraph && !isObserved());
  holders.begin();
  try {
    new WayBack(wanted, retainGraph, holders).run(sourceOf(x), start);
  } finally {
    holders.end();
    switchBackward(wasGoingBackward);
    switchGrad(wasRecording);
  }
  if (!retainGraph && underway === 0) atRest();
}

let underway = 0;

/** One way back through a graph. Steps carry what they have gathered, which costs less than a map of them. */
class WayBack {
  private readonly leaves = new LeafGradients();

  constructor(
    private readonly wanted: Map<Source, Tensor | null> | null,
    private readonly keeps: boolean,
    private readonly holders: Holders,
  ) {}

  /** Goes from the end, where the gradient is `start`, to all leaves. */
  run(end: Source, start: Tensor): void {
    if (!(end instanceof Node)) {
      this.settleLeaf(end, start);
      return;
    }
    const nodes = recordedNodes(end, this.holders.way);
    // A hook may go back through steps that another way is gathering for.
    const before = underway > 0 ? nodes.map(({ gathered }) => gathered) : null;
    if (before !== null) for (const node of nodes) node.gathered = null;
    end.gathered = start;
    this.holders.hold(start);
    underway++;
    try {
      for (let i = 0; i < nodes.length; i++) this.visit(nodes[i]!);
      for (let met = this.leaves.first; met !== null; met = met.next) {
        this.settleLeaf(met.leaf, met.sum!);
        this.holders.letGo(met.sum!);
      }
    } finally {
      underway--;
      for (let i = 0; i < nodes.length; i++) nodes[i]!.gathered = before === null ? null : before[i]!;
    }
  }

  private visit(node: Node): void {
    const gathered = node.gathered;
    node.gathered = null;
    if (gathered !== null) {
      let grad = gathered;
      const { result } = node;
      if (result !== null && result.hooks !== null) grad = this.throughHooks(result.hooks, grad);
      if (this.wanted !== null) {
        if (this.wanted.has(node)) this.want(node, grad);
      } else if (result?.retainsGrad) {
        deposit(result, grad);
      }
      this.pass(node, grad);
      this.holders.letGo(gathered);
    }
    if (!this.keeps) node.free();
  }

  /** Sends the gradient of a step to its inputs. */
  private pass(node: Node, dy: Tensor): void {
    const { holders } = this;
    const isForeign = holders.isForeign(node.op);
    const grads = isForeign ? this.passOutside(node, dy) : node.backward(dy);
    const { taken, nextFunctions } = node;
    let passed: Tensor[] | null = null;
    for (let i = 0; i < taken.length; i++) {
      const operand = taken[i]!;
      const next = nextFunctions[i]!;
      // A tensor that an in-place change made part of the graph later was a constant to this step.
      if (!node.wants(i)) continue;
      const entry = grads[i];
      const given = typeof entry !== "function" ? entry : isForeign ? holders.outside(entry) : entry();
      if (!given) continue;
      if (isAnomalyEnabled()) checkBackward(node.name, node.place, i, dy, given);
      // Later entries may be made of it, or be it.
      if (holders.hold(given)) (passed ??= []).push(given);
      const grad = cast(sumTo(given, operand.shape), operand.dtype);
      if (next !== null) {
        next.gathered = this.gather(next.gathered, grad);
      } else {
        const met = this.leaves.of(operand);
        met.sum = this.gather(met.sum, grad);
      }
    }
    if (passed !== null) for (let i = 0; i < passed.length; i++) holders.letGo(passed[i]!);
  }

  /** The same by code of others. It stands by itself, since a closure anywhere in a method makes each of its calls slower. */
  private passOutside(node: Node, dy: Tensor): readonly InputGrad[] {
    this.holders.disown(dy);
    return this.holders.outside(() => node.backward(dy));
  }

  private settleLeaf(leaf: Tensor, given: Tensor): void {
    const grad = leaf.hooks === null ? given : this.throughHooks(leaf.hooks, given);
    if (this.wanted === null) deposit(leaf, grad);
    else if (this.wanted.has(leaf)) this.want(leaf, grad);
  }

  private want(source: Source, grad: Tensor): void {
    this.holders.disown(grad);
    this.wanted!.set(source, grad);
  }

  private throughHooks(hooks: NonNullable<Tensor["hooks"]>, grad: Tensor): Tensor {
    const { holders } = this;
    for (const hook of hooks) {
      holders.disown(grad);
      grad = holders.outside(() => hook(grad)) ?? grad;
      holders.disown(grad);
    }
    return grad;
  }

  /** The sum of what was gathered before, null for nothing, and a gradient; either may be changed or released. */
  private gather(before: Tensor | null, grad: Tensor): Tensor {
    const { holders } = this;
    if (before === null) {
      holders.hold(grad);
      return grad;
    }
    if (holders.isOnly(before)) {
      backend.binary("add", before, grad, before);
      holders.release(grad);
      return before;
    }
    const sum = accumulate(before, grad);
    holders.hold(sum);
    holders.letGo(before);
    holders.release(grad);
    return sum;
  }
}

/** All steps that led to `end`, latest first; they get the number of the way. */
function recordedNodes(end: Node, number: number): Node[] {
  const found = [end];
  end.walk = number;
  let sorted = true;
  for (let i = 0; i < found.length; i++) {
    const { nextFunctions } = found[i]!;
    for (let n = 0; n < nextFunctions.length; n++) {
      const node = nextFunctions[n]!;
      if (node === null || node.walk === number) continue;
      node.walk = number;
      if (node.id > found[found.length - 1]!.id) sorted = false;
      found.push(node);
    }
  }
  return sorted ? found : found.sort((a, b) => b.id - a.id);
}

function deposit(tensor: Tensor, grad: Tensor): void {
  if (tensor.grad !== null) {
    tensor.grad = accumulate(tensor.grad, grad);
  } else {
    // A view of something larger, or a repeated element, would surprise whoever changes it in place; and a leaf's gradient is its own.
    const { storage } = grad;
    const whole = grad.isContiguous && storage.size === grad.size;
    tensor.grad = whole && !storage.isGradient ? grad : clone(grad);
  }
  tensor.grad.storage.isGradient = true;
}
