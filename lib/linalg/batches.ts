/** How ops hand batches of matrices to the kernels that decompose them. */
import { reserve } from "../allocation.ts";
import { backend } from "../backends/index.ts";
import { type Shape, sizeOf, stridesOf } from "../shape.ts";
import { PlainView, packedView, type Storage, type View } from "../storage.ts";
import { over, type Tensor, unfilled } from "../tensor.ts";
import { batchOf } from "./matrices.ts";

/** A new batch for a kernel to fill. */
export function newBatch(shape: Shape, dtype: "float64" | "int32" = "float64"): View {
  return packedView(reserve(dtype, sizeOf(shape)), dtype, shape);
}

/** The matrices of a tensor as kernels want them: in double precision, row-major, with one dimension for the batch. */
function doublesOf(x: Tensor): View {
  const shape = [sizeOf(batchOf(x)), ...x.shape.slice(-2)];
  if (x.dtype === "float64" && x.isContiguous) return packedView(x.storage, "float64", shape, x.offset);
  const copy = newBatch(shape);
  backend.unary("copy", x, packedView(copy.storage, "float64", x.shape, copy.offset));
  return copy;
}

/** A batch of results that lie between others: `step` numbers from one to the next. */
function spaced(storage: Storage, shape: Shape, offset: number, step: number): View {
  return new PlainView(storage, shape, [step, ...stridesOf(shape.slice(1))], offset, "float64");
}

/**
 * Runs kernels on the matrices of one tensor, or of several with equal batches. Kernels compute in double precision whatever the tensors hold.
 *
 * @param shapes The shapes of the results of one matrix. Several lie one after another along the last dimension of the tensor that is returned;
 *   `unpack` takes them apart.
 */
export function decompose(
  inputs: readonly Tensor[],
  shapes: readonly Shape[],
  run: (inputs: View[], outputs: View[]) => void,
): Tensor {
  const batch = batchOf(inputs[0]!);
  const count = sizeOf(batch);
  const total = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const storage = reserve("float64", count * total);
  let at = storage.start;
  const outputs = shapes.map((shape) => {
    const output = spaced(storage, [count, ...shape], at, total);
    at += sizeOf(shape);
    return output;
  });
  if (count > 0) run(inputs.map(doublesOf), outputs);
  const made = over(storage, [...batch, ...(shapes.length === 1 ? shapes[0]! : [total])], "float64");
  const { dtype } = inputs[0]!;
  if (dtype === "float64") return made;
  const result = unfilled(made.shape, dtype);
  backend.unary("copy", made, result);
  return result;
}

/** The elements of each matrix of a batch. */
export function* matricesOf({ storage, offset, shape, strides, size }: View): Generator<Float64Array, void, undefined> {
  const { home } = storage;
  for (let i = 0; i < shape[0]!; i++) {
    const from = offset + i * strides[0]!;
    yield home.subarray(from, from + size / shape[0]!) as Float64Array;
  }
}

/** What a matrix of a batch is called in errors. */
export function nameOf(i: number, count: number): string {
  return count > 1 ? `matrix ${i} of ${count}` : "the matrix";
}

/** Throws if a number is not finite: iterations would not end. */
export function checkFinite(batch: View, verb: string): void {
  let i = 0;
  for (const matrix of matricesOf(batch)) {
    const at = matrix.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      const which = nameOf(i, batch.shape[0]!);
      throw new RangeError(`Cannot ${verb}: ${which} holds ${matrix[at]}, and all elements must be finite`);
    }
    i++;
  }
}

/** Throws if iterations have not ended: their results are NaN then. */
export function checkEnded(values: View, verb: string): void {
  for (const list of matricesOf(values)) {
    if (list.some(Number.isNaN)) throw new RangeError(`Cannot ${verb}: the iterations do not converge`);
  }
}

/** How much less than another a magnitude may be to count as the same. */
const SAME = 1 - 1e-8;

/**
 * Turns vectors, which are the columns of matrices and are determined but for their sign, to the side where their greatest element is positive, the first of
 * several as great; others that go with them likewise. So they are the same whatever computes them.
 */
export function alignSigns(vectors: View, partners: View | null = null): void {
  const columns = vectors.shape[2]!;
  const others = partners === null ? null : [...matricesOf(partners)];
  let i = 0;
  for (const matrix of matricesOf(vectors)) {
    const greatest = new Float64Array(columns);
    for (let at = 0, j = 0; at < matrix.length; at++, j = j + 1 === columns ? 0 : j + 1) {
      const value = matrix[at]!;
      if (Math.abs(value) * SAME > Math.abs(greatest[j]!)) greatest[j] = value;
    }
    turn(matrix, greatest);
    if (others !== null) turn(others[i]!, greatest);
    i++;
  }
}

/** Multiplies the columns by −1 whose signs are negative. */
function turn(matrix: Float64Array, signs: Float64Array): void {
  const columns = signs.length;
  for (let j = 0; j < columns; j++) {
    if (signs[j]! >= 0) continue;
    for (let at = j; at < matrix.length; at += columns) matrix[at] = -matrix[at]!;
  }
}
