/** Cross-entropy of scores against classes, by one kernel each way. */
import { apply, isObserved, type OpSpec } from "../autograd/apply.ts";
import { isGradEnabled } from "../autograd/mode.ts";
import { cast, contiguous, expandTo } from "../autograd/primitives.ts";
import { backend } from "../backends/index.ts";
import { asTensor, full } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import { type Tensor, unfilled } from "../tensor.ts";
import { softmax } from "./activation.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { eq, ge } from "./comparison.ts";
import { runReduce } from "./dims.ts";
import { scatterKnown } from "./scatter-add.ts";
import { where } from "./select.ts";
import { reshape } from "./shape.ts";

/** How the losses of rows are taken together. */
export interface CrossEntropyRule {
  /** The share of the uniform distribution in the target. */
  readonly smoothing: number;
  /** Targets with this value count nothing. */
  readonly ignoreIndex: number;
  readonly reduction: "mean" | "sum" | "none";
}

/** Each loss is multiplied by `scale`, and all are added up if `summed`; `logSums` keeps the logarithm of each row's sum of exponentials for backward. */
type Arguments = [smoothing: number, scale: number, summed: boolean, logSums: Tensor];

const crossEntropyOp: OpSpec<Arguments> = {
  name: "crossEntropy",
  forward: ([scores, target], smoothing, scale, summed, logSums) => {
    const losses = unfilled(target!.shape, scores!.dtype);
    backend.crossEntropy(contiguous(scores!), target!, smoothing, losses, logSums);
    return summed ? mul(runReduce("sum", losses, [[0], false], losses.dtype), scale) : losses;
  },
  backward: (dy, saved, smoothing, scale, summed, logSums) => {
    const [scores, target] = [saved.input(0), saved.input(1)];
    if (isGradEnabled()) return [recordedGradient(dy, scores, target, smoothing, scale), null];
    const dx = unfilled(scores.shape, scores.dtype);
    const slopes = summed ? dy : contiguous(dy);
    backend.crossEntropyBackward(slopes, scale, contiguous(scores), target, smoothing, logSums, dx);
    return [dx, null];
  },
};

/** `dy · (softmax − target distribution)`, from ops. */
function recordedGradient(dy: Tensor, scores: Tensor, target: Tensor, smoothing: number, scale: number): Tensor {
  const [rows, classes] = scores.shape as [number, number];
  const counts = reshape(cast(ge(target, 0), scores.dtype), [rows, 1]);
  const index = reshape(where(ge(target, 0), target, 0), [rows, 1]);
  const hit = full([rows, 1], 1 - smoothing, { dtype: scores.dtype });
  const wanted = add(scatterKnown(hit, 1, index, scores.shape), smoothing / classes);
  const slopes = mul(reshape(expandTo(dy, [rows]), [rows, 1]), mul(counts, scale));
  return mul(sub(softmax(scores, 1), wanted), slopes);
}

/**
 * Cross-entropy `ln Σ eˣ − (1 − ε) x[y] − ε mean x` of rows of scores against one class y a row.
 *
 * @param scores (rows, classes), floating.
 * @param target (rows), whole numbers.
 * @returns A number, or (rows) if they are not reduced; null if the kernel cannot do it, as with classes that do not exist.
 */
export function crossEntropyOfRows(scores: Tensor, target: Tensor, rule: CrossEntropyRule): Tensor | null {
  const { smoothing, ignoreIndex, reduction } = rule;
  const [rows, classes] = scores.shape as [number, number];
  if (isObserved() || !isFloating(scores.dtype) || isFloating(target.dtype) || scores.size === 0) return null;
  const given = contiguous(cast(target, "int32"));
  const values = given.storage.array;
  let counted = 0;
  for (let i = given.offset; i < given.offset + rows; i++) {
    if (values[i] === ignoreIndex) continue;
    if (!(values[i]! >= 0 && values[i]! < classes)) return null;
    counted++;
  }
  const chosen = counted === rows ? given : where(eq(given, ignoreIndex), asTensor(-1, { dtype: "int32" }), given);
  const scale = reduction === "mean" ? 1 / counted : 1;
  const logSums = unfilled([rows], scores.dtype);
  return apply(crossEntropyOp, [scores, chosen], [smoothing, scale, reduction !== "none", logSums]);
}
