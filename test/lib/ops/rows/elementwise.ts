/** Rows of ops that work element by element. */

import * as ops from "../../../../lib/ops/index.ts";
import { edges, list, spread } from "../samples.ts";
import { binary, edgeRows, none, type OpRow, one, throws, unary } from "./makers.ts";

export const activations: OpRow[] = [
  unary("relu"),
  unary("relu6", -2, 8),
  unary("leakyRelu"),
  unary("elu"),
  unary("selu"),
  unary("silu"),
  unary("mish"),
  unary("softsign"),
  unary("sigmoid"),
  unary("logSigmoid"),
  { ...unary("gelu"), samples: [...unary("gelu").samples, one(spread([5]), { approximate: "tanh" })] },
  {
    ...unary("softplus"),
    samples: [...unary("softplus").samples, one(spread([5]), 3)],
    errors: [throws(() => ops.softplus(1, 0), "Cannot compute softplus with beta 0: beta must be > 0")],
  },
  {
    ...unary("hardtanh"),
    samples: [...unary("hardtanh").samples, one(spread([5]), { min: -0.5, max: 1.5 })],
    errors: [
      throws(() => ops.hardtanh(1, { min: 2, max: 1 }), "Cannot hold values between 2 and 1: min must not exceed max"),
    ],
  },
  {
    ...unary("celu"),
    samples: [...unary("celu").samples, one(spread([5]), 0.5)],
    errors: [throws(() => ops.celu(1, 0), "Cannot compute celu with alpha 0: x is divided by it")],
  },
  unary("hardsigmoid", -5, 5),
  unary("hardswish", -5, 5),
  unary("tanhshrink"),
  { ...unary("hardshrink"), samples: [...unary("hardshrink").samples, one(spread([5]), 1)] },
  {
    ...unary("softshrink"),
    samples: [...unary("softshrink").samples, one(spread([5]), 1)],
    errors: [throws(() => ops.softshrink(1, -1), "Cannot compute softshrink with lambda -1: it must be ≥ 0")],
  },
  {
    name: "threshold",
    samples: [one(spread([2, 3]), 0.5, -9), one(spread([]), 0, 1), { ...one(edges, 0, 2), edge: true }],
  },
  {
    name: "glu",
    samples: [one(spread([2, 4])), one(spread([4, 3]), 0), one(spread([0, 2]))],
    errors: [throws(() => ops.glu([1, 2, 3]), "Cannot take glu along dimension 0 of [3]: its size must be even")],
  },
  ...(["softmax", "softmin", "logSoftmax"] as const).map(
    (name): OpRow => ({
      name,
      samples: [
        one(spread([2, 3]), { dim: 1 }),
        one(spread([2, 3, 2]), { dim: 1 }),
        one(spread([4]), { dim: -1 }),
        one(spread([]), { dim: 0 }),
        one(spread([0, 3]), { dim: 1 }),
        one(spread([3, 0]), { dim: 1 }),
        one(spread([3, 1]), { dim: 1 }),
        one(list(1000, 1001, -1000), { dim: 0 }),
        ...edgeRows,
      ],
      errors: [
        throws(
          () => ops[name]([1, 2], { dim: 2 }),
          "Cannot take the softmax along dimension 2: a tensor of 1 dimensions has -1 to 0",
        ),
      ],
    }),
  ),
];

export const arithmetic: OpRow[] = [
  binary("add"),
  binary("sub"),
  binary("mul"),
  binary("div", [-2, 2, 0.5, 2]),
  binary("maximum"),
  binary("minimum"),
  binary("pow", [0.25, 2, -2, 2]),
  binary("atan2"),
  binary("floorDivide", [-9, 9, 0.5, 2], { ...none }),
  binary("remainder", [-9, 9, 0.5, 2]),
  binary("fmod", [-9, 9, 0.5, 2]),
  unary("neg"),
];

export const comparisons: OpRow[] = [
  ...(["eq", "ne", "lt", "le", "gt", "ge", "logicalAnd", "logicalOr", "logicalXor"] as const).map((name) =>
    binary(name, [-2, 2, -2, 2], none),
  ),
  ...(["logicalNot", "isnan", "isfinite", "isinf"] as const).map((name) => unary(name, -2, 2, none)),
  { name: "equal", samples: [], compared: false, differentiable: false },
  { name: "allClose", samples: [], compared: false, differentiable: false },
];

export const functions: OpRow[] = [
  unary("exp"),
  unary("expm1"),
  unary("log", 0.25, 3),
  unary("log1p", -0.75, 3),
  unary("log2", 0.25, 3),
  unary("log10", 0.25, 3),
  unary("sqrt", 0.25, 3),
  unary("rsqrt", 0.25, 3),
  unary("reciprocal", 0.25, 3),
  unary("sin"),
  unary("cos"),
  unary("tan", -1.2, 1.2),
  unary("asin", -0.9, 0.9),
  unary("acos", -0.9, 0.9),
  unary("atan"),
  unary("sinh"),
  unary("cosh"),
  unary("tanh"),
  unary("asinh"),
  unary("acosh", 1.25, 3),
  unary("atanh", -0.9, 0.9),
  unary("erf", -4, 4),
  unary("abs"),
  unary("sign"),
  unary("square"),
  unary("floor"),
  unary("ceil"),
  unary("round"),
  unary("trunc"),
  {
    name: "clamp",
    samples: [
      one(spread([6]), { min: -0.5, max: 1 }),
      one(spread([6]), { min: 0.25 }),
      one(spread([6]), { max: 0.25 }),
      { ...one(edges, { min: -0.5, max: 1 }), edge: true },
    ],
  },
];
