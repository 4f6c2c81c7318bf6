/** Optimizers that use curvature: what must hold of them on functions whose minima are known. */
import { describe, expect, test } from "@jest/globals";
import {
  allClose,
  data,
  eye,
  F,
  linalg,
  manualSeed,
  matmul,
  nn,
  optim,
  randn,
  type Tensor,
  tensor,
  zeros,
} from "../../../../lib/index.ts";
import { WholeVectorOptimizer } from "../../../../lib/optim/second-order/whole-vector.ts";

const rosenbrock = (w: Tensor): Tensor => {
  const [x, y] = [w.select(0, 0), w.select(0, 1)];
  return x
    .neg()
    .add(1)
    .pow(2)
    .add(y.sub(x.mul(x)).pow(2).mul(100));
};
const start = () => tensor([-1.2, 1], { dtype: "float64", requiresGrad: true });

/** A positive definite matrix of a known spread of eigenvalues. */
function definite(n: number): Tensor {
  manualSeed(n);
  const { Q } = linalg.qr(randn([n, n], { dtype: "float64" }));
  return matmul(
    Q.mul(
      tensor(
        Array.from({ length: n }, (_, i) => 1 + i ** 2),
        { dtype: "float64" },
      ),
    ),
    Q.t(),
  );
}

/** Steps until the loss is below the limit. */
function stepsTo(
  limit: number,
  optimizer: optim.LBFGS | optim.BFGS | optim.ConjugateGradient | optim.Newton | optim.HessianFree,
  loss: () => Tensor,
): number {
  for (let i = 0; i <= 500; i++) {
    if (loss().item() < limit) return i;
    optimizer.step(loss);
  }
  return Infinity;
}

const makers = {
  LBFGS: (params: Tensor[]) =>
    new optim.LBFGS(params, { maxIter: 1, toleranceChange: 1e-14, lineSearchFn: "strongWolfe" }),
  BFGS: (params: Tensor[]) => new optim.BFGS(params),
  ConjugateGradient: (params: Tensor[]) => new optim.ConjugateGradient(params),
  Newton: (params: Tensor[]) => new optim.Newton(params),
  HessianFree: (params: Tensor[]) => new optim.HessianFree(params),
};
const everyOne = Object.entries(makers);

describe("conjugateGradient()", () => {
  test.each([1, 2, 5, 10])("solves %i equations in no more steps, with the solution of elimination", (n) => {
    const a = definite(n);
    const b = randn([n], { dtype: "float64" });
    const { x, iterations, residuals } = optim.conjugateGradient(a, b);
    expect(iterations).toBeLessThanOrEqual(n);
    expect(residuals.at(-1)).toBeLessThan(1e-9);
    expect(allClose(x, linalg.solve(a, b), { atol: 1e-9 })).toBe(true);
  });

  test("takes as many steps as there are different eigenvalues", () => {
    const a = eye(6, 6, { dtype: "float64" }).mul(tensor([1, 1, 1, 5, 5, 9], { dtype: "float64" }));
    expect(optim.conjugateGradient(a, [1, 2, 3, 4, 5, 6]).iterations).toBe(3);
  });

  test("asks for no matrix, only for its product with a vector", () => {
    const { x } = optim.conjugateGradient((v) => v.mul(4), tensor([8, 4], { dtype: "float64" }));
    expect(x.toArray()).toEqual([2, 1]);
  });

  test("starts where it is told, and stops at once at the solution", () => {
    expect(optim.conjugateGradient([[2]], [4], { x0: [2] }).iterations).toBe(0);
  });

  test("says that a matrix is not positive definite", () => {
    expect(() => optim.conjugateGradient([[-1]], [1])).toThrow(
      "Cannot solve by conjugate gradients: in step 1 the matrix has curvature -1 along a direction, and must be positive definite",
    );
    expect(() => optim.conjugateGradient([[1]], [[1]])).toThrow(
      "Cannot solve for [1,1]: the right side must be a vector",
    );
  });
});

describe("on Rosenbrock's valley", () => {
  test("BFGS is down in fewer than 50 iterations, and has found the inverse Hessian", () => {
    const w = start();
    const optimizer = new optim.BFGS([w]);
    expect(stepsTo(1e-14, optimizer, () => rosenbrock(w))).toBeLessThan(50);
    const exact = linalg.inv([
      [802, -400],
      [-400, 200],
    ]);
    const found = tensor(optimizer.inverseHessian!, { dtype: "float64" }).reshape([2, 2]);
    expect(allClose(found, exact.double(), { rtol: 0.1 })).toBe(true);
  });

  test.each([
    ["LBFGS", 50, makers.LBFGS],
    ["Newton", 10, makers.Newton],
    ["HessianFree", 100, makers.HessianFree],
    ["ConjugateGradient", 100, makers.ConjugateGradient],
    [
      "ConjugateGradient of Fletcher and Reeves",
      200,
      (params: Tensor[]) => new optim.ConjugateGradient(params, { method: "fletcherReeves" }),
    ],
  ])("%s is down in fewer than %i iterations, where gradient descent takes thousands", (_, limit, make) => {
    const w = start();
    expect(stepsTo(1e-10, make([w]), () => rosenbrock(w))).toBeLessThan(limit);
    expect(allClose(w.detach(), tensor([1, 1], { dtype: "float64" }), { atol: 1e-4 })).toBe(true);
  });
});

describe("Newton", () => {
  test("solves a quadratic in one step", () => {
    const a = definite(5);
    const b = randn([5], { dtype: "float64" });
    const w = randn([5], { dtype: "float64", requiresGrad: true });
    new optim.Newton([w]).step(() => matmul(w, matmul(a, w)).div(2).sub(matmul(b, w)));
    expect(allClose(w.detach(), linalg.solve(a, b), { atol: 1e-12 })).toBe(true);
  });

  test("with damping goes a shorter way, and with a rate a part of it", () => {
    const once = (options: Partial<optim.NewtonOptions>) => {
      const w = tensor([4], { dtype: "float64", requiresGrad: true });
      new optim.Newton([w], options).step(() => w.mul(w).sum());
      return w.item();
    };
    expect([once({}), once({ damping: 2 }), once({ lr: 0.5 })].map((w) => w.toFixed(12))).toEqual([
      "0.000000000000",
      "2.000000000000",
      "2.000000000000",
    ]);
  });

  test("leaves a saddle downhill, where the plain method would walk onto it", () => {
    const w = tensor([1, 0.1], { dtype: "float64", requiresGrad: true });
    const saddle = () => w.select(0, 0).pow(2).sub(w.select(0, 1).pow(2));
    const before = saddle().item();
    new optim.Newton([w]).step(saddle);
    expect(saddle().item()).toBeLessThan(before);
    expect(Math.abs(w.select(0, 1).item())).toBeGreaterThan(0.1);
  });
});

test("HessianFree learns exclusive or", () => {
  manualSeed(0);
  const model = new nn.Sequential(new nn.Linear(2, 4), new nn.Tanh(), new nn.Linear(4, 1)).double();
  const { x, y } = data.xor();
  const loss = () => F.mseLoss(model(x.double()), y.double());
  expect(stepsTo(1e-6, new optim.HessianFree(model.parameters()), loss)).toBeLessThan(100);
});

describe.each(everyOne)("%s", (name, make) => {
  test("goes on from a saved state exactly as it would have", () => {
    const path = (pauseAt: number | null) => {
      const w = start();
      let optimizer = make([w]);
      for (let i = 0; i < 8; i++) {
        if (i === pauseAt) {
          const saved = optimizer.stateDict();
          optimizer = make([w]);
          optimizer.loadStateDict(saved);
        }
        optimizer.step(() => rosenbrock(w));
      }
      return w.toArray();
    };
    expect(path(4)).toEqual(path(null));
  });

  test("climbs when it is to maximize", () => {
    const w = tensor([3, -1], { dtype: "float64", requiresGrad: true });
    const optimizer = make([w]);
    for (const group of optimizer.paramGroups) group.maximize = true;
    for (let i = 0; i < 40; i++) optimizer.step(() => w.sub(1).pow(2).sum().neg());
    expect(allClose(w.detach(), tensor([1, 1], { dtype: "float64" }), { atol: 1e-3 })).toBe(true);
  });

  test("moves several parameters, and leaves one alone that the loss does not know", () => {
    const a = tensor([2, 3], { dtype: "float64", requiresGrad: true });
    const b = tensor([[1], [4]], { dtype: "float64", requiresGrad: true });
    const idle = tensor([7], { dtype: "float64", requiresGrad: true });
    const optimizer = make([a, idle, b]);
    const loss = () => a.pow(2).sum().add(b.sub(1).pow(2).sum());
    const first = optimizer.step(loss);
    expect(first.item()).toBe(22);
    for (let i = 0; i < 30; i++) optimizer.step(loss);
    expect(loss().item()).toBeLessThan(1e-4);
    expect(idle.item()).toBe(7);
  });

  test("says what it needs", () => {
    const w = start();
    const optimizer = make([w]);
    expect(() => optimizer.step()).toThrow(
      `Cannot step ${name} without a closure: it wants the loss at several points, so give step() a function that computes it`,
    );
    expect(() => optimizer.step(() => undefined)).toThrow(`Cannot step ${name} with a closure that returns nothing`);
    expect(() => optimizer.step(() => zeros([2]))).toThrow(`Cannot step ${name} with a closure that returns [2]`);
    const groups = [{ params: [start()] }, { params: [start()] }] as unknown as Tensor[];
    expect(() => make(groups)).toThrow(`Cannot use 2 groups with ${name}: it moves all parameters as one vector`);
  });
});

test("every exported second-order optimizer is tested here", () => {
  const exported = Object.entries(optim).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof WholeVectorOptimizer,
  );
  expect(exported.map(([name]) => name).sort()).toEqual(Object.keys(makers).sort());
});
