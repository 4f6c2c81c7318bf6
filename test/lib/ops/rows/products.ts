/** Rows of products and of what concerns matrices. */

import { zeros } from "../../../../lib/index.ts";
import * as ops from "../../../../lib/ops/index.ts";
import { type Sample, spread } from "../samples.ts";
import { matrix, type OpRow, one, throws } from "./makers.ts";

export const products: OpRow[] = [
  {
    name: "matmul",
    samples: (
      [
        [[3], [3]],
        [[2, 3], [3]],
        [[3], [3, 2]],
        [
          [2, 3],
          [3, 4],
        ],
        [
          [5, 2, 3],
          [3, 4],
        ],
        [
          [2, 3],
          [5, 3, 4],
        ],
        [
          [5, 2, 3],
          [5, 3, 4],
        ],
        [
          [2, 1, 2, 3],
          [4, 3, 2],
        ],
        [[3], [2, 3, 2]],
        [[2, 2, 3], [3]],
        [
          [9, 7],
          [7, 6],
        ],
        [
          [0, 3],
          [3, 2],
        ],
        [
          [2, 0],
          [0, 3],
        ],
      ] as const
    ).map(([a, b]): Sample => ({ inputs: [spread(a), spread(b, -2, 2, 2)] })),
    errors: [
      throws(
        () => ops.matmul(zeros([1, 2]), zeros([3, 2])),
        "Cannot matmul [1,2] by [3,2]: the inner sizes 2 and 3 differ",
      ),
      throws(() => ops.matmul(1, zeros([2])), "Cannot matmul [] by [2]: a scalar is no matrix; use mul"),
      throws(() => ops.matmul(zeros([2, 1, 2]), zeros([3, 2, 1])), /Cannot matmul the batches \[2\] and \[3\]/),
    ],
  },
  {
    name: "mm",
    samples: [{ inputs: [spread([2, 3]), spread([3, 2])] }],
    errors: [throws(() => ops.mm([1], [1]), "Cannot mm [1] by [1]: they must have 2 and 2 dimensions")],
  },
  {
    name: "bmm",
    samples: [{ inputs: [spread([2, 2, 3]), spread([2, 3, 2])] }],
    errors: [throws(() => ops.bmm(zeros([2, 1, 1]), zeros([3, 1, 1])), /the batch sizes differ/)],
  },
  {
    name: "mv",
    samples: [{ inputs: [spread([2, 3]), spread([3])] }],
    errors: [throws(() => ops.mv([1], [1]), /must have 2 and 1 dimensions/)],
  },
  {
    name: "dot",
    samples: [{ inputs: [spread([3]), spread([3], -2, 2, 2)] }],
    errors: [throws(() => ops.dot([[1]], [1]), "Cannot dot [1,1] by [1]: both must be vectors")],
  },
  {
    name: "outer",
    samples: [{ inputs: [spread([3]), spread([2])] }],
    errors: [throws(() => ops.outer([[1]], [1]), /both must be vectors/)],
  },
  {
    name: "linear",
    samples: [
      { inputs: [spread([2, 3]), spread([4, 3], -1, 1), spread([4])] },
      { inputs: [spread([3]), spread([4, 3])] },
      { inputs: [spread([2, 2, 3]), spread([1, 3]), spread([1])] },
    ],
    errors: [
      throws(
        () => ops.linear(zeros([2, 3]), zeros([4, 2])),
        "Cannot map [2,3] by a weight of [4,2]: the last dimension must be 2",
      ),
    ],
  },
  {
    name: "einsum",
    samples: (
      [
        ["ij,jk->ik", [2, 3], [3, 4]],
        ["ij->ji", [2, 3]],
        ["ii->i", [3, 3]],
        ["ii", [3, 3]],
        ["bij,bjk->bik", [2, 2, 3], [2, 3, 2]],
        ["i,j->ij", [2], [3]],
        ["ij,ij->", [2, 3], [2, 3]],
        ["...ij,...jk->...ik", [2, 1, 2, 3], [3, 3, 2]],
        ["bhqd,bhkd->bhqk", [1, 2, 3, 2], [1, 2, 4, 2]],
        ["ij,jk,kl->il", [2, 3], [3, 2], [2, 2]],
        ["ba", [2, 3]],
      ] as const
    ).map(
      ([equation, ...shapes]): Sample => ({
        inputs: shapes.map((shape, i) => spread(shape, -2, 2, i + 1)),
        args: [equation],
      }),
    ),
    errors: [
      throws(
        () => ops.einsum("ij,jk->ik", zeros([2, 3]), zeros([4, 5])),
        'Cannot einsum "ij,jk->ik": dimension j has size 3 and size 4',
      ),
      throws(() => ops.einsum("ij->ik", zeros([2, 3])), `Cannot einsum "ij->ik": the result's k is in no operand`),
      throws(() => ops.einsum("ij", zeros([2])), /"ij" names 2 dimensions, operand 0 of shape \[2\] has 1/),
    ],
  },
  ...(["tril", "triu"] as const).map(
    (name): OpRow => ({
      name,
      samples: [one(matrix), one(matrix, 1), one(matrix, -2), one(spread([2, 3, 3]), 1)],
      errors: [throws(() => ops[name]([1]), "Cannot take a triangle of [1]: it needs 2 dimensions")],
    }),
  ),
  {
    name: "diagonal",
    samples: [
      one(matrix),
      one(matrix, { offset: 1 }),
      one(matrix, { offset: -1 }),
      one(matrix, { offset: 7 }),
      one(spread([2, 3, 3]), { dim1: 1, dim2: 2 }),
    ],
    errors: [throws(() => ops.diagonal(zeros([2, 2]), { dim1: 0, dim2: 0 }), /they must differ/)],
  },
  {
    name: "diag",
    samples: [one(matrix), one(spread([3])), one(spread([2]), 1), one(spread([2]), -1), one(matrix, -1)],
    errors: [throws(() => ops.diag(1), /must be a list or a matrix/)],
  },
  {
    name: "trace",
    samples: [one(spread([3, 3])), one(matrix)],
    errors: [throws(() => ops.trace([1]), /it must be a matrix/)],
  },
];
