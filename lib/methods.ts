/** Gives every op a method form: `x.matmul(w)` is `matmul(x, w)`. The types follow from the functions, docstrings included. */
import * as engine from "./autograd/engine.ts";
import * as arithmetic from "./ops/arithmetic.ts";
import * as comparison from "./ops/comparison.ts";
import * as division from "./ops/division.ts";
import * as inplace from "./ops/inplace.ts";
import * as math from "./ops/math.ts";
import * as matmul from "./ops/matmul.ts";
import * as power from "./ops/power.ts";
import * as reduction from "./ops/reduction.ts";
import * as shape from "./ops/shape.ts";
import { Tensor } from "./tensor.ts";

/**
 * The functions of a file without their first parameter, which becomes `this`. Files listed here export nothing but ops whose first parameter
 * takes a tensor. (The keys must not depend on what Tensor is, or Tensor would be defined by itself.)
 */
type Methods<M> = {
  [K in keyof M]: M[K] extends (x: never, ...rest: infer A) => infer R ? (...rest: A) => R : never;
};

declare module "./tensor.ts" {
  interface Tensor
    extends Methods<typeof arithmetic>,
      Methods<typeof comparison>,
      Methods<typeof division>,
      Methods<typeof inplace>,
      Methods<typeof math>,
      Methods<typeof matmul>,
      Methods<typeof power>,
      Methods<typeof reduction>,
      Methods<typeof shape>,
      Pick<Methods<typeof engine>, "backward"> {}
}

type AnyOp = (x: Tensor, ...rest: readonly unknown[]) => unknown;

const { backward } = engine;
for (const family of [arithmetic, comparison, division, inplace, math, matmul, power, reduction, shape, { backward }]) {
  for (const [name, op] of Object.entries(family) as [string, AnyOp][]) {
    Object.defineProperty(Tensor.prototype, name, {
      value: function (this: Tensor, ...rest: readonly unknown[]) {
        return op(this, ...rest);
      },
      writable: true,
      configurable: true,
    });
  }
}
