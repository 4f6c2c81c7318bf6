/** Where tensor elements live. Tensors and backends share these two types and nothing else. */
import { allocate, type DType, type TypedArray } from "./dtype.ts";
import { type Shape, sizeOf, stridesOf } from "./shape.ts";

/** Elements that nobody has looked at yet, so that nobody has computed them. */
export interface Pending {
  /** Whether further pending elements are going to be computed from these. */
  readonly isTaken: boolean;
  /** Whether a recorded step holds these, so that they will be looked at after what is computed from them. */
  isKept: boolean;
  /** Computes them, if that has not been done, into memory that only pending elements know of. */
  compute(): Storage;
}

const nothing = new Float32Array(0);

/**
 * A block of elements that one or more tensors look at. They may be pending, and pending elements may be going to be computed from them: those hold
 * a twin of this storage. Whoever writes says so before, by raising the version or by asking for the `array`; the twin keeps the memory as it was
 * then, and this storage goes on with a copy.
 */
export class Storage {
  /** Where the elements lie in memory, for backends that want to know; 0 until one asks. */
  address = 0;
  /** Whether it is some tensor's gradient, which no other tensor may share. */
  isGradient = false;
  /** Whether somebody may write into the elements at any time, unseen. */
  isLent = false;
  private changes = 0;
  private twin: Storage | null = null;

  constructor(
    private memory: TypedArray,
    private source: Pending | null = null,
    /** The number of elements. */
    readonly size: number = memory.length,
  ) {}

  /** Elements that are computed when somebody looks. */
  static of(source: Pending, size: number): Storage {
    return new Storage(nothing, source, size);
  }

  /** Where the elements will come from, while nobody has computed them. */
  get pending(): Pending | null {
    return this.source;
  }

  /** Counts in-place changes, so that backward notices that a value it saved is gone. */
  get version(): number {
    return this.changes;
  }

  set version(changes: number) {
    this.leaveTwin();
    this.changes = changes;
  }

  /** The elements, to be read at once. */
  get elements(): TypedArray {
    if (this.source !== null) this.settle(this.source);
    return this.memory;
  }

  /** The elements, to be read or written at any time. */
  get array(): TypedArray {
    this.leaveTwin();
    this.isLent = true;
    return this.memory;
  }

  /** The elements as they are now, whatever is written later. */
  get snapshot(): Storage {
    const { elements } = this;
    if (this.twin === null) {
      this.twin = new Storage(elements);
      this.twin.address = this.address;
    }
    return this.twin;
  }

  /** Makes the memory this storage's own, for somebody who is going to write. */
  leaveTwin(): void {
    if (this.source !== null) this.settle(this.source);
    if (this.twin === null) return;
    this.twin = null;
    this.memory = this.memory.slice();
    this.address = 0;
  }

  private settle(source: Pending): void {
    const made = source.compute();
    this.memory = made.memory;
    this.address = made.address;
    if (source.isTaken) this.twin = made;
    this.source = null;
  }
}

/** A window on a storage: element (i, j, …) is at `offset + i·strides[0] + j·strides[1] + …`. A Tensor is one. */
export interface View {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly dtype: DType;
  /** Whether the elements lie row-major without gaps from `offset`. */
  readonly isContiguous: boolean;
  readonly size: number;
}

/** Elements that lie row-major in a storage: all of it in a line, unless a shape and an offset say otherwise. */
export function packedView(storage: Storage, dtype: DType, shape: Shape = [storage.size], offset = 0): View {
  return { storage, offset, shape, strides: stridesOf(shape), dtype, isContiguous: true, size: sizeOf(shape) };
}

/** Gets memory for elements that are all going to be written: what is in it before may be anything. */
export type Allocator = (dtype: DType, size: number) => Storage;

let allocator: Allocator = (dtype, size) => new Storage(allocate(dtype, size));

/** Memory for elements that are all going to be written. */
export function reserve(dtype: DType, size: number): Storage {
  return allocator(dtype, size);
}

/** Lets a backend supply the memory of results; it knows better than JavaScript, which fills all with zeros first. */
export function setAllocator(next: Allocator): void {
  allocator = next;
}
