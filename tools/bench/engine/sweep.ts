/**
 * Single ops at small and middle sizes, where the cost of a call counts as much as the loop: a table of the ratio to PyTorch, whose half is
 * `pytorch_sweep.py`. `npm run bench:engine -- --sweep` shows it.
 */
import { cat, F, randint, randn, type Tensor, tensor, where } from "../../../lib/index.ts";
import { isFigure, type Measured } from "../report.ts";
import type { Workload } from "./workloads.ts";

/** How many elements, and a matrix of as many. */
const sizes: Readonly<Record<number, readonly [rows: number, columns: number]>> = {
  100: [10, 10],
  1000: [25, 40],
  10000: [100, 100],
  100000: [250, 400],
};

/** An op on tensors of random numbers, all of the same shape. */
const onVectors =
  (run: (a: Tensor, b: Tensor) => unknown) =>
  (size: number): Workload =>
  () => {
    const [a, b] = [randn([size]), randn([size])];
    return () => run(a, b);
  };
const onMatrices =
  (run: (a: Tensor, b: Tensor) => unknown) =>
  (size: number): Workload =>
  () => {
    const [a, b] = [randn(sizes[size]!), randn(sizes[size]!)];
    return () => run(a, b);
  };

/** An op with its gradient. */
const withGradient =
  (run: (x: Tensor) => Tensor) =>
  (size: number): Workload =>
  () => {
    const x = randn(sizes[size]!, { requiresGrad: true });
    return () => {
      x.grad = null;
      run(x).sum().backward();
    };
  };

/** A matrix with a row or a column that is as long as it. */
const withLine =
  (dim: 0 | 1, run: (x: Tensor, line: Tensor) => unknown) =>
  (size: number): Workload =>
  () => {
    const [rows, columns] = sizes[size]!;
    const [x, line] = [randn([rows, columns]), dim === 0 ? randn([columns]) : randn([rows, 1])];
    return () => run(x, line);
  };

/** Rows of a matrix by their numbers, as many as it has. */
const withRows =
  (run: (x: Tensor, rows: Tensor) => unknown) =>
  (size: number): Workload =>
  () => {
    const [rows] = sizes[size]!;
    const [x, index] = [randn(sizes[size]!), randint(0, rows, [rows])];
    return () => run(x, index);
  };

const ops: Readonly<Record<string, (size: number) => Workload>> = {
  add: onVectors((a, b) => a.add(b)),
  mul: onVectors((a, b) => a.mul(b)),
  "add of a number": onVectors((a) => a.add(2)),
  "add in place": onVectors((a, b) => a.add_(b)),
  relu: onVectors((a) => a.relu()),
  exp: onVectors((a) => a.exp()),
  tanh: onVectors((a) => a.tanh()),
  sigmoid: onVectors((a) => a.sigmoid()),
  gelu: onVectors((a) => F.gelu(a)),
  "a > b": onVectors((a, b) => a.gt(b)),
  where: (size) => () => {
    const [a, b] = [randn([size]), randn([size])];
    const condition = a.gt(b);
    return () => where(condition, a, b);
  },
  "masked fill": (size) => () => {
    const a = randn([size]);
    const mask = a.gt(0);
    return () => a.maskedFill(mask, 0);
  },
  "to float64": onVectors((a) => a.to("float64")),
  sum: onVectors((a) => a.sum()),
  mean: onVectors((a) => a.mean()),
  std: onVectors((a) => a.std()),
  max: onVectors((a) => a.max()),
  argmax: onVectors((a) => a.argmax()),
  norm: onVectors((a) => a.norm()),
  sort: onVectors((a) => a.sort()),
  "topK, 10": onVectors((a) => a.topK(10)),
  cumsum: onVectors((a) => a.cumSum(0)),
  "add of a row": withLine(0, (x, row) => x.add(row)),
  "add of a column": withLine(1, (x, column) => x.add(column)),
  "sum over rows": onMatrices((x) => x.sum({ dim: 0 })),
  "sum over columns": onMatrices((x) => x.sum({ dim: 1 })),
  "mean over columns": onMatrices((x) => x.mean({ dim: 1 })),
  "std over columns": onMatrices((x) => x.std({ dim: 1 })),
  "max over columns": onMatrices((x) => x.max({ dim: 1 })),
  "argmax over columns": onMatrices((x) => x.argmax({ dim: 1 })),
  "sort of rows": onMatrices((x) => x.sort({ dim: 1 })),
  "cumsum over rows": onMatrices((x) => x.cumSum(0)),
  softmax: onMatrices((x) => x.softmax(1)),
  "log-softmax": onMatrices((x) => x.logSoftmax(1)),
  "layer norm": (size) => () => {
    const [, columns] = sizes[size]!;
    const [x, weight, bias] = [randn(sizes[size]!), randn([columns]), randn([columns])];
    return () => F.layerNorm(x, [columns], { weight, bias });
  },
  cat: onMatrices((a, b) => cat([a, b])),
  "cat of columns": onMatrices((a, b) => cat([a, b], 1)),
  "transpose, contiguous": onMatrices((x) => x.t().contiguous()),
  "permute, contiguous": (size) => () => {
    const [rows, columns] = sizes[size]!;
    const x = randn([rows, columns / 5, 5]);
    return () => x.permute([1, 0, 2]).contiguous();
  },
  "select of rows": withRows((x, rows) => x.indexSelect(0, rows)),
  embedding: withRows((x, rows) => F.embedding(rows, x)),
  "gather of columns": (size) => () => {
    const [rows, columns] = sizes[size]!;
    const [x, index] = [randn([rows, columns]), randint(0, columns, [rows, columns])];
    return () => x.gather(1, index);
  },
  "matrix by vector": (size) => () => {
    const [x, y] = [randn(sizes[size]!), randn([sizes[size]![1]])];
    return () => x.matmul(y);
  },
  "mul, forward and backward": withGradient((x) => x.mul(x)),
  "softmax, forward and backward": withGradient((x) => x.softmax(1)),
  "max over columns, forward and backward": withGradient((x) => x.max({ dim: 1 }).values),
  "mean over columns, forward and backward": withGradient((x) => x.mean({ dim: 1 })),
  "std over columns, forward and backward": withGradient((x) => x.std({ dim: 1 })),
  "cumsum over rows, forward and backward": withGradient((x) => x.cumSum(0)),
  "cat, forward and backward": withGradient((x) => cat([x, x])),
  "gather of columns, forward and backward": (size) => () => {
    const [rows, columns] = sizes[size]!;
    const [x, index] = [randn([rows, columns], { requiresGrad: true }), randint(0, columns, [rows, columns])];
    return () => {
      x.grad = null;
      x.gather(1, index).sum().backward();
    };
  },
};

/** Products of square matrices, by the length of a side. */
const sides = [4, 8, 16, 32, 64, 128];

const pointName = (op: string, size: number) => `${op}: ${size}`;

/** The points of the sweep as workloads. */
export const sweepPoints: Readonly<Record<string, Workload>> = {
  ...Object.fromEntries(
    Object.entries(ops).flatMap(([op, make]) =>
      Object.keys(sizes).map((size) => [pointName(op, Number(size)), make(Number(size))]),
    ),
  ),
  ...Object.fromEntries(
    sides.map((side): [string, Workload] => [
      `product of ${side} × ${side}`,
      () => {
        const [a, b] = [randn([side, side]), randn([side, side])];
        return () => a.matmul(b);
      },
    ]),
  ),
  "number of one element": () => {
    const x = tensor([3]);
    return () => x.item();
  },
};

/** PyTorch's time by ours for each op and size, after ours in microseconds; those below 0.9 are marked. */
export function sweepTable(
  ours: Readonly<Record<string, Measured>>,
  theirs: Readonly<Record<string, Measured>>,
): string {
  const cell = (name: string): string => {
    const [own, other] = [ours[name], theirs[name]];
    if (!isFigure(own)) return `fails: ${own?.failed}`;
    if (!isFigure(other)) return `${own.toFixed(2)} µs`;
    const ratio = other / own;
    return `${own.toFixed(2)} µs, ${ratio.toFixed(2)}×${ratio < 0.9 ? " ←" : ""}`;
  };
  const columns = Object.keys(sizes).map(Number);
  const rows = Object.keys(ops)
    .filter((op) => columns.some((size) => pointName(op, size) in ours))
    .map((op) => `| ${op} | ${columns.map((size) => cell(pointName(op, size))).join(" | ")} |`);
  const single = Object.keys(sweepPoints)
    .filter((name) => !name.includes(": ") && name in ours)
    .map((name) => `| ${name} | ${cell(name)} |`);
  return [
    `| op, elements | ${columns.join(" | ")} |`,
    `|---|${columns.map(() => "---|").join("")}`,
    ...rows,
    "",
    "| op | ours, PyTorch / ours |",
    "|---|---|",
    ...single,
  ].join("\n");
}
