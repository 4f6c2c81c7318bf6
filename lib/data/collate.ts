/** Making a batch of samples. */
import { asTensor, tensor } from "../creation.ts";
import { stack } from "../ops/join.ts";
import { Tensor } from "../tensor.ts";

/** What the default collation makes of samples of type T: numbers and tensors become a tensor, arrays and objects are collated inside. */
export type Collated<T> = T extends Tensor | number | boolean
  ? Tensor
  : T extends string
    ? string[]
    : T extends readonly unknown[]
      ? { -readonly [K in keyof T]: Collated<T[K]> }
      : T extends object
        ? { -readonly [K in keyof T]: Collated<T[K]> }
        : T[];

/**
 * Stacks samples into a batch: tensors and numbers along a new dimension 0, arrays place by place, objects key by key, strings into a list.
 *
 * @throws {RangeError} If tensors of different shapes meet.
 * @example defaultCollate([[1, 2], [3, 4]]).map((t) => t.toArray()) // [[1, 3], [2, 4]]
 */
export function defaultCollate<T>(samples: readonly T[]): Collated<T> {
  return collate(samples) as Collated<T>;
}

function collate(samples: readonly unknown[]): unknown {
  const [first] = samples;
  if (first instanceof Tensor) return stack(samples.map((sample) => asTensor(sample as Tensor)));
  if (typeof first === "number") {
    // Whole numbers are classes or indices, as in PyTorch.
    const numbers = samples as readonly number[];
    return tensor(numbers, { dtype: numbers.every(Number.isInteger) ? "int32" : "float32" });
  }
  if (typeof first === "boolean") return tensor(samples as readonly boolean[]);
  if (Array.isArray(first)) return first.map((_, i) => collate(samples.map((sample) => (sample as unknown[])[i])));
  if (typeof first === "object" && first !== null) {
    const entries = Object.keys(first).map((key) => [
      key,
      collate(samples.map((sample) => (sample as Record<string, unknown>)[key])),
    ]);
    return Object.fromEntries(entries);
  }
  return [...samples];
}
