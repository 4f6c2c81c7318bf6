/** Values without repetition, and where values belong among others. */
import { backend } from "../backends/index.ts";
import { asTensor, fromData, zeros } from "../creation.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { sub } from "./arithmetic.ts";
import { eq, isnan, le, logicalOr, lt, ne } from "./comparison.ts";
import { scatterCounts } from "./counts.ts";
import { indexSelect, narrow, scatterAdd } from "./indexing.ts";
import { cat } from "./join.ts";
import { sort } from "./order.ts";
import { any, sum } from "./reduction.ts";
import { cumSum } from "./scan.ts";
import { reshape, unsqueeze } from "./shape.ts";

/** What `unique` can tell beside the values. */
export interface UniqueResult {
  /** The values, each once. */
  values: Tensor;
  /** For each element of the input the number of its value; int32, of the input's shape. */
  inverse: Tensor;
  /** How often each value occurs; int32. */
  counts: Tensor;
}

/**
 * The values that occur, each once, in rising order; with `details`, also where each element went and how often each value occurs.
 *
 * @param options `details: true` gives `{ values, inverse, counts }` instead of the values.
 * @example unique([3, 1, 3, 2]).toArray() // [1, 2, 3]
 * @example unique([3, 1, 3, 2], { details: true }).counts.toArray() // [1, 1, 2]
 */
export function unique(x: TensorLike): Tensor;
export function unique(x: TensorLike, options: { details: true }): UniqueResult;
export function unique(x: TensorLike, options?: { details: true }): Tensor | UniqueResult {
  const t = asTensor(x).detach();
  const { values, indices } = sort(reshape(t, [-1]));
  const { values: found, inverse, counts } = runsOf(values);
  if (!options?.details) return found;
  const home = scatterAdd(zeros([t.size], { dtype: "int32" }), 0, indices, inverse);
  return { values: found, inverse: reshape(home, t.shape), counts };
}

/**
 * The values without immediate repetition; with `details`, also where each element went and how long each run is.
 *
 * @param options `details: true` gives `{ values, inverse, counts }` instead of the values.
 * @example uniqueConsecutive([1, 1, 2, 1]).toArray() // [1, 2, 1]
 */
export function uniqueConsecutive(x: TensorLike): Tensor;
export function uniqueConsecutive(x: TensorLike, options: { details: true }): UniqueResult;
export function uniqueConsecutive(x: TensorLike, options?: { details: true }): Tensor | UniqueResult {
  const t = asTensor(x).detach();
  const result = runsOf(reshape(t, [-1]));
  return options?.details ? { ...result, inverse: reshape(result.inverse, t.shape) } : result.values;
}

/** The runs of equal neighbours in a list. */
function runsOf(list: Tensor): UniqueResult {
  if (list.size === 0) {
    const none = zeros([0], { dtype: "int32" });
    return { values: list, inverse: none, counts: none };
  }
  const last = list.size - 1;
  const changes = ne(narrow(list, 0, { start: 1, length: last }), narrow(list, 0, { start: 0, length: last }));
  const starts = cat([asTensor([true]), changes]);
  const values = indexSelect(list, 0, fromData(backend.nonzero(starts)));
  const inverse = sub(cumSum(starts, 0), 1);
  return { values, inverse, counts: scatterCounts(values.shape, 0, inverse) };
}

/** Where elements are among those of another tensor. @example isin([1, 2, 3], [2, 5]).toArray() // [false, true, false] */
export function isin(x: TensorLike, among: TensorLike): Tensor {
  return any(eq(unsqueeze(x, -1), reshape(among, [-1])), { dim: -1 });
}

/**
 * Where values belong in a sorted list: the number of elements that are less, or with `right` less or equal; int32.
 *
 * @param boundaries A list in rising order.
 * @param options `right`: equal elements come before the value; default false.
 * @throws {RangeError} If the boundaries are no list.
 * @example bucketize([0.5, 1, 2.5], [1, 2]).toArray() // [0, 0, 2]
 */
export function bucketize(x: TensorLike, boundaries: TensorLike, options: { right?: boolean } = {}): Tensor {
  const edges = asTensor(boundaries);
  if (edges.ndim !== 1) throw new RangeError(`Cannot bucketize by ${show(edges.shape)}: boundaries must be a list`);
  return countBelow(edges, unsqueeze(x, -1), options);
}

/** How many edges come before each value; NaN comes after all. */
function countBelow(edges: Tensor, values: Tensor, options: { right?: boolean }): Tensor {
  const below = options.right ? le(edges, values) : lt(edges, values);
  return sum(logicalOr(below, isnan(values)), { dim: -1 });
}

/**
 * The same for the rows of a sorted tensor, with values for each row.
 *
 * Shapes: sorted `(…, n)`, values `(…, m)` → `(…, m)`.
 *
 * @param options `right`: equal elements come before the value; default false.
 * @example searchSorted([[1, 3], [2, 4]], [[2], [2]]).toArray() // [[1], [0]]
 */
export function searchSorted(sorted: TensorLike, values: TensorLike, options: { right?: boolean } = {}): Tensor {
  const rows = asTensor(sorted);
  if (rows.ndim === 1) return bucketize(values, rows, options);
  return countBelow(unsqueeze(rows, -2), unsqueeze(values, -1), options);
}
