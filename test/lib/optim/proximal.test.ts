/** The proximal step of the L1 penalty. */
import { expect, test } from "@jest/globals";
import { F, fit, nn, optim, RandomGenerator, randn, tensor } from "../../../lib/index.ts";

test("proximalL1_() moves each number towards 0 by the threshold and stops there, in place", () => {
  const w = new nn.Parameter(tensor([3, -0.5, -2, 0.25], { dtype: "float64" }));
  optim.proximalL1_([w], 0.5);
  expect(w.toArray()).toEqual([2.5, 0, -1.5, 0]);
  expect(w.requiresGrad).toBe(true);
});

test("proximalL1_() gives what minimizes ½(w − v)² + t|w|", () => {
  const v = [-1.7, -0.3, 0, 0.2, 0.9];
  const t = 0.4;
  const w = tensor(v, { dtype: "float64" });
  optim.proximalL1_([w], t);
  const cost = (at: number, i: number) => 0.5 * (at - v[i]!) ** 2 + t * Math.abs(at);
  for (const [i, found] of w.data.entries()) {
    for (let other = -2; other <= 2; other += 0.001) expect(cost(other, i) - cost(found, i)).toBeGreaterThan(-1e-12);
  }
});

test("gradient steps and proximalL1_() end where the conditions of the lasso's minimum hold", () => {
  const generator = new RandomGenerator(1);
  const x = randn([60, 8], { dtype: "float64", generator });
  const y = x.matmul([[2], [-1], [0.5], [0], [0], [0], [0], [0]]).add(randn([60, 1], { dtype: "float64", generator }));
  const [lr, lambda] = [0.1, 0.3];
  const model = new nn.Linear(8, 1, { bias: false, dtype: "float64" });
  const optimizer = new optim.SGD(model.parameters(), { lr });
  const loss = (output: typeof y, target: typeof y) => F.mseLoss(output, target).mul(0.5);
  fit(
    model,
    { x, y },
    {
      optimizer,
      loss,
      steps: 2000,
      onStep: () => optim.proximalL1_(model.parameters(), lr * lambda),
    },
  );
  const slope = x.t().matmul(x.matmul(model.weight.t()).sub(y)).div(60).flatten().data;
  const weights = model.weight.detach().flatten().data;
  expect(weights.some((w) => w === 0)).toBe(true);
  for (const [i, w] of weights.entries()) {
    if (w === 0) expect(Math.abs(slope[i]!)).toBeLessThanOrEqual(lambda);
    else expect(slope[i]!).toBeCloseTo(-lambda * Math.sign(w), 10);
  }
});

test("proximalL1_() refuses a negative threshold", () => {
  expect(() => optim.proximalL1_([tensor([1])], -1)).toThrow("Cannot shrink parameters by -1: it must be ≥ 0");
  expect(() => optim.proximalL1_([tensor([1])], NaN)).toThrow(RangeError);
});
