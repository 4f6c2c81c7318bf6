/** Tables of vectors, looked up by index. */
import { asTensor } from "../../creation.ts";
import { eq } from "../../ops/comparison.ts";
import { indexSelect } from "../../ops/indexing.ts";
import { where } from "../../ops/select.ts";
import { reshape } from "../../ops/shape.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";

/**
 * Rows of a table, picked by index: the same as a one-hot vector times the table.
 *
 * Shapes: indices of any shape, weight `(rows, size)` → `(…indices, size)`.
 *
 * @param options `paddingIdx`: a row that gets no gradient.
 * @throws {RangeError} If there is no such row.
 * @example embedding([1, 0], [[1, 2], [3, 4]]).toArray() // [[3, 4], [1, 2]]
 */
export function embedding(indices: TensorLike, weight: TensorLike, options: { paddingIdx?: number } = {}): Tensor {
  const [index, table] = [asTensor(indices), asTensor(weight)];
  const size = table.shape[1]!;
  const rows = reshape(indexSelect(table, 0, reshape(index, [-1])), [...index.shape, size]);
  const { paddingIdx } = options;
  if (paddingIdx === undefined) return rows;
  const row = paddingIdx < 0 ? paddingIdx + table.shape[0]! : paddingIdx;
  return where(reshape(eq(index, row), [...index.shape, 1]), rows.detach(), rows);
}
