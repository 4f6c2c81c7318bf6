/** Derivatives as functions: against rules of calculus, and nested in each other. */
import { describe, expect, test } from "@jest/globals";
import {
  grad,
  gradcheck,
  hessian,
  hvp,
  jacobian,
  noGrad,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../../../lib/index.ts";

const rosenbrock = (x: Tensor) => {
  const [a, b] = [x.select(0, 0), x.select(0, 1)];
  return a.mul(-1).add(1).square().add(b.sub(a.square()).square().mul(100));
};
const at = tensor([-1.25, 1.5], { dtype: "float64" });

describe("grad", () => {
  test("is the derivative, again and again", () => {
    const cube = (x: Tensor) => x.pow(3);
    expect(grad(cube)(2).item()).toBe(12);
    expect(grad(grad(cube, { createGraph: true }))(2).item()).toBe(12);
    expect(grad(grad(grad(cube, { createGraph: true }), { createGraph: true }))(2).item()).toBe(6);
  });

  test("gives further arguments to the function and differentiates by the first", () => {
    expect(grad((x: Tensor, power: number) => x.pow(power))(2, 4).item()).toBe(32);
  });

  test("works inside noGrad, and leaves the argument as it was", () => {
    const x = tensor(3);
    expect(noGrad(() => grad((v) => v.square())(x)).item()).toBe(6);
    expect([x.requiresGrad, x.grad]).toEqual([false, null]);
  });

  test("of a constant is 0", () => {
    expect(grad(() => tensor(5))([1, 2]).toArray()).toEqual([0, 0]);
  });

  test("asks for a single value", () => {
    expect(() => grad((x) => x.mul(2))([1, 2])).toThrow(
      "Cannot take the gradient of a function with values of shape [2]: use jacobian",
    );
  });
});

test("valueAndGrad gives both, and the value outside of the graph", () => {
  const [value, slope] = valueAndGrad((x) => x.square().sum())([3, 4]);
  expect([value.item(), value.requiresGrad, slope.toArray()]).toEqual([25, false, [6, 8]]);
});

describe("jacobian", () => {
  test("has a row for each result and a column for each argument", () => {
    const j = jacobian((x) => x.outer([1, 2, 3]), tensor([5, 7], { dtype: "float64" }));
    expect(j.shape).toEqual([2, 3, 2]);
    expect(j.select(2, 0).toArray()).toEqual([
      [1, 2, 3],
      [0, 0, 0],
    ]);
  });

  test("of a constant is 0", () => {
    expect(jacobian(() => tensor([1, 2]), [3]).toArray()).toEqual([[0], [0]]);
  });

  test("can itself be differentiated", () => {
    const trace = (x: Tensor) => jacobian((v) => v.pow(3), x, { createGraph: true }).trace();
    expect(grad(trace)([1, 2]).toArray()).toEqual([6, 12]);
    expect(gradcheck(trace, [[0.5, 1.5]])).toBe(true);
  });
});

describe("hessian", () => {
  // By hand: f = (1 − a)² + 100 (b − a²)².
  const [a, b] = at.toArray() as [number, number];
  const wanted = [
    [2 - 400 * (b - 3 * a * a), -400 * a],
    [-400 * a, 200],
  ];

  test("of Rosenbrock's valley is what calculus says", () => {
    const h = hessian(rosenbrock, at);
    for (const [i, row] of wanted.entries())
      for (const [j, value] of row.entries()) expect(h.slice(i, j).item()).toBeCloseTo(value, 9);
  });

  test("times a vector is hvp of the vector", () => {
    const v = tensor([2, -3], { dtype: "float64" });
    const product = hessian(rosenbrock, at)
      .matmul(v)
      .sub(hvp(rosenbrock, at, v));
    expect(product.abs().max().item()).toBeLessThan(1e-9);
  });

  test("of a linear function is 0, and so is hvp", () => {
    expect(hessian((x) => x.sum(), [1, 2]).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(hvp((x) => x.sum(), [1, 2], [3, 4]).toArray()).toEqual([0, 0]);
  });
});

describe("gradcheck", () => {
  test("passes what is right, for several inputs of several shapes", () => {
    expect(gradcheck((a, b) => a.matmul(b).tanh(), [[[0.1, 0.2]], [[0.3], [-0.4]]])).toBe(true);
  });

  test("finds a wrong derivative, and says where", () => {
    // detach() hides one of the two factors from backward.
    expect(() => gradcheck((x) => x.mul(x.detach()), [[1, 2]])).toThrow(
      // The first output is weighed by 1 + ½ sin 1.
      /^Gradient of input 0, element 0 of shape \[2\]: backward gives 1\.4207\d*, finite differences 2\.8414\d*$/,
    );
  });

  test("finds a derivative that is missing altogether", () => {
    expect(() => gradcheck((x) => x.detach().square(), [[1, 2]])).toThrow("backward gives 0, finite differences");
  });

  test("checks functions that go backward themselves", () => {
    expect(gradcheck((x) => grad((v) => v.pow(3).sum(), { createGraph: true })(x), [[1, 2]])).toBe(true);
  });
});
