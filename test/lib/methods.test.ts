/** Methods: the same ops, chained, with types that follow from the functions. */
import { describe, expect, test } from "@jest/globals";
import { manualSeed, noGrad, rand, type Tensor, tensor, zeros } from "../../lib/index.ts";

describe("methods", () => {
  test("chain", () => {
    const accuracy: number = tensor([
      [0.1, 0.9],
      [0.8, 0.2],
    ])
      .argmax({ dim: 1 })
      .eq([1, 1])
      .mean()
      .item();
    expect(accuracy).toBe(0.5);
  });

  test("of two signatures have both types", () => {
    const x = tensor([
      [3, 1, 2],
      [6, 5, 4],
    ]);
    const whole: Tensor = x.max();
    const { values, indices } = x.max({ dim: 1 });
    expect([whole.item(), values.toArray(), indices.toArray()]).toEqual([6, [3, 6], [0, 0]]);
    expect(x.median().item()).toBe(3);
    expect(x.median({ dim: 1 }).values.toArray()).toEqual([2, 5]);
    expect(x.unique().size).toBe(6);
    expect(x.unique({ details: true }).counts.size).toBe(6);
  });

  test("fill in place with draws", () => {
    manualSeed(1);
    const first = zeros([4]).uniform_();
    manualSeed(1);
    expect(rand([4]).toArray()).toEqual(first.toArray());
    expect(zeros([3]).normal_({ mean: 5, std: 0 }).toArray()).toEqual([5, 5, 5]);
    expect(zeros([3]).bernoulli_(1).toArray()).toEqual([1, 1, 1]);
  });

  test("var is a method, variance the function", () => {
    expect(tensor([1, 2, 3]).var().item()).toBe(1);
  });
});

test("a view made while nothing is recorded stays out of the graph", () => {
  const x = tensor([1, 2], { requiresGrad: true });
  const y = x.mul(1);
  const view = noGrad(() => y.slice([0, 1]));
  y.mul_(10);
  expect([view.requiresGrad, view.toArray(), view.mul(2).requiresGrad]).toEqual([false, [10], false]);
  y.sum().backward();
  expect(x.grad!.toArray()).toEqual([10, 10]);
});
