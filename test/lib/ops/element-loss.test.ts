/** Losses of elements that are reduced on their way, against the same from ops. */
import { describe, expect, test } from "@jest/globals";
import { observe } from "../../../lib/autograd/apply.ts";
import { F, gradcheck, gradgradcheck, gradients, ones, rand, randn, type Tensor, tensor } from "../../../lib/index.ts";

const far = (a: Tensor, b: Tensor) => a.detach().sub(b.detach()).abs().max().item();

/** Runs on the ops that an observer asks for. */
const composed = (fn: () => Tensor) => observe(() => {}, fn);

type Loss = (x: Tensor, y: Tensor, options?: F.LossOptions) => Tensor;

const losses: Readonly<Record<string, Loss>> = {
  mseLoss: F.mseLoss,
  l1Loss: F.l1Loss,
  binaryCrossEntropyWithLogits: F.binaryCrossEntropyWithLogits,
  binaryCrossEntropy: F.binaryCrossEntropy,
  huberLoss: (x, y, options) => F.huberLoss(x, y, { ...options, delta: 0.3 }),
  smoothL1Loss: (x, y, options) => F.smoothL1Loss(x, y, { ...options, beta: 0.3 }),
};

/** Within (0, 1), where all of them are smooth. */
const within = (shape: number[]) => rand(shape, { dtype: "float64" }).mul(0.8).add(0.1);

describe.each(Object.entries(losses))("%s", (name, loss) => {
  test.each(["mean", "sum"] as const)(
    "reduced to the %s is what ops make of it, with the same gradients of every order",
    (reduction) => {
      for (const shape of [[], [1], [7], [4, 1], [3, 5, 7]]) {
        const [x, y] = [within(shape).requiresGrad_(), within(shape).requiresGrad_()];
        const run = (a?: Tensor, b?: Tensor) => loss(a!, b!, { reduction });
        const [value, other] = [run(x, y), composed(() => run(x, y))];
        expect(value.gradFn!.name).toBe(name);
        expect(value.shape).toEqual([]);
        expect(far(value, other)).toBeLessThan(1e-12);
        const dy = randn([], { dtype: "float64" });
        const expected = gradients(other, [x, y], dy);
        for (const createGraph of [false, true]) {
          gradients(run(x, y), [x, y], dy, { createGraph }).forEach((grad, i) => {
            expect(far(grad!, expected[i]!)).toBeLessThan(1e-11);
          });
        }
        expect(gradcheck(run, [x, y])).toBe(true);
        if (name !== "l1Loss") expect(gradgradcheck(run, [x, y])).toBe(true);
      }
    },
  );

  test("takes views, and an input and a target of different types", () => {
    const [x, y] = [within([5, 4]).requiresGrad_(), within([4, 5])];
    const loose = loss(x.t(), y);
    expect(
      far(
        loose,
        composed(() => loss(x.t(), y)),
      ),
    ).toBeLessThan(1e-14);
    expect(loss(x.t(), y.to("float32")).item()).toBeCloseTo(loose.item(), 6);
    expect(loss(x.detach(), tensor(0.5, { dtype: "float64" })).item()).toBeCloseTo(
      loss(x.detach(), ones([5, 4], { dtype: "float64" }).mul(0.5)).item(),
      12,
    );
  });

  test("of nothing has no mean, and the sum 0", () => {
    const nothing = tensor([]);
    expect(loss(nothing, nothing).item()).toBeNaN();
    expect(loss(nothing, nothing, { reduction: "sum" }).item()).toBe(0);
  });

  test("notices that its input was changed before backward", () => {
    const x = within([3]).requiresGrad_();
    const y = within([3]);
    const value = loss(x, y);
    y.fill_(0.5);
    expect(() => value.backward()).toThrow("changed in place");
  });
});

test("the gradient of the absolute error is 0 where there is no error", () => {
  const x = tensor([1, 2, 3], { requiresGrad: true });
  F.l1Loss(x, [1, 0, 5], { reduction: "sum" }).backward();
  expect(x.grad!.toArray()).toEqual([0, 1, -1]);
});
