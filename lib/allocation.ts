/**
 * Where elements get their memory. Small storages share arrays: an array of its own costs V8 as much as a few small ops, and its collector more. Large
 * ones are supplied by the backend, which may know better than JavaScript, that fills all with zeros first.
 */
import { markAsUntransferable } from "node:worker_threads";
import { allocate, type DType, sizeOfElement, type TypedArray } from "./dtype.ts";
import { Storage } from "./storage.ts";

/** What a backend knows about memory. */
export interface Supplier {
  /** Whether it watches that nobody reaches past a storage's end, so that none shares memory with others. */
  readonly isGuarded: boolean;
  /** Memory for elements that are all going to be written: what is in it before may be anything. */
  reserve(dtype: DType, size: number): Storage;
  /** Where an array lies in memory; null where nobody wants to know. */
  addressOf(array: TypedArray): number | null;
  /** What was put off until many results have just become unreachable. */
  rest(): void;
}

let supplier: Supplier = {
  isGuarded: false,
  reserve: (dtype, size) => new Storage(allocate(dtype, size)),
  addressOf: () => null,
  rest: () => {},
};

/** Lets a backend supply the memory of results. */
export function setSupplier(next: Supplier): void {
  supplier = next;
  if (next.isGuarded) for (const shared of [float32, float64, int32, uint8, bool]) shared.most = -1;
}

/** Says that many results have just become unreachable. */
export function atRest(): void {
  supplier.rest();
}

/** Up to this many bytes storages share arrays. */
const smallBytes = 4096;
/** A long-lived small storage keeps the array that it lies in, so these are not large. */
const sharedBytes = 32768;
/** Each storage begins on a line of the cache of its own. */
const lineBytes = 64;

/** Gives out parts of arrays of one type, one after another. Nothing is given out twice, so that all are zeros. */
class Shared {
  private array: TypedArray;
  private buffer: ArrayBufferLike;
  private end = 0;
  private address: number | null = null;
  private next = 0;
  private readonly line: number;
  /** The most elements of a storage that shares arrays. */
  most: number;

  constructor(private readonly dtype: DType) {
    this.array = allocate(dtype, 0);
    this.buffer = this.array.buffer;
    this.line = lineBytes / sizeOfElement[dtype];
    this.most = smallBytes / sizeOfElement[dtype];
  }

  /** The next part that is free. */
  reserve(size: number): Storage {
    // `ArrayBuffer.prototype.transfer` may have taken the memory away all the same. The buffer is asked, since arrays of several types have several lengths
    // for V8, which it then looks up.
    if (this.next + size > this.end || this.buffer.byteLength === 0) this.begin();
    const start = this.next;
    this.next = (start + size + this.line - 1) & -this.line;
    const storage = new Storage(this.array, null, size, null, start);
    storage.address = this.address;
    return storage;
  }

  private begin(): void {
    this.array = allocate(this.dtype, sharedBytes / sizeOfElement[this.dtype]);
    this.buffer = this.array.buffer;
    this.end = this.array.length;
    // Who transfers one tensor's elements would take those of all the others along.
    markAsUntransferable(this.array.buffer);
    this.address = supplier.addressOf(this.array);
    this.next = 0;
  }
}

const float32 = new Shared("float32");
const float64 = new Shared("float64");
const int32 = new Shared("int32");
const uint8 = new Shared("uint8");
const bool = new Shared("bool");

/** Comparing takes no time, where to look a name up among several would cost as much as a small kernel does. */
function sharedOf(dtype: DType): Shared {
  switch (dtype) {
    case "float32":
      return float32;
    case "float64":
      return float64;
    case "int32":
      return int32;
    case "uint8":
      return uint8;
    case "bool":
      return bool;
  }
}

/** Memory for elements that are all going to be written. */
export function reserve(dtype: DType, size: number): Storage {
  const shared = sharedOf(dtype);
  return size <= shared.most ? shared.reserve(size) : supplier.reserve(dtype, size);
}

/** Memory for elements that are zero. */
export function zeroed(dtype: DType, size: number): Storage {
  const shared = sharedOf(dtype);
  return size <= shared.most ? shared.reserve(size) : new Storage(allocate(dtype, size));
}
