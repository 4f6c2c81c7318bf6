/** Derivatives as functions: against rules of calculus, and nested in each other. */
import { describe, expect, test } from "@jest/globals";
import {
  grad,
  gradcheck,
  gradgradcheck,
  hessian,
  hvp,
  jacobian,
  jvp,
  noGrad,
  type Tensor,
  tensor,
  valueAndGrad,
  vjp,
  vmap,
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

describe("vjp and jvp", () => {
  const f = (x: Tensor) => x.outer(x.exp()).select(1, 0);
  const x = tensor([0.5, -1, 2], { dtype: "float64" });
  const v = tensor([1, -2, 0.5], { dtype: "float64" });

  test("are the Jacobian times a vector, from either side", () => {
    const j = jacobian(f, x);
    const [value, left] = vjp(f, x, v);
    const [again, right] = jvp(f, x, v);
    expect(value.toArray()).toEqual(f(x).toArray());
    expect(again.toArray()).toEqual(value.toArray());
    expect(left.sub(v.matmul(j)).abs().max().item()).toBeLessThan(1e-12);
    expect(right.sub(j.matmul(v)).abs().max().item()).toBeLessThan(1e-12);
  });

  test("of a constant and of a linear function", () => {
    expect(jvp(() => tensor([1, 2]), [3], [1])[1].toArray()).toEqual([0, 0]);
    expect(vjp(() => tensor([1, 2]), [3], [1, 1])[1].toArray()).toEqual([0]);
    expect(jvp((y) => y.mul(3), [1, 2], [1, 10])[1].toArray()).toEqual([3, 30]);
  });
});

describe("gradgradcheck", () => {
  test("passes right second derivatives of several inputs", () => {
    expect(
      gradgradcheck(
        (a, b) => a.mul(b).exp(),
        [
          [0.1, 0.2],
          [[0.3], [-0.4]],
        ],
      ),
    ).toBe(true);
    expect(gradgradcheck((a) => a.mul(2), [[1, 2]])).toBe(true);
  });

  test("finds a first derivative that was cut off from its own", () => {
    expect(() => gradgradcheck((a) => a.detach().mul(a).mul(a), [[1, 2]])).toThrow(/^Gradient of input 0, element 0/);
  });
});

describe("vmap", () => {
  test("calls the function with each sample and stacks what it gives", () => {
    const batch = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(vmap((row) => row.sum())(batch).toArray()).toEqual([3, 7, 11]);
    expect(vmap((column) => column.mul(2), { inDims: 1, outDim: 1 })(batch).toArray()).toEqual(batch.mul(2).toArray());
  });

  test("shares arguments without samples, and gives gradients sample by sample", () => {
    const w = tensor([1, 2]);
    const x = [
      [1, 0],
      [0, 3],
    ];
    const perSample = vmap(
      grad((v: Tensor, row: Tensor) => v.dot(row).square()),
      { inDims: [null, 0] },
    )(w, x);
    expect(perSample.toArray()).toEqual([
      [2, 0],
      [0, 36],
    ]);
  });

  test("lets gradients through", () => {
    expect(
      gradcheck(
        (x) => vmap((row) => row.mul(row).sum())(x),
        [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ),
    ).toBe(true);
  });

  test("refuses arguments that do not pair up", () => {
    expect(() => vmap((a, b) => a.add(b))([1, 2], [1])).toThrow(
      "Cannot map over [2,1] samples: there must be as many in each argument, at least one",
    );
    expect(() => vmap((a) => a, { inDims: [0, 0] })([1])).toThrow(
      "Cannot map over 1 arguments with 2 dimensions: give one each",
    );
    expect(() => vmap((a) => a)(1)).toThrow("give null for it in inDims");
    expect(() => vmap(() => 1 as unknown as Tensor)([1])).toThrow(TypeError);
  });
});
