/** What a layer does that the numbers of one input do not show. */
import { expect, test } from "@jest/globals";
import { allClose, cat, fromData, manualSeed, nn, noGrad, rand } from "../../../lib/index.ts";

test("an RBF unit answers most at its center and the same in all directions", () => {
  const layer = new nn.RBF(2, 1);
  noGrad(() => layer.centers.copy_([[1, 2]]));
  expect(layer([1, 2]).item()).toBe(1);
  expect(layer([2, 2]).item()).toBe(layer([1, 1]).item());
  expect(layer([2, 2]).item()).toBeCloseTo(Math.exp(-1), 6);
});

test("BatchNorm1d makes mean 0 and variance 1 of each feature in training", () => {
  const x = rand([50, 3], { dtype: "float64" }).mul([[1, 10, 100]]);
  const y = new nn.BatchNorm1d(3, { dtype: "float64", eps: 0 })(x);
  for (const value of y.mean({ dim: 0 }).data) expect(Math.abs(value)).toBeLessThan(1e-12);
  for (const value of y.var({ dim: 0, correction: 0 }).data) expect(value).toBeCloseTo(1, 12);
});

test("BatchNorm1d forgets its running statistics when asked", () => {
  const layer = new nn.BatchNorm1d(2);
  layer(rand([4, 2]));
  expect(layer.numBatchesTracked!.item()).toBe(1);
  layer.resetRunningStats();
  expect([...layer.runningMean!.data, ...layer.runningVar!.data, layer.numBatchesTracked!.item()]).toEqual([
    0, 0, 1, 1, 0,
  ]);
});

test("Conv2d starts uniform on ±1/√(inputs of a unit), as PyTorch does", () => {
  manualSeed(0);
  const { weight, bias } = new nn.Conv2d(8, 64, 3, { groups: 2 });
  const bound = 1 / Math.sqrt(4 * 9);
  const values = [...weight.data, ...bias!.data];
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
  // The variance of a uniform distribution; four standard errors of 2,368 draws.
  const variance = values.reduce((sum, v) => sum + v * v, 0) / values.length;
  expect(Math.abs(variance / (bound ** 2 / 3) - 1)).toBeLessThan(4 * Math.sqrt(0.8 / values.length));
});

test("a convolution moves with its input: shifting before is shifting after", () => {
  const layer = new nn.Conv2d(1, 2, 3, { padding: 1, paddingMode: "circular" });
  const x = rand([1, 1, 6, 6]);
  expect(allClose(layer(x.roll([1, 2], [2, 3])), layer(x).roll([1, 2], [2, 3]), { atol: 1e-6 })).toBe(true);
});

test.each([
  [new nn.MaxPool1d(2), new nn.MaxUnpool1d(2), [1, 2, 6]],
  [new nn.MaxPool2d(2), new nn.MaxUnpool2d(2), [2, 4, 4]],
  [new nn.MaxPool3d(2), new nn.MaxUnpool3d(2), [1, 1, 2, 4, 4]],
] as const)("%s tells its unpooling where everything was", (pool, unpool, shape) => {
  manualSeed(0);
  const x = rand([...shape]).add(1);
  const { values, indices } = pool.withIndices(x);
  expect(values.toArray()).toEqual(pool(x).toArray());
  const back = unpool(values, indices);
  expect(back.toArray()).toEqual(x.mul(back.ne(0)).toArray());
  expect(back.ne(0).sum().item()).toBe(values.size);
});

test("an embedding shortens the vectors that it looks up, and no others", () => {
  const table = new nn.Embedding(3, 2, { maxNorm: 1 });
  noGrad(() =>
    table.weight.copy_([
      [3, 4],
      [0.3, 0.4],
      [6, 8],
    ]),
  );
  table([0, 1, 0]);
  expect(
    allClose(
      table.weight,
      [
        [0.6, 0.8],
        [0.3, 0.4],
        [6, 8],
      ],
      { atol: 1e-6 },
    ),
  ).toBe(true);
  expect(table.toString()).toBe("Embedding(3, 2, maxNorm=1)");
});

test("an embedding is one-hot vectors times the table", () => {
  const table = new nn.Embedding(5, 3);
  const index = fromData(Int32Array.of(4, 0, 4));
  const hot = nn.functional.oneHot(index, 5).to("float32");
  expect(table(index).toArray()).toEqual(hot.matmul(table.weight).toArray());
});

test("joined outputs of two layers reach both in backward", () => {
  const [a, b] = [new nn.Linear(2, 2), new nn.Linear(2, 2)];
  cat([a([[1, 2]]), b([[3, 4]])])
    .sum()
    .backward();
  expect(a.weight.grad!.toArray()).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(b.weight.grad!.toArray()).toEqual([
    [3, 4],
    [3, 4],
  ]);
});
