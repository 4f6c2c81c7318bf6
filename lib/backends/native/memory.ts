/**
 * Where results live. Tiny ones lie in V8's own heap, which costs least; small ones share a slab, whose address is known; large ones get memory
 * that nobody fills with zeros first.
 */
import { Buffer } from "node:buffer";
import { allocate, type DType, sizeOfElement, type TypedArray } from "../../dtype.ts";
import { claim } from "../../memory.ts";
import { type Allocator, Storage } from "../../storage.ts";
import type { Addon } from "./addon.ts";

const heapBytes = 64;
/** A long-lived small tensor keeps its slab, so slabs are not large. */
const slabBytes = 32768;
const smallBytes = 4096;

/** The allocator of the engine. */
export function engineMemory(addon: Addon): Allocator {
  let slab = new ArrayBuffer(0);
  let slabAddress = 0;
  let at = 0;
  return (dtype, size) => {
    const bytes = size * sizeOfElement[dtype];
    if (bytes <= heapBytes) return new Storage(allocate(dtype, size));
    if (bytes <= smallBytes) {
      if (at + bytes > slab.byteLength) {
        slab = new ArrayBuffer(slabBytes);
        slabAddress = addon.addressOf(new Uint8Array(slab));
        at = 0;
      }
      const storage = new Storage(arrayOver(dtype, slab, at, size));
      storage.address = slabAddress + at;
      // The next one starts on a line of the cache of its own.
      at = (at + bytes + 63) & -64;
      return storage;
    }
    return claim(dtype, size, bytes, () => new Storage(arrayOver(dtype, unfilledBuffer(bytes), 0, size)));
  };
}

function unfilledBuffer(bytes: number): ArrayBuffer {
  return Buffer.allocUnsafeSlow(bytes).buffer as ArrayBuffer;
}

function arrayOver(dtype: DType, buffer: ArrayBuffer, at: number, size: number): TypedArray {
  switch (dtype) {
    case "float32":
      return new Float32Array(buffer, at, size);
    case "float64":
      return new Float64Array(buffer, at, size);
    case "int32":
      return new Int32Array(buffer, at, size);
    default:
      return new Uint8Array(buffer, at, size);
  }
}
