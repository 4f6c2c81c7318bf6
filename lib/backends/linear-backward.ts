/** The gradients of an affine map. Those of a few numbers at once: by kernels for each of them they would cost as many views and calls, for loops of a few turns. */
import { PlainView, type View } from "../storage.ts";
import type { Backend, LinearGradients } from "./backend.ts";
import { fewProducts, multiplyFew } from "./small-product.ts";

/** By the kernels of a backend, if not by plain loops. */
export function linearBackwardBy({ matmul, reduce }: Pick<Backend, "matmul" | "reduce">): Backend["linearBackward"] {
  return (dy, x, weight, to) => {
    if (dy.size * x.shape[1]! <= fewProducts) {
      ofFew(dy, x, weight, to);
      return;
    }
    if (to.x !== null) matmul(dy, weight, to.x);
    if (to.weight !== null) matmul(turned(dy), x, to.weight);
    if (to.bias !== null) reduce("sum", dy, [0], to.bias);
  };
}

function turned({ storage, shape, strides, offset, dtype }: View): View {
  return new PlainView(storage, [shape[1]!, shape[0]!], [strides[1]!, strides[0]!], offset, dtype);
}

function ofFew(dy: View, x: View, weight: View, to: LinearGradients): void {
  if (to.x !== null) multiplyFew(dy, false, weight, to.x);
  if (to.weight !== null) multiplyFew(dy, true, x, to.weight);
  if (to.bias !== null) addRows(dy, to.bias);
}

/** The sum of the rows. */
function addRows(x: View, out: View): void {
  const [rows, columns] = x.shape as [number, number];
  const [from, to] = [x.storage.home, out.storage.own];
  const [row, step] = x.strides as [number, number];
  for (let j = 0; j < columns; j++) {
    let sum = 0;
    for (let i = 0, at = x.offset + j * step; i < rows; i++, at += row) sum += from[at]!;
    to[out.offset + j] = sum;
  }
}
