/** Gelu by its kernels against the same from ops. */
import { expect, test } from "@jest/globals";
import { observe } from "../../../lib/autograd/apply.ts";
import { F, gradgradcheck, gradients, randn, type Tensor } from "../../../lib/index.ts";

const far = (a: Tensor, b: Tensor) => a.detach().sub(b.detach()).abs().max().item();

test.each([
  ["float64", 1e-14],
  ["float32", 1e-6],
] as const)("gelu has the values and gradients in %s that ops give, recorded or not", (dtype, tolerance) => {
  const x = randn([33, 31], { dtype }).mul(3).detach().requiresGrad_();
  const dy = randn([31, 33], { dtype }).t();
  const y = F.gelu(x);
  const other = observe(
    () => {},
    () => F.gelu(x),
  );
  expect(far(y, other)).toBeLessThan(tolerance);
  const [wanted] = gradients(other, [x], dy);
  for (const createGraph of [false, true]) {
    expect(far(gradients(F.gelu(x), [x], dy, { createGraph })[0]!, wanted!)).toBeLessThan(3 * tolerance);
  }
});

test("gelu has the second derivatives that finite differences give", () => {
  expect(gradgradcheck((x) => F.gelu(x!), [randn([7], { dtype: "float64" })])).toBe(true);
});
