/** Where tensor elements live. Tensors and backends share these two types and nothing else. */
import { allocate, type DType, type TypedArray } from "./dtype.ts";
import type { Shape } from "./shape.ts";

/** A block of elements that one or more tensors look at. */
export class Storage {
  /** Counts in-place changes, so that backward notices that a value it saved is gone. */
  version = 0;
  /** Where the elements lie in memory, for backends that want to know; 0 until one asks. */
  address = 0;
  /** Whether it is some tensor's gradient, which no other tensor may share. */
  isGradient = false;

  constructor(readonly array: TypedArray) {}
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
