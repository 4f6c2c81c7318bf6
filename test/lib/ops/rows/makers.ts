/** What rows of the op table are made of. */
import { zeros } from "../../../../lib/index.ts";
import * as ops from "../../../../lib/ops/index.ts";
import {
  bools,
  broadcastPairs,
  bytes,
  edgePairs,
  edges,
  type Input,
  ints,
  list,
  type Sample,
  spread,
} from "../samples.ts";

/** A call that must throw, and the text it must throw. */
export type ErrorCase = readonly [call: () => unknown, text: string | RegExp, kind?: "RangeError" | "TypeError"];

export interface OpRow {
  readonly name: keyof typeof ops;
  readonly samples: readonly Sample[];
  readonly errors?: readonly ErrorCase[];
  /** False for ops without derivative: comparisons, positions, in-place changes. */
  readonly differentiable?: boolean;
  /** Instead of 1e-12 and 1e-5, with the reason. */
  readonly tolerance?: { readonly float64?: number; readonly float32?: number; readonly reason: string };
  /** Half the distance of finite differences, where the default would drown in the rounding of float32 results. */
  readonly step?: number;
  /** False if edge values have no result to speak of: the text of the row says why. */
  readonly edges?: boolean;
  /** False if other shapes of its first sample are none to compare: the text of the row says why. */
  readonly shapes?: boolean;
  /** False if forward gives no tensor that PyTorch's could be compared with. */
  readonly compared?: boolean;
}

/** A call on one tensor. */
export const one = (input: Input, ...args: unknown[]): Sample => ({ inputs: [input], args });

/** Samples of the types that have no fractions, alone and beside each other. */
function typed(operands: 1 | 2): Sample[] {
  const [a, b, c] = [ints([4], [7, -7, 5, 0]), bytes([4], [200, 7, 1, 9]), bools([4], [0, 1, 1, 0])];
  const [d, e, f] = [ints([4], [2, 3, -4, 5]), bytes([4], [100, 3, 2, 4]), bools([4], [1, 0, 1, 0])];
  const floating = spread([4], 0.5, 2);
  const lists: Input[][] =
    operands === 1
      ? [[a], [b], [c]]
      : [
          [a, d],
          [b, e],
          [c, f],
          [a, floating],
          [b, d],
          [c, d],
          [floating, f],
        ];
  return lists.map((inputs): Sample => ({ inputs, edge: true, derived: true }));
}

/** An elementwise op of one operand: a domain for derivatives, the edge values, and the types without fractions. */
export function unary(name: keyof typeof ops, low = -2, high = 2, extra: Partial<OpRow> = {}): OpRow {
  const samples = [[2, 3], [], [0], [1, 4, 1]].map((shape) => one(spread(shape, low, high)));
  return { name, samples: [...samples, { inputs: [edges], edge: true }, ...typed(1)], ...extra };
}

/** An elementwise op of two operands over all broadcasts, with edge values, and the types without fractions. */
export function binary(
  name: keyof typeof ops,
  domains: [number, number, number, number] = [-2, 2, -2, 2],
  extra: Partial<OpRow> = {},
): OpRow {
  const [a, b, c, d] = domains;
  const samples = broadcastPairs.map(([x, y]): Sample => ({ inputs: [spread(x, a, b), spread(y, c, d, 2)] }));
  const errors: ErrorCase[] = [
    [
      () => (ops[name] as (...x: unknown[]) => unknown)(zeros([2, 3]), zeros([2])),
      /Cannot \w+ \[2,3\] and \[2\]: sizes 3 and 2 of dimension 1/,
      "RangeError",
    ],
  ];
  return { name, samples: [...samples, { inputs: edgePairs(), edge: true }, ...typed(2)], errors, ...extra };
}

/** Marks ops without derivative. */
export const none = { differentiable: false };

/** A reduction over all dimensions, one, several, kept, of empty tensors and edge values. */
export function reduction(name: keyof typeof ops, extra: Partial<OpRow> = {}, options: object = {}): OpRow {
  const x = spread([2, 3, 2]);
  return {
    name,
    samples: [
      one(x, { ...options }),
      one(x, { dim: 1, ...options }),
      one(x, { dim: -1, keepDim: true, ...options }),
      one(x, { dim: [0, 2], ...options }),
      one(x, { dim: [0, 1, 2], keepDim: true, ...options }),
      one(spread([]), { ...options }),
      one(spread([3, 1]), { dim: 1, ...options }),
    ],
    errors: [
      [
        () => (ops[name] as (...a: unknown[]) => unknown)(zeros([2]), { dim: 1 }),
        /along dimension 1: a tensor of 1 dimensions has -1 to 0/,
        "RangeError",
      ],
      [
        () => (ops[name] as (...a: unknown[]) => unknown)(zeros([2]), { dim: [0, -1] }),
        /dimension 0 is named twice/,
        "RangeError",
      ],
    ],
    ...extra,
  };
}

/** No rows to reduce. */
export const emptyRows: Sample = one(spread([0, 3]), { dim: 0 });
/** Variances of one element, and of none. */
export const singular: Sample[] = [
  { ...one(spread([3, 1]), { dim: 1 }), edge: true },
  { ...one(spread([0, 3]), { dim: 0 }), edge: true },
  { ...one(spread([3, 0]), { dim: 0 }), edge: true },
];
/** Rows with infinities and NaN. */
export const edgeRows: Sample[] = [
  {
    inputs: [{ shape: [4, 3], data: [Infinity, 1, 2, -Infinity, -Infinity, 3, NaN, 1, 2, 0, 0, 0] }],
    args: [{ dim: 1 }],
    edge: true,
  },
];
/** Equal extremes. */
export const ties = list(1, 3, 3, 2, 1);
/** A matrix that is not square. */
export const matrix = spread([3, 4]);
/** A call that must throw, RangeError unless said otherwise. */
export const throws = (
  call: () => unknown,
  text: string | RegExp,
  kind: "RangeError" | "TypeError" = "RangeError",
): ErrorCase => [call, text, kind];
