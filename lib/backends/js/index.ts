/** The backend that runs anywhere: TypeScript loops over typed arrays. */
import type { Backend } from "../backend.ts";
import { loopFor } from "./compile.ts";
import { conv2d, conv2dInput, conv2dWeight } from "./convolution.ts";
import { binary, unary } from "./expressions.ts";
import { argReduce, argsort, gather, nonzero, scan, scatterAdd, softmax } from "./lines.ts";
import { matmul } from "./matmul.ts";
import { maxPool2d } from "./pooling.ts";
import { reduce } from "./reduce.ts";
import { runLoop } from "./walk.ts";

export const jsBackend: Backend = {
  name: "js",
  unary: (op, x, out) => runLoop(loopFor(op, unary[op], 1, out.dtype, x.dtype), out, [x]),
  binary: (op, a, b, out) => runLoop(loopFor(op, binary[op], 2, out.dtype, `${a.dtype},${b.dtype}`), out, [a, b]),
  where: (condition, a, b, out) =>
    runLoop(loopFor("where", "x ? y : z", 3, out.dtype, `${condition.dtype},${a.dtype},${b.dtype}`), out, [
      condition,
      a,
      b,
    ]),
  reduce,
  argReduce,
  scan,
  softmax,
  matmul,
  gather,
  scatterAdd,
  argsort,
  nonzero,
  conv2d,
  conv2dInput,
  conv2dWeight,
  maxPool2d,
};
