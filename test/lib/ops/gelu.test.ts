/** Gelu by its kernels against the same from ops. */
import { expect, test } from "@jest/globals";
import { observe } from "../../../lib/autograd/apply.ts";
import { F, gradgradcheck, gradients, randn, type Tensor } from "../../../lib/index.ts";

const far = (a: Tensor, b: Tensor) => a.detach().sub(b.detach()).abs().max().item();

test.each([
  ["none", "float64", 1e-14],
  ["none", "float32", 1e-6],
  ["tanh", "float64", 1e-14],
  // The ops round half a dozen times on their way.
  ["tanh", "float32", 4e-6],
] as const)(
  "gelu (approximate: %s) has the values and gradients in %s that ops give, recorded or not",
  (approximate, dtype, tolerance) => {
    const gelu = (t: Tensor) => F.gelu(t, { approximate });
    const x = randn([33, 31], { dtype }).mul(3).detach().requiresGrad_();
    const dy = randn([31, 33], { dtype }).t();
    const y = gelu(x);
    const other = observe(
      () => {},
      () => gelu(x),
    );
    expect(far(y, other)).toBeLessThan(tolerance);
    const [wanted] = gradients(other, [x], dy);
    for (const createGraph of [false, true]) {
      expect(far(gradients(gelu(x), [x], dy, { createGraph })[0]!, wanted!)).toBeLessThan(3 * tolerance);
    }
  },
);

test.each(["none", "tanh"] as const)(
  "gelu (approximate: %s) has the second derivatives that finite differences give",
  (approximate) => {
    expect(gradgradcheck((x) => F.gelu(x!, { approximate }), [randn([7], { dtype: "float64" })])).toBe(true);
  },
);
