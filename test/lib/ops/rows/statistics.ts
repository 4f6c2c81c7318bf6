/** Rows of statistics, counts and order. */
import { zeros } from "../../../../lib/index.ts";
import * as ops from "../../../../lib/ops/index.ts";
import { bools, bytes, ints, list, type Sample, spread } from "../samples.ts";
import { edgeRows, emptyRows, matrix, none, type OpRow, one, reduction, singular, throws } from "./makers.ts";

const withNaN: Sample = { ...one(list(1, NaN, 3, 2)), edge: true };
const matrixWithNaN: Sample = {
  inputs: [{ shape: [2, 3], data: [1, NaN, 3, 4, 5, 6] }],
  args: [{ dim: 1 }],
  edge: true,
};

export const statistics: OpRow[] = [
  ...(["varMean", "stdMean"] as const).map(
    // No infinities: the running mean that PyTorch takes both of becomes NaN.
    (name): OpRow => ({
      ...reduction(name),
      shapes: false,
      samples: [...singular, ...reduction(name).samples.slice(0, 5)],
    }),
  ),
  { ...reduction("nanSum"), samples: [...reduction("nanSum").samples, emptyRows, ...edgeRows, withNaN] },
  { ...reduction("nanMean"), samples: [...reduction("nanMean").samples, ...edgeRows, withNaN] },
  { ...reduction("countNonzero", none), samples: [one(list(0, 2, NaN)), one(ints([2, 2], [0, 1, 2, 0]), { dim: 1 })] },
  {
    name: "aminmax",
    samples: [one(matrix), one(matrix, { dim: 1 }), one(matrix, { dim: 0, keepDim: true })],
    errors: [throws(() => ops.aminmax(zeros([0])), /there are no elements/)],
  },
  {
    name: "dist",
    samples: [
      { inputs: [matrix, spread([3, 4], -2, 2, 2)] },
      { inputs: [matrix, spread([4], -2, 2, 2)], args: [1] },
      { inputs: [matrix, spread([3, 4], -2, 2, 2)], args: [3] },
      { inputs: [matrix, spread([3, 4], -2, 2, 2)], args: [Infinity] },
    ],
  },
  {
    name: "cov",
    samples: [one(spread([3, 5])), one(spread([5])), one(spread([3, 5]), { correction: 0 })],
    errors: [
      throws(() => ops.cov(zeros([1, 1, 1])), "Cannot take the covariance of [1,1,1]: it must be a list or a matrix"),
    ],
  },
  { name: "corrcoef", samples: [one(spread([3, 5])), { ...one(spread([5])), edge: true }] },
  {
    name: "cdist",
    samples: [
      { inputs: [spread([3, 2]), spread([4, 2], -2, 2, 2)] },
      { inputs: [spread([2, 3, 2]), spread([2, 4, 2], -2, 2, 2)], args: [{ p: 1 }] },
      { inputs: [spread([3, 2]), spread([4, 2], -2, 2, 2)], args: [{ p: 3 }] },
    ],
  },
  {
    name: "renorm",
    samples: [one(matrix, { maxNorm: 2 }), one(matrix, { p: 1, dim: 1, maxNorm: 3 }), one(matrix, { maxNorm: 100 })],
  },
  {
    name: "kthValue",
    samples: [
      one(matrix, 2),
      one(matrix, 1, { dim: 0 }),
      one(matrix, 4, { dim: 1, keepDim: true }),
      one(spread([]), 1),
      { ...one(list(3, NaN, 1), 3), edge: true },
    ],
    errors: [
      throws(() => ops.kthValue([1, 2], 3), "Cannot find value 3 of dimension 0 of [2]: it has 2 elements"),
      throws(() => ops.kthValue([1, 2], 0), /Cannot find value 0/),
    ],
  },
  {
    name: "median",
    samples: [
      one(matrix),
      one(spread([5])),
      one(matrix, { dim: 1 }),
      one(spread([3, 5]), { dim: 1, keepDim: true }),
      one(spread([])),
      withNaN,
      matrixWithNaN,
    ],
    errors: [throws(() => ops.median(zeros([0]), { dim: 0 }), "Cannot take the median of [0]: there are no elements")],
  },
  {
    name: "nanMedian",
    samples: [
      one(matrix),
      one(spread([5])),
      one(matrix, { dim: 1 }),
      one(spread([3, 5]), { dim: 1, keepDim: true }),
      one(spread([])),
      withNaN,
      matrixWithNaN,
      { ...one(list(NaN, NaN)), edge: true },
      { ...one(list(5, NaN, Infinity, -Infinity, 1, NaN), 0), edge: true },
    ],
    errors: [throws(() => ops.nanMedian(zeros([0]), { dim: 0 }), /there are no elements/)],
  },
  {
    name: "mode",
    // A NaN equals nothing, itself neither, so it depends on the program which of them is most frequent.
    edges: false,
    samples: [
      one(ints([2, 5], [1, 2, 2, 3, 3, 5, 5, 5, 1, 1])),
      { ...one(list(2, 1, 2, 1, 3), { dim: 0 }), edge: true },
      { ...one(list(2, 1, 2, 1, 3), { dim: 0, keepDim: true }), edge: true },
    ],
    errors: [throws(() => ops.mode(zeros([0])), "Cannot find the mode of [0]: there are no elements")],
  },
  {
    name: "quantile",
    samples: [
      ...(["linear", "lower", "higher", "midpoint", "nearest"] as const).flatMap((interpolation) =>
        [0, 0.2, 0.4, 0.5, 0.6, 1].map((q) => one(spread([5, 4]), q, { dim: 1, interpolation })),
      ),
      one(matrix, 0.3),
      one(spread([6]), 0.5, { interpolation: "nearest" }),
      one(matrix, [0.1, 0.5, 0.9], { dim: 0 }),
      one(matrix, 0.5, { keepDim: true }),
      one(matrix, 0.5, { dim: 1, keepDim: true }),
      { ...one(list(1, NaN, 3), 0.5), edge: true },
    ],
    errors: [
      throws(() => ops.quantile([1], 0.5, { interpolation: "cubic" as "linear" }), /Cannot interpolate by cubic/),
      throws(() => ops.quantile([1], 2), "Cannot take the quantile 2: it must be from 0 to 1"),
      throws(() => ops.quantile(zeros([0]), 0.5), "Cannot take the quantile of [0]: there are no elements"),
    ],
  },
];

export const counting: OpRow[] = [
  {
    name: "bincount",
    ...none,
    samples: [one(ints([5], [0, 3, 3, 1, 3])), one(ints([0], [])), one(ints([2], [1, 1]), { minLength: 4 })],
    errors: [
      throws(() => ops.bincount([-1]), /index -1/),
      throws(() => ops.bincount([[1]]), "Cannot count the numbers of [1,1]: they must be a list"),
    ],
  },
  {
    name: "histc",
    ...none,
    samples: [
      one(spread([20]), { bins: 5 }),
      one(spread([20]), { bins: 4, min: -1, max: 1 }),
      one(list(1, 1, 1), { bins: 3 }),
      one(list(0, 1, 2, 3, 4), { bins: 4, min: 0, max: 4 }),
    ],
    errors: [
      throws(() => ops.histc([1], { bins: 0 }), "Cannot count in 0 bins: it must be a whole number ≥ 1"),
      throws(() => ops.histc([1], { min: 2, max: 1 }), "Cannot count between 2 and 1: min must not exceed max"),
      throws(() => ops.histc([NaN]), /bounds must be finite; give min and max/),
    ],
  },
  {
    name: "histogram",
    ...none,
    samples: [
      one(spread([20]), { bins: 5 }),
      one(spread([20]), { bins: 4, range: [-1, 1] }),
      one(spread([20]), { bins: [-2, -0.5, 0, 2] }),
      one(spread([20]), { bins: [-2, -0.5, 0, 2], density: true }),
      one(list(0, 1, 2, 3, 4), { bins: 4, range: [0, 4] }),
    ],
    errors: [throws(() => ops.histogram([1], { bins: [1] }), "Cannot count in 0 bins: it must be a whole number ≥ 1")],
  },
  {
    name: "unique",
    ...none,
    samples: [
      one(list(3, 1, 3, 2, 1)),
      one(ints([2, 3], [3, 1, 3, 2, 1, 7]), { details: true }),
      one(ints([0], [])),
      one(list(Infinity, 0, -Infinity, 0)),
    ],
  },
  {
    name: "uniqueConsecutive",
    ...none,
    samples: [one(list(1, 1, 2, 2, 1)), one(ints([2, 3], [1, 1, 2, 2, 1, 1]), { details: true }), one(ints([0], []))],
  },
  { name: "isin", ...none, samples: [{ inputs: [ints([2, 2], [1, 2, 3, 4]), ints([3], [2, 4, 9])] }] },
  {
    name: "bucketize",
    ...none,
    // Boundaries must rise: samples in order stand for the edge values.
    edges: false,
    samples: [
      { inputs: [list(NaN, 1, -Infinity, 0.5, Infinity, -1), list(-Infinity, 0, 1, Infinity)] },
      { inputs: [list(-Infinity, 0.5, Infinity, -1), list(-Infinity, 0, 1, Infinity)], args: [{ right: true }] },
      { inputs: [ints([4], [3, -2, 7, 0]), ints([3], [0, 3, 5])] },
      { inputs: [bytes([4], [3, 200, 7, 0]), bytes([3], [0, 3, 5])] },
      { inputs: [bools([2], [1, 0]), bools([2], [0, 1])], derived: true },
      { inputs: [list(0.5, 1, 1.5, 2, 3), list(1, 2)] },
      { inputs: [list(0.5, 1, 1.5, 2, 3), list(1, 2)], args: [{ right: true }] },
    ],
    errors: [throws(() => ops.bucketize([1], [[1]]), "Cannot bucketize by [1,1]: boundaries must be a list")],
  },
  {
    name: "searchSorted",
    ...none,
    // As for bucketize.
    edges: false,
    samples: [
      { inputs: [list(-Infinity, 0, 1, Infinity), list(NaN, 1, -Infinity, 0.5, Infinity)] },
      { inputs: [bytes([4], [0, 3, 5, 200]), bytes([3], [200, 3, 7])] },
      { inputs: [bools([2], [0, 1]), bools([2], [1, 0])], derived: true },
      { inputs: [ints([2, 3], [1, 3, 5, 2, 4, 6]), ints([2, 2], [3, 6, 0, 4])] },
      { inputs: [ints([2, 3], [1, 3, 5, 2, 4, 6]), ints([2, 2], [3, 6, 0, 4])], args: [{ right: true }] },
      { inputs: [list(1, 2, 2, 3), list(0, 2, 5)] },
    ],
  },
];

export const tensorProducts: OpRow[] = [
  {
    name: "tensordot",
    samples: [
      { inputs: [spread([2, 3]), spread([3, 4], -2, 2, 2)], args: [1] },
      { inputs: [spread([2, 3, 4]), spread([3, 4, 2], -2, 2, 2)] },
      {
        inputs: [spread([2, 3, 4]), spread([4, 2, 3], -2, 2, 2)],
        args: [
          [
            [1, 0],
            [2, 1],
          ],
        ],
      },
      { inputs: [spread([2]), spread([3], -2, 2, 2)], args: [0] },
    ],
    errors: [
      throws(
        () => ops.tensordot(zeros([2, 3]), zeros([2, 3]), 1),
        "Cannot tensordot [2,3] by [2,3] over [1] and [0]: sizes must agree in pairs",
      ),
    ],
  },
  {
    name: "inner",
    samples: [
      { inputs: [spread([3]), spread([3], -2, 2, 2)] },
      { inputs: [spread([2, 3]), spread([4, 3], -2, 2, 2)] },
      { inputs: [spread([]), spread([2, 3], -2, 2, 2)] },
    ],
  },
  {
    name: "kron",
    samples: [
      { inputs: [spread([2]), spread([3], -2, 2, 2)] },
      { inputs: [spread([2, 2]), spread([1, 3], -2, 2, 2)] },
      { inputs: [spread([2, 2]), spread([3], -2, 2, 2)] },
    ],
  },
  {
    name: "cross",
    samples: [
      { inputs: [spread([3]), spread([3], -2, 2, 2)] },
      { inputs: [spread([2, 3]), spread([2, 3], -2, 2, 2)] },
      { inputs: [spread([3, 2]), spread([3, 2], -2, 2, 2)], args: [0] },
      { inputs: [spread([2, 3]), spread([1, 3], -2, 2, 2)] },
    ],
    errors: [throws(() => ops.cross([1, 2], [1, 2]), "Cannot cross [2] and [2]: dimension 0 must have 3 elements")],
  },
  {
    name: "addmm",
    samples: [
      { inputs: [spread([2, 4]), spread([2, 3], -2, 2, 2), spread([3, 4], -2, 2, 3)] },
      { inputs: [spread([4]), spread([2, 3], -2, 2, 2), spread([3, 4], -2, 2, 3)], args: [{ beta: 0.5, alpha: 2 }] },
      { inputs: [spread([4]), spread([2, 3], -2, 2, 2), spread([3, 4], -2, 2, 3)], args: [{ beta: 0 }] },
    ],
  },
  {
    name: "addbmm",
    samples: [
      { inputs: [spread([2, 4]), spread([2, 2, 3], -2, 2, 2), spread([2, 3, 4], -2, 2, 3)] },
      { inputs: [spread([2, 4]), spread([2, 2, 3], -2, 2, 2), spread([2, 3, 4], -2, 2, 3)], args: [{ beta: 0.5 }] },
    ],
  },
  {
    name: "addr",
    samples: [
      { inputs: [spread([2, 3]), spread([2], -2, 2, 2), spread([3], -2, 2, 3)] },
      { inputs: [spread([2, 3]), spread([2], -2, 2, 2), spread([3], -2, 2, 3)], args: [{ alpha: 2 }] },
    ],
  },
  { name: "addmv", samples: [{ inputs: [spread([2]), spread([2, 3], -2, 2, 2), spread([3], -2, 2, 3)] }] },
  {
    name: "baddbmm",
    samples: [
      { inputs: [spread([2, 2, 4]), spread([2, 2, 3], -2, 2, 2), spread([2, 3, 4], -2, 2, 3)], args: [{ alpha: -1 }] },
    ],
  },
  {
    name: "chainMatmul",
    samples: [{ inputs: [[spread([2, 3]), spread([3, 4], -1, 1), spread([4, 2], -1, 1)]] }, { inputs: [[matrix]] }],
    errors: [throws(() => ops.chainMatmul([]), "Cannot multiply no matrices: give at least one")],
  },
  { name: "diagEmbed", samples: [one(spread([3])), one(matrix), one(matrix, 1), one(matrix, -2)] },
  {
    name: "blockDiag",
    // PyTorch 1.13 takes the gradients of blocks after an empty one from the wrong rows.
    shapes: false,
    samples: [
      { inputs: [spread([2, 3]), spread([3]), spread([1, 1])] },
      { inputs: [matrix] },
      { inputs: [spread([2, 0]), spread([]), spread([1, 2])], edge: true },
    ],
    errors: [throws(() => ops.blockDiag(zeros([1, 1, 1])), "Cannot put [1,1,1] on a diagonal: it must be a matrix")],
  },
  {
    name: "vander",
    samples: [one(spread([3])), one(spread([3]), { columns: 5 }), one(spread([3]), { columns: 4, increasing: true })],
  },
];
