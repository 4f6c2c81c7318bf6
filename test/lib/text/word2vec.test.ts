import { describe, expect, test } from "@jest/globals";
import { noGrad, RandomGenerator, text } from "../../../lib/index.ts";
import { AliasTable } from "../../../lib/text/word2vec/alias-table.ts";
import { examplesOf, keepChances } from "../../../lib/text/word2vec/examples.ts";
import { huffmanPaths } from "../../../lib/text/word2vec/huffman.ts";
import { Stretch } from "../../../lib/text/word2vec/stretch.ts";

const { Vocabulary, Word2Vec } = text;
const sentence = "the cute grey cat sat on the cute grey mat".split(" ");
const vocabulary = new Vocabulary([sentence]);
const tokens = vocabulary.encode(sentence);
const objectives = ["softmax", "negative-sampling", "hierarchical-softmax"] as const;

/** A model whose output vectors are not 0, as after some learning. */
function trained(objective: (typeof objectives)[number]) {
  const model = new Word2Vec(vocabulary, { size: 6, objective, generator: new RandomGenerator(3) });
  const generator = new RandomGenerator(4);
  for (const parameter of model.parameters())
    for (let i = 0; i < parameter.size; i++) parameter.data[i] = generator.normal() / 2;
  return model;
}

describe("one step, written out, is gradient descent on the recorded loss", () => {
  for (const objective of objectives) {
    for (const inputs of [[1], [0, 2, 4]]) {
      test(`${objective}, ${inputs.length} inputs`, () => {
        const model = trained(objective);
        const example = { inputs, target: 3 };
        // A word that is drawn twice would be moved in between.
        const questions =
          objective === "negative-sampling" ? { rows: [3, 5, 0], labels: [1, 0, 0] } : model.questions(example.target);
        const loss = model.forward(example, questions);
        loss.backward();
        const lr = 0.1;
        const [input, output] = [model.inputVectors, model.outputVectors].map((p) => p.detach().sub(p.grad!.mul(lr)));
        let stepped = 0;
        const stretch = new Stretch({
          input: model.inputVectors,
          output: model.outputVectors,
          asks: objective !== "softmax",
          mostInputs: 3,
          mostQuestions: 3,
          onLearned: (learned) => {
            stepped += learned.loss;
          },
        });
        for (const row of inputs) stretch.input(row);
        if (objective === "softmax") stretch.question(example.target, 1);
        questions.rows.forEach((row, i) => {
          stretch.question(row, questions.labels[i]!);
        });
        stretch.end(lr);
        stretch.learn();
        expect(stepped).toBeCloseTo(loss.item(), 5);
        for (const [wanted, parameter] of [
          [input!, model.inputVectors],
          [output!, model.outputVectors],
        ] as const) {
          const off = wanted.sub(parameter.detach()).abs().max().item();
          expect(off).toBeLessThan(1e-6);
        }
      });
    }
  }
});

test("hierarchical softmax gives chances that sum to 1 over all words", () => {
  const model = trained("hierarchical-softmax");
  const chances = vocabulary.tokens.map((_, target) => Math.exp(-model.forward({ inputs: [1], target }).item()));
  expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 5);
});

describe("Huffman's tree", () => {
  test("has short ways to frequent words, and none is the beginning of another", () => {
    const paths = huffmanPaths([1, 1, 2, 4, 8]);
    expect(paths.map(({ turns }) => turns.length)).toEqual([4, 4, 3, 2, 1]);
    const codes = paths.map(({ turns }) => turns.join(""));
    for (const a of codes) for (const b of codes) expect(a !== b && b.startsWith(a)).toBe(false);
  });

  test("has the least mean length: within one bit of the entropy, and exact where shares are powers of ½", () => {
    const generator = new RandomGenerator(5);
    const counts = Array.from({ length: 200 }, () => 1 + generator.integer(1000));
    const total = counts.reduce((sum, count) => sum + count, 0);
    const mean = huffmanPaths(counts).reduce((sum, { turns }, i) => sum + (counts[i]! / total) * turns.length, 0);
    const entropy = -counts.reduce((sum, count) => sum + (count / total) * Math.log2(count / total), 0);
    expect(mean).toBeGreaterThanOrEqual(entropy);
    expect(mean).toBeLessThan(entropy + 1);
    // Kraft's sum of a full tree is 1.
    expect(huffmanPaths(counts).reduce((sum, { turns }) => sum + 2 ** -turns.length, 0)).toBeCloseTo(1, 12);
  });
});

test("an alias table draws by the weights", () => {
  const weights = [1, 0, 3, 6];
  const table = new AliasTable(weights);
  const generator = new RandomGenerator(6);
  const counts = [0, 0, 0, 0];
  const draws = 20_000;
  for (let i = 0; i < draws; i++) counts[table.draw(generator)]!++;
  expect(counts[1]).toBe(0);
  // Five standard deviations.
  weights.forEach((weight, i) => {
    const p = weight / 10;
    expect(Math.abs(counts[i]! - p * draws)).toBeLessThanOrEqual(5 * Math.sqrt(p * (1 - p) * draws));
  });
});

describe("examples", () => {
  const options = { window: 1, keep: new Float64Array(4).fill(1), generator: new RandomGenerator(7) };
  test("of skip-gram tell each neighbour from the word in the middle", () => {
    const found = [...examplesOf([0, 1, 2], { ...options, architecture: "skip-gram" })];
    expect(found.map(({ inputs, target }) => [inputs[0], target])).toEqual([
      [0, 1],
      [1, 0],
      [1, 2],
      [2, 1],
    ]);
  });

  test("of CBOW tell the word in the middle from its neighbours", () => {
    const found = [...examplesOf([0, 1, 2], { ...options, architecture: "cbow" })];
    expect(found.map(({ inputs, target }) => [inputs, target])).toEqual([
      [[1], 0],
      [[0, 2], 1],
      [[1], 2],
    ]);
  });

  test("thin frequent words, by the formula of the program that came with the paper", () => {
    expect(Array.from(keepChances([100, 900], 0.01))).toEqual([
      expect.closeTo(Math.sqrt(0.1) + 0.1, 12),
      expect.closeTo(Math.sqrt(1 / 90) + 1 / 90, 12),
    ]);
    expect(Array.from(keepChances([100, 900], 0))).toEqual([1, 1]);
  });
});

describe("learning", () => {
  // Two worlds that never meet.
  const world = (names: string[], generator: RandomGenerator) =>
    Array.from({ length: 400 }, () => names[generator.integer(names.length)]!);
  const animals = ["cat", "dog", "horse", "cow"];
  const tools = ["saw", "axe", "drill", "plane"];
  const generator = new RandomGenerator(8);
  const texts = [world(animals, generator), world(tools, generator)];
  const words = new Vocabulary(texts);
  const encoded = texts.map((tokens) => words.encode(tokens));

  test.each(
    objectives.flatMap((objective) =>
      (["skip-gram", "cbow"] as const).map((architecture) => [objective, architecture] as const),
    ),
  )("%s and %s bring together what stands together, and the loss falls", (objective, architecture) => {
    const model = new Word2Vec(words, {
      size: 8,
      objective,
      architecture,
      subsample: 0,
      generator: new RandomGenerator(9),
    });
    const losses: number[] = [];
    model.fit(encoded, { epochs: 12, lr: 0.1, onEpoch: ({ loss }) => losses.push(loss) });
    expect(losses).toHaveLength(12);
    // Outputs start at 0, so every answer starts at even chances: ln 8 for eight words, 6 ln 2 for six questions.
    const start = objective === "negative-sampling" ? 6 * Math.LN2 : Math.log(8);
    expect(losses.at(-1)!).toBeLessThan(0.8 * start);
    for (const [world, word] of [
      [animals, "cat"],
      [tools, "saw"],
    ] as const) {
      const near = model
        .wordVectors()
        .neighbours(word, { count: 3 })
        .map((neighbour) => neighbour.word);
      expect(near.sort()).toEqual(world.filter((name) => name !== word).sort());
    }
  });

  test("reports stretches whose losses, by their examples, are those of the epoch", () => {
    const model = new Word2Vec(words, { size: 8, generator: new RandomGenerator(12) });
    const [shares, losses, epochs]: [number[], number[], number[]] = [[], [], []];
    model.fit([encoded.flat()], {
      epochs: 3,
      onStretch: ({ share, loss }) => {
        shares.push(share);
        losses.push(loss);
      },
      onEpoch: ({ loss }) => epochs.push(loss),
    });
    expect(shares.length).toBeGreaterThanOrEqual(3);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)!).toBeGreaterThan(0.99);
    expect(shares.at(-1)!).toBeLessThan(1);
    for (const loss of epochs) {
      expect(loss).toBeGreaterThanOrEqual(Math.min(...losses));
      expect(loss).toBeLessThanOrEqual(Math.max(...losses));
    }
  });

  test("gives the same vectors for the same seed", () => {
    const [a, b] = [0, 1].map(() =>
      new Word2Vec(words, { size: 8, generator: new RandomGenerator(10) }).fit(encoded, { epochs: 2 }),
    );
    expect(Array.from(a!.inputVectors.data)).toEqual(Array.from(b!.inputVectors.data));
  });
});

describe("a pass over a text", () => {
  const steps = objectives.flatMap((objective) =>
    (["skip-gram", "cbow"] as const).map((architecture) => [objective, architecture] as const),
  );

  test.each(steps)(
    "by %s and %s is a step for each of its examples, with the rate of its place",
    (objective, architecture) => {
      const made = () => {
        const generator = new RandomGenerator(11);
        // One negative, since a word that is asked about twice is moved in between, which is no step by a gradient.
        const options = { size: 5, window: 2, subsample: 0.2, negatives: 1 };
        return new Word2Vec(vocabulary, { ...options, objective, architecture, generator });
      };
      const [model, slow] = [made(), made()];
      const losses: number[] = [];
      model.fit([tokens], { epochs: 1, lr: 0.2, onEpoch: ({ loss }) => losses.push(loss) });
      const slowLosses: number[] = [];
      const rateAt = (place: number) => 0.2 * (1 - place / tokens.length);
      const parameters = slow.parameters();
      // The generator gives an example when the questions about the one before it have been drawn.
      for (const example of slow.examples(tokens)) {
        const questions = slow.questions(example.target);
        slow.zeroGrad();
        const loss = slow.forward(example, questions);
        loss.backward();
        noGrad(() => {
          for (const parameter of parameters) parameter.sub_(parameter.grad!.mul(rateAt(example.place!)));
        });
        slowLosses.push(loss.item());
      }
      expect(losses[0]).toBeCloseTo(slowLosses.reduce((sum, loss) => sum + loss, 0) / slowLosses.length, 5);
      model.parameters().forEach((parameter, i) => {
        expect(parameter.detach().sub(parameters[i]!.detach()).abs().max().item()).toBeLessThan(1e-6);
      });
    },
  );
});

test.each([
  [() => new Word2Vec(vocabulary, { window: 0 }), "Cannot make word2vec with window 0: it must be a whole number ≥ 1"],
  [() => new Word2Vec(vocabulary, { subsample: -1 }), "Cannot make word2vec with subsample -1: it must be ≥ 0"],
  [
    () => new Word2Vec(vocabulary).fit([tokens], { epochs: 0.5 }),
    "Cannot learn for 0.5 epochs: it must be a whole number ≥ 1",
  ],
  [() => new Word2Vec(vocabulary).fit([[0, -1]]), "Cannot learn token -1: the vocabulary has 0 to 6"],
  [() => new Word2Vec(vocabulary).fit([[7]]), "Cannot learn token 7: the vocabulary has 0 to 6"],
])("says what is wrong (%#)", (act, message) => {
  expect(act).toThrow(new RangeError(message));
});
