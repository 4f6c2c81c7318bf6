/** Attention by one kernel each way, which never holds the weights of all queries at once. */
import { apply, isObserved, type OpSpec } from "../autograd/apply.ts";
import { isGradEnabled } from "../autograd/mode.ts";
import type { Attention } from "../backends/backend.ts";
import { backend } from "../backends/index.ts";
import { ones } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import { sameShape } from "../shape.ts";
import { type Tensor, unfilled } from "../tensor.ts";
import { softmax } from "./activation.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { matmul } from "./matmul.ts";
import { tril } from "./matrix.ts";
import { sum } from "./reduction.ts";
import { where } from "./select.ts";
import { transpose } from "./shape.ts";

/** How queries and keys make scores. */
export type ScoreRule = Pick<Attention, "scale" | "isCausal">;

/** `scale · q kᵀ + mask`, −∞ for keys after the query's own place if the rule is causal: (…, queries, keys). */
export function scoresOf(query: Tensor, key: Tensor, mask: Tensor | null, { scale, isCausal }: ScoreRule): Tensor {
  const products = matmul(mul(query, scale), transpose(key, -1, -2));
  const scores = mask === null ? products : add(products, mask);
  if (!isCausal) return scores;
  return where(tril(ones(scores.shape.slice(-2), { dtype: "bool" })), scores, -Infinity);
}

/** Of queries, keys, values and the mask, if there is one; `logSums` keeps what backward needs of each query's scores. */
const attentionOp: OpSpec<[rule: ScoreRule, logSums: Tensor]> = {
  name: "attention",
  forward: (inputs, rule, logSums) => {
    const out = unfilled([...inputs[0]!.shape.slice(0, -1), inputs[2]!.shape.at(-1)!], inputs[0]!.dtype);
    backend.attention(operands(inputs, rule), out, logSums);
    return out;
  },
  backward: (dy, saved, rule, logSums) => {
    if (isGradEnabled()) return recordedGradients(dy, saved.inputs, rule);
    const how = operands(saved.inputs, rule);
    const [query, key, value] = saved.shapes.map((shape) => unfilled(shape, dy.dtype)) as [Tensor, Tensor, Tensor];
    backend.attentionBackward(how, saved.output, logSums, dy, { query, key, value });
    return [query, key, value, null];
  },
};

function operands([query, key, value, mask]: readonly Tensor[], rule: ScoreRule): Attention {
  return { query: query!, key: key!, value: value!, mask: mask ?? null, ...rule };
}

/** The gradients, from ops. */
function recordedGradients(dy: Tensor, [query, key, value, mask]: readonly Tensor[], rule: ScoreRule) {
  const weights = softmax(scoresOf(query!, key!, mask ?? null, rule), -1);
  const slopes = matmul(dy, transpose(value!, -1, -2));
  const mean = sum(mul(slopes, weights), { dim: -1, keepDim: true });
  const scoreSlopes = mul(mul(weights, sub(slopes, mean)), rule.scale);
  return [
    matmul(scoreSlopes, key!),
    matmul(transpose(scoreSlopes, -1, -2), query!),
    matmul(transpose(weights, -1, -2), dy),
    null,
  ];
}

/**
 * `softmax(scale · q kᵀ + mask) v`.
 *
 * @param mask Added to the scores, of the type of the queries; null for nothing.
 * @returns (…, queries, valueSize), or null if the kernel cannot do it: where batches or the mask must be repeated beyond each other, types differ, a
 *   mask wants a gradient, or somebody looks at the ops.
 */
export function fusedAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  mask: Tensor | null,
  rule: ScoreRule,
): Tensor | null {
  const lead = query.shape.slice(0, -2);
  const all = [query, key, value];
  const alike = all.every(({ shape, dtype }) => sameShape(shape.slice(0, -2), lead) && dtype === query.dtype);
  if (!alike || !isFloating(query.dtype) || all.some(({ size }) => size === 0) || isObserved()) return null;
  if (mask !== null) {
    const scores = [...query.shape.slice(0, -1), key.shape.at(-2)!];
    const from = scores.length - mask.ndim;
    const fits = from >= 0 && mask.shape.every((size, d) => size === 1 || size === scores[from + d]);
    if (!fits || mask.dtype !== query.dtype || mask.requiresGrad) return null;
  }
  const logSums = unfilled(query.shape.slice(0, -1), query.dtype);
  return apply(attentionOp, mask === null ? all : [...all, mask], [rule, logSums]);
}
