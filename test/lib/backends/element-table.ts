/** The kernels over elements, lines and matrices, by name, and how each is compared at a size: half of the table of test/lib/backends/contract.test.ts. */
import type { Backend } from "../../../lib/backends/backend.ts";
import { binaryOps, elementLosses, unaryOps } from "../../../lib/backends/native/ops.ts";
import type { DType } from "../../../lib/dtype.ts";
import type { Shape } from "../../../lib/shape.ts";
import type { View } from "../../../lib/storage.ts";
import { asChain, close, compareAll, indices, input, type Probe } from "./probes.ts";
import { lays, numbers, packed, window } from "./views.ts";

/** Rounding of one op, relative to numbers of size 1. */
const closest = { float32: 3e-7, float64: 1e-14 };
const reductions = ["sum", "prod", "max", "min", "any", "all"] as const;

/** Numbers in (0, 1). */
const share = (seed: number) => {
  const next = numbers(seed);
  return () => (next() + 2) / 4;
};

/** What the layers' table has not. */
export const elementTable = {
  unary(probe) {
    const { n, dtype, compare } = probe;
    for (const shape of [[n], [n, 3]]) {
      const x = input(probe, shape, n);
      for (const op of unaryOps) compare(op, shape, dtype, (backend, out) => backend.unary(op, x, out), closest[dtype]);
    }
  },
  binary(probe) {
    const { n, dtype, compare } = probe;
    const triples: [Shape, Shape, Shape][] = [
      [[n], [], [n]],
      [[3, n], [n], [3, n]],
      [
        [n, 1],
        [1, 5],
        [n, 5],
      ],
    ];
    for (const [left, right, shape] of triples) {
      const [a, b] = [input(probe, left, 1), input(probe, right, 2)];
      for (const op of binaryOps) {
        const type: DType = binaryOps.indexOf(op) >= binaryOps.indexOf("eq") ? "bool" : dtype;
        compare(op, shape, type, (backend, out) => backend.binary(op, a, b, out), 4 * closest[dtype]);
      }
    }
  },
  where(probe) {
    const { n, dtype, compare } = probe;
    const condition = packed([n, 1], "bool", numbers(3));
    const [a, b] = [input(probe, [5], 1), input(probe, [n, 5], 2)];
    compare("where", [n, 5], dtype, (backend, out) => backend.where(condition, a, b, out), 0);
  },
  chain({ n, dtype, compare, tested }) {
    // Chains are of float32 only, and of many.
    if (dtype !== "float32" || n === 0) return;
    const storage = packed([n + 1], dtype, numbers(1)).storage;
    const [x, y] = [window(storage, [n], [1], 1, dtype), packed([n], dtype, numbers(2))];
    const half = packed([], dtype, () => 0.5);
    for (const [ops, operands] of [
      [unaryOps, [x]],
      [binaryOps, [x, y]],
      [binaryOps, [x, half]],
    ] as const) {
      for (const op of ops) {
        const run = (backend: Backend, out: View) => {
          if (backend.chain) asChain(backend, op, operands, out);
          else if (operands.length === 1) backend.unary(op as (typeof unaryOps)[number], x, out);
          else backend.binary(op as (typeof binaryOps)[number], operands[0], operands[1]!, out);
        };
        if (tested.chains!(op)) compare(`chain of ${op}`, [n], dtype, run, 4 * closest[dtype]);
      }
    }
  },
  chains({ tested }) {
    const known = [...unaryOps, ...binaryOps].filter((op) => tested.chains!(op));
    if (known.length < 50) throw new Error(`Only ${known.length} ops are known to chains`);
    if (tested.chains!("zeta")) throw new Error("Chains are said to know an op that the engine does not have");
  },
  reduce(probe) {
    const { n, dtype, compare } = probe;
    for (const op of reductions) {
      for (const shape of [
        [3, n],
        [n, 3],
      ]) {
        const x = input(probe, shape, n);
        for (const dims of [[0], [1], [0, 1]]) {
          // The product of hundreds of numbers is 0 or ∞.
          if (op === "prod" && dims.some((d) => shape[d]! > 33)) continue;
          const kept = shape.filter((_, d) => !dims.includes(d));
          const type = op === "any" || op === "all" ? "bool" : dtype;
          compare(op, kept, type, (backend, out) => backend.reduce(op, x, dims, out), close[dtype]);
        }
      }
    }
  },
  argReduce(probe) {
    const { n, compare } = probe;
    if (n === 0) return;
    for (const op of ["max", "min"] as const) {
      for (const shape of [
        [n, 3],
        [3, n],
      ]) {
        const x = input(probe, shape, n);
        for (const dim of [0, 1]) {
          compare(`arg${op}`, [shape[1 - dim]!], "int32", (backend, out) => backend.argReduce(op, x, dim, out), 0);
        }
      }
    }
  },
  scan(probe) {
    const { n, dtype, compare } = probe;
    for (const op of ["sum", "prod"] as const) {
      for (const shape of [
        [n, 3],
        [3, n],
      ]) {
        const x = input(probe, shape, n);
        for (const dim of [0, 1]) {
          if (op === "prod" && shape[dim]! > 33) continue;
          compare(`running ${op}`, shape, dtype, (backend, out) => backend.scan(op, x, dim, out), close[dtype]);
        }
      }
    }
  },
  softmax(probe) {
    const { n, dtype, compare } = probe;
    for (const dim of [0, 1]) {
      for (const log of [false, true]) {
        for (const shape of [
          [n, 3],
          [3, n],
        ]) {
          const x = input(probe, shape, n);
          compare("softmax", shape, dtype, (backend, out) => backend.softmax(x, dim, log, out), close[dtype]);
        }
      }
    }
  },
  softmaxBackward(probe) {
    const { n, dtype, compare } = probe;
    for (const dim of [0, 1]) {
      for (const log of [false, true]) {
        const [dy, y] = [input(probe, [n, 3], 1), input(probe, [n, 3], 2)];
        const run = (backend: Backend, out: View) => backend.softmaxBackward(dy, y, dim, log, out);
        compare("softmaxBackward", [n, 3], dtype, run, 10 * close[dtype]);
      }
    }
  },
  crossEntropy(probe) {
    const { n, dtype } = probe;
    for (const [rows, classes] of [[n, 7], ...(n > 0 ? [[5, n]] : [])] as [number, number][]) {
      const [x, target] = [packed([rows, classes], dtype, numbers(n)), indices([rows], classes, 1)];
      const run = (backend: Backend, losses: View, sums: View) => backend.crossEntropy(x, target, 0.1, losses, sums);
      compareAll(probe, "crossEntropy", [[rows], [rows]], run as never, close[dtype]);
    }
  },
  crossEntropyBackward({ n, dtype, compare }) {
    for (const [rows, classes] of [[n, 7], ...(n > 0 ? [[5, n]] : [])] as [number, number][]) {
      const [x, target] = [packed([rows, classes], dtype, numbers(n)), indices([rows], classes, 1)];
      const [dy, sums] = [packed([rows], dtype, numbers(3)), packed([rows], dtype, () => 4)];
      const run = (backend: Backend, out: View) => backend.crossEntropyBackward(dy, 0.5, x, target, 0.1, sums, out);
      compare("crossEntropyBackward", [rows, classes], dtype, run, close[dtype]);
    }
  },
  elementLoss({ n, dtype, compare }) {
    for (const loss of elementLosses) {
      const [x, y] = [packed([n], dtype, share(1)), packed([n], dtype, share(2))];
      compare(loss, [], dtype, (backend, out) => backend.elementLoss(loss, x, y, 0.5, out), close[dtype]);
    }
  },
  elementLossBackward({ n, dtype, compare }) {
    for (const loss of elementLosses) {
      const [x, y, dy] = [packed([n], dtype, share(1)), packed([n], dtype, share(2)), packed([], dtype, () => 0.3)];
      compare(loss, [n], dtype, (backend, out) => backend.elementLossBackward(loss, dy, 0.5, x, y, out), close[dtype]);
    }
  },
  matmul(probe) {
    const { n, dtype, compare } = probe;
    const triples: [Shape, Shape, Shape][] = [
      [
        [n, 7],
        [7, 5],
        [n, 5],
      ],
      [
        [3, n],
        [n, 5],
        [3, 5],
      ],
      [
        [2, 1, 5, 7],
        [1, 3, 7, n],
        [2, 3, 5, n],
      ],
    ];
    for (const [left, right, shape] of triples) {
      const [a, b] = [input(probe, left, 1), input(probe, right, 2)];
      for (const bias of [null, packed([shape.at(-1)!], dtype, numbers(3))]) {
        compare("matmul", shape, dtype, (backend, out) => backend.matmul(a, b, out, bias), close[dtype]);
      }
    }
  },
  linearBackward(probe) {
    const { n, dtype } = probe;
    const sizes = [
      [n, 5, 7],
      [9, n, 7],
      [9, 5, n],
    ] as const;
    for (const [rows, outputs, inputs] of sizes) {
      const [dy, x] = [input(probe, [rows, outputs], 1), input(probe, [rows, inputs], 2)];
      const weight = input(probe, [outputs, inputs], 3);
      const shapes = [x.shape, weight.shape, [outputs]];
      const run = (backend: Backend, ...[dx, dw, db]: View[]) =>
        backend.linearBackward(dy, x, weight, { x: dx!, weight: dw!, bias: db! });
      compareAll(probe, "linearBackward", shapes, run, close[dtype]);
    }
  },
  gather(probe) {
    const { n, dtype, compare } = probe;
    if (n === 0) return;
    const [rows, columns] = [input(probe, [n, 5], 1), input(probe, [5, n], 2)];
    const index = indices([7, 5], n, 3);
    const whole = window(index.storage, [7, 5], [5, 0], 0, "int32");
    compare("gather", [7, 5], dtype, (backend, out) => backend.gather(rows, 0, index, out), 0);
    compare("gather of rows", [7, 5], dtype, (backend, out) => backend.gather(rows, 0, whole, out), 0);
    const along = indices([5, 9], n, 4);
    compare("gather along rows", [5, 9], dtype, (backend, out) => backend.gather(columns, 1, along, out), 0);
  },
  scatterAdd(probe) {
    const { n, dtype, compare } = probe;
    const x = input(probe, [n, 5], 1);
    const index = indices([n, 5], 7, 3);
    const whole = window(index.storage, [n, 5], [5, 0], 0, "int32");
    compare("scatterAdd", [7, 5], dtype, (backend, out) => backend.scatterAdd(x, 0, index, out), close[dtype]);
    compare("of rows", [7, 5], dtype, (backend, out) => backend.scatterAdd(x, 0, whole, out), close[dtype]);
    const across = indices([5, n], 9, 4);
    const y = input(probe, [5, n], 2);
    compare("along rows", [5, 9], dtype, (backend, out) => backend.scatterAdd(y, 1, across, out), close[dtype]);
  },
  cat(probe) {
    const { n, dtype, compare } = probe;
    for (const shape of [
      [n, 3],
      [3, n],
    ]) {
      for (const dim of [0, 1]) {
        const [x, y] = [input(probe, shape, 1), input(probe, shape, 2)];
        const joined = shape.map((size, d) => (d === dim ? 3 * size : size));
        compare("cat", joined, dtype, (backend, out) => backend.cat([x, y, x], dim, out), 0);
      }
    }
  },
  bounds(probe) {
    const { n, compare } = probe;
    if (n === 0) return;
    for (const x of lays([n, 3], "int32", n)) {
      compare("bounds", [2], "int32", (backend, out) => backend.bounds(x, out), 0);
    }
  },
  argsort(probe) {
    const { n, compare } = probe;
    const x = input(probe, [n, 3], n);
    for (const dim of [0, 1]) {
      for (const falling of [false, true]) {
        compare("argsort", [n, 3], "int32", (backend, out) => backend.argsort(x, dim, falling, out), 0);
      }
    }
  },
  nonzero(probe) {
    const { n, compare } = probe;
    // No other kernel is given these.
    const x = input(probe, [n, 3], 1000);
    for (let i = 0; i < x.storage.size; i += 2) x.storage.array[i] = 0;
    const run = (backend: Backend, out: View) => {
      const places = backend.nonzero(x);
      out.storage.array.fill(-1);
      out.storage.array.set(places);
    };
    compare("nonzero", [3 * n], "int32", run, 0);
  },
} satisfies Partial<Record<keyof Backend, (probe: Probe) => void>>;
