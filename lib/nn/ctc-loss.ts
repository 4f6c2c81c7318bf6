/** Connectionist temporal classification: labels without alignment. */
import { asTensor, fromData } from "../creation.ts";
import { add, div, mul, neg, sub } from "../ops/arithmetic.ts";
import { indexSelect, select, slice } from "../ops/indexing.ts";
import { stack } from "../ops/join.ts";
import { logSumExp, mean } from "../ops/reduction.ts";
import { pad } from "../ops/split.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { type LossOptions, reduced } from "./reduction.ts";

/** Options of `ctcLoss`. */
export interface CTCOptions extends LossOptions {
  /** The class that means “no label”; default 0. */
  blank?: number;
  /** Whether samples that no alignment fits cost 0 instead of ∞; default false. */
  zeroInfinity?: boolean;
}

/** Stands for the logarithm of 0: adding to it keeps its derivative a number, which −∞ does not. */
const impossible = -1e30;

/**
 * Labels without alignment: `−ln` of the probability that the frames, with repeats merged and blanks left out, spell the target. The sum over all
 * alignments is taken by dynamic programming, in logarithms.
 *
 * Shapes: logProbs `(frames, batch, classes)`, targets `(batch, labels)`, lengths `(batch)` each. The mean is over samples, each first divided by
 * the length of its target.
 *
 * @param lengths How many frames and labels of each sample count.
 * @throws {RangeError} If shapes do not fit or a label is the blank.
 * @see Graves et al. (2006).
 * @example ctcLoss([[[0, -1]], [[0, -1]]], [[1]], { inputLengths: [2], targetLengths: [1] }) // 0.138…
 */
export function ctcLoss(
  logProbs: TensorLike,
  targets: TensorLike,
  options: CTCOptions & { inputLengths: readonly number[]; targetLengths: readonly number[] },
): Tensor {
  const x = asTensor(logProbs);
  const y = asTensor(targets);
  const { inputLengths, targetLengths, blank = 0, zeroInfinity = false, reduction = "mean" } = options;
  const [frames, batch] = x.shape as [number, number, number];
  if (
    x.ndim !== 3 ||
    y.ndim !== 2 ||
    y.shape[0] !== batch ||
    inputLengths.length !== batch ||
    targetLengths.length !== batch
  ) {
    throw new RangeError(
      `Cannot compute ctcLoss of ${show(x.shape)} against ${show(y.shape)} with ${inputLengths.length} and ${targetLengths.length} lengths: expected (frames, batch, classes), (batch, labels) and a length a sample`,
    );
  }
  if (inputLengths.some((n) => n > frames || n < 1) || targetLengths.some((n) => n > y.shape[1]! || n < 0)) {
    throw new RangeError(
      `Cannot compute ctcLoss with lengths ${show(inputLengths)} and ${show(targetLengths)}: they exceed the ${frames} frames or ${y.shape[1]} labels`,
    );
  }
  const losses = stack(
    inputLengths.map((length, n) => {
      const labels = Array.from(slice(y, n, [0, targetLengths[n]!]).data);
      if (labels.includes(blank)) throw new RangeError(`Cannot compute ctcLoss of the label ${blank}: it is the blank`);
      return sampleLoss(slice(x, [0, length], n), labels, blank, zeroInfinity);
    }),
  );
  if (reduction !== "mean") return reduced(losses, reduction);
  return mean(div(losses, fromData(Float64Array.from(targetLengths, (n) => Math.max(n, 1))).to(losses.dtype)));
}

/** The loss of one sample: frames of log-probabilities `(frames, classes)` against a list of labels. */
function sampleLoss(x: Tensor, labels: readonly number[], blank: number, zeroInfinity: boolean): Tensor {
  // Blanks may stand before, between and after the labels.
  const path = [blank, ...labels.flatMap((label) => [label, blank])];
  const scores = indexSelect(x, 1, fromData(Int32Array.from(path)));
  const none = (holds: (s: number) => boolean) =>
    fromData(Float64Array.from(path, (_, s) => (holds(s) ? 0 : impossible))).to(x.dtype);
  // A path starts with the first blank or label, and may skip a blank between labels that differ.
  let alpha = add(
    select(scores, 0, 0),
    none((s) => s < 2),
  );
  const mayStep = none((s) => s >= 1);
  const maySkip = none((s) => s >= 2 && path[s] !== blank && path[s] !== path[s - 2]);
  for (let t = 1; t < scores.shape[0]!; t++) {
    const stepped = add(pad(slice(alpha, [0, -1]), [1, 0]), mayStep);
    const skipped = path.length > 1 ? add(pad(slice(alpha, [0, -2]), [2, 0]), maySkip) : stepped;
    alpha = add(logSumExp(stack([alpha, stepped, skipped]), 0), select(scores, 0, t));
  }
  const loss = neg(logSumExp(slice(alpha, [-2, null]), 0));
  if (!(loss.item() > -impossible / 2)) return loss;
  return zeroInfinity ? mul(loss, 0) : sub(Infinity, mul(loss, 0));
}
