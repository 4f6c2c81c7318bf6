/** LBFGS goes PyTorch's way, point by point. */
import { describe, expect, test } from "@jest/globals";
import { cat, matmul, optim, type Tensor } from "../../../../lib/index.ts";
import { type Dumped, expectClose, load, type Precision, reference } from "../../reference.ts";

interface Step {
  readonly loss: number;
  readonly evaluations: number;
  readonly params: readonly Dumped[];
}

interface Case extends Readonly<Record<Precision, readonly Step[]>> {
  readonly function: "rosenbrock" | "waves";
  readonly start: readonly Dumped[];
  readonly matrix: Dumped;
  readonly options: Partial<optim.LBFGSOptions>;
}

const functions = {
  rosenbrock: ([x, y]: Tensor[]) =>
    x!
      .neg()
      .add(1)
      .pow(2)
      .add(y!.sub(x!.mul(x!)).pow(2).mul(100))
      .sum(),
  waves: ([a, b]: Tensor[], matrix: Tensor) => {
    const w = cat([a!, b!.reshape([-1])]);
    return matmul(matrix, w).pow(2).sum().add(w.mul(3).cos().sum());
  },
};

describe("LBFGS", () => {
  const cases = reference<Case[]>("optim-lbfgs").map((c) => [c.function, JSON.stringify(c.options), c] as const);

  /** Until where the paths must agree. Rounding grows along the way, most in float32, where PyTorch rounds every vector and we only the parameters. */
  const tolerances = { float64: 1e-9, float32: 2e-3 } as const;

  test.each(cases)("on %s with %s takes PyTorch's steps, computing the loss as often", (_, __, given) => {
    for (const dtype of ["float64", "float32"] as const) {
      const params = given.start.map((p) => load(p, dtype).requiresGrad_());
      const matrix = load(given.matrix, dtype);
      const optimizer = new optim.LBFGS(params, given.options);
      let evaluations = 0;
      const closure = () => {
        evaluations++;
        optimizer.zeroGrad();
        const loss = functions[given.function](params, matrix);
        loss.backward();
        return loss;
      };
      given[dtype].forEach((step, i) => {
        const loss = optimizer.step(closure);
        if (dtype === "float64") expect(evaluations).toBe(step.evaluations);
        if (dtype === "float64") expectClose(`The loss of step ${i}`, loss, { shape: [], data: [step.loss] }, 1e-6);
        params.forEach((p, k) => {
          expectClose(`Parameter ${k} after step ${i} in ${dtype}`, p, step.params[k]!, tolerances[dtype]);
        });
      });
    }
  });
});
