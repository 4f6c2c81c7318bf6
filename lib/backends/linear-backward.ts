/** The gradients of an affine map. Those of a few numbers at once: by kernels for each of them they would cost as many views and calls, for loops of a few turns. */
import { PlainView, type View } from "../storage.ts";
import type { Backend, LinearGradients } from "./backend.ts";

/** Products up to which plain loops are sooner. */
const few = 256;

/** By the kernels of a backend, if not by plain loops. */
export function linearBackwardBy({ matmul, reduce }: Pick<Backend, "matmul" | "reduce">): Backend["linearBackward"] {
  return (dy, x, weight, to) => {
    if (dy.size * x.shape[1]! <= few) {
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
  if (to.x !== null) byInput(dy, weight, to.x);
  if (to.weight !== null) byWeight(dy, x, to.weight);
  if (to.bias !== null) byBias(dy, to.bias);
}

/** `dx = dy · W` */
function byInput(dy: View, weight: View, dx: View): void {
  const [rows, outputs] = dy.shape as [number, number];
  const inputs = weight.shape[1]!;
  const [from, factors, out] = [dy.storage.home, weight.storage.home, dx.storage.own];
  const [row, step] = dy.strides as [number, number];
  const [factorRow, factorStep] = weight.strides as [number, number];
  for (let i = 0, at = dx.offset; i < rows; i++) {
    for (let c = 0; c < inputs; c++, at++) {
      let sum = 0;
      let f = weight.offset + c * factorStep;
      for (let o = 0, d = dy.offset + i * row; o < outputs; o++, d += step, f += factorRow)
        sum += from[d]! * factors[f]!;
      out[at] = sum;
    }
  }
}

/** `dW = dyᵀ · x` */
function byWeight(dy: View, x: View, dw: View): void {
  const [rows, outputs] = dy.shape as [number, number];
  const inputs = x.shape[1]!;
  const [from, factors, out] = [dy.storage.home, x.storage.home, dw.storage.own];
  const [row, step] = dy.strides as [number, number];
  const [factorRow, factorStep] = x.strides as [number, number];
  for (let o = 0, at = dw.offset; o < outputs; o++) {
    for (let c = 0; c < inputs; c++, at++) {
      let sum = 0;
      let f = x.offset + c * factorStep;
      for (let i = 0, d = dy.offset + o * step; i < rows; i++, d += row, f += factorRow) sum += from[d]! * factors[f]!;
      out[at] = sum;
    }
  }
}

/** The sum of the rows of dy. */
function byBias(dy: View, db: View): void {
  const [rows, outputs] = dy.shape as [number, number];
  const [from, out] = [dy.storage.home, db.storage.own];
  const [row, step] = dy.strides as [number, number];
  for (let o = 0; o < outputs; o++) {
    let sum = 0;
    for (let i = 0, d = dy.offset + o * step; i < rows; i++, d += row) sum += from[d]!;
    out[db.offset + o] = sum;
  }
}
