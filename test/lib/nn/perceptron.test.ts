/** Rosenblatt's perceptron and its rule. */
import { describe, expect, test } from "@jest/globals";
import { data, F, fit, nn, optim, RandomGenerator, tensor } from "../../../lib/index.ts";

const corners = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];

describe("a perceptron", () => {
  test("starts at 0 and says 1 on its line and on the positive side", () => {
    const unit = new nn.Perceptron(2);
    expect([unit.weight.toArray(), unit.bias.toArray()]).toEqual([[[0, 0]], [0]]);
    expect(unit(corners).toArray()).toEqual([[1], [1], [1], [1]]);
  });

  test.each<[string, number[]]>([
    ["and", [0, 0, 0, 1]],
    ["or", [0, 1, 1, 1]],
    ["nand", [1, 1, 1, 0]],
    ["the first input", [0, 0, 1, 1]],
  ])("learns %s", (_, classes) => {
    const unit = new nn.Perceptron(2);
    const history = unit.fit(corners, classes);
    expect(history.converged).toBe(true);
    expect(history.mistakes.at(-1)).toBe(0);
    expect([...unit.predict(corners).data]).toEqual(classes);
    expect(unit.score(corners, classes)).toBe(1);
  });

  test("never learns xor", () => {
    const { x, y } = data.xor();
    const history = new nn.Perceptron(2).fit(x, y, { epochs: 50 });
    expect([history.converged, history.mistakes.length]).toEqual([false, 50]);
    expect(Math.min(...history.mistakes)).toBeGreaterThan(0);
  });

  test("takes the first steps that one computes by hand", () => {
    // Sample 0 is said to be 1 and is 0: the bias falls. Then each mistake adds or takes its point.
    const { updates } = new nn.Perceptron(2).fit(corners, [0, 0, 0, 1], { epochs: 1 });
    expect(updates).toEqual([
      { epoch: 0, sample: 0, weight: [0, 0], bias: -1 },
      { epoch: 0, sample: 3, weight: [1, 1], bias: 0 },
    ]);
  });

  test("makes no more mistakes than Novikoff's bound allows", () => {
    const points = [
      [2, 1],
      [1, 3],
      [-1, -2],
      [-2, -1],
    ];
    const { updates } = new nn.Perceptron(2).fit(points, [1, 1, 0, 0], { epochs: 1000 });
    // With a constant input of 1: R² = 1 + 10; the unit vector (1, 1, 0)/√2 separates with margin 3/√2.
    expect(updates.length).toBeLessThanOrEqual(11 / (9 / 2));
  });

  test("follows its learning rate, and the order of its generator", () => {
    const run = (seed: number) =>
      new nn.Perceptron(2).fit(corners, [0, 0, 0, 1], {
        lr: 0.5,
        shuffle: true,
        generator: new RandomGenerator(seed),
      });
    expect(run(1)).toEqual(run(1));
    expect(run(1).updates[0]!.bias).toBe(-0.5);
  });

  test("learns by gradients too, with a smooth activation", () => {
    const unit = new nn.Perceptron(2, { activation: F.sigmoid });
    const y = tensor([[0], [0], [0], [1]]);
    fit(unit, { x: tensor(corners), y }, { optimizer: new optim.SGD(unit.parameters(), { lr: 5 }), steps: 200 });
    expect(unit.score(corners, y)).toBe(1);
  });

  test("refuses other shapes and other classes", () => {
    const unit = new nn.Perceptron(2);
    expect(() => unit.fit([[1, 2, 3]], [1])).toThrow(
      "Cannot learn from x of shape [1,3] and y of shape [1]: expected [n,2] and [n]",
    );
    expect(() => unit.fit([[1, 2]], [-1])).toThrow("Cannot learn class -1: a perceptron's classes are 0 and 1");
  });
});
