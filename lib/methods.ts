/** Gives every op a method form: `x.matmul(w)` is `matmul(x, w)`. The types follow from the functions, docstrings included. */
import * as engine from "./autograd/engine.ts";
import * as activation from "./ops/activation.ts";
import * as arithmetic from "./ops/arithmetic.ts";
import * as arrangement from "./ops/arrangement.ts";
import * as bitwise from "./ops/bitwise.ts";
import * as calculus from "./ops/calculus.ts";
import * as comparison from "./ops/comparison.ts";
import * as conversion from "./ops/conversion.ts";
import * as division from "./ops/division.ts";
import * as encode from "./ops/encode.ts";
import * as errorFunction from "./ops/error-function.ts";
import * as extremes from "./ops/extremes.ts";
import * as gamma from "./ops/gamma.ts";
import * as histogram from "./ops/histogram.ts";
import * as indexing from "./ops/indexing.ts";
import * as inplace from "./ops/inplace.ts";
import * as linear from "./ops/linear.ts";
import * as math from "./ops/math.ts";
import * as matmul from "./ops/matmul.ts";
import * as matrix from "./ops/matrix.ts";
import * as order from "./ops/order.ts";
import * as power from "./ops/power.ts";
import * as reduction from "./ops/reduction.ts";
import * as running from "./ops/running.ts";
import * as scan from "./ops/scan.ts";
import * as scatter from "./ops/scatter.ts";
import * as scatterReduce from "./ops/scatter-reduce.ts";
import * as selection from "./ops/selection.ts";
import * as shape from "./ops/shape.ts";
import * as special from "./ops/special.ts";
import * as split from "./ops/split.ts";
import * as statistics from "./ops/statistics.ts";
import * as products from "./ops/tensor-products.ts";
import * as uniqueness from "./ops/unique.ts";
import * as windowScatter from "./ops/window-scatter.ts";
import * as random from "./random.ts";
import { format } from "./repr.ts";
import { Tensor } from "./tensor.ts";
import "./rows.ts";

/**
 * The functions of a file without their first parameter, which becomes `this`. Files listed here export nothing but ops whose first parameter
 * takes a tensor. (The keys must not depend on what Tensor is, or Tensor would be defined by itself.)
 */
type Methods<M> = {
  [K in keyof M]: M[K] extends (x: never, ...rest: infer A) => infer R ? (...rest: A) => R : never;
};

/** The same for ops with two signatures, such as `max(x)` and `max(x, { dim })`. */
type Overloaded<M> = {
  [K in keyof M]: M[K] extends { (x: never, ...rest: infer A): infer R; (x: never, ...rest: infer B): infer S }
    ? { (...rest: A): R; (...rest: B): S }
    : never;
};

declare module "./tensor.ts" {
  interface Tensor
    extends Methods<typeof activation>,
      Methods<typeof arithmetic>,
      Methods<typeof bitwise>,
      Methods<typeof comparison>,
      Methods<typeof conversion>,
      Methods<typeof division>,
      Methods<typeof encode>,
      Methods<typeof errorFunction>,
      Methods<Omit<typeof gamma, "polygamma">>,
      Methods<Omit<typeof extremes, "max" | "min">>,
      Overloaded<Pick<typeof extremes, "max" | "min">>,
      Methods<typeof indexing>,
      Methods<typeof inplace>,
      Methods<typeof math>,
      Methods<typeof linear>,
      Methods<typeof matmul>,
      Methods<typeof matrix>,
      Methods<typeof order>,
      Methods<typeof power>,
      Methods<typeof reduction>,
      Methods<typeof scan>,
      Methods<typeof scatter>,
      Methods<typeof scatterReduce>,
      Methods<typeof shape>,
      Methods<typeof split>,
      Methods<typeof arrangement>,
      Methods<typeof calculus>,
      Methods<typeof windowScatter>,
      Methods<typeof histogram>,
      Methods<typeof running>,
      Methods<Omit<typeof selection, "median" | "nanMedian">>,
      Overloaded<Pick<typeof selection, "median" | "nanMedian">>,
      Methods<typeof special>,
      Methods<typeof statistics>,
      Methods<Omit<typeof products, "blockDiag" | "chainMatmul">>,
      Methods<Pick<typeof uniqueness, "bucketize" | "isin">>,
      Overloaded<Pick<typeof uniqueness, "unique" | "uniqueConsecutive">>,
      Pick<Methods<typeof engine>, "backward">,
      Methods<Pick<typeof random, "bernoulli_" | "normal_" | "uniform_">> {
    /** The tensor as PyTorch prints it. */
    toString(): string;
  }
}

type AnyOp = (x: Tensor, ...rest: readonly unknown[]) => unknown;

/** The functions of a file but for some that are no methods. */
function without(family: object, ...names: readonly string[]): object {
  return Object.fromEntries(Object.entries(family).filter(([name]) => !names.includes(name)));
}

const families: readonly object[] = [
  activation,
  arithmetic,
  bitwise,
  comparison,
  conversion,
  division,
  encode,
  errorFunction,
  extremes,
  without(gamma, "polygamma"),
  indexing,
  inplace,
  math,
  linear,
  matmul,
  matrix,
  order,
  power,
  reduction,
  scan,
  scatter,
  scatterReduce,
  shape,
  split,
  arrangement,
  calculus,
  windowScatter,
  histogram,
  running,
  selection,
  special,
  statistics,
  without(products, "blockDiag", "chainMatmul"),
  without(uniqueness, "searchSorted"),
  { backward: engine.backward },
  { bernoulli_: random.bernoulli_, normal_: random.normal_, uniform_: random.uniform_ },
];
for (const family of families) {
  for (const [name, op] of Object.entries(family) as [string, AnyOp][]) {
    Object.defineProperty(Tensor.prototype, name, {
      value(this: Tensor, ...rest: readonly unknown[]) {
        return op(this, ...rest);
      },
      writable: true,
      configurable: true,
    });
  }
}

/** What consoles ask a value for. */
const printers: Record<PropertyKey, (x: Tensor) => unknown> = {
  toString: format,
  [Symbol.for("nodejs.util.inspect.custom")]: format,
};
for (const key of Reflect.ownKeys(printers)) {
  const print = printers[key]!;
  Object.defineProperty(Tensor.prototype, key, {
    value(this: Tensor) {
      return print(this);
    },
    writable: true,
    configurable: true,
  });
}
