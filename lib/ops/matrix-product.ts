/** Products of matrices for ops that record themselves as a whole. */
import { backend } from "../backends/index.ts";
import { broadcastShapes, type Shape } from "../shape.ts";
import { type Tensor, unfilled, view } from "../tensor.ts";
import { resultType } from "./operands.ts";

/** Runs the kernel on (… × m × k) by (… × k × n) of one rank, whose leading dimensions broadcast. */
export function runMatmul(a: Tensor, b: Tensor): Tensor {
  const rank = a.ndim;
  const rows = a.shape[rank - 2]!;
  const columns = b.shape[rank - 1]!;
  const shape = rank === 2 ? [rows, columns] : [...batchShape(a, b), rows, columns];
  const out = unfilled(shape, resultType(a, b));
  backend.matmul(a, b, out);
  return out;
}

function batchShape(a: Tensor, b: Tensor): Shape {
  return broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2), "matmul the batches");
}

/** A matrix turned round for a kernel, unseen by autograd. */
export function turned(x: Tensor): Tensor {
  return view(x, [x.shape[1]!, x.shape[0]!], [x.strides[1]!, x.strides[0]!], x.offset);
}
