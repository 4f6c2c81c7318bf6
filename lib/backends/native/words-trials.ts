/** A few examples of word2vec, by questions and by softmax, with one input each and with several. */
import type { DType } from "../../dtype.ts";
import type { WordExamples } from "../backend.ts";
import { gather, type Trial, viewOf } from "./trial.ts";

export function wordLessons(dtype: DType): Trial[] {
  const [words, size, count] = [5, 39, 4];
  return [true, false].map((asks): Trial => {
    const asked = asks ? 3 : 1;
    return {
      kernel: "learnWords",
      op: null,
      shape: [2 * words * size + count],
      dtype,
      run: (backend, out) => {
        const examples: WordExamples = {
          count,
          input: viewOf([words, size], dtype, (i) => ((i * 31) % 23) / 22 - 0.5),
          output: viewOf([words, size], dtype, (i) => ((i * 29) % 13) / 12 - 0.5),
          inputs: viewOf([7], "int32", (i) => (i * 2) % words),
          inputEnds: viewOf([count], "int32", (i) => [1, 3, 6, 7][i]!),
          rows: viewOf([count * asked], "int32", (i) => (i * 3) % words),
          rowEnds: viewOf([count], "int32", (i) => (i + 1) * asked),
          labels: asks ? viewOf([count * asked], "uint8", (i) => (i % asked === 0 ? 1 : 0)) : null,
          rates: viewOf([count], "float64", (i) => 0.1 + i / 50),
        };
        const losses = viewOf([count], "float64");
        backend.learnWords(examples, losses);
        gather(out, examples.input, examples.output, losses);
      },
    };
  });
}
