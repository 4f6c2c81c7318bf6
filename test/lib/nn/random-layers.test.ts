/** Layers that draw: how often, how much, from which generator, and what they let through. */
import { expect, test } from "@jest/globals";
import { F, manualSeed, nn, ones, RandomGenerator, rand, randn, tensor, zeros } from "../../../lib/index.ts";

test("Dropout keeps the mean and zeroes the asked share in training", () => {
  manualSeed(0);
  const y = new nn.Dropout(0.25)(tensor(new Float32Array(40_000).fill(1)));
  const zeros = y.eq(0).mean().item();
  // Four standard deviations of a share of 40,000 draws.
  expect(Math.abs(zeros - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 40_000));
  expect(new Set(y.data)).toEqual(new Set([0, Math.fround(4 / 3)]));
});

test("Dropout passes the gradient where it passed the value", () => {
  const x = rand([100], { requiresGrad: true });
  const y = new nn.Dropout(0.5)(x);
  y.sum().backward();
  expect(x.grad!.toArray()).toEqual(y.detach().div(x.detach()).round().toArray());
});

test("Dropout draws from its own generator if it has one", () => {
  const draw = () =>
    new nn.Dropout(0.5, { generator: new RandomGenerator(5) })(tensor(new Float32Array(50).fill(1))).toArray();
  expect(draw()).toEqual(draw());
});

test.each([
  ["Dropout1d", () => new nn.Dropout1d(0.25), [500, 20, 7]],
  ["Dropout2d", () => new nn.Dropout2d(0.25), [500, 20, 3, 2]],
  ["Dropout3d", () => new nn.Dropout3d(0.25), [500, 20, 1, 3, 2]],
] as const)("%s drops whole channels, as many as asked, and keeps the others", (_, make, shape) => {
  manualSeed(0);
  const channels = make()(ones(shape)).reshape([10_000, -1]);
  const [least, greatest] = [channels.amin({ dim: 1 }), channels.amax({ dim: 1 })];
  expect(least.toArray()).toEqual(greatest.toArray());
  expect(new Set(least.data)).toEqual(new Set([0, Math.fround(4 / 3)]));
  // Four standard deviations of a share of 10,000 draws.
  expect(Math.abs(least.eq(0).mean().item() - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 10_000));
});

test("AlphaDropout keeps mean 0 and variance 1", () => {
  manualSeed(0);
  const y = new nn.AlphaDropout(0.2)(randn([40_000], { dtype: "float64" }));
  // Four standard errors; the fourth moment of the mixture is below 4.
  expect(Math.abs(y.mean().item())).toBeLessThan(4 / Math.sqrt(40_000));
  expect(Math.abs(y.var().item() - 1)).toBeLessThan(4 * Math.sqrt(3 / 40_000));
  // All dropped elements get one value, and continuous draws never agree.
  const share = (y.size - (new Set(y.data).size - 1)) / y.size;
  expect(Math.abs(share - 0.2)).toBeLessThan(4 * Math.sqrt(0.16 / 40_000));
});

test("GaussianNoise adds noise of the asked strength in training, and lets the gradient through", () => {
  manualSeed(0);
  const x = zeros([40_000], { dtype: "float64", requiresGrad: true });
  const y = new nn.GaussianNoise(0.5)(x);
  expect(Math.abs(y.detach().std().item() / 0.5 - 1)).toBeLessThan(4 / Math.sqrt(2 * 40_000));
  y.sum().backward();
  expect(new Set(x.grad!.data)).toEqual(new Set([1]));
});

test("RReLU draws slopes from its range in training", () => {
  manualSeed(0);
  const slopes = new nn.RReLU(0.2, 0.4)(ones([10_000]).neg()).neg();
  expect(slopes.amin().item()).toBeGreaterThanOrEqual(Math.fround(0.2));
  expect(slopes.amax().item()).toBeLessThanOrEqual(Math.fround(0.4));
  expect(Math.abs(slopes.mean().item() - 0.3)).toBeLessThan(4 * (0.2 / Math.sqrt(12 * 10_000)));
});

test("gumbelSoftmax draws classes with the probabilities of the softmax, and passes gradients", () => {
  manualSeed(0);
  const logits = tensor([0, 1, 2], { requiresGrad: true });
  const draws = F.gumbelSoftmax(logits.expand([20_000, 3]), { hard: true });
  const p = F.softmax(logits.detach(), 0).data;
  draws
    .detach()
    .mean({ dim: 0 })
    .data.forEach((share, i) => {
      expect(Math.abs(share - p[i]!)).toBeLessThan(4 * Math.sqrt((p[i]! * (1 - p[i]!)) / 20_000));
    });
  draws.select(1, 0).sum().backward();
  expect(logits.grad!.data.some((v) => v !== 0)).toBe(true);
});
