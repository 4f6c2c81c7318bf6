/** Writes the arguments of a kernel into the buffer that the engine reads. */
import { type DType, sizeOfElement } from "../../dtype.ts";
import { usage } from "../../memory.ts";
import type { Shape } from "../../shape.ts";
import type { Storage, View } from "../../storage.ts";
import type { Addon } from "./addon.ts";

/** Types as `DType` in command.h numbers them; `scalar` is a view of one element, whose value is handed over itself. */
const typeCode: Readonly<Record<DType, number>> = { float32: 0, float64: 1, int32: 2, uint8: 3, bool: 4 };
const scalar = 5;

// V8 finds one of several names in an object slower than it compares with one.
function codeOf(dtype: DType): number {
  return dtype === "float32" ? 0 : typeCode[dtype];
}

function bytesOf(dtype: DType): number {
  return dtype === "float32" ? 4 : sizeOfElement[dtype];
}

/** More dimensions than this go to the fallback. */
export const maxRank = 12;

/** Elements up to which plain JavaScript is quicker than a call. */
export const tiny = 16;

/** Fills the command buffer from the start, and runs it. */
export class Command {
  private readonly words: Float64Array;
  private at = 0;

  constructor(private readonly addon: Addon) {
    this.words = addon.command;
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

  type(dtype: DType): void {
    this.words[this.at++] = codeOf(dtype);
  }

  /** The value of a view's first element. */
  element({ storage, offset }: View, factor = 1): void {
    if (storage.pending !== null) this.settle(storage);
    this.words[this.at++] = factor * storage.home[offset]!;
  }

  /** The address of a view's first element; 0 where there is none. */
  address(view: View | null | undefined): void {
    if (!view) {
      this.number(0);
      return;
    }
    this.words[this.at++] = this.storageAddress(view.storage) + view.offset * bytesOf(view.dtype);
  }

  /** The address of an element of a storage. */
  place(storage: Storage, offset: number, dtype: DType): void {
    this.words[this.at++] = this.storageAddress(storage) + offset * bytesOf(dtype);
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
    words[this.at++] = codeOf(view.dtype);
    this.address(view);
    this.repeated(view, shape);
  }

  /** The strides by which a view is repeated to `shape`. */
  repeated(view: View, shape: Shape): void {
    const lead = shape.length - view.shape.length;
    for (let d = 0; d < shape.length; d++) {
      this.words[this.at++] = d < lead || (view.shape[d - lead] === 1 && shape[d] !== 1) ? 0 : view.strides[d - lead]!;
    }
  }

  /** A view with its own strides, by address even if it is a single element. */
  output(view: View): void {
    this.owned(view.storage);
    this.words[this.at++] = codeOf(view.dtype);
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
      words[this.at++] = codeOf(view.dtype);
      this.address(view);
      words[this.at++] = 1;
    }
  }

  /** The address of a packed result. */
  result(view: View): void {
    this.owned(view.storage);
    this.address(view);
  }

  /** @throws {RangeError} If the kernel gets no memory to work in. */
  run(): void {
    try {
      this.addon.run();
    } catch (error) {
      throw new RangeError(`${(error as Error).message}: ${usage()}`);
    }
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
    void storage.home;
    this.words.set(before);
    this.at = at;
  }

  private storageAddress(storage: Storage): number {
    if (storage.pending !== null) this.settle(storage);
    if (storage.home.length === 0) throw new TypeError("Cannot compute with a tensor whose memory was transferred");
    storage.address ??= this.lookUp(storage);
    return storage.address;
  }

  private lookUp({ home }: Storage): number {
    const { buffer } = home as { buffer: ArrayBufferLike & { resizable?: boolean; growable?: boolean } };
    // Its end could go while a kernel writes there.
    if (buffer.resizable || buffer.growable) throw new TypeError("Cannot compute in a buffer that can be resized");
    return this.addon.addressOf(home);
  }
}
