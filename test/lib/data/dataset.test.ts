/** Datasets, batches and loaders. The order of shuffled loaders is compared with PyTorch's in test/lib/random. */
import { describe, expect, test } from "@jest/globals";
import { data, manualSeed, RandomGenerator, type Tensor, tensor } from "../../../lib/index.ts";

const { DataLoader, Dataset, Subset, TensorDataset } = data;

class Squares extends Dataset<number> {
  constructor(readonly length = 5) {
    super();
  }
  get(i: number): number {
    return i * i;
  }
}

const arrays = (batches: Iterable<Tensor>) => [...batches].map((b) => b.toArray());

describe("TensorDataset", () => {
  const set = new TensorDataset(
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    [0, 1, 0],
  );

  test("gives samples and batches", () => {
    expect(set.length).toBe(3);
    expect(set.get(1).map((t) => t.toArray())).toEqual([[3, 4], 1]);
    expect(set.batch([2, 0]).map((t) => t.toArray())).toEqual([
      [
        [5, 6],
        [1, 2],
      ],
      [0, 0],
    ]);
    expect([...set]).toHaveLength(3);
  });

  test("refuses samples that do not pair up, and numbers that are no sample's", () => {
    expect(() => new TensorDataset([1, 2], [1])).toThrow(
      "Cannot make a dataset of [2] and [1]: the numbers of samples differ",
    );
    expect(() => new TensorDataset()).toThrow("Cannot make a dataset without samples");
    expect(() => new TensorDataset(3)).toThrow("give tensors of at least one dimension");
    expect(() => set.get(3)).toThrow("Cannot get sample 3: the dataset has 3");
    expect(() => set.get(-1)).toThrow(RangeError);
  });
});

describe("Subset", () => {
  test("picks samples, one by one and in batches, of subsets too", () => {
    const set = new TensorDataset([10, 11, 12, 13]);
    const part = new Subset(new Subset(set, [3, 1, 0]), [2, 0]);
    expect([part.length, part.get(1)[0].item(), part.batch!([0, 1])[0].toArray()]).toEqual([2, 13, [10, 13]]);
    expect(() => part.get(2)).toThrow("Cannot get sample 2: the dataset has 2");
    expect(new Subset(new Squares(), [4]).batch).toBeUndefined();
  });
});

describe("ConcatDataset", () => {
  test("goes on where the one before ends", () => {
    const set = new data.ConcatDataset([new Squares(2), new Squares(0), new Squares(3)]);
    expect([set.length, ...set]).toEqual([5, 0, 1, 0, 1, 4]);
    expect(() => set.get(5)).toThrow("Cannot get sample 5: the dataset has 5");
    expect(() => new data.ConcatDataset([])).toThrow("Cannot concatenate no datasets: give at least one");
  });
});

describe("a loader of samples that come as promises", () => {
  /** Notes what is asked for, and answers from `open()` on. */
  class Slow extends Dataset<Promise<number>> {
    readonly length = 8;
    readonly asked: number[] = [];
    open: () => void = () => {};
    private readonly opened = new Promise<void>((resolve) => {
      this.open = resolve;
    });
    async get(i: number): Promise<number> {
      this.asked.push(i);
      await this.opened;
      return i;
    }
  }

  test("gives batches in order, and asks for as many ahead as it is told", async () => {
    const set = new Slow();
    const batches = new DataLoader(set, { batchSize: 2, prefetchFactor: 1 })[Symbol.asyncIterator]();
    const first = batches.next();
    // The first batch is wanted, the second is fetched ahead.
    expect(set.asked).toEqual([0, 1, 2, 3]);
    set.open();
    const found = [(await first).value!.toArray()];
    for await (const batch of { [Symbol.asyncIterator]: () => batches }) found.push(batch.toArray());
    expect(found).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ]);
  });

  test("takes samples that are ready too, in the order of the plain loop", async () => {
    const make = () =>
      new DataLoader(new Squares(7), { batchSize: 3, shuffle: true, generator: new RandomGenerator(2) });
    const found: unknown[] = [];
    for await (const batch of make()) found.push(batch.toArray());
    expect(found).toEqual(arrays(make()));
  });

  test("refuses to fetch a negative number ahead", () => {
    expect(() => new DataLoader(new Squares(), { prefetchFactor: -1 })).toThrow(
      "Cannot fetch -1 batches ahead: it must be a whole number ≥ 0",
    );
  });
});

describe("defaultCollate", () => {
  test("stacks tensors and numbers, place by place and key by key", () => {
    const batch = data.defaultCollate([
      { x: tensor([1, 2]), y: 0, on: true, name: "a", pair: [1.5, 2] as const },
      { x: tensor([3, 4]), y: 1, on: false, name: "b", pair: [2, 3] as const },
    ]);
    expect(batch.x.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect([batch.y.dtype, batch.y.toArray(), batch.on.toArray(), batch.name]).toEqual([
      "int32",
      [0, 1],
      [true, false],
      ["a", "b"],
    ]);
    expect(batch.pair.map((t) => [t.dtype, t.toArray()])).toEqual([
      ["float32", [1.5, 2]],
      ["int32", [2, 3]],
    ]);
  });

  test("refuses samples of different shapes", () => {
    expect(() => data.defaultCollate([tensor([1]), tensor([1, 2])])).toThrow("Cannot stack [1] and [2]");
  });
});

describe("DataLoader", () => {
  test("goes through the samples in order, the last batch smaller", () => {
    const loader = new DataLoader(new Squares(), { batchSize: 2 });
    expect(arrays(loader)).toEqual([[0, 1], [4, 9], [16]]);
    expect(loader.length).toBe(3);
  });

  test("leaves a last batch out that is not full, if asked", () => {
    const loader = new DataLoader(new Squares(), { batchSize: 2, dropLast: true });
    expect([arrays(loader), loader.length]).toEqual([
      [
        [0, 1],
        [4, 9],
      ],
      2,
    ]);
  });

  test("gives every sample once a pass, in another order each pass, the same for the same seed", () => {
    const passes = () => {
      const loader = new DataLoader(new Squares(20), {
        batchSize: 20,
        shuffle: true,
        generator: new RandomGenerator(1),
      });
      return [...arrays(loader), ...arrays(loader)];
    };
    const [first, second] = passes() as number[][];
    const sorted = (list: number[]) => [...list].sort((a, b) => a - b);
    expect(sorted(first!)).toEqual(Array.from({ length: 20 }, (_, i) => i * i));
    expect(sorted(second!)).toEqual(sorted(first!));
    expect(first).not.toEqual(second);
    expect(passes()).toEqual([first, second]);
  });

  test("takes { x, y } and gives pairs", () => {
    const [batch] = [...new DataLoader(data.xor(), { batchSize: 4 })];
    expect(batch!.map((t) => t.shape)).toEqual([
      [4, 2],
      [4, 1],
    ]);
  });

  test("collates as it is told", () => {
    const loader = new DataLoader(new Squares(4), { batchSize: 2, collate: (samples) => samples.join("+") });
    expect([...loader]).toEqual(["0+1", "4+9"]);
  });

  test("can be left in the middle and started anew", () => {
    const loader = new DataLoader(new Squares(), { batchSize: 2 });
    for (const _ of loader) break;
    expect(arrays(loader)).toHaveLength(3);
  });

  test("refuses what makes no sense", () => {
    expect(() => new DataLoader(new Squares(), { batchSize: 0 })).toThrow(
      "Cannot load batches of 0 samples: it must be a whole number ≥ 1",
    );
    expect(() => new DataLoader(new Squares(), { shuffle: true, sampler: new data.SequentialSampler(5) })).toThrow(
      "Cannot both shuffle and use a sampler",
    );
  });
});

describe("samplers", () => {
  test("give their order again and again", () => {
    const sampler = new data.SequentialSampler(3);
    expect([[...sampler], [...sampler]]).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  test("by weight never draw what weighs nothing", () => {
    manualSeed(0);
    const drawn = [...new data.WeightedRandomSampler([0, 1, 3], 200)];
    expect(drawn).toHaveLength(200);
    expect(new Set(drawn)).toEqual(new Set([1, 2]));
  });

  test("of a subset give each of its samples once a pass", () => {
    const sampler = new data.SubsetRandomSampler([4, 7, 9, 11], { generator: new RandomGenerator(1) });
    const [first, second] = [[...sampler], [...sampler]];
    expect([...first].sort((a, b) => a - b)).toEqual([4, 7, 9, 11]);
    expect(first).not.toEqual(second);
  });

  test("by weight without replacement draw each once", () => {
    const drawn = [...new data.WeightedRandomSampler([1, 1, 1], 3, { replacement: false })];
    expect(drawn.sort()).toEqual([0, 1, 2]);
    expect(() => [...new data.WeightedRandomSampler([1, 0], 2, { replacement: false })]).toThrow(
      "Cannot draw 2 different indices: only 1 weights are positive",
    );
  });
});
