/** What the engine is tried on when it is loaded. */
import { allocate, type DType } from "../../dtype.ts";
import { type Shape, sizeOf } from "../../shape.ts";
import { packedView, Storage, type View } from "../../storage.ts";
import type { Backend } from "../backend.ts";

/** A view of its own, filled by index. */
export function viewOf(shape: Shape, dtype: DType, fill: (i: number) => number = () => 0): View {
  const size = sizeOf(shape);
  const array = allocate(dtype, size);
  for (let i = 0; i < size; i++) array[i] = fill(i);
  return packedView(new Storage(array), dtype, shape);
}

/** What is computed: by which kernel, with which op if it has several, the shape and type of the result, and how either backend makes it. */
export interface Trial {
  readonly kernel: Kernel;
  readonly op: string | null;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly run: (backend: Backend, out: View) => void;
  /** What must come out, where it is known without the fallback. */
  readonly wanted?: View | null;
}

/** What is checked: all that the engine has a kernel for. */
export type Kernel = Exclude<keyof Backend, "name" | "nonzero" | "chains">;

/** Puts several results of a kernel into one view, one after another. */
export function gather(out: View, ...parts: readonly View[]): void {
  let at = 0;
  for (const { storage } of parts) {
    out.storage.array.set(storage.array, at);
    at += storage.size;
  }
}
