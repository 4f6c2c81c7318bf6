/**
 * Large products, convolutions, attentions and recurrences, in pieces. A program that waits for its end can be stopped between two pieces, not within one: in a notebook that keeps every variable.
 */
import { type Shape, sizeOf } from "../../shape.ts";
import { PlainView, type View } from "../../storage.ts";

/** Multiplications of a piece: a tenth of a second on two slow cores, so that the start of a piece does not count. */
export const PIECE = 2 ** 31;

/** Each piece of rows reads all of the other matrix: fewer than these would read longer than compute. */
const FEWEST_ROWS = 16;

/** Runs a product of (batches of) matrices in pieces of its result: of its first batch dimension, then of its rows. */
export function inPieces(a: View, b: View, out: View, run: (a: View, b: View, out: View) => void): void {
  const rank = out.shape.length;
  const k = a.shape[rank - 1]!;
  const dim = out.shape.findIndex((length, d) => length > 1 || d === rank - 2);
  const rows = dim === rank - 2;
  const length = out.shape[dim]!;
  const fitting = Math.floor(PIECE / ((out.size / length) * k));
  const count = Math.min(length, Math.max(fitting, rows ? FEWEST_ROWS : 1));
  if (out.size * k <= PIECE || count === length) {
    run(a, b, out);
    return;
  }
  for (let start = 0; start < length; start += count) {
    const size = Math.min(count, length - start);
    const right = rows ? b : part(b, dim, start, size);
    const pieces = [part(a, dim, start, size), right, part(out, dim, start, size)] as const;
    if (rows) run(...pieces);
    else inPieces(...pieces, run);
  }
}

/** Runs a convolution in pieces of its samples, so many as are a piece together: from one on, how many. */
export function samplesInPieces(samples: number, each: number, run: (start: number, count: number) => void): void {
  const count = Math.max(1, Math.floor(PIECE / each));
  for (let start = 0; start < samples; start += count) run(start, Math.min(count, samples - start));
}

/**
 * Runs something over leading dimensions in pieces of the first of them that has several elements, and those in pieces of the next if they are too large.
 *
 * @param each Multiplications of one element of all leading dimensions.
 * @param run Gets the dimension that is cut and which of its elements; no dimension where one piece is enough.
 */
export function leadingInPieces(
  leading: Shape,
  each: number,
  run: (cuts: readonly (readonly [dim: number, start: number, length: number])[]) => void,
): void {
  const dim = leading.findIndex((length) => length > 1);
  const of = dim < 0 ? 0 : sizeOf(leading) / leading[dim]!;
  if (dim < 0 || sizeOf(leading) * each <= PIECE) {
    run([]);
    return;
  }
  const length = leading[dim]!;
  const count = Math.max(1, Math.floor(PIECE / (of * each)));
  for (let start = 0; start < length; start += count) {
    const cut = [dim, start, Math.min(count, length - start)] as const;
    if (count > 1) run([cut]);
    else leadingInPieces(leading.with(dim, 1), each, (cuts) => run([cut, ...cuts]));
  }
}

/** Some of the elements along a dimension; all of what is repeated along it. The dimensions before it have one element each. */
export function part(view: View, dim: number, start: number, length: number): View {
  const { storage, shape, strides, offset, dtype } = view;
  if (shape[dim] === 1) return view;
  return new PlainView(storage, shape.with(dim, length), strides, offset + start * strides[dim]!, dtype);
}
