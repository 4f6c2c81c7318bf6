/** What the kernels of the contract are given at a size: shapes in which each dimension has it once. */
import type {
  Attention,
  Backend,
  ChainInput,
  ChainStep,
  Normalization,
  Recurrence,
} from "../../../lib/backends/backend.ts";
import { recurrentKinds } from "../../../lib/backends/native/ops.ts";
import { type Shape, sizeOf } from "../../../lib/shape.ts";
import type { View } from "../../../lib/storage.ts";
import { type Compare, cutUp, lays, numbers, packed, window } from "./views.ts";

/** A kernel's trial at a size: what it is given, in which type and lay, and how results are compared. */
export interface Probe {
  /** From 0. */
  readonly n: number;
  readonly dtype: "float32" | "float64";
  /** Packed, with dimensions stored in reverse, or with gaps: see `lays`. */
  readonly lay: number;
  readonly compare: Compare;
  readonly tested: Backend;
}

/** Rounding that a sum of some hundred products may have, relative to numbers of size 1. */
export const close = { float32: 2e-5, float64: 1e-11 };

const inputs = new Map<string, readonly View[]>();

/** An input in the probe's lay, which many kernels may be given. */
export function input({ dtype, lay }: Probe, shape: Shape, seed: number): View {
  const name = `${dtype} ${shape} ${seed}`;
  let made = inputs.get(name);
  if (made === undefined) inputs.set(name, (made = lays(shape, dtype, seed)));
  return made[lay]!;
}

/** Compares several results at once: `run` gets a view for each. */
export function compareAll(
  { compare, dtype }: Probe,
  what: string,
  shapes: readonly Shape[],
  run: (backend: Backend, ...out: View[]) => void,
  tolerance: number,
): void {
  const total = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  compare(what, [total], dtype, (backend, out) => run(backend, ...cutUp(out, shapes)), tolerance);
}

/** Row numbers below `range`. */
export const indices = (shape: Shape, range: number, seed: number) => {
  const next = numbers(seed);
  return packed(shape, "int32", () => Math.floor(((next() + 2) / 4) * range));
};

/** An elementwise op as a chain of one step. */
export function asChain(backend: Backend, op: ChainStep["op"], inputs: readonly View[], out: View): void {
  const given = inputs.map((x): ChainInput => {
    return x.size === 1 ? x.storage.elements[x.offset]! : { storage: x.storage, offset: x.offset };
  });
  backend.chain!(out.size, given, [{ op, a: 0, b: inputs.length === 1 ? -1 : 1, out: out.storage }]);
}

/** Windows over planes, and what they make of a plane of `rows` × `columns` under filters of `size`. */
const windows = [
  { groups: 1, stride: [1, 1], padding: [1, 1], dilation: [1, 1] },
  { groups: 1, stride: [2, 2], padding: [1, 1], dilation: [1, 1] },
] as const;

/** Planes, channels, filters and samples of a size. */
export function eachConvolution(
  probe: Probe,
  run: (shapes: { x: Shape; weight: Shape; y: Shape }, window: (typeof windows)[number]) => void,
) {
  const { n } = probe;
  for (const window of windows) {
    const moves = (length: number) => Math.floor((length - 1) / window.stride[0]) + 1;
    const cases: (readonly [batch: number, channels: number, filters: number, rows: number, columns: number])[] = [
      [n, 2, 3, 3, 4],
    ];
    if (n > 0) cases.push([2, n, 2, 3, 3], [2, 2, n, 3, 3], [1, 2, 2, n, 3], [1, 2, 2, 3, n]);
    for (const [batch, channels, filters, rows, columns] of cases) {
      const y = [batch, filters, moves(rows), moves(columns)];
      run({ x: [batch, channels, rows, columns], weight: [filters, channels, 3, 3], y }, window);
    }
  }
}

export function eachNormalization(
  { n }: Probe,
  run: (how: Normalization, size: number, channels: number) => void,
): void {
  const cases: Normalization[] = [
    { sizes: [n, 2, 3, 5], over: "group", centered: true, eps: 1e-5 },
    ...(n > 0
      ? ([
          { sizes: [5, 1, n, 1], over: "group", centered: false, eps: 1e-5 },
          { sizes: [3, 2, 2, n], over: "group", centered: true, eps: 1e-5 },
          { sizes: [3, 1, n, 4], over: "channel", centered: true, eps: 1e-5 },
          { sizes: [4, 1, 3, n], over: "channel", centered: true, eps: 1e-5 },
        ] as const)
      : []),
  ];
  for (const how of cases) run(how, sizeOf(how.sizes), how.sizes[1] * how.sizes[2]);
}

export const setsOf = ({ over, sizes: [samples, groups, channels] }: Normalization) =>
  over === "channel" ? channels : samples * groups;

/** Attention of n queries, over n keys, with vectors of n, with a mask and without; and the shapes of its results. */
export function eachAttention(probe: Probe, run: (how: Attention, out: Shape, sums: Shape) => void): void {
  const { n, dtype } = probe;
  const cases = [
    [n, 5, 6, 7],
    ...(n > 0
      ? [
          [3, n, 6, 7],
          [3, 5, n, 4],
          [3, 5, 4, n],
        ]
      : []),
  ];
  for (const [queries, keys, size, width] of cases as [number, number, number, number][]) {
    const [query, key] = [input(probe, [2, queries, size], 1), input(probe, [2, keys, size], 2)];
    const value = input(probe, [2, keys, width], 3);
    const next = numbers(n);
    // Each query sees the first key.
    const mask = packed([queries, keys], dtype, () => (next() > 1 ? -Infinity : next()));
    for (let i = 0; i < queries; i++) mask.storage.array[i * keys] = 0;
    for (const given of [null, mask]) {
      const how = { query, key, value, mask: given, isCausal: given === null, scale: 1 / Math.sqrt(size + 1) };
      run(how, [2, queries, width], [2, queries]);
    }
  }
}

/** A recurrence: how it lies in a view, what is in its gates before, and how large all that is. */
export interface Sequences {
  /** The run whose gates, notes and outputs are parts of a view. */
  readonly made: (out: View) => Recurrence;
  readonly inputs: ArrayLike<number>;
  readonly bias: View;
  readonly shapes: readonly [gates: Shape, states: Shape, start: Shape];
  /** How many numbers the view has. */
  readonly total: number;
}

/** Each kind with batches, states and steps of n. */
export function eachRecurrence({ n, dtype }: Probe, run: (sequences: Sequences) => void): void {
  const cases = [
    [2, n, 3],
    [2, 3, n],
    [n, 2, 3],
  ] as const;
  for (const kind of recurrentKinds) {
    for (const [steps, batch, size] of cases) {
      const width = { tanh: 1, relu: 1, gru: 3, lstm: 4 }[kind] * size;
      const next = numbers(size + width);
      const weight = packed([width, size], dtype, () => next() / Math.sqrt(size + 1));
      const [start, bias] = [packed([batch, size], dtype, next), packed([width], dtype, next)];
      const shapes = [
        [steps, batch, width],
        [steps, batch, size],
        [batch, size],
      ] as const;
      const parts = [shapes[0], shapes[1], shapes[1]];
      const made = (out: View): Recurrence => {
        const [gates, noted, output] = cutUp(out, parts) as [View, View, View];
        const hasNotes = kind === "lstm" || kind === "gru";
        const startCell = kind === "lstm" ? start : null;
        return { kind, reverse: n % 4 === 1, weight, start, startCell, gates, noted: hasNotes ? noted : null, output };
      };
      const inputs = packed(shapes[0], dtype, next).storage.array;
      run({ made, inputs, bias, shapes, total: parts.reduce((sum, shape) => sum + sizeOf(shape), 0) });
    }
  }
}

/** Matrices of float64, the only type of decompositions, with gaps between them. */
export function matrices(rows: number, columns: number, element: (i: number, j: number) => number): View {
  const step = rows * columns + 3;
  const whole = packed([2 * step], "float64", () => Number.NaN);
  for (let b = 0; b < 2; b++) {
    for (let at = 0; at < rows * columns; at++) {
      whole.storage.array[b * step + at] = element(Math.floor(at / columns), at % columns);
    }
  }
  return window(whole.storage, [2, rows, columns], [step, columns, 1], 0, "float64");
}
