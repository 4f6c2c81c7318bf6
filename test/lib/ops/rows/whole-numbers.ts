/** Rows of ops on bits and divisors, and of the functions around gamma and the error function. */
import { tensor } from "../../../../lib/index.ts";
import * as ops from "../../../../lib/ops/index.ts";
import { bools, broadcastPairs, bytes, edges, type Input, ints, list, type Sample, spread } from "../samples.ts";
import { none, type OpRow, one, throws, unary } from "./makers.ts";

/** Whole numbers of all sizes and signs. */
const [a, b] = [
  ints([6], [0, 5, -7, 123456789, -2147483648, 2147483647]),
  ints([6], [3, -3, 255, 987654321, 2147483647, -1]),
];

/** Two operands of each type without fractions, and of two types. */
const pairsOfTypes: readonly [Input, Input][] = [
  [a, b],
  [bytes([4], [0, 200, 7, 255]), bytes([4], [255, 3, 9, 1])],
  [bools([4], [0, 1, 1, 0]), bools([4], [1, 0, 1, 0])],
  [bytes([3], [200, 7, 1]), ints([3], [-1, 300, 2])],
  [bools([2], [1, 0]), ints([2], [6, 7])],
];

const broadcasts = broadcastPairs.map(([x, y]): Sample => {
  const fill = (shape: readonly number[], by: number): Input => {
    const size = shape.reduce((n, v) => n * v, 1);
    return ints(
      shape,
      Array.from({ length: size }, (_, i) => ((i + 1) * by) % 23),
    );
  };
  return { inputs: [fill(x, 7), fill(y, 11)] };
});

const wholeErrors = (name: "bitwiseAnd" | "gcd" | "bitwiseLeftShift", verb: string) => [
  throws(() => ops[name]([1.5], [1]), `Cannot ${verb} float32: it must be int32, uint8 or bool`, "TypeError"),
  throws(() => ops[name]([1, 2, 3], [1, 2]), /\[3\] and \[2\]: sizes 3 and 2 of dimension 0/),
];

export const wholeNumbers: OpRow[] = [
  ...(["bitwiseAnd", "bitwiseOr", "bitwiseXor"] as const).map(
    (name): OpRow => ({
      name,
      ...none,
      samples: [...broadcasts, ...pairsOfTypes.map((inputs): Sample => ({ inputs }))],
      errors: wholeErrors("bitwiseAnd", "take bits of"),
    }),
  ),
  { name: "bitwiseNot", ...none, samples: [one(a), one(bytes([3], [0, 7, 255])), one(bools([2], [0, 1]))] },
  ...(["bitwiseLeftShift", "bitwiseRightShift"] as const).map(
    (name): OpRow => ({
      name,
      ...none,
      samples: [
        ...broadcasts.filter((_, i) => i !== 2),
        { inputs: [a, ints([6], [0, 1, 2, 3, 31, 30])] },
        { inputs: [bytes([4], [200, 7, 1, 255]), bytes([4], [1, 3, 7, 0])] },
      ],
      errors: wholeErrors("bitwiseLeftShift", "shift"),
    }),
  ),
  ...(["gcd", "lcm"] as const).map(
    (name): OpRow => ({
      name,
      ...none,
      samples: [
        ...broadcasts,
        { inputs: [ints([7], [0, 0, 12, -12, 7, 1, 360]), ints([7], [0, 5, 18, 18, -21, 9, 84])] },
        { inputs: [bytes([3], [200, 7, 0]), bytes([3], [100, 21, 4])] },
      ],
      errors: name === "gcd" ? wholeErrors("gcd", "find the divisors of") : [],
    }),
  ),
];

export const gammas: OpRow[] = [
  unary("erfc", -4, 6),
  {
    ...unary("erfinv", -0.95, 0.95),
    samples: [...unary("erfinv", -0.95, 0.95).samples, { ...one(list(-1, 1, 1.5, 0.5, 0)), edge: true }],
  },
  {
    ...unary("lgamma", 0.1, 12),
    samples: [
      ...unary("lgamma", 0.1, 12).samples,
      one(spread([9], -4.9, -0.1)),
      one(list(1.0078125, 1.9921875, 2.5, 9.5, 10.5, 100.25)),
      { ...one(list(1, 2, -1, -3, 0, 1e10)), edge: true },
    ],
  },
  {
    ...unary("digamma", 0.1, 12),
    samples: [
      ...unary("digamma", 0.1, 12).samples,
      one(spread([9], -4.9, -0.1)),
      { ...one(list(1, 2, -1, -3, 0, -0, 1e10)), edge: true },
    ],
  },
  {
    name: "polygamma",
    samples: [
      one(spread([2, 3], 0.1, 12), 1),
      one(spread([], 0.5, 3), 2),
      one(spread([4], 0.1, 12), 3),
      one(spread([4], -2.9, -0.1), 1),
      one(spread([4], -2.9, -0.1), 2),
      one(spread([0]), 1),
      one(spread([2], 0.5, 3), 0),
      { ...one(edges, 1), edge: true },
      { ...one(ints([3], [1, 2, 30]), 2), edge: true },
    ],
    errors: [
      throws(() => ops.polygamma(-1, [1]), "Cannot take polygamma of order -1: it must be a whole number ≥ 0"),
      throws(() => ops.polygamma(0.5, tensor([1])), /order 0.5/),
    ],
  },
  {
    name: "mvlgamma",
    samples: [one(spread([2, 3], 2, 12), 3), one(spread([3], 0.5, 3), 1), one(spread([0]), 2)],
    errors: [
      throws(() => ops.mvlgamma([3], 0), "Cannot take a gamma function of 0 dimensions: it must be a whole number ≥ 1"),
    ],
  },
];
