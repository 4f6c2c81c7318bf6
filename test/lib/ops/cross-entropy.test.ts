/** Cross-entropy and softmax by their kernels against the same from ops. */
import { describe, expect, test } from "@jest/globals";
import { observe } from "../../../lib/autograd/apply.ts";
import { F, gradcheck, gradgradcheck, gradients, randint, randn, type Tensor, tensor } from "../../../lib/index.ts";

const far = (a: Tensor, b: Tensor) => a.detach().sub(b.detach()).abs().max().item();

/** Runs on the ops that an observer asks for. */
const composed = (fn: () => Tensor) => observe(() => {}, fn);

const rules: readonly F.CrossEntropyOptions[] = [
  {},
  { reduction: "sum" },
  { reduction: "none" },
  { ignoreIndex: 2 },
  { labelSmoothing: 0.2 },
  { labelSmoothing: 0.2, ignoreIndex: 1, reduction: "none" },
  { labelSmoothing: 0.2, ignoreIndex: 1, reduction: "sum" },
  { labelSmoothing: 1, ignoreIndex: 0 },
];

describe.each(rules)("cross-entropy with %o", (rule) => {
  test.each([
    [[17, 5], [17]],
    [
      [3, 5, 2, 4],
      [3, 2, 4],
    ],
    [[5], []],
  ])("of %j and %j is what ops make of it, with the same gradients of every order", (shape, labels) => {
    const x = randn(shape, { dtype: "float64", requiresGrad: true });
    const y = randint(0, 5, labels);
    const loss = F.crossEntropy(x, y, rule);
    const other = composed(() => F.crossEntropy(x, y, rule));
    if (Number.isNaN(other.sum().item())) return expect(loss.sum().item()).toBeNaN();
    expect(loss.shape).toEqual(other.shape);
    expect(far(loss, other)).toBeLessThan(1e-12);
    const dy = randn(loss.shape, { dtype: "float64" });
    const [fused] = gradients(loss, [x], dy);
    expect(far(fused!, gradients(other, [x], dy)[0]!)).toBeLessThan(1e-12);
    const recorded = gradients(F.crossEntropy(x, y, rule), [x], dy, { createGraph: true })[0]!;
    expect(far(fused!, recorded)).toBeLessThan(1e-12);
    expect(gradcheck((z) => F.crossEntropy(z!, y, rule), [x])).toBe(true);
    expect(gradgradcheck((z) => F.crossEntropy(z!, y, rule), [x])).toBe(true);
  });
});

test("cross-entropy of nothing but targets to ignore is not a number, as in PyTorch", () => {
  expect(F.crossEntropy(randn([3, 4]), tensor([-100, -100, -100], { dtype: "int32" })).item()).toBeNaN();
});

test("cross-entropy notices that its targets were changed before backward", () => {
  const y = tensor([0, 1], { dtype: "int32" });
  const loss = F.crossEntropy(randn([2, 3], { requiresGrad: true }), y);
  y.fill_(2);
  expect(() => loss.backward()).toThrow("changed in place");
});

test.each(["softmax", "logSoftmax"] as const)(
  "%s has the same gradient whether backward is recorded or not",
  (name) => {
    for (const dim of [0, 1, 2]) {
      const x = randn([4, 7, 33], { dtype: "float64", requiresGrad: true });
      const dy = randn([33, 7, 4], { dtype: "float64" }).permute([2, 1, 0]);
      const [fused, recorded] = [false, true].map(
        (createGraph) => gradients(x[name](dim), [x], dy, { createGraph })[0]!,
      );
      expect(far(fused!, recorded!)).toBeLessThan(1e-13);
    }
  },
);
