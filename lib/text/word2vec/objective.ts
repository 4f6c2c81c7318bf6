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

/** Who takes questions, one after another. */
export interface Questioned {
  question(row: number, label: number): void;
}

/** An objective that asks yes-or-no questions about a target. */
export interface Objective {
  /** How many output vectors there are. */
  readonly outputs: number;
  /** The most questions about one target. */
  readonly most: number;
  ask(target: number, generator: RandomGenerator, to: Questioned): void;
}

/** What an objective asks about a target, as lists. */
export function questionsOf(objective: Objective, target: number, generator: RandomGenerator): Questions {
  const [rows, labels]: [number[], number[]] = [[], []];
  const question = (row: number, label: number) => {
    rows.push(row);
    labels.push(label);
  };
  objective.ask(target, generator, { question });
  return { rows, labels };
}

/** Is it the target? And is it any of these, which chance has drawn? Words are drawn by their frequency to the power ¾. */
export function negativeSampling(vocabulary: Vocabulary, negatives: number): Objective {
  const table = new AliasTable(vocabulary.counts.map((count) => count ** 0.75));
  const drawable = vocabulary.counts.filter((count) => count > 0).length;
  return {
    outputs: vocabulary.size,
    most: negatives + 1,
    ask(target, generator, to) {
      to.question(target, 1);
      for (let asked = 0; asked < negatives; ) {
        const drawn = table.draw(generator);
        // The target itself is no negative; in a vocabulary that holds nothing else, there are none.
        if (drawn === target) {
          if (drawable < 2) break;
          continue;
        }
        to.question(drawn, 0);
        asked++;
      }
    },
  };
}

/** Left or right, at each node on the way to the target in Huffman's tree. */
export function hierarchicalSoftmax(vocabulary: Vocabulary): Objective {
  const paths = huffmanPaths(vocabulary.counts);
  return {
    outputs: vocabulary.size - 1,
    most: paths.reduce((most, { nodes }) => Math.max(most, nodes.length), 0),
    ask(target, _, to) {
      const { nodes, turns } = paths[target]!;
      for (let i = 0; i < nodes.length; i++) to.question(nodes[i]!, 1 - turns[i]!);
    },
  };
}
