/**
 * Changes in place, recorded. A tensor that gets another value gets another place in the graph: what was computed from it before still leads to
 * where it was. A change through a view is a change of its base too, and concerns all other views, which are brought up to date when they are used.
 */
import { backend } from "../backends/index.ts";
import { isFloating } from "../dtype.ts";
import { type Shape, sameShape } from "../shape.ts";
import { empty, type Tensor, view } from "../tensor.ts";
import { apply, refresh, whenStale } from "./apply.ts";
import { isGradEnabled, withGrad } from "./mode.ts";
import { Node, type OpSpec } from "./node.ts";
import { cast, clone, contiguous, expandTo } from "./primitives.ts";

/** Where a view's elements lie in the memory of its base, as if that began at 0. */
interface Layout {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

const show = (base: Tensor, { shape, strides, offset }: Layout): Tensor =>
  view(base, shape, strides, base.offset + offset);

/** The part of a row-major tensor that a layout shows. */
const partOp: OpSpec<[layout: Layout]> = {
  name: "view",
  forward: ([base], layout) => show(base!, layout),
  backward: (dy, saved, layout) => [apply(embedOp, [dy], [saved.shape(0), layout])],
};

/** Zeros of a shape, with a tensor where the layout shows. */
const embedOp: OpSpec<[shape: Shape, layout: Layout]> = {
  name: "embed",
  forward: ([part], shape, layout) => {
    const out = empty(shape, part!.dtype);
    backend.unary("copy", part!, show(out, layout));
    return out;
  },
  backward: (dy, _, __, layout) => [apply(partOp, [contiguous(dy)], [layout])],
};

/** The gradient of what a change left of a base: 0 where the layout shows. */
const restOp: OpSpec<[layout: Layout]> = {
  name: "rest",
  forward: ([x], layout) => {
    const out = empty(x!.shape, x!.dtype);
    backend.unary("copy", x!, out);
    const hole = show(out, layout);
    backend.unary("copy", empty([], x!.dtype), hole);
    return out;
  },
  backward: (dy, _, layout) => [apply(restOp, [dy], [layout])],
};

/** What a base is after a part of it was overwritten; the values are there already. */
const overwritePartOp: OpSpec<[layout: Layout]> = {
  name: "overwrite",
  forward: ([base]) => base!,
  backward: (dy, _, layout) => [() => apply(restOp, [dy], [layout]), () => apply(partOp, [contiguous(dy)], [layout])],
};

/** What a tensor is after it was overwritten; the values are there already. */
const overwriteOp = (name: string): OpSpec => ({ name, forward: ([value]) => value!, backward: (dy) => [dy] });

const record = (op: OpSpec<[Layout]> | OpSpec, inputs: readonly Tensor[], result: Tensor, ...args: unknown[]): void => {
  result.gradFn = new Node(op as unknown as OpSpec<readonly unknown[]>, inputs, result, args);
  result.requiresGrad = true;
};

function layoutOf(x: Tensor, base: Tensor): Layout {
  return { shape: x.shape, strides: x.strides, offset: x.offset - base.offset };
}

whenStale((x) => {
  const base = x.base!;
  x.baseFn = base.gradFn;
  record(partOp, [base], x, layoutOf(x, base));
});

/** A tensor that takes the place in the graph, and the hooks, which `x` had so far. */
function standIn(x: Tensor): Tensor {
  const old = view(x, x.shape, x.strides, x.offset);
  Object.assign(old, { requiresGrad: x.requiresGrad, gradFn: x.gradFn, hooks: x.hooks });
  x.hooks = null;
  if (x.gradFn instanceof Node) x.gradFn.rebind(old);
  return old;
}

/** Throws if several indices lead to one element, which could not get the value of each. */
export function checkNoRepeats(x: Tensor, verb: string): void {
  if (x.size > 0 && x.shape.some((size, d) => size > 1 && x.strides[d] === 0)) {
    throw new RangeError(`Cannot ${verb} in place a view that repeats elements, as expand makes them: clone it first`);
  }
}

/** Throws if backward could not tell the old and the new values of `x` apart. */
function checkChange(x: Tensor, verb: string): void {
  if (!isGradEnabled()) return;
  const owner = x.base ?? x;
  if ((x.requiresGrad && x.isLeaf) || (owner.requiresGrad && owner.isLeaf)) {
    throw new TypeError(
      `Cannot ${verb} in place a leaf that requires a gradient: backward could not tell its values apart; wrap it in noGrad()`,
    );
  }
}

/**
 * Changes `x` in place. `write` puts the new values into the memory of `x` when nothing needs to be recorded; `compute` gives them as a result
 * of what `x` was before, to be recorded.
 *
 * @param verb What is done, for names and errors.
 * @param others What else the new values depend on.
 * @throws {TypeError} If `x`, or what it is a view of, is a leaf that requires a gradient, while recording.
 */
export function change(
  x: Tensor,
  verb: string,
  others: readonly Tensor[],
  write: () => void,
  compute: (before: Tensor) => Tensor,
): Tensor {
  const concerned = [x, ...others];
  for (const t of concerned) refresh(t);
  checkChange(x, verb);
  if (!isGradEnabled() || !isFloating(x.dtype) || !concerned.some((t) => t.requiresGrad)) {
    x.storage.version++;
    withGrad(false, write);
    return x;
  }
  const { base } = x;
  if (base !== null && !base.isContiguous) {
    throw new TypeError(`Cannot ${verb} in place a view of a view that was detached: clone it first`);
  }
  const old = standIn(x);
  const value = compute(clone(old));
  const values = expandTo(cast(value, x.dtype), x.shape);
  x.storage.version++;
  backend.unary("copy", values, x);
  if (base === null) {
    record(overwriteOp(`${verb}_`), [values], x);
  } else {
    const layout = layoutOf(x, base);
    record(overwritePartOp, [standIn(base), values], base, layout);
    x.baseFn = base.gradFn;
    record(partOp, [base], x, layout);
  }
  return x;
}

/** Whether two tensors show the same elements in the same order. */
export function isSameView(a: Tensor, b: Tensor): boolean {
  return (
    a.storage === b.storage && a.offset === b.offset && sameShape(a.shape, b.shape) && sameShape(a.strides, b.strides)
  );
}
