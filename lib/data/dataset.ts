/** Datasets: samples by number. */
import { asTensor, fromData } from "../creation.ts";
import { indexSelect, select } from "../ops/indexing.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** Inputs and targets, sample by sample along dimension 0: what the toy sets give and `fit` takes. */
export interface Samples {
  readonly x: Tensor;
  readonly y: Tensor;
}

/**
 * Samples by number. A subclass says how many there are and what each is; with `batch` it can fetch several at once faster than one by one.
 *
 * @example
 * class Squares extends data.Dataset<number> {
 *   readonly length = 10;
 *   get(i: number) { return i * i; }
 * }
 */
export abstract class Dataset<T> {
  /** The number of samples. */
  abstract readonly length: number;

  /** A sample. */
  abstract get(index: number): T;

  /** Several samples in a batch, as a `collate` function would make it of them; left out where there is no faster way. */
  batch?(indices: readonly number[]): T;

  *[Symbol.iterator](): Generator<T> {
    for (let i = 0; i < this.length; i++) yield this.get(i);
  }
}

/** The tensors of a TensorDataset, all of them as tensors. */
export type TensorsOf<T extends readonly TensorLike[]> = { [K in keyof T]: Tensor };

/**
 * Samples that are slices of tensors along dimension 0: sample i of `(x, y)` is `[x[i], y[i]]`.
 *
 * @param tensors As many samples in each.
 * @throws {RangeError} If the tensors differ in their number of samples.
 * @example new TensorDataset([[1, 2], [3, 4]], [0, 1]).length // 2
 */
export class TensorDataset<T extends readonly TensorLike[]> extends Dataset<TensorsOf<T>> {
  readonly tensors: TensorsOf<T>;
  readonly length: number;

  constructor(...tensors: T) {
    super();
    this.tensors = tensors.map((t) => asTensor(t)) as TensorsOf<T>;
    const shapes = (this.tensors as readonly Tensor[]).map((t) => t.shape);
    const [first] = shapes;
    if (first === undefined || first.length === 0) {
      throw new RangeError("Cannot make a dataset without samples: give tensors of at least one dimension");
    }
    for (const shape of shapes) {
      if (shape[0] !== first[0]) {
        throw new RangeError(
          `Cannot make a dataset of ${show(first)} and ${show(shape)}: the numbers of samples differ`,
        );
      }
    }
    this.length = first[0]!;
  }

  get(index: number): TensorsOf<T> {
    checkSample(index, this.length);
    return (this.tensors as readonly Tensor[]).map((t) => select(t, 0, index)) as TensorsOf<T>;
  }

  override batch(indices: readonly number[]): TensorsOf<T> {
    const list = fromData(Int32Array.from(indices));
    return (this.tensors as readonly Tensor[]).map((t) => indexSelect(t, 0, list)) as TensorsOf<T>;
  }
}

/**
 * Some samples of a dataset.
 *
 * @param dataset The whole.
 * @param indices Which of its samples, in order.
 * @example new Subset(new TensorDataset([5, 6, 7]), [2, 0]).get(0)[0].item() // 7
 */
export class Subset<T> extends Dataset<T> {
  readonly length: number;
  override readonly batch?: (indices: readonly number[]) => T;

  constructor(
    readonly dataset: Dataset<T>,
    readonly indices: readonly number[],
  ) {
    super();
    this.length = indices.length;
    if (dataset.batch) this.batch = (list) => dataset.batch!(list.map((i) => this.at(i)));
  }

  get(index: number): T {
    return this.dataset.get(this.at(index));
  }

  private at(index: number): number {
    checkSample(index, this.length);
    return this.indices[index]!;
  }
}

/**
 * Datasets one after another.
 *
 * @param datasets In order; all of the same kind of sample.
 * @throws {RangeError} If there are none.
 * @example new ConcatDataset([new TensorDataset([5, 6]), new TensorDataset([7])]).get(2)[0].item() // 7
 */
export class ConcatDataset<T> extends Dataset<T> {
  readonly length: number;

  constructor(readonly datasets: readonly Dataset<T>[]) {
    super();
    if (datasets.length === 0) throw new RangeError("Cannot concatenate no datasets: give at least one");
    this.length = datasets.reduce((total, dataset) => total + dataset.length, 0);
  }

  get(index: number): T {
    checkSample(index, this.length);
    let rest = index;
    for (const dataset of this.datasets) {
      if (rest < dataset.length) return dataset.get(rest);
      rest -= dataset.length;
    }
    throw new RangeError(`Cannot get sample ${index}: a dataset has become shorter`);
  }
}

function checkSample(index: number, length: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= length) {
    throw new RangeError(`Cannot get sample ${index}: the dataset has ${length}`);
  }
}
