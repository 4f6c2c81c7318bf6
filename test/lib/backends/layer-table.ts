/** The kernels of layers, steps and decompositions, by name, and how each is compared at a size: the other half of the table of contract.test.ts. */
import type { Backend, WordExamples } from "../../../lib/backends/backend.ts";
import { setBackend } from "../../../lib/backends/index.ts";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import { optim, RandomGenerator, type Tensor, tensor } from "../../../lib/index.ts";
import type { View } from "../../../lib/storage.ts";
import {
  close,
  compareAll,
  eachAttention,
  eachConvolution,
  eachNormalization,
  eachRecurrence,
  indices,
  input,
  matrices,
  type Probe,
  setsOf,
} from "./probes.ts";
import { numbers, packed } from "./views.ts";

/** Matrices are tried up to this order, since js/ takes the third power of it. */
const mostRows = 65;

const optimizers: Readonly<Record<string, (p: Tensor) => optim.Optimizer>> = {
  sgd: (p) => new optim.SGD([p], { lr: 0.1, momentum: 0.9 }),
  adam: (p) => new optim.Adam([p], { lr: 0.1, weightDecay: 0.1 }),
  rmsProp: (p) => new optim.RMSprop([p], { lr: 0.01 }),
};

/** Windows over hundreds of channels sum thousands of products, up to 4 each: js/ adds them in double precision. */
const sumOfMany = ({ dtype }: Probe) => 10 * close[dtype];

/** Runs a part of the library on a backend. */
function under(backend: Backend, fn: () => void): void {
  const before = setBackend(backend);
  try {
    fn();
  } finally {
    setBackend(before);
  }
}

export const layerTable = {
  conv2d(probe) {
    eachConvolution(probe, ({ x, weight, y }, window) => {
      const [planes, filters] = [input(probe, x, 1), packed(weight, probe.dtype, numbers(2))];
      const run = (backend: Backend, out: View) => backend.conv2d(planes, filters, window, out);
      probe.compare("conv2d", y, probe.dtype, run, sumOfMany(probe));
    });
  },
  conv2dInput(probe) {
    eachConvolution(probe, ({ x, weight, y }, window) => {
      const [dy, filters] = [input(probe, y, 1), packed(weight, probe.dtype, numbers(2))];
      const run = (backend: Backend, out: View) => backend.conv2dInput(dy, filters, window, out);
      probe.compare("conv2dInput", x, probe.dtype, run, sumOfMany(probe));
    });
  },
  conv2dWeight(probe) {
    eachConvolution(probe, ({ x, weight, y }, window) => {
      const [planes, dy] = [input(probe, x, 1), input(probe, y, 2)];
      const run = (backend: Backend, out: View) => backend.conv2dWeight(planes, dy, window, out);
      probe.compare("conv2dWeight", weight, probe.dtype, run, sumOfMany(probe));
    });
  },
  maxPool2d(probe) {
    const { n, dtype } = probe;
    const cases = [
      [n, 5, 6],
      ...(n > 0
        ? [
            [3, n, 4],
            [3, 4, n],
          ]
        : []),
    ] as [number, number, number][];
    for (const [planes, rows, columns] of cases) {
      const x = input(probe, [planes, rows, columns], 1);
      const moves = (length: number) => Math.floor((length - 1) / 2) + 1;
      const shape = [planes, moves(rows), moves(columns)];
      const how = { stride: [2, 2], padding: [1, 1], dilation: [1, 1] } as const;
      for (const which of [0, 1]) {
        const run = (backend: Backend, out: View) => {
          const other = packed(shape, which === 0 ? "int32" : dtype);
          backend.maxPool2d(x, [3, 3], how, which === 0 ? out : other, which === 0 ? other : out);
        };
        probe.compare("maxPool2d", shape, which === 0 ? dtype : "int32", run, 0);
      }
    }
  },
  normalize(probe) {
    const { dtype } = probe;
    eachNormalization(probe, (how, size, channels) => {
      const [x, weight] = [packed([size], dtype, numbers(1)), packed([channels], dtype, numbers(2))];
      const run = (backend: Backend, y: View, noted: View) => {
        backend.normalize(x, { weight, bias: weight }, how, y, noted);
      };
      compareAll(probe, "normalize", [[size], [2 * setsOf(how)]], run, 2 * close[dtype]);
    });
  },
  normalizeBackward(probe) {
    const { dtype } = probe;
    eachNormalization(probe, (how, size, channels) => {
      const [x, weight] = [packed([size], dtype, numbers(1)), packed([channels], dtype, numbers(2))];
      const dy = packed([size], dtype, numbers(3));
      const noted = packed([2 * setsOf(how)], dtype);
      jsBackend.normalize(x, { weight, bias: weight }, how, packed([size], dtype), noted);
      const run = (backend: Backend, dx: View, dWeight: View, dBias: View) => {
        backend.normalizeBackward(dy, x, weight, how, noted, { x: dx, weight: dWeight, bias: dBias });
      };
      // Sums over all samples round in proportion to what they add up.
      compareAll(probe, "normalizeBackward", [[size], [channels], [channels]], run, 10 * close[dtype]);
    });
  },
  attention(probe) {
    eachAttention(probe, (how, out, sums) => {
      const run = (backend: Backend, to: View, toSums: View) => backend.attention(how, to, toSums);
      compareAll(probe, "attention", [out, sums], run, close[probe.dtype]);
    });
  },
  attentionBackward(probe) {
    const { dtype } = probe;
    eachAttention(probe, (how, outShape, sumShape) => {
      const [out, sums] = [packed(outShape, dtype), packed(sumShape, dtype)];
      jsBackend.attention(how, out, sums);
      const dOut = input(probe, outShape, 9);
      const run = (backend: Backend, query: View, key: View, value: View) => {
        backend.attentionBackward(how, out, sums, dOut, { query, key, value });
      };
      const shapes = [how.query, how.key, how.value].map(({ shape }) => shape);
      compareAll(probe, "attentionBackward", shapes, run, 10 * close[dtype]);
    });
  },
  recur(probe) {
    eachRecurrence(probe, ({ made, inputs, bias, total }) => {
      const run = (backend: Backend, out: View) => {
        out.storage.array.set(inputs);
        const recurrence = made(out);
        backend.recur(recurrence, bias, bias);
        // Elman's network leaves nothing of use there.
        if (recurrence.noted === null) out.storage.array.fill(0, 0, inputs.length);
      };
      compareAll(probe, "recur", [[total]], run, close[probe.dtype]);
    });
  },
  recurBackward(probe) {
    const { dtype } = probe;
    eachRecurrence(probe, ({ made, inputs, bias, total, shapes }) => {
      const whole = packed([total], dtype);
      whole.storage.array.set(inputs);
      const ran = made(whole);
      jsBackend.recur(ran, bias, bias);
      const [dOutput, dCell] = [packed(shapes[1], dtype, numbers(7)), packed(shapes[2], dtype, numbers(8))];
      const run = (backend: Backend, gates: View, state: View, start: View, startCell: View) => {
        backend.recurBackward(ran, dOutput, ran.kind === "lstm" ? dCell : null, {
          gates,
          state: ran.kind === "gru" ? state : null,
          start,
          startCell: ran.kind === "lstm" ? startCell : null,
        });
      };
      compareAll(probe, "recurBackward", [...shapes, shapes[2]], run, 4 * close[dtype]);
    });
  },
  draw({ n, dtype, compare }) {
    const fills: ((generator: RandomGenerator, view: View) => void)[] = [
      (generator, { storage }) => generator.fillUniform(storage.array, 2, -1),
      (generator, { storage }) => generator.fillNormal(storage.array),
      (generator, { storage }) => generator.fillExponential(storage.array),
      (generator, { storage }) => generator.fillBernoulli(storage.array, 0.3),
    ];
    for (const fill of fills) {
      const run = (backend: Backend, out: View) => under(backend, () => fill(new RandomGenerator(n), out));
      compare("draw", [n], dtype, run, 0);
    }
  },
  learnWords(probe) {
    const { n, dtype } = probe;
    if (n === 0) return;
    const [words, count, asked] = [5, 6, 3];
    let end = 0;
    const ends = () => packed([count], "int32", () => (end += asked));
    const run = (backend: Backend, input: View, output: View) => {
      for (const [i, vectors] of [input, output].entries()) {
        const next = numbers(i);
        const { array } = vectors.storage;
        for (let at = 0; at < vectors.size; at++) array[vectors.offset + at] = next() / 4;
      }
      end = 0;
      const inputEnds = ends();
      end = 0;
      const examples: WordExamples = {
        count,
        input,
        output,
        inputs: indices([count * asked], words, 1),
        inputEnds,
        rows: indices([count * asked], words, 2),
        rowEnds: ends(),
        labels: packed([count * asked], "uint8", () => 1),
        rates: packed([count], "float64", () => 0.1),
      };
      backend.learnWords(examples, packed([count], "float64"));
    };
    const shapes = [
      [words, n],
      [words, n],
    ];
    compareAll(probe, "learnWords", shapes, run, close[dtype]);
  },
  move({ n, dtype, compare }) {
    for (const [rule, make] of Object.entries(optimizers)) {
      const run = (backend: Backend, out: View) => {
        const next = numbers(n);
        const p = tensor(Array.from({ length: n }, next), { dtype }).requiresGrad_();
        under(backend, () => {
          const optimizer = make(p);
          for (let i = 0; i < 2; i++) {
            p.grad = tensor(Array.from({ length: n }, next), { dtype });
            optimizer.step();
          }
        });
        out.storage.array.set(p.data);
      };
      compare(rule, [n], dtype, run, close[dtype]);
    }
  },
  lu({ n, dtype, compare }) {
    if (dtype !== "float64" || n > mostRows) return;
    const next = numbers(n);
    const a = matrices(n, n, (i, j) => next() + (i === j ? 3 : 0));
    const order = () => packed([2, n], "int32");
    compare("lu", a.shape, dtype, (backend, out) => backend.lu(a, out, order()), 1e-10);
    compare("order", [2, n], "int32", (backend, out) => backend.lu(a, packed(a.shape, dtype), out), 0);
  },
  cholesky({ n, dtype, compare }) {
    if (dtype !== "float64" || n > mostRows) return;
    const a = matrices(n, n, (i, j) => (i === j ? n + 1 : Math.sin(i * j)));
    compare("cholesky", a.shape, dtype, (backend, out) => backend.cholesky(a, out, packed([2], "int32")), 1e-12);
  },
  solveTriangle({ n, dtype, compare }) {
    if (dtype !== "float64" || n > mostRows) return;
    const triangle = matrices(n, n, (i, j) => (i === j ? 2 : Math.cos(i + 2 * j) / n));
    const b = matrices(n, 3, numbers(n));
    for (const upper of [true, false]) {
      const how = { upper, unit: !upper };
      compare("solveTriangle", b.shape, dtype, (backend, out) => backend.solveTriangle(triangle, b, how, out), 1e-12);
    }
  },
  qr(probe) {
    const { n, dtype } = probe;
    if (dtype !== "float64" || n === 0) return;
    const columns = Math.min(n, 9);
    const a = matrices(n, columns, numbers(n));
    const run = (backend: Backend, q: View, r: View) => backend.qr(a, q, r);
    compareAll(probe, "qr", [a.shape, [2, columns, columns]], run, 1e-10);
  },
  eigh({ n, dtype, compare }) {
    if (dtype !== "float64" || n === 0 || n > mostRows) return;
    const a = matrices(n, n, (i, j) => Math.sin(1 + i + j) + Math.cos(i * j));
    compare("eigh", [2, n], dtype, (backend, out) => backend.eigh(a, out, null), 1e-12);
  },
  svd({ n, dtype, compare }) {
    if (dtype !== "float64" || n === 0) return;
    for (const [rows, columns] of [
      [n, 5],
      [5, n],
    ] as const) {
      const a = matrices(rows, columns, numbers(n));
      const run = (backend: Backend, out: View) => backend.svd(a, out, null, null);
      compare("svd", [2, Math.min(rows, columns)], dtype, run, 1e-12);
    }
  },
} satisfies Partial<Record<keyof Backend, (probe: Probe) => void>>;
