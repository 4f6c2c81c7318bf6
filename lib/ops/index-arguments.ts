/** How ops take indices. */
import { cast, contiguous } from "../autograd/primitives.ts";
import { backend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import { type Shape, show } from "../shape.ts";
import { type Tensor, type TensorLike, unfilled } from "../tensor.ts";
import { add } from "./arithmetic.ts";
import { lt } from "./comparison.ts";
import { where } from "./select.ts";
import type { Range } from "./window.ts";

/** From, to before, in steps of; what is left out or null is the natural end. */
export type SliceRange = readonly [start?: number | null, end?: number | null, step?: number | null];

/** An index of one dimension: see `slice`. */
export type SliceIndex = number | SliceRange | null | Tensor;

/** The range of indices that a slice index means for a dimension of `size`. */
export function sliceRange(index: SliceIndex, size: number, dim: number): Range {
  if (typeof index === "number") {
    const at = index < 0 ? index + size : index;
    if (!Number.isInteger(at) || at < 0 || at >= size) {
      throw new RangeError(`Cannot take index ${index} of dimension ${dim}: it has ${size} elements`);
    }
    return { start: at, count: 1, step: 1 };
  }
  if (!Array.isArray(index)) return { start: 0, count: size, step: 1 };
  const [from, to, by] = index as SliceRange;
  const step = by ?? 1;
  if (!Number.isInteger(step) || step === 0)
    throw new RangeError(`Cannot slice dimension ${dim} in steps of ${step}: it must be a whole number other than 0`);
  // Ends past the tensor are cut off, as in Python.
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const clip = (value: number) => Math.min(Math.max(value < 0 ? value + size : value, low), high);
  const start = from === undefined || from === null ? (step > 0 ? low : high) : clip(from);
  const end = to === undefined || to === null ? (step > 0 ? high : low) : clip(to);
  const count = Math.max(0, Math.ceil((end - start) / step));
  return { start: count === 0 ? 0 : start, count, step };
}

/** An index as an int32 tensor, all of it from 0 to before `size`. */
export function checkIndex(index: TensorLike, size: number, verb: string): Tensor {
  const at = toIndex(index, size, verb);
  if (at.size > 0) checkBounds(boundsOf(at), size, verb);
  return at;
}

/** An index in which negative numbers count from the end, as one from 0 to before `size`. */
export function wrapIndex(index: Tensor, size: number, verb: string): Tensor {
  const at = toIndex(index, size, verb);
  if (at.size === 0) return at;
  const bounds = boundsOf(at);
  if (bounds[0] < 0) return checkIndex(where(lt(at, 0), add(at, size), at), size, verb);
  checkBounds(bounds, size, verb);
  return at;
}

function checkBounds([least, greatest]: readonly [number, number], size: number, verb: string): void {
  const worst = least < 0 ? least : greatest;
  if (worst < 0 || worst >= size) {
    throw new RangeError(`Cannot ${verb} by index ${worst}: indices go from 0 to ${size - 1}`);
  }
}

/** Throws unless an index is no larger than what it picks from or writes to, dimension `dim` aside. */
export function checkCover(shape: Shape, index: Shape, dim: number, verb: string): void {
  if (shape.length === index.length && index.every((size, d) => d === dim || size <= shape[d]!)) return;
  throw new RangeError(
    `Cannot ${verb} ${show(shape)} by an index of shape ${show(index)}: the index must be no larger`,
  );
}

function toIndex(index: TensorLike, size: number, verb: string): Tensor {
  const given = asTensor(index);
  if (given.dtype === "int32") return given;
  if (given.dtype === "bool") throw new TypeError(`Cannot ${verb} by an index of bool: it must hold whole numbers`);
  const at = cast(given.detach(), "int32");
  if (isFloating(given.dtype)) checkWhole(contiguous(given.detach()), at, size, verb);
  return at;
}

/** Throws unless an index of whole numbers is what the floating one was. */
function checkWhole(given: Tensor, at: Tensor, size: number, verb: string): void {
  const [from, to] = [given.storage.home, at.storage.home];
  for (let i = 0; i < at.size; i++) {
    const value = from[given.offset + i]!;
    if (value === to[at.offset + i]) continue;
    if (Number.isInteger(value)) checkBounds([value, value], size, verb);
    throw new TypeError(`Cannot ${verb} by index ${value} of ${given.dtype}: it must hold whole numbers`);
  }
}

/** Numbers up to which a loop is sooner than a kernel and a tensor for what it finds. */
const few = 64;

/** The least and the greatest number of an int32 that is not empty. */
function boundsOf(x: Tensor): readonly [least: number, greatest: number] {
  if (!x.isContiguous || x.size > few) {
    const found = unfilled([2], "int32");
    backend.bounds(x, found);
    const { home } = found.storage;
    return [home[found.offset]!, home[found.offset + 1]!];
  }
  const { home } = x.storage;
  let [least, greatest] = [home[x.offset]!, home[x.offset]!];
  for (let i = x.offset + 1; i < x.offset + x.size; i++) {
    const value = home[i]!;
    if (value < least) least = value;
    else if (value > greatest) greatest = value;
  }
  return [least, greatest];
}
