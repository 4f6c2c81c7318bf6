/** Multi-head attention. */
import { cast } from "../../autograd/primitives.ts";
import { asTensor, zeros } from "../../creation.ts";
import { type DType, defaultDtype, isFloating } from "../../dtype.ts";
import { add } from "../../ops/arithmetic.ts";
import { cat } from "../../ops/join.ts";
import { linear } from "../../ops/linear.ts";
import { mean } from "../../ops/reduction.ts";
import { where } from "../../ops/select.ts";
import { expand, permute, reshape, squeeze, unsqueeze } from "../../ops/shape.ts";
import { chunk, split } from "../../ops/split.ts";
import type { RandomGenerator } from "../../random.ts";
import { sameShape, show } from "../../shape.ts";
import { empty, type Tensor, type TensorLike } from "../../tensor.ts";
import { type AttentionOptions, attend, scaledDotProductAttention } from "../functions/attention.ts";
import { xavierNormal_, xavierUniform_, zeros_ } from "../init.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";
import { Linear } from "./linear.ts";

/** Options of multi-head attention. */
export interface MultiheadAttentionOptions {
  /** The probability of dropout of the weights; default 0. */
  dropout?: number;
  /** Whether the projections have biases; default true. */
  bias?: boolean;
  /** Whether a learned key and value are added that every query may see; default false. */
  addBiasKv?: boolean;
  /** Whether a key and value of zeros are added, so that a query may look at nothing; default false. */
  addZeroAttn?: boolean;
  /** The size of keys, if not that of the queries. */
  kdim?: number;
  /** The size of values, if not that of the queries. */
  vdim?: number;
  /** Whether the batch comes before the positions; default false. */
  batchFirst?: boolean;
  /** The type of the parameters; default float32. */
  dtype?: DType;
  /** Where the draws of dropout come from; the default generator if left out. */
  generator?: RandomGenerator;
}

/** How one call of multi-head attention goes. */
export interface AttendOptions {
  /** Keys that no query may see: bool, true where hidden; or floating, added to the scores. `(batch, keys)`. */
  keyPaddingMask?: TensorLike;
  /** Keys that a query may not see: bool, true where hidden; or floating, added. `(queries, keys)` or `(batch · heads, queries, keys)`. */
  attnMask?: TensorLike;
  /** Whether to give the weights too; default true. */
  needWeights?: boolean;
  /** Whether the weights are averaged over heads; default true. */
  averageAttnWeights?: boolean;
}

/**
 * Multi-head attention: `concat(head₁, …) W + b` with `headᵢ = attention(Q Wᵢ, K Wᵢ′, V Wᵢ″)`: several attentions side by side, each on projections of
 * its own, so that each can look for something else.
 *
 * Shapes: query `(queries, batch, embedDim)`, key `(keys, batch, kdim)`, value `(keys, batch, vdim)`, or with the batch first if `batchFirst`, or without
 * batch → output as query, and weights `(batch, queries, keys)`, or `(batch, heads, queries, keys)` if not averaged.
 *
 * @param embedDim The size of queries and outputs.
 * @param numHeads Heads; a divisor of embedDim.
 * @param options `dropout`, `bias`, `addBiasKv`, `addZeroAttn`, `kdim`, `vdim`, `batchFirst`, `dtype`.
 * @throws {RangeError} If embedDim is no multiple of numHeads, or shapes do not fit.
 * @see Vaswani et al. (2017); book §5.3.2.
 * @example const x = rand([5, 2, 4]); new MultiheadAttention(4, 2)(x, x, x)[0].shape // [5, 2, 4]
 */
export class MultiheadAttention extends Module {
  /** (3 · embedDim, embedDim): of queries, keys and values; null if their sizes differ. */
  readonly inProjWeight: Parameter | null;
  /** (embedDim, embedDim) */
  readonly qProjWeight: Parameter | null;
  /** (embedDim, kdim) */
  readonly kProjWeight: Parameter | null;
  /** (embedDim, vdim) */
  readonly vProjWeight: Parameter | null;
  /** (3 · embedDim) */
  readonly inProjBias: Parameter | null;
  /** (1, 1, embedDim) */
  readonly biasK: Parameter | null;
  /** (1, 1, embedDim) */
  readonly biasV: Parameter | null;
  readonly outProj: Linear;
  readonly dropout: number;
  readonly batchFirst: boolean;
  readonly addZeroAttn: boolean;
  readonly kdim: number;
  readonly vdim: number;
  private readonly generator: RandomGenerator | undefined;

  constructor(
    readonly embedDim: number,
    readonly numHeads: number,
    options: MultiheadAttentionOptions = {},
  ) {
    super();
    const { dropout = 0, bias = true, addBiasKv = false, addZeroAttn = false, batchFirst = false } = options;
    const { kdim = embedDim, vdim = embedDim, dtype = defaultDtype } = options;
    if (!(numHeads >= 1) || embedDim % numHeads !== 0) {
      throw new RangeError(`Cannot split ${embedDim} numbers among ${numHeads} heads: they must be a multiple`);
    }
    if (!(dropout >= 0 && dropout <= 1)) {
      throw new RangeError(`Cannot drop with probability ${dropout}: it must be from 0 to 1`);
    }
    const make = (...shape: number[]) => new Parameter(empty(shape, dtype));
    const same = kdim === embedDim && vdim === embedDim;
    this.inProjWeight = same ? make(3 * embedDim, embedDim) : null;
    this.qProjWeight = same ? null : make(embedDim, embedDim);
    this.kProjWeight = same ? null : make(embedDim, kdim);
    this.vProjWeight = same ? null : make(embedDim, vdim);
    this.inProjBias = bias ? make(3 * embedDim) : null;
    this.biasK = addBiasKv ? make(1, 1, embedDim) : null;
    this.biasV = addBiasKv ? make(1, 1, embedDim) : null;
    this.outProj = new Linear(embedDim, embedDim, { bias, dtype });
    this.dropout = dropout;
    this.batchFirst = batchFirst;
    this.addZeroAttn = addZeroAttn;
    this.kdim = kdim;
    this.vdim = vdim;
    this.generator = options.generator;
    this.resetParameters();
  }

  /** Draws new weights, by Xavier's rule; biases become 0. */
  resetParameters(): void {
    for (const weight of [this.inProjWeight, this.qProjWeight, this.kProjWeight, this.vProjWeight]) {
      if (weight !== null) xavierUniform_(weight);
    }
    if (this.inProjBias !== null) zeros_(this.inProjBias);
    if (this.outProj.bias !== null) zeros_(this.outProj.bias);
    if (this.biasK !== null) xavierNormal_(this.biasK);
    if (this.biasV !== null) xavierNormal_(this.biasV);
  }

  forward(
    query: TensorLike,
    key: TensorLike,
    value: TensorLike,
    options: AttendOptions = {},
  ): [output: Tensor, weights: Tensor | null] {
    const { needWeights = true, averageAttnWeights = true } = options;
    const given = [query, key, value].map((x) => asTensor(x)) as [Tensor, Tensor, Tensor];
    this.checkInputs(given);
    const batched = given[0].ndim === 3;
    // A batch of one where there is none; and the same tensor stays the same.
    const batches = new Map(given.map((x) => [x, batched ? x : unsqueeze(x, this.batchDim)]));
    const inputs = given.map((x) => batches.get(x)!) as [Tensor, Tensor, Tensor];
    const along = 1 - this.batchDim;
    const batch = inputs[0].shape[this.batchDim]!;
    const [q, k, v] = this.withExtras(this.project(inputs), batch);
    const mask = this.mask(options, [batch, q.shape[along]!, inputs[1].shape[along]!], k.shape[along]!, q);
    const heads = [this.heads(q), this.heads(k), this.heads(v)] as const;
    const how: AttentionOptions = {
      ...(mask === null ? {} : { attnMask: mask }),
      dropoutP: this.training ? this.dropout : 0,
      generator: this.generator,
    };
    const { output, weights } = needWeights
      ? attend(...heads, how)
      : { output: scaledDotProductAttention(...heads, how), weights: null };
    const joined = reshape(permute(output, this.batchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3]), q.shape);
    const y = this.outProj(joined); // as the query
    const shown = weights !== null && averageAttnWeights ? mean(weights, { dim: 1 }) : weights;
    if (!batched) return [squeeze(y, this.batchDim), shown && reshape(shown, shown.shape.slice(1))];
    return [y, shown];
  }

  /** Which dimension of the inputs is the batch; the other one of the first two holds the positions. */
  private get batchDim(): 0 | 1 {
    return this.batchFirst ? 0 : 1;
  }

  private checkInputs([q, k, v]: readonly [Tensor, Tensor, Tensor]): void {
    const sizes = [this.embedDim, this.kdim, this.vdim];
    const at = this.batchFirst && q.ndim === 3 ? 1 : 0;
    const fit =
      (q.ndim === 2 || q.ndim === 3) &&
      [q, k, v].every((x, i) => x.ndim === q.ndim && x.shape.at(-1) === sizes[i]) &&
      k.shape[at] === v.shape[at] &&
      (q.ndim === 2 || (q.shape[1 - at] === k.shape[1 - at] && k.shape[1 - at] === v.shape[1 - at]));
    if (fit) return;
    throw new RangeError(
      `Cannot attend with query ${show(q.shape)}, key ${show(k.shape)} and value ${show(v.shape)}: their last sizes must be ${sizes.join(", ")}, their batches equal, and keys as many as values`,
    );
  }

  /** Queries, keys and values through their projections; one matrix product where they are the same tensor. */
  private project([q, k, v]: readonly [Tensor, Tensor, Tensor]): [Tensor, Tensor, Tensor] {
    const { inProjWeight, inProjBias } = this;
    if (inProjWeight !== null && q === k && k === v) {
      return chunk(linear(q, inProjWeight, inProjBias), 3, -1) as [Tensor, Tensor, Tensor];
    }
    const weights =
      inProjWeight === null
        ? [this.qProjWeight!, this.kProjWeight!, this.vProjWeight!]
        : split(inProjWeight, this.embedDim);
    const biases = inProjBias === null ? [null, null, null] : split(inProjBias, this.embedDim);
    return [q, k, v].map((x, i) => linear(x, weights[i]!, biases[i]!)) as [Tensor, Tensor, Tensor];
  }

  /** Adds the learned key and value, and those of zeros, after the others. */
  private withExtras([q, k, v]: readonly [Tensor, Tensor, Tensor], batch: number): [Tensor, Tensor, Tensor] {
    const shape = this.batchFirst ? [batch, 1, this.embedDim] : [1, batch, this.embedDim];
    const blank = this.addZeroAttn ? [zeros(shape, { dtype: q.dtype })] : [];
    const more = (x: Tensor, extra: Tensor | null) => [x, ...(extra === null ? [] : [expand(extra, shape)]), ...blank];
    const [keys, values] = [more(k, this.biasK), more(v, this.biasV)];
    const joined = (parts: Tensor[]) => (parts.length === 1 ? parts[0]! : cat(parts, 1 - this.batchDim));
    return [q, joined(keys), joined(values)];
  }

  /** (positions, batch, embedDim), or with the batch first → (batch, heads, positions, embedDim / heads) */
  private heads(x: Tensor): Tensor {
    const apart = reshape(x, [...x.shape.slice(0, 2), this.numHeads, -1]);
    return permute(apart, this.batchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3]);
  }

  /** Both masks as what is added to scores `(batch, heads, queries, all keys)`; the extra keys are never hidden. */
  private mask(
    { keyPaddingMask, attnMask }: AttendOptions,
    [batch, queries, keys]: readonly [number, number, number],
    allKeys: number,
    like: Tensor,
  ): Tensor | null {
    const parts: Tensor[] = [];
    if (attnMask !== undefined) {
      const given = asTensor(attnMask);
      if (sameShape(given.shape, [queries, keys])) parts.push(this.hidden(given, allKeys, like));
      else {
        this.checkMask("attnMask", given, [batch * this.numHeads, queries, keys]);
        parts.push(reshape(this.hidden(given, allKeys, like), [batch, this.numHeads, queries, allKeys]));
      }
    }
    if (keyPaddingMask !== undefined) {
      const given = asTensor(keyPaddingMask);
      const rows = given.ndim === 1 ? reshape(given, [1, given.size]) : given;
      this.checkMask("keyPaddingMask", rows, [batch, keys]);
      parts.push(reshape(this.hidden(rows, allKeys, like), [batch, 1, 1, allKeys]));
    }
    return parts.length === 0 ? null : parts.reduce(add);
  }

  private checkMask(name: string, mask: Tensor, shape: readonly number[]): void {
    if (sameShape(mask.shape, shape)) return;
    throw new RangeError(`Cannot attend with ${name} of shape ${show(mask.shape)}: expected ${show(shape)}`);
  }

  private hidden(mask: Tensor, allKeys: number, like: Tensor): Tensor {
    const zero = asTensor(0, { dtype: like.dtype });
    const scores = isFloating(mask.dtype) ? cast(mask, like.dtype) : where(mask, -Infinity, zero);
    const extra = allKeys - mask.shape.at(-1)!;
    if (extra === 0) return scores;
    return cat([scores, zeros([...mask.shape.slice(0, -1), extra], { dtype: like.dtype })], -1);
  }

  override extraRepr(): string {
    const { embedDim, numHeads, dropout, batchFirst } = this;
    return `${embedDim}, ${numHeads}, dropout=${dropout}, batchFirst=${batchFirst}`;
  }
}
