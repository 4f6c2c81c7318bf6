/** A table of vectors. */
import { withGrad } from "../../autograd/mode.ts";
import { asTensor } from "../../creation.ts";
import { type DType, defaultDtype, floatingDtype } from "../../dtype.ts";
import { sliceRange } from "../../ops/index-arguments.ts";
import { copy_, zero_ } from "../../ops/inplace.ts";
import { show } from "../../shape.ts";
import { empty, type Tensor, type TensorLike, view } from "../../tensor.ts";
import { type EmbeddingOptions, embedding, embeddingBag } from "../functional.ts";
import { normal_ } from "../init.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";

/**
 * A learned vector for each of a number of things, such as the words of a vocabulary. Vectors start normal with variance 1.
 *
 * Shapes: indices of any shape → `(…indices, embeddingDim)`.
 *
 * @param numEmbeddings Things.
 * @param embeddingDim The size of a vector.
 * @param options `paddingIdx`: a thing whose vector starts at 0 and is not learned; `maxNorm` and `normType`: vectors that are looked up and longer are
 *   shortened; `scaleGradByFreq`: gradients are divided by how often a thing was looked up; `dtype`.
 * @see book §4.6, §5.1.
 * @example new Embedding(10, 4)([1, 2, 3]).shape // [3, 4]
 */
export class Embedding extends Module {
  /** (numEmbeddings, embeddingDim) */
  readonly weight: Parameter;
  readonly paddingIdx: number | undefined;
  /** `maxNorm`, `normType` and `scaleGradByFreq`. */
  readonly options: Readonly<Omit<EmbeddingOptions, "paddingIdx">>;

  constructor(
    readonly numEmbeddings: number,
    readonly embeddingDim: number,
    options: EmbeddingOptions & { dtype?: DType } = {},
  ) {
    super();
    const { paddingIdx, dtype = defaultDtype, maxNorm, normType, scaleGradByFreq } = options;
    this.options = { maxNorm, normType, scaleGradByFreq };
    this.paddingIdx = paddingIdx === undefined ? undefined : sliceRange(paddingIdx, numEmbeddings, 0).start;
    this.weight = new Parameter(empty([numEmbeddings, embeddingDim], dtype));
    this.resetParameters();
  }

  /**
   * A table of given vectors, such as those of another model.
   *
   * @param vectors `(things, size)`.
   * @param options `freeze`: whether training leaves them as they are, default true; `paddingIdx`.
   * @example Embedding.fromPretrained([[1, 2], [3, 4]])([1]).toArray() // [[3, 4]]
   */
  static fromPretrained(vectors: TensorLike, options: { freeze?: boolean; paddingIdx?: number } = {}): Embedding {
    const table = asTensor(vectors);
    if (table.ndim !== 2) {
      throw new RangeError(`Cannot look up vectors in ${show(table.shape)}: it must be (things, size)`);
    }
    const { freeze = true, ...rest } = options;
    const [things, size] = table.shape as [number, number];
    const made = new Embedding(things, size, { ...rest, dtype: floatingDtype(table.dtype) });
    withGrad(false, () => copy_(made.weight, table));
    return freeze ? made.freeze() : made;
  }

  /** Draws new vectors. */
  resetParameters(): void {
    normal_(this.weight);
    const { paddingIdx } = this;
    if (paddingIdx === undefined) return;
    const row = view(this.weight, [this.embeddingDim], [1], this.weight.offset + paddingIdx * this.embeddingDim);
    withGrad(false, () => zero_(row));
  }

  forward(indices: TensorLike): Tensor {
    return embedding(indices, this.weight, { ...this.options, paddingIdx: this.paddingIdx });
  }

  override extraRepr(): string {
    const given = Object.entries({ paddingIdx: this.paddingIdx, ...this.options }).filter(([, v]) => v !== undefined);
    return [this.numEmbeddings, this.embeddingDim, ...given.map(([name, v]) => `${name}=${v}`)].join(", ");
  }
}

/** Options of `EmbeddingBag`. */
export interface EmbeddingBagModuleOptions {
  /** What becomes of the vectors of a bag; default mean. */
  mode?: "sum" | "mean" | "max";
  /** A thing that counts nothing and is not learned. */
  paddingIdx?: number;
  /** The type of the vectors; default float32. */
  dtype?: DType;
}

/**
 * The sum, mean or greatest of the learned vectors of bags of things, such as the words of a text.
 *
 * Shapes: indices `(bags, size)`, or `(indices)` with offsets `(bags)` → `(bags, embeddingDim)`.
 *
 * @param numEmbeddings Things.
 * @param embeddingDim The size of a vector.
 * @param options `mode`, `paddingIdx`, `dtype`.
 * @see F.embeddingBag; Joulin et al. (2017).
 * @example new EmbeddingBag(10, 4)([[1, 2, 3]]).shape // [1, 4]
 */
export class EmbeddingBag extends Embedding {
  readonly mode: "sum" | "mean" | "max";

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingBagModuleOptions = {}) {
    super(numEmbeddings, embeddingDim, options);
    this.mode = options.mode ?? "mean";
  }

  override forward(indices: TensorLike, offsets?: TensorLike, options: { perSampleWeights?: TensorLike } = {}): Tensor {
    return embeddingBag(indices, this.weight, { ...options, offsets, mode: this.mode, paddingIdx: this.paddingIdx });
  }

  override extraRepr(): string {
    return `${super.extraRepr()}, mode=${this.mode}`;
  }
}
