/**
 * Random numbers, against words of the Mersenne Twister that the C++ standard and its authors publish, and against the functions that make the other kinds of
 * uniform ones. What is compared is how far they are off: js/ leaves random numbers to their generators.
 */
import type { DType } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Backend, DrawKind } from "../backend.ts";
import { type Trial, viewOf } from "./trial.ts";

/** The twister that the seed 5489 makes, C++'s first one: a key of 624 words, then the position after the last of them. */
function firstTwister(): View {
  let word = 5489;
  return viewOf([625], "int32", (i) => {
    if (i === 624) return 624;
    if (i > 0) word = (Math.imul(1812433253, word ^ (word >>> 30)) + i) >>> 0;
    return word | 0;
  });
}

/** The first of its words, and the 10,000th, by which the C++ standard tells whether a twister is right. */
const published: readonly (readonly [place: number, word: number])[] = [
  [0, 3499211612],
  [1, 581869302],
  [2, 3890346734],
  [9999, 4123659995],
];

/** No multiple of 16, and more than a chunk of the engine. */
const count = 300;

function drawn(backend: Backend, kind: DrawKind, dtype: DType, size: number, scale = 1, shift = 0): View {
  const out = viewOf([size], dtype);
  if (!backend.draw!(kind, firstTwister(), out, scale, shift)) throw new Error(`no ${kind} numbers were drawn`);
  return out;
}

/** Each number less what it should be, which uniform ones of the same twister say. */
const gaps: Readonly<Record<DrawKind, (backend: Backend, dtype: DType) => readonly number[]>> = {
  uniform(backend, dtype) {
    const words = drawn(backend, "uniform", "float32", 10_000).storage.array;
    const pairs = drawn(backend, "uniform", dtype, 5_000, 2, -1).storage.array;
    const [[, first], [, second]] = published as [[number, number], [number, number]];
    const wanted = dtype === "float32" ? low(first) : ((first & 0x1fffff) * 2 ** 32 + second) * 2 ** -53;
    return [...published.map(([place, word]) => words[place]! - low(word)), pairs[0]! - (2 * wanted - 1)];
  },
  normal(backend, dtype) {
    const uniform = drawn(backend, "uniform", dtype, count + 16).storage.array;
    return Array.from(drawn(backend, "normal", dtype, count, 0.5, 3).storage.array, (value, i) => {
      // Pairs of a block of 16. The last block overlaps the one before, with numbers of its own.
      const [block, at] = i < count - 16 ? [i - (i % 16), i % 16] : [count, i - (count - 16)];
      const radius = Math.sqrt(-2 * Math.log(1 - uniform[block + (at % 8)]!));
      const turn = 2 * Math.PI * uniform[block + (at % 8) + 8]!;
      return value - (3 + 0.5 * radius * (at < 8 ? Math.cos(turn) : Math.sin(turn)));
    });
  },
  exponential(backend, dtype) {
    const uniform = drawn(backend, "uniform", "float64", count).storage.array;
    return Array.from(drawn(backend, "exponential", dtype, count).storage.array, (value, i) => {
      return value + Math.log1p(-uniform[i]!);
    });
  },
  bernoulli(backend, dtype) {
    const uniform = drawn(backend, "uniform", "float64", count).storage.array;
    return Array.from(drawn(backend, "bernoulli", dtype, count, 0.3).storage.array, (value, i) => {
      return value - (uniform[i]! < 0.3 ? 1 : 0);
    });
  },
};

/** What a number of 24 bits takes of a word. */
function low(word: number): number {
  return (word & 0xffffff) * 2 ** -24;
}

export function randomNumbers(dtype: DType): Trial[] {
  return (Object.keys(gaps) as DrawKind[]).map((kind): Trial => {
    const run: Trial["run"] = (backend, out) => {
      if (backend.draw !== undefined) out.storage.array.set(gaps[kind](backend, dtype));
    };
    return { kernel: "draw", op: null, shape: [count], dtype, run };
  });
}
