/** The few ops that the engine itself needs: adding gradients, undoing broadcasting, converting types. They carry their own derivatives. */
import { backend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import type { DType } from "../dtype.ts";
import { broadcastStrides, type Shape, sameShape, sizeOf, stridesOf } from "../shape.ts";
import { type Tensor, unfilled, unfilledLike, view } from "../tensor.ts";
import { apply, isPlain, type OpSpec } from "./apply.ts";

function sumOf(a: Tensor, b: Tensor): Tensor {
  const out = unfilledLike(a, a.dtype);
  backend.binary("add", a, b, out);
  return out;
}

const accumulateOp: OpSpec = {
  name: "accumulate",
  forward: ([a, b]) => sumOf(a!, b!),
  backward: (dy) => [dy, dy],
};

function repeated(x: Tensor, shape: Shape): Tensor {
  return view(x, shape, broadcastStrides(x.shape, x.strides, shape), x.offset);
}

const expandToOp: OpSpec<[shape: Shape]> = {
  name: "expand",
  forward: ([x], shape) => repeated(x!, shape),
  // The engine sums the repeated elements, as after any broadcasting.
  backward: (dy) => [dy],
};

const sumToOp: OpSpec<[shape: Shape]> = {
  name: "sumTo",
  forward: ([x], shape) => {
    const lead = x!.shape.length - shape.length;
    const dims = x!.shape.flatMap((size, d) => (d < lead || (shape[d - lead] === 1 && size !== 1) ? [d] : []));
    const out = unfilled(shape, x!.dtype);
    backend.reduce("sum", x!, dims, out);
    return out;
  },
  backward: (dy, saved) => [expandTo(dy, saved.shape(0))],
};

const castOp: OpSpec<[dtype: DType]> = {
  name: "to",
  forward: ([x], dtype) => {
    const out = unfilledLike(x!, dtype);
    backend.unary("copy", x!, out);
    return out;
  },
  // The engine converts the gradient to the type of the input.
  backward: (dy) => [dy],
};

const contiguousOp: OpSpec = {
  name: "contiguous",
  forward: ([x]) => castOp.forward([x!], x!.dtype),
  backward: (dy) => [dy],
};

/** `a + b` of equal shapes. */
export function accumulate(a: Tensor, b: Tensor): Tensor {
  return isPlain() ? sumOf(a, b) : apply(accumulateOp, [a, b]);
}

/** Repeats a tensor to a shape it broadcasts to, without copying. */
export function expandTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  return isPlain() ? repeated(x, shape) : apply(expandToOp, [x], [shape]);
}

/** Sums a tensor down to a shape that broadcasts to its own: undoes broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : apply(sumToOp, [x], [shape]);
}

/** The tensor in another element type; itself if it has it already. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : apply(castOp, [x], [dtype]);
}

/** The tensor itself if its elements lie row-major, else a copy where they do. */
export function contiguous(x: Tensor): Tensor {
  return x.isContiguous ? x : apply(contiguousOp, [x]);
}

/** A row-major copy in memory of its own, recorded. */
export function clone(x: Tensor): Tensor {
  return apply(contiguousOp, [x]);
}

const joinRowsOp: OpSpec<[shape: Shape, dtype: DType]> = {
  name: "joinRows",
  forward: (rows, shape, dtype) => {
    const out = unfilled(shape, dtype);
    rows.forEach((row, i) => {
      backend.unary("copy", row, view(out, row.shape, stridesOf(row.shape), out.offset + i * row.size));
    });
    return out;
  },
  backward: (dy, saved) => {
    const rows = contiguous(dy);
    return saved.shapes.map((shape, i) => () => apply(rowOp, [rows], [shape, i]));
  },
};

const rowOp: OpSpec<[shape: Shape, i: number]> = {
  name: "row",
  forward: ([x], shape, i) => view(x!, shape, stridesOf(shape), x!.offset + i * sizeOf(shape)),
  backward: (dy, saved, shape, i) => [
    () => {
      const whole = saved.shape(0);
      const blank = castOp.forward([expandTo(asTensor(0, { dtype: dy.dtype }), shape)], dy.dtype);
      const rows = Array.from({ length: sizeOf(whole) / sizeOf(shape) }, (_, k) => (k === i ? dy : blank));
      return joinRows(rows, whole, dy.dtype);
    },
  ],
};

/** Lays tensors of one shape out one after another as a tensor of `shape`. */
export function joinRows(rows: readonly Tensor[], shape: Shape, dtype: DType): Tensor {
  return apply(joinRowsOp, rows, [shape, dtype]);
}
