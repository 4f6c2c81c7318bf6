/** Writes the arguments of a kernel into the buffer that the engine reads. */
import { type DType, sizeOfElement, type TypedArray } from "../../dtype.ts";
import { usage } from "../../memory.ts";
import type { Shape } from "../../shape.ts";
import type { Storage, View } from "../../storage.ts";
import type { Addon } from "./addon.ts";

/** Types as `DType` in command.h numbers them; `scalar` is a view of one element, whose value is handed over itself. */
export const typeCode: Readonly<Record<DType, number>> = { float32: 0, float64: 1, int32: 2, uint8: 3, bool: 4 };
const scalar = 5;

/** More dimensions than this go to the fallback. */
export const maxRank = 12;

/** Arrays up to this many bytes lie inside V8's heap, where they move, until someone asks for their address. */
const heapBytes = 64;
/** The words at the end of the buffer that hold small results. */
const scratchAt = 240;

/** Elements up to which plain JavaScript is quicker than a call. */
export const tiny = 16;

/** Fills the command buffer from the start, and runs it. */
export class Command {
  private readonly words: Float64Array;
  private readonly scratchAddress: number;
  /** The words for small results, as each type sees them. */
  private readonly scratch: Readonly<Record<DType, TypedArray>>;
  private at = 0;

  constructor(private readonly addon: Addon) {
    this.words = addon.command;
    this.scratchAddress = addon.addressOf(addon.command) + scratchAt * 8;
    const { buffer, byteOffset } = addon.command;
    const at = byteOffset + scratchAt * 8;
    const bytes = new Uint8Array(buffer, at, heapBytes);
    this.scratch = {
      float32: new Float32Array(buffer, at, heapBytes / 4),
      float64: new Float64Array(buffer, at, heapBytes / 8),
      int32: new Int32Array(buffer, at, heapBytes / 4),
      uint8: bytes,
      bool: bytes,
    };
  }

  begin(kernel: number): void {
    this.words[0] = kernel;
    this.at = 1;
  }

  number(value: number): void {
    this.words[this.at++] = value;
  }

  numbers(values: readonly number[]): void {
    for (let i = 0; i < values.length; i++) this.words[this.at++] = values[i]!;
  }

  /** The value of a view's first element. */
  element({ storage, offset }: View, factor = 1): void {
    if (storage.pending !== null) this.settle(storage);
    this.words[this.at++] = factor * storage.elements[offset]!;
  }

  /** The address of a view's first element; 0 where there is none. */
  address(view: View | null | undefined): void {
    if (!view) {
      this.number(0);
      return;
    }
    this.words[this.at++] = this.storageAddress(view.storage) + view.offset * sizeOfElement[view.dtype];
  }

  /** The address of an element of a storage. */
  place(storage: Storage, offset: number, dtype: DType): void {
    this.words[this.at++] = this.storageAddress(storage) + offset * sizeOfElement[dtype];
  }

  /** An input with the strides by which it is repeated to `shape`; a single element goes by value. */
  input(view: View, shape: Shape): void {
    const { words } = this;
    if (view.size === 1) {
      words[this.at++] = scalar;
      this.element(view);
      for (let d = 0; d < shape.length; d++) words[this.at++] = 0;
      return;
    }
    words[this.at++] = typeCode[view.dtype];
    this.address(view);
    const lead = shape.length - view.shape.length;
    for (let d = 0; d < shape.length; d++) {
      words[this.at++] = d < lead || (view.shape[d - lead] === 1 && shape[d] !== 1) ? 0 : view.strides[d - lead]!;
    }
  }

  /** A view with its own strides, by address even if it is a single element. */
  output(view: View): void {
    this.owned(view.storage);
    this.words[this.at++] = typeCode[view.dtype];
    this.address(view);
    this.numbers(view.strides);
  }

  /** A packed view as one dimension; a single element repeats. */
  flat(view: View): void {
    const { words } = this;
    if (view.size === 1) {
      words[this.at++] = scalar;
      this.element(view);
      words[this.at++] = 0;
    } else {
      words[this.at++] = typeCode[view.dtype];
      this.address(view);
      words[this.at++] = 1;
    }
  }

  /**
   * The address of a packed result. A small one is written into the command buffer and copied out by `finish`, because asking for its
   * address would make V8 move it out of its heap first.
   */
  result(view: View): void {
    this.owned(view.storage);
    if (isInHeap(view.storage)) this.words[this.at++] = this.scratchAddress;
    else this.address(view);
  }

  /** @throws {RangeError} If the kernel gets no memory to work in. */
  run(): void {
    try {
      this.addon.run();
    } catch (error) {
      throw new RangeError(`${(error as Error).message}: ${usage()}`);
    }
  }

  /** Runs the kernel whose packed result was announced by `result`. */
  finish(view: View): void {
    this.run();
    if (!isInHeap(view.storage)) return;
    const { elements } = view.storage;
    const made = this.scratch[view.dtype];
    for (let i = 0; i < view.size; i++) elements[view.offset + i] = made[i]!;
  }

  /** Makes the memory of a storage its own, for a kernel that writes there. */
  owned(storage: Storage): void {
    if (storage.pending !== null) this.settle(storage);
    storage.leaveTwin();
  }

  /** Has pending elements computed, by a command of their own, in the middle of this one. */
  private settle(storage: Storage): void {
    const { at } = this;
    const before = this.words.slice(0, at);
    void storage.elements;
    this.words.set(before);
    this.at = at;
  }

  private storageAddress(storage: Storage): number {
    if (storage.pending !== null) this.settle(storage);
    if (storage.elements.length === 0) throw new TypeError("Cannot compute with a tensor whose memory was transferred");
    if (storage.address === 0) storage.address = this.lookUp(storage);
    return storage.address;
  }

  private lookUp({ elements }: Storage): number {
    const { buffer } = elements as { buffer: ArrayBufferLike & { resizable?: boolean; growable?: boolean } };
    // Its end could go while a kernel writes there.
    if (buffer.resizable || buffer.growable) throw new TypeError("Cannot compute in a buffer that can be resized");
    return this.addon.addressOf(elements);
  }
}

function isInHeap({ address, elements }: Storage): boolean {
  return address === 0 && elements.byteLength <= heapBytes;
}
