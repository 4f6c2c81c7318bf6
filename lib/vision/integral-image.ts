/** Sums over rectangles in no time. */
import { asTensor, fromData } from "../creation.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import type { Box } from "./boxes.ts";

/**
 * The integral image: at (r, c) the sum of all pixels above row r and left of column c, `I(r, c) = Σ_{i<r} Σ_{j<c} x(i, j)`.
 *
 * With it the sum over any rectangle takes four look-ups, however large it is. The first row and column are 0.
 *
 * Shapes: `(…, rows, columns)` → `(…, rows + 1, columns + 1)`, float64.
 *
 * @throws {RangeError} If there are less than two dimensions.
 * @see Crow (1984); Viola and Jones (2001); cv2.integral; book §3.1.5.
 * @example integralImage([[1, 2], [3, 4]]).toArray() // [[0, 0, 0], [0, 1, 3], [0, 4, 10]]
 */
export function integralImage(image: TensorLike): Tensor {
  const x = asTensor(image);
  if (x.ndim < 2) throw new RangeError(`Cannot sum over rectangles of ${show(x.shape)}: it must be (…, rows, columns)`);
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const planes = x.size / (rows * columns || 1);
  const sums = new Float64Array(planes * (rows + 1) * (columns + 1));
  const { data } = x;
  for (let plane = 0; plane < planes; plane++) {
    integrate(data.subarray(plane * rows * columns), sums.subarray(plane * (rows + 1) * (columns + 1)), {
      rows,
      columns,
      square: false,
    });
  }
  return fromData(sums, [...x.shape.slice(0, -2), rows + 1, columns + 1]);
}

/** Fills the table of sums of a plane, or of its squares. */
export function integrate(
  pixels: ArrayLike<number>,
  sums: Float64Array,
  { rows, columns, square }: { rows: number; columns: number; square: boolean },
): void {
  const stride = columns + 1;
  for (let i = 0; i < rows; i++) {
    let line = 0;
    for (let j = 0; j < columns; j++) {
      const value = pixels[i * columns + j]!;
      line += square ? value * value : value;
      sums[(i + 1) * stride + j + 1] = sums[i * stride + j + 1]! + line;
    }
  }
}

/**
 * The sum of the pixels in a rectangle, by four look-ups: `I(bottom, right) − I(top, right) − I(bottom, left) + I(top, left)`.
 *
 * Shapes: integral `(rows + 1, columns + 1)`, as `integralImage` gives it.
 *
 * @throws {RangeError} If the rectangle lies outside.
 * @example boxSum(integralImage([[1, 2], [3, 4]]), { left: 1, top: 0, width: 1, height: 2 }) // 6
 */
export function boxSum(integral: Tensor, { left, top, width, height }: Box): number {
  const [rows, columns] = integral.shape as [number, number];
  const isInside = left >= 0 && top >= 0 && width >= 0 && height >= 0 && left + width < columns && top + height < rows;
  if (integral.ndim !== 2 || !isInside) {
    throw new RangeError(
      `Cannot sum ${width} × ${height} pixels from (${left}, ${top}): the picture has ${columns - 1} × ${rows - 1}`,
    );
  }
  const { data } = integral;
  const at = (i: number, j: number) => data[i * columns + j]!;
  return at(top + height, left + width) - at(top, left + width) - at(top + height, left) + at(top, left);
}
