/** Splits and standardization. */
import { describe, expect, test } from "@jest/globals";
import { arange, data, RandomGenerator, rand } from "../../../lib/index.ts";

const ten = () => ({ x: arange(10).reshape([10, 1]), y: arange(10, undefined, { dtype: "int32" }) });
const generator = () => new RandomGenerator(1);
const sorted = (values: Iterable<number>) => [...values].sort((a, b) => a - b);

describe("randomSplit", () => {
  test.each<[string, number[], number[]]>([
    ["sizes", [6, 3, 1], [6, 3, 1]],
    ["shares", [0.8, 0.2], [8, 2]],
    ["shares that do not divide", [0.55, 0.45], [6, 4]],
    ["thirds", [1 / 3, 1 / 3, 1 / 3], [4, 3, 3]],
  ])("by %s deals every sample once", (_, lengths, sizes) => {
    const parts = data.randomSplit(ten(), lengths, { generator: generator() });
    expect(parts.map((part) => part.x.shape[0])).toEqual(sizes);
    expect(sorted(parts.flatMap((part) => [...part.y.data]))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const { x, y } of parts) expect([...x.data]).toEqual([...y.data]);
  });

  test("of a dataset gives subsets", () => {
    const [first] = data.randomSplit(new data.TensorDataset(arange(4)), [3, 1]);
    expect(first).toBeInstanceOf(data.Subset);
    expect(first!.length).toBe(3);
  });

  test("refuses lengths that do not add up", () => {
    expect(() => data.randomSplit(ten(), [5, 4])).toThrow(
      "Cannot split 10 samples into 5, 4: give sizes that add up to 10 or shares that add up to 1",
    );
    expect(() => data.randomSplit(ten(), [0.5, 0.4])).toThrow(RangeError);
    expect(() => data.randomSplit(ten(), [11, -1])).toThrow(RangeError);
  });
});

describe("kFold", () => {
  test.each([2, 3, 10])("with k = %i holds every sample back once, and never trains on what it tests", (k) => {
    const folds = data.kFold(ten(), { k, generator: generator() });
    expect(folds).toHaveLength(k);
    expect(sorted(folds.flatMap(({ test }) => [...test.y.data]))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const { train, test } of folds) {
      expect(sorted([...train.y.data, ...test.y.data])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(Math.abs(test.y.size - 10 / k)).toBeLessThan(1);
    }
  });

  test("without shuffling deals blocks", () => {
    expect(data.kFold(ten(), { k: 3, shuffle: false }).map(({ test }) => [...test.y.data])).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
  });

  test("refuses more folds than samples", () => {
    expect(() => data.kFold(ten(), { k: 11 })).toThrow(
      "Cannot make 11 folds of 10 samples: k must be a whole number from 2 to 10",
    );
    expect(() => data.kFold(ten(), { k: 1 })).toThrow(RangeError);
  });
});

describe("standardize", () => {
  test("gives mean 0 and variance 1, and the way there and back", () => {
    const x = rand([50, 3], { dtype: "float64", generator: generator() }).mul([1, 10, 100]).add([5, 0, -5]);
    const { x: z, mean, std, apply, invert } = data.standardize(x);
    for (const v of z.mean({ dim: 0 }).data) expect(Math.abs(v)).toBeLessThan(1e-12);
    for (const v of z.var({ dim: 0, correction: 0 }).data) expect(v).toBeCloseTo(1, 12);
    expect([mean.shape, std.shape]).toEqual([[3], [3]]);
    expect(invert(z).sub(x).abs().max().item()).toBeLessThan(1e-12);
    expect(apply(x).toArray()).toEqual(z.toArray());
  });

  test("leaves a feature that does not vary at 0", () => {
    expect(data.standardize([[3], [3]]).x.toArray()).toEqual([[0], [0]]);
  });

  test("needs samples", () => {
    expect(() => data.standardize(1)).toThrow("Cannot standardize []: there are no samples");
  });
});
