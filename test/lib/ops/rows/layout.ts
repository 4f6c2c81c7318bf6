/** Rows of ops that rearrange, pick, convert or change. */

import { arange, tensor, zeros } from "../../../../lib/index.ts";
import * as ops from "../../../../lib/ops/index.ts";
import { bools, ints, list, type Sample, spread } from "../samples.ts";
import { matrix, none, type OpRow, one, throws } from "./makers.ts";

const cube = spread([2, 3, 4]);
const rows = ints([2], [1, 0]);

export const layout: OpRow[] = [
  {
    name: "reshape",
    samples: [
      one(matrix, [2, 6]),
      one(matrix, [-1]),
      one(matrix, [3, 2, -1]),
      one(spread([]), [1, 1]),
      one(spread([0, 3]), [3, 0]),
    ],
    errors: [
      throws(() => ops.reshape(zeros([2, 3]), [4, -1]), "Cannot reshape [2,3] to [4,-1]: 6 elements do not fill it"),
    ],
  },
  {
    name: "view",
    samples: [one(matrix, [2, 6])],
    errors: [throws(() => ops.view(zeros([2]), 3), /2 elements do not fill it/)],
  },
  {
    name: "permute",
    samples: [one(cube, [2, 0, 1]), one(cube, [0, -1, 1])],
    errors: [
      throws(
        () => ops.permute(zeros([2, 3]), [0, 0]),
        "Cannot permute [2,3] to [0,0]: each of its 2 dimensions must come once",
      ),
    ],
  },
  {
    name: "transpose",
    samples: [one(cube, 0, 2), one(cube, -1, 1)],
    errors: [throws(() => ops.transpose(zeros([2]), 0, 1), /along dimension 1/)],
  },
  {
    name: "t",
    samples: [one(matrix), one(spread([3]))],
    errors: [throws(() => ops.t(zeros([1, 1, 1])), /more than 2 dimensions/)],
  },
  {
    name: "expand",
    samples: [one(spread([3, 1]), [3, 4]), one(spread([3, 1]), [2, -1, 4]), one(spread([]), [2])],
    errors: [
      throws(() => ops.expand(zeros([2]), [3]), "Cannot expand [2] to [3]: only dimensions of size 1 can be repeated"),
    ],
  },
  {
    name: "expandAs",
    samples: [{ inputs: [spread([3, 1]), spread([3, 4])] }],
    errors: [throws(() => ops.expandAs([1, 2], [1, 2, 3]), /Cannot expand/)],
  },
  {
    name: "flatten",
    samples: [one(cube), one(cube, { start: 1 }), one(cube, { start: 0, end: 1 }), one(spread([]))],
    errors: [throws(() => ops.flatten(zeros([1, 1]), { start: 1, end: 0 }), /start must not come after end/)],
  },
  {
    name: "unflatten",
    samples: [one(matrix, 1, [2, 2]), one(matrix, 1, [-1, 2])],
    errors: [throws(() => ops.unflatten(zeros([3]), 0, [2, 2]), /do not fill it/)],
  },
  {
    name: "squeeze",
    samples: [
      one(spread([1, 0, 1])),
      one(spread([1, 3, 1])),
      one(spread([1, 3, 1]), 0),
      one(spread([1, 3, 1]), 1),
      one(spread([1, 3, 1]), -1),
    ],
    errors: [throws(() => ops.squeeze([1], 1), /Cannot squeeze along dimension 1/)],
  },
  {
    name: "unsqueeze",
    samples: [one(matrix, 0), one(matrix, -1), one(matrix, 1), one(spread([]), 0)],
    errors: [throws(() => ops.unsqueeze([1], 2), /Cannot unsqueeze along dimension 2/)],
  },
  {
    name: "moveDim",
    samples: [one(cube, 0, 2), one(cube, -1, 0)],
    errors: [throws(() => ops.moveDim([1], 0, 1), /Cannot move along dimension 1/)],
  },
  {
    name: "cat",
    samples: [
      { inputs: [[spread([2, 3]), spread([1, 3])]] },
      { inputs: [[spread([2, 1]), spread([2, 3]), spread([2, 0])]], args: [{ dim: 1 }] },
    ],
    errors: [
      throws(
        () => ops.cat([zeros([2, 3]), zeros([2, 2])]),
        "Cannot cat [2,3] and [2,2] along dimension 0: the others must agree",
      ),
      throws(() => ops.cat([]), /give at least one/),
      throws(() => ops.cat([1]), /use stack/),
    ],
  },
  {
    name: "stack",
    samples: [
      { inputs: [[spread([2, 3]), spread([2, 3], 0, 1)]] },
      { inputs: [[spread([2]), spread([2])]], args: [{ dim: -1 }] },
      { inputs: [[spread([])]] },
    ],
    errors: [
      throws(() => ops.stack([[1], [1, 2]]), "Cannot stack [1] and [2]: shapes must agree"),
      throws(() => ops.stack([]), /give at least one/),
    ],
  },
  {
    name: "split",
    samples: [one(spread([5, 2]), 2), one(spread([2, 5]), [1, 4], { dim: 1 })],
    errors: [
      throws(
        () => ops.split([1, 2, 3], [1, 1]),
        "Cannot split dimension 0 of [3] into parts of [1,1]: they must add up to 3",
      ),
      throws(() => ops.split([1], 0), /a part needs at least 1/),
      throws(
        () => ops.split([1, 2, 3], [4, -1]),
        "Cannot split dimension 0 of [3] into parts of [4,-1]: sizes must be whole numbers ≥ 0",
      ),
    ],
  },
  { name: "chunk", samples: [one(spread([5, 2]), 2), one(spread([2, 6]), 3, { dim: 1 })] },
  { name: "unbind", samples: [one(spread([2, 3])), one(spread([2, 3]), { dim: 1 })] },
  {
    name: "pad",
    samples: [
      one(matrix, [1, 2]),
      one(matrix, [1, 0, 2, 1], { value: 3 }),
      one(matrix, [-1, 1]),
      one(spread([1, 1, 4]), [1, 2], { mode: "reflect" }),
      one(spread([1, 1, 4]), [1, 2], { mode: "replicate" }),
      one(spread([1, 1, 4]), [1, 2], { mode: "circular" }),
    ],
    errors: [
      throws(() => ops.pad([1], [1]), "Cannot pad [1] by [1]: give two widths a dimension, the last dimension first"),
      throws(() => ops.pad([1], [-2, 0]), /nothing is left/),
      throws(
        () => ops.pad([1], [1, 0], { mode: "mirror" as "reflect" }),
        "Cannot pad by mode mirror: it must be constant, reflect, replicate or circular",
      ),
    ],
  },
  {
    name: "roll",
    samples: [one(matrix, 2), one(matrix, 1, 0), one(matrix, [1, -2], [0, 1])],
    errors: [
      throws(() => ops.roll([1], [1, 2]), /name one for each/),
      throws(() => ops.roll([1], [1, 2], 0), /there must be as many/),
      throws(
        () => ops.roll([1, 2, 3], 0.5),
        "Cannot split dimension 0 of [3] into parts of [2.5,0.5]: sizes must be whole numbers ≥ 0",
      ),
    ],
  },
  {
    name: "flip",
    samples: [one(matrix, 0), one(matrix, [0, 1])],
    errors: [throws(() => ops.flip([1], 1), /Cannot flip along dimension 1/)],
  },
  {
    name: "repeat",
    samples: [one(spread([2]), [3]), one(spread([2, 2]), [2, 1, 3])],
    errors: [
      throws(() => ops.repeat([[1]], [2]), "Cannot repeat [1,1] [2] times: give a whole number for each dimension"),
    ],
  },
  {
    name: "repeatInterleave",
    samples: [one(matrix, 2), one(matrix, 3, 1)],
    errors: [
      throws(
        () => ops.repeatInterleave([1, 2], 1.5),
        "Cannot repeat elements 1.5 times: it must be a whole number ≥ 0",
      ),
    ],
  },
];

export const indexing: OpRow[] = [
  {
    name: "where",
    samples: [
      { inputs: [bools([2, 3], [1, 0, 1, 0, 0, 1]), spread([2, 3]), spread([3], -1, 1, 2)] },
      { inputs: [bools([2, 1], [1, 0]), spread([]), spread([2, 2])] },
    ],
    errors: [throws(() => ops.where(zeros([2]), [1, 2, 3], 0), /Cannot where \[2\] and \[3\]/)],
  },
  {
    name: "select",
    samples: [one(matrix, 0, 1), one(matrix, 1, -1)],
    errors: [throws(() => ops.select([1, 2], 0, 2), "Cannot take index 2 of dimension 0: it has 2 elements")],
  },
  {
    name: "narrow",
    samples: [one(matrix, 1, { start: 1, length: 2 }), one(matrix, 0, { start: -1, length: 1 })],
    errors: [
      throws(
        () => ops.narrow([1], 0, { start: 0, length: 2 }),
        "Cannot narrow dimension 0 of [1] to 2 from 0: it has 1",
      ),
      throws(
        () => ops.narrow([1, 2, 3], 0, { start: 0.5, length: 2 }),
        "Cannot narrow dimension 0 of [3] to 2 from 0.5: these must be whole numbers",
      ),
      throws(
        () => ops.narrow([1, 2, 3], 0, { start: 0, length: 1.5 }),
        "Cannot narrow dimension 0 of [3] to 1.5 from 0: these must be whole numbers",
      ),
    ],
  },
  {
    name: "slice",
    samples: [
      one(cube, 1),
      one(cube, null, [1, null]),
      one(cube, [0, 1], [null, null, 2], -1),
      one(cube, null, -1, [-3, -1]),
      one(cube, [2, 5]),
    ],
    errors: [
      throws(() => ops.slice([1], 0, 0), "Cannot slice [1] by 2 indices: it has 1 dimensions"),
      throws(() => ops.slice([1], [0, 1, 0]), /in steps of 0/),
      throws(() => ops.slice([1], tensor([2])), "Cannot slice by index 2: indices go from 0 to 0"),
      throws(() => ops.slice([1], tensor([0.5])), /whole numbers/, "TypeError"),
    ],
  },
  {
    name: "gather",
    samples: [
      { inputs: [matrix, ints([3, 2], [0, 3, 1, 1, 2, 0])], args: [1] },
      { inputs: [matrix, ints([1, 4], [2, 0, 1, 2])], args: [0] },
      { inputs: [matrix, ints([2, 1], [3, 0])], args: [-1] },
    ],
    errors: [
      throws(() => ops.gather([1, 2], 0, [2]), "Cannot gather by index 2: indices go from 0 to 1"),
      throws(() => ops.gather([1, 2], 0, [-1]), /by index -1/),
      throws(
        () => ops.gather([1, 2], 0, ops.sub(arange(0, 3000, { dtype: "int32" }), 2998)),
        "Cannot gather by index -2998: indices go from 0 to 1",
      ),
      throws(
        () => ops.gather([1, 2], 0, ops.floorDivide(arange(0, 3000, { dtype: "int32" }), 1499)),
        "Cannot gather by index 2: indices go from 0 to 1",
      ),
      throws(() => ops.gather([1, 2], 0, [0, 3e9]), "Cannot gather by index 3000000000: indices go from 0 to 1"),
      throws(
        () => ops.gather([1, 2], 0, [1, 0.5]),
        "Cannot gather by index 0.5 of float32: it must hold whole numbers",
        "TypeError",
      ),
      throws(() => ops.gather([1, 2], 0, [1, NaN]), /by index NaN of float32/, "TypeError"),
      throws(() => ops.gather([[1, 2]], 1, [[0], [0]]), /the index must be no larger/),
    ],
  },
  {
    name: "scatterAdd",
    samples: [
      { inputs: [matrix, ints([3, 2], [0, 3, 1, 1, 2, 0]), spread([3, 2], -2, 2, 3)], args: [1] },
      { inputs: [spread([3]), ints([4], [0, 0, 2, 0]), spread([4])], args: [0] },
    ],
    errors: [throws(() => ops.scatterAdd([1], 0, [0, 0], [1]), /the index must be no larger/)],
  },
  {
    name: "scatter",
    samples: [
      { inputs: [matrix, ints([3, 2], [0, 3, 1, 2, 2, 0]), spread([3, 2], -2, 2, 3)], args: [1] },
      { inputs: [matrix, ints([1, 4], [2, 0, 1, 2]), spread([1, 4], -2, 2, 3)], args: [0] },
      { inputs: [spread([3]), ints([0], []), spread([0])], args: [0] },
    ],
    errors: [
      throws(() => ops.scatter([1, 2], 0, [2], [1]), "Cannot scatter by index 2: indices go from 0 to 1"),
      throws(() => ops.scatter([1], 0, [0, 0], [1]), /the index must be no larger/),
    ],
  },
  {
    name: "scatterReduce",
    samples: [
      ...(["sum", "prod", "mean", "amax", "amin"] as const).flatMap((reduce) =>
        [true, false].map(
          (includeSelf): Sample => ({
            inputs: [matrix, ints([3, 3], [0, 3, 0, 1, 2, 0, 1, 1, 1]), spread([3, 4], -2, 2, 3)],
            args: [1, { reduce, includeSelf }],
          }),
        ),
      ),
      { inputs: [spread([3]), ints([5], [0, 0, 2, 0, 2]), spread([5], -2, 2, 3)], args: [0, { reduce: "amax" }] },
      { inputs: [cube, ints([1, 2, 4], [0, 1, 2, 0, 0, 1, 0, 2]), cube], args: [1, { reduce: "prod" }] },
      { inputs: [spread([3]), ints([0], []), spread([0])], args: [0, { reduce: "amin" }] },
      ...(["sum", "mean", "amax", "amin", "prod"] as const).map(
        (reduce): Sample => ({
          inputs: [list(1, -Infinity, NaN, 2), ints([4], [0, 0, 1, 3]), list(Infinity, 1, NaN, -Infinity)],
          args: [0, { reduce }],
          edge: true,
        }),
      ),
      {
        inputs: [ints([3], [5, -7, 9]), ints([3], [0, 1, 1]), ints([3], [2, 3, -4])],
        args: [0, { reduce: "mean" }],
        derived: true,
      },
    ],
    errors: [
      throws(() => ops.scatterReduce([1, 2], 0, [2], [1], { reduce: "sum" }), /by index 2: indices go from 0 to 1/),
      throws(() => ops.scatterReduce([1], 0, [0, 0], [1], { reduce: "sum" }), /the index must be no larger/),
      throws(
        () => ops.scatterReduce([1], 0, [0], [1], { reduce: "max" as "amax" }),
        "Cannot scatter by max: it must be sum, prod, mean, amax or amin",
      ),
    ],
  },
  {
    name: "indexAdd",
    samples: [
      { inputs: [matrix, rows, spread([2, 4], -2, 2, 3)], args: [0] },
      { inputs: [matrix, ints([3], [3, 3, 0]), spread([3, 3], -2, 2, 3)], args: [1] },
    ],
    errors: [
      throws(() => ops.indexAdd([1], 0, [[0]], [1]), "Cannot add by an index of shape [1,1]: it must be a list"),
      throws(() => ops.indexAdd([1], 0, [1], [1]), /by index 1/),
    ],
  },
  {
    name: "indexCopy",
    samples: [
      { inputs: [matrix, rows, spread([2, 4], -2, 2, 3)], args: [0] },
      { inputs: [matrix, ints([2], [3, 0]), spread([3, 2], -2, 2, 3)], args: [1] },
    ],
    errors: [throws(() => ops.indexCopy([1], 0, [1], [1]), /by index 1/)],
  },
  {
    name: "indexFill",
    samples: [
      { inputs: [matrix, rows, spread([])], args: [0] },
      { inputs: [matrix, ints([2], [3, 0]), spread([])], args: [1] },
    ],
    errors: [throws(() => ops.indexFill([1], 0, [1], 1), /by index 1/)],
  },
  {
    name: "maskedScatter",
    samples: [
      { inputs: [matrix, bools([3, 4], [1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0]), spread([6], -2, 2, 3)] },
      { inputs: [spread([2, 2]), bools([2, 2], [0, 0, 0, 0]), spread([1])] },
    ],
    errors: [
      throws(() => ops.maskedScatter([1, 2], [true, true], [1]), "Cannot scatter 1 elements to 2 places of a mask"),
    ],
  },
  {
    name: "take",
    samples: [{ inputs: [matrix, ints([2, 2], [0, 11, 3, 3])] }, { inputs: [matrix, ints([2], [-1, -12])] }],
    errors: [throws(() => ops.take([1, 2], [2]), "Cannot take by index 2: indices go from 0 to 1")],
  },
  {
    name: "takeAlongDim",
    samples: [
      { inputs: [matrix, ints([3, 1], [0, 3, 1])], args: [1] },
      { inputs: [matrix, ints([1, 4], [2, 0, 1, 2])], args: [0] },
      { inputs: [matrix, ints([1, 2], [3, 0])], args: [1] },
      { inputs: [matrix, ints([3], [0, 5, 11])] },
    ],
    errors: [
      throws(() => ops.takeAlongDim([[1]], [0], 0), "Cannot take along [1,1] by an index of [1]: ranks must agree"),
    ],
  },
  {
    name: "indexSelect",
    samples: [
      { inputs: [matrix, rows], args: [0] },
      { inputs: [matrix, ints([3], [3, 3, 0])], args: [1] },
    ],
    errors: [
      throws(() => ops.indexSelect([1], 0, [[0]]), "Cannot select by an index of shape [1,1]: it must be a list"),
      throws(() => ops.indexSelect([1], 0, [1]), /by index 1/),
    ],
  },
  {
    name: "maskedSelect",
    samples: [{ inputs: [spread([2, 2]), bools([2, 2], [1, 0, 1, 1])] }, { inputs: [spread([2]), bools([2], [0, 0])] }],
    errors: [
      throws(() => ops.maskedSelect([1, 2], [true]), "Cannot select from [2] by a mask of [1]: they must agree"),
    ],
  },
  { name: "maskedFill", samples: [{ inputs: [spread([2, 2]), bools([2], [1, 0])], args: [0.5] }] },
  {
    name: "nonzero",
    ...none,
    samples: [one(bools([2, 3], [0, 1, 1, 0, 1, 0])), one(list(0, 2, 0, NaN)), one(bools([2], [0, 0])), one(list(1))],
  },
  {
    name: "oneHot",
    ...none,
    samples: [one(ints([3], [0, 2, 1])), one(ints([2, 2], [0, 2, 1, 3]), 5)],
    errors: [
      throws(() => ops.oneHot([0, 3], 3), "Cannot encode by index 3: indices go from 0 to 2"),
      throws(() => ops.oneHot([-1]), /index -1/),
    ],
  },
];

export const conversions: OpRow[] = [
  {
    name: "to",
    samples: [one(spread([3]), "float64")],
    errors: [
      throws(() => ops.to([1], "float16" as "float32"), /Cannot convert to float16: it must be one of/, "TypeError"),
    ],
  },
  {
    name: "float",
    samples: [one(spread([3]))],
    tolerance: { float64: 1e-7, reason: "the result is a float32" },
    step: 1 / 8,
  },
  { name: "double", samples: [one(spread([3]))] },
  // What a whole number of infinity or NaN is, C leaves open: on one machine 0, on another the least number.
  { name: "int", ...none, edges: false, samples: [one(list(1.7, -1.7, 0))] },
  { name: "bool", ...none, samples: [one(list(1.7, -0.1, 0, NaN))] },
  { name: "clone", samples: [one(spread([2, 2]))] },
  { name: "contiguous", samples: [one(spread([2, 2]))] },
];
