/** The engine's stretches of word2vec against the fallback's. */
import { describe, test } from "@jest/globals";
import type { Backend, WordExamples } from "../../../lib/backends/backend.ts";
import type { DType } from "../../../lib/dtype.ts";
import type { View } from "../../../lib/storage.ts";
import { describeEngine } from "./engine.ts";
import { comparison, cutUp, numbers, packed, sizes } from "./views.ts";

/** How many vectors there are of inputs and outputs, their size, how many inputs and questions an example has, and how many examples. */
interface Extent {
  readonly words: number;
  readonly outputs: number;
  readonly size: number;
  readonly inputs: number;
  readonly questions: number;
  readonly count: number;
}

/** Learns random examples on the vectors in `out`, which gets losses too if it is of their type; rows come up again and again, within an example too. */
function learnRandom(extent: Extent, asks: boolean, dtype: DType, seed: number) {
  const { words, outputs, size, inputs, questions, count } = extent;
  const shape = [(words + outputs) * size];
  return (backend: Backend, out: View) => {
    const next = numbers(seed);
    const index = (range: number) => () => Math.floor(((next() + 2) / 4) * range);
    const first = packed(shape, dtype, () => next() / 4);
    out.storage.array.set(first.storage.array);
    const [input, output] = cutUp(out, [
      [words, size],
      [outputs, size],
    ]) as [View, View];
    const asked = asks ? questions : 1;
    const examples: WordExamples = {
      count,
      input,
      output,
      inputs: packed([count * inputs], "int32", index(words)),
      inputEnds: ends(count, inputs),
      rows: packed([count * asked], "int32", index(outputs)),
      rowEnds: ends(count, asked),
      labels: asks ? packed([count * asked], "uint8", index(2)) : null,
      rates: packed([count], "float64", () => 0.1 + next() / 40),
    };
    const losses = packed([count], "float64");
    backend.learnWords(examples, losses);
    return losses;
  };
}

function ends(count: number, each: number): View {
  let end = 0;
  return packed([count], "int32", () => (end += each));
}

describeEngine((engine) => {
  const compare = comparison(engine.backend);
  describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
    const tolerance = dtype === "float32" ? 2e-5 : 1e-12;

    describe.each([true, false])("with questions: %s", (asks) => {
      test.each(sizes.filter((size) => size > 0))("learns vectors of %d numbers", (size) => {
        for (const [inputs, count] of [
          [1, 0],
          [1, 40],
          [3, 17],
        ] as const) {
          const extent = { words: 7, outputs: 9, size, inputs, questions: 4, count };
          const run = learnRandom(extent, asks, dtype, size + count);
          compare("vectors", [16 * size], dtype, run, tolerance);
          const losses = (backend: Backend, out: View) => {
            out.storage.array.set(run(backend, packed([16 * size], dtype)).storage.array);
          };
          compare("losses", [count], "float64", losses, tolerance * 10);
        }
      });
    });

    test.each(sizes.filter((outputs) => outputs > 0))("tells a word from %d by softmax", (outputs) => {
      const extent = { words: 3, outputs, size: 10, inputs: 2, questions: 1, count: 12 };
      compare("vectors", [(3 + outputs) * 10], dtype, learnRandom(extent, false, dtype, outputs), tolerance);
    });

    test("keeps its head where scores are extreme", () => {
      for (const asks of [true, false]) {
        const run = (backend: Backend, out: View) => {
          out.storage.array.set([100, -100, 100, 100, 100, -100]);
          const [input, output] = cutUp(out, [
            [1, 2],
            [2, 2],
          ]) as [View, View];
          const rows = packed([asks ? 4 : 2], "int32", indexes([0, 1, 1, 0]));
          const examples: WordExamples = {
            count: 2,
            input,
            output,
            inputs: packed([2], "int32"),
            inputEnds: ends(2, 1),
            rows,
            rowEnds: ends(2, asks ? 2 : 1),
            labels: asks ? packed([4], "uint8", indexes([1, 0, 1, 0])) : null,
            rates: packed([2], "float64", () => 1e-3),
          };
          backend.learnWords(examples, packed([2], "float64"));
        };
        compare("vectors", [6], dtype, run, tolerance);
      }
    });
  });
});

function indexes(values: readonly number[]): () => number {
  let at = 0;
  return () => values[at++]!;
}
