/** Rows of changes in place. They are made on a copy of the sample's first tensor, so that gradients can be checked too. */
import { tensor, zeros } from "../../../../lib/index.ts";
import * as ops from "../../../../lib/ops/index.ts";
import { bools, ints, list, spread } from "../samples.ts";
import { matrix, type OpRow, one, throws } from "./makers.ts";

type InPlace = (x: ReturnType<typeof zeros>, ...args: unknown[]) => unknown;

/** What every change refuses. */
const refusals = (name: keyof typeof ops, ...args: unknown[]) => {
  const run = ops[name] as unknown as InPlace;
  return [
    throws(
      () => run(zeros([2], { requiresGrad: true }), ...args),
      /in place a leaf that requires a gradient.*wrap it in noGrad/,
      "TypeError",
    ),
    throws(() => run(zeros([1]).expand([2]), ...args), /in place a view that repeats elements/),
  ];
};

const unary = (name: keyof typeof ops, low = -2, high = 2, ...args: unknown[]): OpRow => ({
  name,
  samples: [
    one(spread([2, 3], low, high), ...args),
    one(spread([], low, high), ...args),
    one(spread([0], low, high), ...args),
  ],
  errors: refusals(name, ...args),
});

export const changes: OpRow[] = [
  ...(["add_", "sub_", "mul_", "div_", "copy_", "pow_"] as const).map(
    (name): OpRow => ({
      name,
      samples: [
        { inputs: [spread([2, 3], 0.5, 2), spread([3], 0.5, 2, 2)] },
        { inputs: [spread([2, 3], 0.5, 2), spread([], 0.5, 2, 2)] },
        { inputs: [spread([2, 3], 0.5, 2), spread([2, 1], 0.5, 2, 2)] },
      ],
      errors: [throws(() => ops[name](zeros([2]), zeros([2, 2])), /\[2,2\]/), ...refusals(name, 1)],
    }),
  ),
  // One value for all may go to elements that are repeated, too.
  { ...unary("fill_", -2, 2, 3), errors: refusals("fill_", 3).slice(0, 1) },
  { ...unary("zero_"), errors: refusals("zero_").slice(0, 1) },
  unary("clamp_", -2, 2, { min: -0.5, max: 1 }),
  unary("neg_"),
  unary("abs_"),
  unary("exp_"),
  unary("log_", 0.25, 3),
  unary("sqrt_", 0.25, 3),
  unary("square_"),
  unary("reciprocal_", 0.25, 3),
  unary("sigmoid_"),
  unary("tanh_"),
  unary("relu_"),
  unary("floor_"),
  unary("ceil_"),
  unary("round_"),
  unary("trunc_"),
  {
    name: "maskedFill_",
    samples: [{ inputs: [spread([2, 2]), bools([2], [1, 0])], args: [0.5] }],
    errors: [
      throws(
        () => ops.maskedFill_(tensor([1]), [true, false], 0),
        "Cannot fill [2] to [1] in place: the result would be larger",
      ),
      ...refusals("maskedFill_", [true, false], 0),
    ],
  },
  {
    name: "scatter_",
    samples: [{ inputs: [matrix, ints([3, 2], [0, 3, 1, 2, 2, 0]), spread([3, 2], -2, 2, 3)], args: [1] }],
    errors: refusals("scatter_", 0, [0], [1]),
  },
  {
    name: "scatterAdd_",
    samples: [
      { inputs: [matrix, ints([3, 2], [0, 3, 1, 1, 2, 0]), spread([3, 2], -2, 2, 3)], args: [1] },
      { inputs: [list(1, 2, 3), ints([3], [0, 0, 0]), spread([3], -2, 2, 3)], args: [0] },
    ],
    errors: refusals("scatterAdd_", 0, [0], [1]),
  },
];
