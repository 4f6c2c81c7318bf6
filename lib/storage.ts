/** Where tensor elements live. Tensors and backends share these two types and nothing else. */
import type { DType, TypedArray } from "./dtype.ts";
import { isRowMajor, type Shape, sizeOf, stridesOf } from "./shape.ts";

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

/** Says that elements can be computed again, so that the next op may have their memory: see `giveUp`. */
class Renewal implements Pending {
  readonly isTaken = false;
  isKept = false;

  constructor(readonly compute: () => Storage) {}
}

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
  /** Where the array that the elements lie in begins in memory, for backends that want to know; null until one asks. */
  address: number | null = null;
  /** Whether it is some tensor's gradient, which no other tensor may share. */
  isGradient = false;
  /** Whether somebody may write into the elements at any time, unseen. */
  isLent = false;
  /** The way back through a graph in which it was made and of which nobody else knows it yet; 0 for none. */
  way: number = way;
  private changes = 0;
  private twin: Storage | null = null;
  /** The storage whose elements those are that were taken here, while it has the same memory; and whether it has left that to those who took it. */
  private original: Storage | null = null;
  private isLeft = false;
  private takers = 0;
  private renewal: Renewal | null = null;
  /** The elements without those of others, once somebody has asked for them. */
  private alone: TypedArray | null = null;

  constructor(
    private memory: TypedArray,
    private source: Pending | null = null,
    /** The number of elements. */
    readonly size: number = memory.length,
    /** What gets the memory back; null for what only the collector takes. */
    private block: Block | null = null,
    /** Where the elements begin in the array that they lie in, which small storages share. */
    readonly start: number = 0,
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

  /** The array that the elements lie in, from `start` on, to be read at once. */
  get home(): TypedArray {
    if (this.source !== null) this.settle(this.source);
    return this.memory;
  }

  /** The array that the elements lie in, to be written at once. */
  get own(): TypedArray {
    this.leaveTwin();
    return this.home;
  }

  /** The elements without those of others, to be read at once. */
  get elements(): TypedArray {
    const { home, start, size } = this;
    if (home.length === size) return home;
    this.alone ??= home.subarray(start, start + size);
    return this.alone;
  }

  /** The array that the elements lie in, to be read or written at any time. */
  get array(): TypedArray {
    this.leaveTwin();
    if (!this.isLent) {
      this.isLent = true;
      if (this.block !== null) this.block.lend();
    }
    return this.memory;
  }

  /** The elements as they are now, whatever is written later, for somebody who is going to read them; he says by `letGo` when he has. */
  take(): Storage {
    const { home } = this;
    if (this.twin === null) {
      this.twin = new Storage(home, null, this.size, this.block, this.start);
      this.twin.address = this.address;
      this.twin.renewal = this.renewal;
      this.twin.original = this;
    }
    this.twin.takers++;
    return this.twin;
  }

  /** Says that somebody who took this has read it. */
  letGo(): void {
    if (--this.takers > 0) return;
    if (this.original !== null) {
      this.original.twin = null;
      this.original = null;
    } else if (this.isLeft) {
      this.release();
    }
  }

  /** Says how the elements could be computed again as they are now, into new memory. */
  renewBy(compute: () => Storage): void {
    this.renewal = new Renewal(compute);
  }

  /**
   * The memory, for a result that takes the elements' place, if nobody needs them there any more: because the only one who took them asks, or because
   * they can be computed again, which is done for whoever still looks. That is done once: who looks twice would compute twice. null if somebody may look.
   *
   * @param isTaker Whether it is asked for by one who took this, and who is about to let it go.
   */
  giveUp(isTaker: boolean): Storage | null {
    if (!this.isOwn) return null;
    const { renewal, original } = this;
    if (renewal === null && !(isTaker && this.isLeft && this.takers === 1)) return null;
    const taken = new Storage(this.memory, null, this.size, this.block, this.start);
    taken.address = this.address;
    if (original !== null) {
      this.original = null;
      original.twin = null;
      original.renew(renewal);
    }
    this.renew(renewal);
    return taken;
  }

  private renew(source: Renewal | null): void {
    this.renewal = null;
    this.source = source;
    this.memory = nothing;
    this.alone = null;
    this.address = null;
    this.block = null;
  }

  /** Makes the memory this storage's own, for somebody who is going to write. */
  leaveTwin(): void {
    if (this.source !== null) this.settle(this.source);
    this.renewal = null;
    if (this.twin === null) return;
    if (this.twin.original === this) this.leave(this.twin);
    this.twin = null;
    this.memory = this.memory.slice();
    this.alone = null;
    this.address = null;
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
    const { twin } = this;
    if (twin !== null && twin.original === this && !this.isLent) {
      // Those who took it release it when they have read it.
      this.leave(twin);
      this.twin = null;
    } else if (this.block !== null && this.isOwn) {
      this.block.release(this.memory);
    } else {
      return;
    }
    this.block = null;
    this.memory = nothing;
    this.alone = null;
    this.address = null;
  }

  private leave(twin: Storage): void {
    twin.original = null;
    twin.isLeft = true;
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

/** A window on a storage: element (i, j, …) is at `offset + i·strides[0] + j·strides[1] + …` of its array. A Tensor is one. */
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

/** A view that is no tensor. All are of one class, because V8 reads the fields of objects of a few kinds quickly, and of many kinds slowly. */
export class PlainView implements View {
  readonly isContiguous: boolean;
  readonly size: number;

  constructor(
    readonly storage: Storage,
    readonly shape: Shape,
    readonly strides: readonly number[],
    readonly offset: number,
    readonly dtype: DType,
  ) {
    this.isContiguous = isRowMajor(shape, strides);
    this.size = sizeOf(shape);
  }
}

/** Elements that lie row-major in a storage: all of it in a line, unless a shape and an offset say otherwise. */
export function packedView(
  storage: Storage,
  dtype: DType,
  shape: Shape = [storage.size],
  offset: number = storage.start,
): View {
  return new PlainView(storage, shape, stridesOf(shape), offset, dtype);
}
