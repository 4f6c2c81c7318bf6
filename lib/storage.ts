/** Where tensor elements live. Tensors and backends share these two types and nothing else. */
import type { DType, TypedArray } from "./dtype.ts";
import type { Shape } from "./shape.ts";

/** A block of elements that one or more tensors look at. */
export class Storage {
  /** Counts in-place changes, so that backward notices that a value it saved is gone. */
  version = 0;
  /** Where the elements lie in memory, for backends that want to know; 0 until one asks. */
  address = 0;

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
