/** The Tensor: a typed, strided window on a storage, and what autograd needs to know about it. */
import { reserve, zeroed } from "./allocation.ts";
import { allocate, type DType, isFloating, type TypedArray } from "./dtype.ts";
import { checkShape, isRowMajor, type Shape, show, sizeOf, stridesOf } from "./shape.ts";
import type { Storage, View } from "./storage.ts";

/** Numbers or booleans in arrays of arrays, all rows of one depth equally long. */
export type Nested<T> = T | readonly Nested<T>[];

/** What every function takes where it wants a tensor. */
export type TensorLike = Tensor | Nested<number> | Nested<boolean> | TypedArray;

/** A step of the recorded computation, as a walker of the graph sees it. */
export interface GradFn {
  /** The op's name, such as `matmul`. */
  readonly name: string;
  /** The op's inputs. */
  readonly operands: readonly Tensor[];
  /** Where the gradient flows next: the step that made each input, null for leaves and for what requires no gradient. */
  readonly nextFunctions: readonly (GradFn | null)[];
  /** Whether backward has let go of what it saved: of operands and of where the gradient would flow, too. */
  readonly isFreed: boolean;
}

/**
 * An n-dimensional array with a derivative.
 *
 * Make one with `tensor`, `zeros`, `randn` and their kin. Every op is both a function and a method: `matmul(x, w)` and `x.matmul(w)`.
 *
 * @example tensor([[1, 2], [3, 4]]).sum().item() // 10
 * @example tensor([1, 2]) instanceof Tensor // true
 */
export class Tensor implements View {
  /** Whether backward computes a gradient for this tensor. Set it with `requiresGrad_()` or at creation. */
  requiresGrad = false;
  /** The gradient that `backward()` has added up here; null before. */
  grad: Tensor | null = null;
  /** The op that made this tensor, if it was recorded; null for leaves. */
  gradFn: GradFn | null = null;
  /** Whether backward keeps `grad` although this is no leaf; set by `retainGrad()`. */
  retainsGrad = false;
  /** Functions that see, and may replace, the gradient on its way; see `registerHook`. */
  hooks: ((grad: Tensor) => Tensor | undefined)[] | null = null;
  /** The tensor whose memory this one shows, if an op made it a view while recording; an in-place change of either concerns both. */
  base: Tensor | null = null;
  /** The step that had made `base` when this view was made: another one now means that the base was changed in place since. */
  baseFn: GradFn | null = null;

  constructor(
    readonly storage: Storage,
    readonly shape: Shape,
    readonly strides: readonly number[],
    readonly offset: number,
    readonly dtype: DType,
    readonly isContiguous: boolean,
    readonly size: number = sizeOf(shape),
  ) {}

  /** The number of dimensions; 0 for a scalar. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Whether the user made this tensor rather than a recorded op. */
  get isLeaf(): boolean {
    return this.gradFn === null;
  }

  /**
   * The elements, row-major. For a contiguous tensor this is the memory itself: what is written to it changes the tensor, unseen by autograd.
   * For other views it is a copy. Small tensors share a buffer, which cannot be transferred to a worker: a copy can (`x.data.slice()`).
   */
  get data(): TypedArray {
    if (!this.isContiguous) return gatherElements(this);
    const { array, elements, size } = this.storage;
    if (size === this.size) return elements;
    return array.subarray(this.offset, this.offset + this.size);
  }

  /**
   * The only element as a number (0 or 1 for bool).
   * @throws {RangeError} If the tensor has not exactly one element.
   * @example tensor([[7]]).item() // 7
   */
  item(): number {
    if (this.size !== 1) {
      throw new RangeError(
        `Cannot take the item of a tensor of shape ${show(this.shape)}: it has ${this.size} elements, not 1`,
      );
    }
    return this.storage.home[this.offset]!;
  }

  /** The elements as nested arrays: numbers, or booleans for bool; a scalar gives its value. */
  toArray(): Nested<number> | Nested<boolean> {
    const { data } = this;
    const wrap = this.dtype === "bool" ? (v: number) => v !== 0 : (v: number) => v;
    let at = 0;
    const read = (dim: number): Nested<number> | Nested<boolean> => {
      if (dim === this.ndim) return wrap(data[at++]!);
      return Array.from({ length: this.shape[dim]! }, () => read(dim + 1)) as Nested<number>;
    };
    return read(0);
  }

  /** What JSON makes of a tensor: its elements as nested arrays. @example JSON.stringify({ loss: tensor([0.5, 1]) }) // '{"loss":[0.5,1]}' */
  toJSON(): Nested<number> | Nested<boolean> {
    return this.toArray();
  }

  /** The same elements outside the graph: shares memory, requires no gradient. */
  detach(): Tensor {
    return view(this, this.shape, this.strides, this.offset);
  }

  /**
   * Says whether to compute a gradient for this leaf, and returns the tensor.
   * @throws {TypeError} If the elements are not floating, which have no derivative.
   */
  requiresGrad_(on = true): this {
    if (on && !isFloating(this.dtype)) {
      throw new TypeError(
        `Cannot require a gradient of a ${this.dtype} tensor: only float32 and float64 have derivatives`,
      );
    }
    if (!on && this.gradFn !== null) {
      throw new TypeError(
        `Cannot switch off the gradient of the result of ${this.gradFn.name}: only leaves can; use detach()`,
      );
    }
    // What asks for a gradient of its own is no part of another tensor any more, as far as backward is concerned.
    if (on && this.gradFn === null) this.base = null;
    this.requiresGrad = on;
    return this;
  }

  /** Makes backward keep the gradient of this tensor although it is a result, and returns the tensor. */
  retainGrad(): this {
    if (!this.requiresGrad) throw new TypeError("Cannot retain the gradient of a tensor that requires none");
    this.retainsGrad = true;
    return this;
  }

  /**
   * Calls `hook` with the gradient of this tensor whenever backward has computed it; what the hook returns, if anything, replaces it.
   * @returns A function that removes the hook.
   */
  registerHook(hook: (grad: Tensor) => Tensor | undefined): () => void {
    if (!this.requiresGrad) throw new TypeError("Cannot hook the gradient of a tensor that requires none");
    this.hooks = [...(this.hooks ?? []), hook];
    return () => {
      this.hooks = this.hooks?.filter((other) => other !== hook) ?? null;
    };
  }
}

/**
 * A new contiguous tensor of zeros.
 * @throws {RangeError} If a size is no whole number ≥ 0.
 */
export function empty(shape: Shape, dtype: DType): Tensor {
  checkShape(shape, "make a tensor");
  return over(zeroed(dtype, sizeOf(shape)), shape, dtype);
}

/** A new contiguous tensor for a kernel to fill: until then its elements may be anything. */
export function unfilled(shape: Shape, dtype: DType): Tensor {
  return over(reserve(dtype, sizeOf(shape)), shape, dtype);
}

/** The same in the shape of `x`, about which everything is known already. */
export function unfilledLike(x: Tensor, dtype: DType): Tensor {
  const { shape, size } = x;
  const storage = reserve(dtype, size);
  return new Tensor(storage, shape, x.isContiguous ? x.strides : stridesOf(shape), storage.start, dtype, true, size);
}

/** A contiguous tensor of all elements of a storage. */
export function over(storage: Storage, shape: Shape, dtype: DType): Tensor {
  return new Tensor(storage, shape, stridesOf(shape), storage.start, dtype, true, storage.size);
}

/** Another window on the storage of `base`. */
export function view(base: View, shape: Shape, strides: readonly number[], offset: number): Tensor {
  return new Tensor(base.storage, shape, strides, offset, base.dtype, isRowMajor(shape, strides));
}

/** Copies the elements of a view into a new row-major array. */
function gatherElements({ storage, shape, strides, offset, dtype, size }: View): TypedArray {
  const { home } = storage;
  const result = allocate(dtype, size);
  const last = shape.length - 1;
  const index = new Array<number>(shape.length).fill(0);
  for (let to = 0, from = offset; to < size; ) {
    for (let i = 0; i < shape[last]!; i++) result[to++] = home[from + i * strides[last]!]!;
    // Step to the next row: the innermost outer dimension that has not reached its end.
    for (let d = last - 1; d >= 0; d--) {
      from += strides[d]!;
      if (++index[d]! < shape[d]!) break;
      from -= index[d]! * strides[d]!;
      index[d] = 0;
    }
  }
  return result;
}
