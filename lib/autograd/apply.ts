/** Recording: `apply` runs an op and, if a gradient will be wanted, notes how to go back. */
import { asTensor } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { checkForward, isAnomalyEnabled } from "./anomaly.ts";
import { isGradEnabled, switchGrad } from "./mode.ts";
import { Node, type OpSpec } from "./node.ts";

export type { InputGrad, OpSpec, Saved } from "./node.ts";

let renewView: (view: Tensor) => void = () => {};

/** Says how a view finds its place in the graph again after its base was changed in place. */
export function whenStale(renew: (view: Tensor) => void): void {
  renewView = renew;
}

/** Brings a view's place in the graph up to date, if its base was changed in place since it was made. */
export function refresh(x: Tensor): void {
  if (x.base !== null && x.base.gradFn !== x.baseFn) renewView(x);
}

/** Sees an op that was applied. */
export type Observer = (op: string, inputs: readonly Tensor[], output: Tensor, args: readonly unknown[]) => void;

let observer: Observer | null = null;

/**
 * Lets `see` see every op that `fn` applies, recorded or not, those inside other ops first.
 *
 * @example const names: string[] = []; observe((op) => names.push(op), () => tensor(2).mul(3).neg()); names // ["mul", "neg"]
 */
export function observe<T>(see: Observer, fn: () => T): T {
  const before = observer;
  observer = see;
  try {
    return fn();
  } finally {
    observer = before;
  }
}

/** Whether somebody looks at the ops that are applied, so that they should be simple ones. */
export function isObserved(): boolean {
  return observer !== null;
}

/** Whether an op would only be computed: nobody records, sees or watches it, so that its kernel alone gives the same in half the time. */
export function isPlain(): boolean {
  return !isGradEnabled() && observer === null && !isAnomalyEnabled();
}

const none: readonly never[] = [];

/** Runs an op on its inputs and, if one of them requires a gradient, records it; see `apply` of custom.ts, which is for ops of others. */
export function apply(op: OpSpec, inputs: readonly TensorLike[]): Tensor;
/** The same with further arguments. */
export function apply<A extends readonly unknown[]>(op: OpSpec<A>, inputs: readonly TensorLike[], args: A): Tensor;
export function apply(
  op: OpSpec<readonly unknown[]>,
  inputs: readonly TensorLike[],
  args: readonly unknown[] = none,
): Tensor {
  const records = isGradEnabled();
  let recorded = false;
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i];
    if (!(x instanceof Tensor))
      return apply(
        op,
        inputs.map((input) => asTensor(input)),
        args,
      );
    if (!records) continue;
    refresh(x);
    if (x.requiresGrad) recorded = true;
  }
  const tensors = inputs as readonly Tensor[];
  if (!records) return run(op, tensors, args);
  // A forward may call other ops; only this one is recorded.
  const output = recorded && op.isKernel !== true ? runUnrecorded(op, tensors, args) : run(op, tensors, args);
  const first = tensors[0];
  if (first !== undefined && output.storage === first.storage && output !== first) noteView(output, first);
  if (recorded && isFloating(output.dtype)) {
    output.requiresGrad = true;
    output.gradFn = new Node(op, tensors, output, args);
  }
  return output;
}

function run(op: OpSpec<readonly unknown[]>, tensors: readonly Tensor[], args: readonly unknown[]): Tensor {
  const output = forward(op, tensors, args);
  if (isAnomalyEnabled()) checkForward(op.name, tensors, output);
  if (observer !== null) observer(op.name, tensors, output, args);
  return output;
}

/** Nearly all ops have two further arguments at most; to spread a list costs as much as a small kernel. */
function forward(op: OpSpec<readonly unknown[]>, tensors: readonly Tensor[], args: readonly unknown[]): Tensor {
  switch (args.length) {
    case 0:
      return op.forward(tensors);
    case 1:
      return op.forward(tensors, args[0]);
    case 2:
      return op.forward(tensors, args[0], args[1]);
    default:
      return op.forward(tensors, ...args);
  }
}

/** As `withGrad(false, …)`, without a closure for each op. */
function runUnrecorded(op: OpSpec<readonly unknown[]>, tensors: readonly Tensor[], args: readonly unknown[]): Tensor {
  const before = switchGrad(false);
  try {
    return run(op, tensors, args);
  } finally {
    switchGrad(before);
  }
}

/** Notes whose memory a view shows. */
function noteView(output: Tensor, input: Tensor): void {
  output.base = input.base ?? input;
  output.baseFn = output.base.gradFn;
}
