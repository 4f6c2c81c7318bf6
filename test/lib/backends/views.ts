/** Views of all kinds to run kernels on, and how their results are compared. */
import type { Backend } from "../../../lib/backends/backend.ts";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import { allocate, type DType } from "../../../lib/dtype.ts";
import { isRowMajor, type Shape, sizeOf, stridesOf } from "../../../lib/shape.ts";
import { Storage, type View } from "../../../lib/storage.ts";

// Under jest a look at a global costs more than most of what is done with it.
const { abs, imul, max } = Math;
const { is } = Object;

/** Sizes around those of vectors, blocks and bands. */
export const sizes = [0, 1, 3, 7, 17, 31, 33, 63, 65, 255, 257];

/** Numbers that look random, the same every time, in (−2, 2). */
export function numbers(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 30 - 2;
  };
}

export function window(storage: Storage, shape: Shape, strides: readonly number[], offset: number, dtype: DType): View {
  return { storage, offset, shape, strides, dtype, isContiguous: isRowMajor(shape, strides), size: sizeOf(shape) };
}

export function packed(shape: Shape, dtype: DType, next: () => number = () => 0): View {
  const array = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < array.length; i++) array[i] = dtype === "bool" ? Number(next() > 0) : next();
  return window(new Storage(array), shape, stridesOf(shape), 0, dtype);
}

/** The view in three lays: packed, with its dimensions stored in reverse, and with gaps and an offset. */
export function lays(shape: Shape, dtype: DType, seed: number): View[] {
  const next = numbers(seed);
  const reversed = packed([...shape].reverse(), dtype, next);
  const spaced = packed(
    shape.map((size) => 2 * size + 1),
    dtype,
    next,
  );
  return [
    packed(shape, dtype, next),
    window(reversed.storage, shape, [...reversed.strides].reverse(), 0, dtype),
    window(
      spaced.storage,
      shape,
      spaced.strides.map((s) => 2 * s),
      Math.min(1, spaced.size - 1),
      dtype,
    ),
  ];
}

/** Runs a kernel into a new view on a backend and on the one that judges it, and throws where the results differ. */
export type Compare = (
  what: string,
  shape: Shape,
  dtype: DType,
  run: (backend: Backend, out: View) => void,
  tolerance: number,
) => void;

/** How results of a backend are compared with those of another one, the fallback if not said: relatively for numbers above 1. */
export function comparison(tested: Backend, judge: Backend = jsBackend): Compare {
  return (what, shape, dtype, run, tolerance) => {
    const [got, wanted] = [tested, judge].map((backend) => {
      const out = packed(shape, dtype);
      run(backend, out);
      return out.storage.array;
    });
    for (let i = 0; i < wanted!.length; i++) {
      const [g, w] = [got![i]!, wanted![i]!];
      if (g === w || abs(g - w) <= tolerance * max(1, abs(w)) || is(g, w)) continue;
      throw new Error(
        `${what}, element ${i} of ${JSON.stringify(shape)}: ${g}, ${judge === jsBackend ? "the fallback" : judge.name} has ${w}`,
      );
    }
  };
}

/** Parts of a view of one dimension, one after another, of the given shapes. */
export function cutUp(whole: View, shapes: readonly Shape[]): View[] {
  let at = whole.offset;
  return shapes.map((shape) => {
    const part = window(whole.storage, shape, stridesOf(shape), at, whole.dtype);
    at += part.size;
    return part;
  });
}
