/** How a word is told from the others: the three objectives of word2vec. */
import type { RandomGenerator } from "../../random.ts";
import type { Vocabulary } from "../vocabulary.ts";
import { AliasTable } from "./alias-table.ts";
import { huffmanPaths } from "./huffman.ts";

/** The three objectives: all words at once, a few that chance draws, or turns in a tree. */
export type ObjectiveName = "softmax" | "negative-sampling" | "hierarchical-softmax";

/** Questions to be answered yes (1) or no (0), each by a row of the output vectors. */
export interface Questions {
  readonly rows: readonly number[];
  readonly labels: readonly number[];
}

/** An objective that asks yes-or-no questions about a target. */
export interface Objective {
  /** How many output vectors there are. */
  readonly outputs: number;
  questions(target: number, generator: RandomGenerator): Questions;
}

/** Is it the target? And is it any of these, which chance has drawn? Words are drawn by their frequency to the power ¾. */
export function negativeSampling(vocabulary: Vocabulary, negatives: number): Objective {
  const table = new AliasTable(vocabulary.counts.map((count) => count ** 0.75));
  const drawable = vocabulary.counts.filter((count) => count > 0).length;
  return {
    outputs: vocabulary.size,
    questions(target, generator) {
      const rows = [target];
      while (rows.length <= negatives) {
        const drawn = table.draw(generator);
        // The target itself is no negative; in a vocabulary that holds nothing else, there are none.
        if (drawn !== target) rows.push(drawn);
        else if (drawable < 2) break;
      }
      return { rows, labels: rows.map((_, i) => (i === 0 ? 1 : 0)) };
    },
  };
}

/** Left or right, at each node on the way to the target in Huffman's tree. */
export function hierarchicalSoftmax(vocabulary: Vocabulary): Objective {
  const paths = huffmanPaths(vocabulary.counts);
  const questions = paths.map(({ nodes, turns }) => ({ rows: nodes, labels: turns.map((turn) => 1 - turn) }));
  return { outputs: vocabulary.size - 1, questions: (target) => questions[target]! };
}
