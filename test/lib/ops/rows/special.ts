/** Rows of further elementwise functions and of what is arranged anew. */
import { zeros } from "../../../../lib/index.ts";
import * as ops from "../../../../lib/ops/index.ts";
import { edges, ints, list, spread } from "../samples.ts";
import { binary, matrix, none, type OpRow, one, throws, unary } from "./makers.ts";

const cube = spread([2, 3, 4]);

export const special: OpRow[] = [
  unary("exp2"),
  unary("frac"),
  unary("sinc"),
  unary("deg2rad"),
  unary("rad2deg"),
  {
    ...unary("logit", 0.1, 0.9),
    samples: [...unary("logit", 0.1, 0.9).samples, one(spread([5], 0.1, 0.9), { eps: 0.25 })],
  },
  binary("xlogy", [-2, 2, 0.5, 2]),
  binary("hypot", [0.5, 2, 0.5, 2]),
  binary("logAddExp"),
  binary("logAddExp2"),
  binary("ldexp", [-2, 2, -3, 3]),
  binary("fmax"),
  binary("fmin"),
  {
    ...binary("floatPower", [0.25, 2, -2, 2]),
    tolerance: { float32: 1e-5, reason: "results are float64, of operands that are rounded to float32" },
  },
  unary("isposinf", -2, 2, none),
  unary("isneginf", -2, 2, none),
  binary("copySign", [-2, 2, -2, 2]),
  binary("heaviside", [-2, 2, -2, 2], none),
  binary("isClose", [-2, 2, -2, 2], none),
  unary("signbit", -2, 2, none),
  {
    name: "lerp",
    samples: [
      { inputs: [matrix, spread([4], -2, 2, 2), spread([3, 1], 0, 1)] },
      { inputs: [matrix, spread([3, 4], -2, 2, 2)], args: [0.25] },
    ],
  },
  ...(["addcmul", "addcdiv"] as const).map(
    (name): OpRow => ({
      name,
      samples: [
        { inputs: [matrix, spread([4], 0.5, 2, 2), spread([3, 1], 0.5, 2, 3)] },
        { inputs: [matrix, spread([3, 4], 0.5, 2, 2), spread([], 0.5, 2, 3)], args: [{ value: -0.5 }] },
      ],
    }),
  ),
  {
    name: "nanToNum",
    samples: [
      one(matrix),
      { ...one(edges), edge: true },
      { ...one(edges, { nan: 1, posinf: 2, neginf: -2 }), edge: true },
      one(ints([2], [1, 2])),
    ],
  },
];

export const arrangement: OpRow[] = [
  { name: "broadcastTo", samples: [one(spread([3]), [2, 3]), one(spread([2, 1]), [2, 2])] },
  { name: "ravel", samples: [one(cube), one(spread([]))] },
  { name: "reshapeAs", samples: [{ inputs: [matrix, spread([2, 6])] }] },
  { name: "swapDims", samples: [one(cube, 0, 2), one(cube, -1, 1)] },
  { name: "tile", samples: [one(matrix, [2]), one(spread([3]), [2, 2])] },
  {
    name: "fliplr",
    samples: [one(matrix)],
    errors: [throws(() => ops.fliplr([1]), "Cannot flip the columns of [1]: it needs 2 dimensions")],
  },
  { name: "flipud", samples: [one(matrix), one(spread([3]))] },
  {
    name: "rot90",
    samples: [one(matrix), one(matrix, 2), one(matrix, -1), one(matrix, 4), one(cube, 1, [1, 2]), one(cube, 3, [2, 0])],
    errors: [throws(() => ops.rot90(matrixOf(2), 1, [0, 0]), "Cannot turn in dimensions 0 and 0: they must differ")],
  },
  {
    name: "tensorSplit",
    samples: [one(spread([7, 2]), 3), one(spread([2, 5]), [1, 3], 1), one(spread([5]), [2, 9]), one(spread([5]), [-1])],
    errors: [throws(() => ops.tensorSplit([1], 0), "Cannot split into 0 parts: it must be a whole number ≥ 1")],
  },
  ...(["hstack", "vstack", "dstack", "columnStack"] as const).map(
    (name): OpRow => ({
      name,
      samples: [
        { inputs: [[spread([3]), spread([3], 0, 1)]] },
        { inputs: [[spread([2, 3]), spread([2, 3], 0, 1)]] },
        { inputs: [[spread([]), spread([], 0, 1)]] },
        { inputs: [[spread([2, 3, 2]), spread([2, 3, 2], 0, 1)]] },
      ],
      errors: [throws(() => ops[name]([]), /give at least one/)],
    }),
  ),
  ...(["atLeast1d", "atLeast2d", "atLeast3d"] as const).map(
    (name): OpRow => ({
      name,
      samples: [one(spread([])), one(spread([3])), one(spread([2, 3])), one(cube)],
    }),
  ),
  {
    name: "combinations",
    samples: [
      one(spread([4])),
      one(spread([4]), 3),
      one(spread([3]), 2, { withReplacement: true }),
      one(spread([2]), 3),
      one(spread([3]), 1),
    ],
    errors: [
      throws(() => ops.combinations([[1]]), "Cannot choose from [1,1]: it must be a list"),
      throws(() => ops.combinations([1], -1), "Cannot choose -1 elements: it must be a whole number ≥ 0"),
    ],
  },
  {
    name: "selectScatter",
    samples: [
      { inputs: [matrix, spread([4], -2, 2, 2)], args: [0, 1] },
      { inputs: [cube, spread([2, 3], -2, 2, 2)], args: [-1, -2] },
    ],
    errors: [
      throws(() => ops.selectScatter(zeros([2, 3]), [1], 0, 0), "Cannot put [1,1] into [2,3]: the part there is [1,3]"),
    ],
  },
  {
    name: "sliceScatter",
    samples: [
      { inputs: [matrix, spread([2, 4], -2, 2, 2)], args: [{ start: 1 }] },
      { inputs: [matrix, spread([3, 2], -2, 2, 2)], args: [{ dim: 1, start: 0, end: 4, step: 2 }] },
    ],
    errors: [throws(() => ops.sliceScatter([1, 2], [1]), "Cannot put [1] into [2]: the part there is [2]")],
  },
  {
    name: "diagonalScatter",
    samples: [
      { inputs: [matrix, spread([3], -2, 2, 2)] },
      { inputs: [matrix, spread([2], -2, 2, 2)], args: [{ offset: -1 }] },
      { inputs: [spread([2, 3, 3]), spread([2, 3], -2, 2, 2)], args: [{ dim1: 1, dim2: 2 }] },
    ],
    errors: [throws(() => ops.diagonalScatter([[1]], [1, 2]), /the part there is \[1\]/)],
  },
  {
    name: "broadcastTensors",
    samples: [{ inputs: [spread([3]), spread([2, 1])] }, { inputs: [spread([2, 3])] }],
    errors: [throws(() => ops.broadcastTensors([1, 2], [1, 2, 3]), /Cannot broadcast \[2\] and \[3\]/)],
  },
  {
    name: "meshgrid",
    samples: [
      { inputs: [[spread([3]), spread([2])]] },
      { inputs: [[spread([3]), spread([2])]], args: [{ indexing: "xy" }] },
      { inputs: [[spread([3]), spread([2]), spread([])]], args: [{ indexing: "xy" }] },
    ],
    errors: [throws(() => ops.meshgrid([[[1]]]), "Cannot make a grid of [1,1]: axes must be lists")],
  },
  {
    name: "cartesianProd",
    samples: [{ inputs: [spread([3]), spread([2])] }, { inputs: [spread([3])] }],
  },
];

function matrixOf(size: number): ReturnType<typeof zeros> {
  return zeros([size, size]);
}

export const running: OpRow[] = [
  ...(["trapezoid", "cumulativeTrapezoid"] as const).map(
    (name): OpRow => ({
      name,
      samples: [
        one(spread([5])),
        one(matrix, { dx: 0.5 }),
        one(matrix, { dim: 0 }),
        one(spread([4]), { x: [0, 1, 1.5, 4] }),
        one(spread([1])),
      ],
      errors: [
        throws(() => ops[name](1), "Cannot integrate []: it needs a dimension of samples"),
        throws(() => ops[name]([1, 2], { x: [1] }), "Cannot integrate [2] over [1]: the numbers of samples differ"),
      ],
    }),
  ),
  {
    name: "gradient",
    samples: [
      one(spread([5])),
      one(matrix),
      one(matrix, { dim: 1, spacing: 0.5 }),
      one(spread([5]), { edgeOrder: 2 }),
      one(spread([2])),
    ],
    errors: [
      throws(() => ops.gradient([1]), "Cannot take slopes of [1] along dimension 0: 2 points are needed"),
      throws(() => ops.gradient([1, 2], { edgeOrder: 2 }), /3 points are needed/),
    ],
  },
  ...(["cumMax", "cumMin"] as const).map(
    (name): OpRow => ({
      name,
      samples: [
        one(spread([2, 5]), { dim: 1 }),
        one(spread([5, 2]), { dim: 0 }),
        { ...one(list(1, 3, 3, 2, 4, 4, 0), { dim: 0 }), edge: true },
        one(spread([]), { dim: 0 }),
        one(spread([2, 0]), { dim: 1 }),
        { ...one(list(1, -Infinity, 3, NaN, 2, Infinity), { dim: 0 }), edge: true },
      ],
      errors: [throws(() => ops[name]([1], 1), /along dimension 1/)],
    }),
  ),
  {
    name: "logCumSumExp",
    samples: [
      one(spread([2, 5]), { dim: 1 }),
      one(spread([5, 2]), { dim: 0 }),
      one(list(1000, 1001, -1000, 1002), { dim: 0 }),
      { ...one(list(-Infinity, -Infinity, 3, Infinity, 2), { dim: 0 }), edge: true },
    ],
    errors: [throws(() => ops.logCumSumExp([1], 1), /along dimension 1/)],
  },
  {
    name: "diff",
    samples: [
      one(spread([5])),
      one(matrix, { n: 2 }),
      one(matrix, { dim: 0 }),
      one(spread([3]), { n: 5 }),
      one(matrix, { n: 0 }),
    ],
    errors: [
      throws(() => ops.diff(1), "Cannot take differences of []: it needs a dimension"),
      throws(() => ops.diff([1], { n: -1 }), "Cannot take differences -1 times: it must be a whole number ≥ 0"),
    ],
  },
];
