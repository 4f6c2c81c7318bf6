/** Convolutional networks at work. */
import { expect, test } from "@jest/globals";
import {
  argmax,
  F,
  fromData,
  manualSeed,
  nn,
  noGrad,
  optim,
  RandomGenerator,
  rand,
  type Tensor,
} from "../../../lib/index.ts";

/** Pictures of 16 × 16 with a bar in one of three directions at a random place, under noise. */
function bars(count: number, generator: RandomGenerator): [x: Tensor, y: Tensor] {
  const x = rand([count, 1, 16, 16], { generator }).mul(0.3);
  const y = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    const kind = (y[n] = generator.integer(3));
    const [row, column] = [generator.integer(9), generator.integer(9)];
    for (let i = 0; i < 8; i++) {
      const [down, right] = [
        [0, i],
        [i, 0],
        [i, i],
      ][kind]! as [number, number];
      x.data[n * 256 + (row + down) * 16 + column + right]! += 1;
    }
  }
  return [x, fromData(y)];
}

test("a LeNet learns to tell the directions of bars in small pictures", () => {
  manualSeed(1);
  const generator = new RandomGenerator(2);
  const net = new nn.Sequential(
    new nn.Conv2d(1, 6, 5, { padding: 2 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(6, 12, 3),
    new nn.ReLU(),
    new nn.AvgPool2d(2),
    new nn.Flatten(),
    new nn.Linear(12 * 9, 3),
  );
  const optimizer = new optim.Adam(net.parameters(), { lr: 0.01 });
  for (let step = 0; step < 80; step++) {
    const [x, y] = bars(32, generator);
    optimizer.zeroGrad();
    F.crossEntropy(net(x), y).backward();
    optimizer.step();
  }
  const [x, y] = bars(200, generator);
  const accuracy = noGrad(() => argmax(net(x), { dim: 1 }).eq(y).mean().item());
  expect(accuracy).toBeGreaterThan(0.95);
});

test("MaxPool2d and maxUnpool2d undo each other where the greatest elements were", () => {
  const x = rand([2, 3, 6, 6]);
  const { values, indices } = F.maxPoolWithIndices(x, 2);
  const back = F.maxUnpool2d(values, indices, { kernelSize: 2 });
  const kept = back.ne(0);
  expect(kept.sum().item()).toBe(2 * 3 * 9);
  expect(back.toArray()).toEqual(x.mul(kept).toArray());
});

test("fold of unfold counts how many windows cover each pixel", () => {
  const ones = rand([1, 1, 3, 4]).mul(0).add(1);
  const covers = F.fold(F.unfold(ones, { kernelSize: 2 }), [3, 4], { kernelSize: 2 });
  expect(covers.toArray()).toEqual([
    [
      [
        [1, 2, 2, 1],
        [2, 4, 4, 2],
        [1, 2, 2, 1],
      ],
    ],
  ]);
});
