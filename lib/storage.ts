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

/** Memory that its allocator gives to others when nobody looks at it any more. */
export interface Block {
  /** Says that somebody outside may look at it from now on, in ways that the allocator cannot see. */
  lend(): void;
  /** Gives it back: nobody looks at the array any more. */
  release(array: TypedArray): void;
}

let way = 0;

/** Says in which way back through a graph new storages are made, 0 for none, and returns in which they were until now. */
export function switchWay(to: number): number {
  const before = way;
  way = to;
  return before;
}

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
  /** The way back through a graph in which it was made and of which nobody else knows it yet; 0 for none. */
  way: number = way;
  private changes = 0;
  private twin: Storage | null = null;

  constructor(
    private memory: TypedArray,
    private source: Pending | null = null,
    /** The number of elements. */
    readonly size: number = memory.length,
    /** What gets the memory back; null for what only the collector takes. */
    private block: Block | null = null,
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
    if (!this.isLent) {
      this.isLent = true;
      if (this.block !== null) this.block.lend();
    }
    return this.memory;
  }

  /** The elements as they are now, whatever is written later. */
  get snapshot(): Storage {
    const { elements } = this;
    if (this.twin === null) {
      this.twin = new Storage(elements, null, this.size, this.block);
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
    this.block = null;
  }

  /** Whether the memory is this storage's alone, so that whoever knows all who hold the storage may write into it or release it. */
  get isOwn(): boolean {
    return this.source === null && this.twin === null && !this.isLent;
  }

  /**
   * Gives the memory back before the collector would, if it is this storage's alone; for those who know that nobody will look at the elements again.
   * Whoever does all the same finds none, never what others have put there.
   */
  release(): void {
    if (this.block === null || !this.isOwn) return;
    this.block.release(this.memory);
    this.block = null;
    this.memory = nothing;
    this.address = 0;
  }

  private settle(source: Pending): void {
    const made = source.compute();
    this.memory = made.memory;
    this.address = made.address;
    this.block = made.block;
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

let rest: () => void = () => {};

/** Lets an allocator do what it has put off, at moments when many results have just become unreachable. */
export function whenAtRest(work: () => void): void {
  rest = work;
}

/** Says that many results have just become unreachable. */
export function atRest(): void {
  rest();
}
