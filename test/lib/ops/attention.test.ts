/** Attention by its kernel against the same from ops. */
import { describe, expect, test } from "@jest/globals";
import { observe } from "../../../lib/autograd/apply.ts";
import { F, gradcheck, gradgradcheck, gradients, ones, randn, type Tensor, tril, where } from "../../../lib/index.ts";

const far = (a: Tensor, b: Tensor) => a.detach().sub(b.detach()).abs().max().item();
const double = { dtype: "float64" } as const;

/** Runs on the ops that an observer asks for. */
const composed = (fn: () => Tensor) => observe(() => {}, fn);

const cases: readonly [string, F.AttentionOptions][] = [
  ["no mask", {}],
  ["a causal mask", { isCausal: true }],
  ["a scale of its own", { scale: 0.1 }],
  ["a bool mask", { attnMask: tril(ones([3, 5], { dtype: "bool" }), 1) }],
  ["a mask that is added", { attnMask: randn([3, 5], double) }],
  ["a mask for each member of the batch", { attnMask: randn([2, 1, 5], double) }],
  ["a mask of another type", { attnMask: randn([5]) }],
];

describe.each(cases)("attention with %s", (_, options) => {
  const make = () =>
    [
      [2, 3, 4],
      [2, 5, 4],
      [2, 5, 6],
    ].map((shape) => randn(shape, { ...double, requiresGrad: true })) as [Tensor, Tensor, Tensor];

  test("is what ops make of it, with the same gradients of every order", () => {
    const inputs = make();
    const run = () => F.scaledDotProductAttention(...inputs, options);
    const [output, other] = [run(), composed(run)];
    expect(far(output, other)).toBeLessThan(1e-12);
    const dy = randn(output.shape, double);
    const [wanted, fused] = [gradients(other, inputs, dy), gradients(output, inputs, dy)];
    const recorded = gradients(run(), inputs, dy, { createGraph: true });
    wanted.forEach((grad, i) => {
      expect(far(fused[i]!, grad!)).toBeLessThan(1e-12);
      expect(far(recorded[i]!, grad!)).toBeLessThan(1e-12);
    });
    const attend = (q: Tensor, k: Tensor, v: Tensor) => F.scaledDotProductAttention(q, k, v, options);
    expect(gradcheck(attend as (...x: Tensor[]) => Tensor, inputs)).toBe(true);
    expect(gradgradcheck(attend as (...x: Tensor[]) => Tensor, inputs)).toBe(true);
  });
});

test("attention repeats batches beyond each other, and gives its mask a gradient, as ops do", () => {
  const [q, k, v] = [randn([2, 1, 3, 4], double), randn([4, 5, 4], double), randn([4, 5, 2], double)];
  const mask = randn([3, 5], { ...double, requiresGrad: true });
  const output = F.scaledDotProductAttention(q, k, v, { attnMask: mask });
  expect(output.shape).toEqual([2, 4, 3, 2]);
  expect(gradcheck((m) => F.scaledDotProductAttention(q, k, v, { attnMask: m! }), [mask])).toBe(true);
});

test("attention notices that its mask was changed before backward", () => {
  const q = randn([3, 4], { requiresGrad: true });
  const mask = where(tril(ones([3, 3], { dtype: "bool" })), 0, -Infinity);
  const output = F.scaledDotProductAttention(q, q, q, { attnMask: mask });
  mask.fill_(0);
  expect(() => output.sum().backward()).toThrow("changed in place");
});

test("attention over 4,096 places takes no memory for 16 million weights, forward or backward", () => {
  const q = randn([4096, 4], { requiresGrad: true });
  const before = process.memoryUsage().arrayBuffers;
  const output = F.scaledDotProductAttention(q, q, q, { isCausal: true });
  output.sum().backward();
  // One matrix of weights has 64 MB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8e6);
});
