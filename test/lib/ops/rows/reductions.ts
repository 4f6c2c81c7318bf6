/** Rows of ops that reduce, accumulate or order. */

import { zeros } from "../../../../lib/index.ts";
import * as ops from "../../../../lib/ops/index.ts";
import { bools, ints, list, type Sample, spread } from "../samples.ts";
import { edgeRows, emptyRows, none, type OpRow, one, reduction, singular, throws, ties } from "./makers.ts";

export const reductions: OpRow[] = [
  {
    ...reduction("sum"),
    samples: [
      ...reduction("sum").samples,
      emptyRows,
      ...edgeRows,
      one(ints([2, 2], [1, 2, 3, 4]), { dim: 0 }),
      one(bools([3], [1, 0, 1])),
    ],
  },
  { ...reduction("mean"), samples: [...reduction("mean").samples, emptyRows, ...edgeRows] },
  {
    ...reduction("prod"),
    samples: [
      ...reduction("prod").samples.filter((s) => !hasSeveralDims(s)),
      emptyRows,
      ...edgeRows,
      one(list(2, 0, 3)),
      one(list(0, 0, 3)),
    ],
  },
  {
    ...reduction("variance"),
    // PyTorch 1.13 has an infinite slope where the only element is its own mean, later versions have NaN: only the results are compared.
    shapes: false,
    samples: [
      ...singular,
      ...reduction("variance").samples.slice(0, 5),
      one(spread([2, 3]), { dim: 1, correction: 0 }),
      ...edgeRows,
    ],
  },
  {
    ...reduction("std"),
    shapes: false,
    samples: [
      ...singular,
      ...reduction("std").samples.slice(0, 5),
      one(spread([2, 3]), { dim: 1, correction: 0 }),
      ...edgeRows,
    ],
  },
  {
    ...reduction("logSumExp"),
    samples: [...reduction("logSumExp").samples, emptyRows, ...edgeRows, one(list(1000, 999))],
  },
  {
    ...reduction("norm"),
    samples: [undefined, 1, 2, 3, 0.5, Infinity, -Infinity, 0].flatMap((p) => [
      one(spread([2, 3]), { p, dim: 1 }),
      one(spread([2, 3]), { p, keepDim: true }),
    ]),
  },
  { ...reduction("any", none), samples: [one(bools([2, 2], [0, 1, 0, 0]), { dim: 1 }), one(spread([2])), emptyRows] },
  { ...reduction("all", none), samples: [one(bools([2, 2], [0, 1, 1, 1]), { dim: 1 }), one(spread([2])), emptyRows] },
  ...(["amax", "amin"] as const).map(
    (name): OpRow => ({
      ...reduction(name),
      samples: [...reduction(name).samples, { ...one(ties), edge: true }, ...edgeRows],
      errors: [
        ...reduction(name).errors!,
        throws(() => ops[name](zeros([0])), `Cannot take the ${name} of [0]: there are no elements`),
      ],
    }),
  ),
  ...(["max", "min"] as const).map(
    (name): OpRow => ({
      name,
      samples: [
        one(spread([2, 3])),
        one(spread([2, 3]), { dim: 1 }),
        one(spread([2, 3]), { dim: 0, keepDim: true }),
        ...edgeRows,
        one(spread([])),
      ],
      errors: [throws(() => ops[name](zeros([0, 2]), { dim: 0 }), /there are no elements/)],
    }),
  ),
  ...(["argmax", "argmin"] as const).map(
    (name): OpRow => ({
      name,
      ...none,
      samples: [
        one(spread([2, 3])),
        one(spread([2, 3]), { dim: 1 }),
        one(spread([2, 3]), { dim: 0, keepDim: true }),
        one(ties),
        ...edgeRows,
      ],
      errors: [
        throws(() => ops[name](zeros([0]), 0), /there are no elements/),
        throws(() => ops[name]([1], 3), /along dimension 3/),
      ],
    }),
  ),
  {
    name: "cumSum",
    samples: [
      one(spread([2, 3]), { dim: 1 }),
      one(spread([2, 3]), { dim: 0 }),
      one(spread([0, 2]), { dim: 0 }),
      ...edgeRows,
    ],
    errors: [throws(() => ops.cumSum([1], 1), /along dimension 1/)],
  },
  {
    name: "cumProd",
    samples: [
      one(spread([2, 3]), { dim: 1 }),
      one(list(2, 0, 3, 4), { dim: 0 }),
      one(spread([7]), { dim: 0 }),
      ...edgeRows,
    ],
    errors: [throws(() => ops.cumProd([1], 1), /along dimension 1/)],
  },
];

function hasSeveralDims(sample: Sample): boolean {
  return Array.isArray((sample.args?.[0] as { dim?: unknown } | undefined)?.dim);
}

export const order: OpRow[] = [
  {
    name: "sort",
    samples: [
      one(spread([2, 4])),
      one(spread([3, 2]), { dim: 0, descending: true }),
      { ...one(list(2, NaN, -Infinity, 1, Infinity)), edge: true },
    ],
  },
  { name: "argsort", ...none, samples: [one(spread([2, 4])), one(spread([3, 2]), { dim: 0, descending: true })] },
  {
    name: "topK",
    samples: [one(spread([2, 4]), 2), one(spread([4, 2]), 3, { dim: 0, largest: false }), one(spread([3]), 0)],
    errors: [
      throws(() => ops.topK([1, 2], 3), "Cannot take the top 3 of dimension 0 of [2]: it has 2 elements"),
      throws(() => ops.topK([1, 2], 1.5), "Cannot take the top 1.5 of dimension 0: it must be a whole number ≥ 0"),
      throws(() => ops.topK([1, 2], -1), "Cannot take the top -1 of dimension 0: it must be a whole number ≥ 0"),
    ],
  },
];
