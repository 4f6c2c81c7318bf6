/**
 * Where results live. Tiny ones lie in V8's own heap, which costs least; small ones share a slab, whose address is known; large ones get memory
 * of others that are gone.
 */
import { allocate, sizeOfElement } from "../../dtype.ts";
import { type Allocator, Storage, whenAtRest } from "../../storage.ts";
import type { Addon } from "./addon.ts";
import { arrayOver } from "./array-over.ts";
import { Recycler } from "./recycler.ts";

const heapBytes = 64;
/** A long-lived small tensor keeps its slab, so slabs are not large. */
const slabBytes = 32768;
const smallBytes = 4096;

/** The allocator of the engine. */
export function engineMemory(addon: Addon): Allocator {
  const recycler = new Recycler(addon);
  whenAtRest(() => recycler.rest());
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
    return recycler.reserve(dtype, size, bytes);
  };
}
