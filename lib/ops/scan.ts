/** Running sums and products. */
import { apply, type OpSpec } from "../autograd/apply.ts";
import { isGradEnabled } from "../autograd/mode.ts";
import { backend } from "../backends/index.ts";
import { asTensor } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import { wrapDim } from "../shape.ts";
import { type Tensor, type TensorLike, unfilled } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { type DimOption, oneDim } from "./dims.ts";
import { flip } from "./indexing.ts";
import { moveDim } from "./shape.ts";
import { pad } from "./split.ts";

const runScan = (op: "sum" | "prod", x: Tensor, dim: number): Tensor => {
  const out = unfilled(x.shape, isFloating(x.dtype) ? x.dtype : "int32");
  backend.scan(op, x, dim, out);
  return out;
};

const cumSumOp: OpSpec<[dim: number]> = {
  name: "cumSum",
  forward: ([x], dim) => runScan("sum", x!, dim),
  backward: (dy, _, dim) => [flip(cumSum(flip(dy, dim), dim), dim)],
};

const cumProdOp: OpSpec<[dim: number]> = { name: "cumProd", forward: ([x], dim) => runScan("prod", x!, dim) };

/** Running sum along a dimension. @example cumSum([1, 2, 3], { dim: 0 }).toArray() // [1, 3, 6] */
export function cumSum(x: TensorLike, dim: DimOption): Tensor {
  const t = asTensor(x);
  return apply(cumSumOp, [t], [wrapDim(oneDim(dim), t.ndim, "sum")]);
}

/** Running product along a dimension. @example cumProd([1, 2, 3], { dim: 0 }).toArray() // [1, 2, 6] */
export function cumProd(x: TensorLike, dim: DimOption): Tensor {
  const t = asTensor(x);
  const d = wrapDim(oneDim(dim), t.ndim, "multiply");
  if (t.ndim === 0) return mul(t, 1);
  if (!(t.requiresGrad && isGradEnabled())) return apply(cumProdOp, [t], [d]);
  // With a gradient: products of ever longer stretches, whose derivatives never divide by a factor that may be 0.
  let result = moveDim(t, d, -1);
  for (let by = 1; by < t.shape[d]!; by *= 2) result = mul(result, pad(result, [by, -by], { value: 1 }));
  return moveDim(result, -1, d);
}
