/** The backend that runs anywhere: TypeScript loops over typed arrays. */
import type { Backend } from "../backend.ts";
import { catBy } from "../cat.ts";
import { linearBackwardBy } from "../linear-backward.ts";
import { attention, attentionBackward } from "./attention.ts";
import { Loops } from "./compile.ts";
import { conv2d, conv2dInput, conv2dWeight } from "./convolution.ts";
import { crossEntropy, crossEntropyBackward } from "./cross-entropy.ts";
import { decompositions } from "./decompositions/index.ts";
import { elementLoss, elementLossBackward } from "./element-losses.ts";
import { binary, unary, unaryOfSingle } from "./expressions.ts";
import { argReduce, argsort, bounds, gather, nonzero, scan, scatterAdd, softmax, softmaxBackward } from "./lines.ts";
import { matmul } from "./matmul.ts";
import { normalize, normalizeBackward } from "./norm.ts";
import { maxPool2d } from "./pooling.ts";
import { recur, recurBackward } from "./recurrence.ts";
import { reduce } from "./reduce.ts";
import { runLoop } from "./walk.ts";
import { learnWords } from "./words.ts";

/** The loops of all ops by name, in an object without a prototype: V8 finds one there in half the time that a Map takes. */
function loopsOf<Op extends string>(
  expressions: Readonly<Record<Op, string>>,
  arity: number,
  single?: Readonly<Partial<Record<Op, string>>>,
): Readonly<Record<Op, Loops>> {
  const loops = Object.create(null) as Record<Op, Loops>;
  for (const op of Object.keys(expressions) as Op[]) loops[op] = new Loops(expressions[op], arity, single?.[op]);
  return loops;
}

const unaryLoops = loopsOf(unary, 1, unaryOfSingle);
const binaryLoops = loopsOf(binary, 2);
const whereLoops = new Loops("x ? y : z", 3);

const elementwise: Pick<Backend, "unary" | "binary" | "where"> = {
  unary: (op, x, out) => runLoop(unaryLoops[op].of(out.dtype, x.dtype), out, x),
  binary: (op, a, b, out) => runLoop(binaryLoops[op].of(out.dtype, a.dtype, b.dtype), out, a, b),
  where: (condition, a, b, out) =>
    runLoop(whereLoops.of(out.dtype, condition.dtype, a.dtype, b.dtype), out, condition, a, b),
};

export const jsBackend: Backend = {
  name: "js",
  ...elementwise,
  cat: catBy(elementwise),
  reduce,
  argReduce,
  scan,
  softmax,
  softmaxBackward,
  crossEntropy,
  crossEntropyBackward,
  elementLoss,
  elementLossBackward,
  matmul,
  linearBackward: linearBackwardBy({ matmul, reduce }),
  gather,
  scatterAdd,
  bounds,
  argsort,
  nonzero,
  conv2d,
  conv2dInput,
  conv2dWeight,
  maxPool2d,
  normalize,
  normalizeBackward,
  attention,
  attentionBackward,
  recur,
  recurBackward,
  learnWords,
  ...decompositions,
};
