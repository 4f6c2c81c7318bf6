/** Linear algebra: PyTorch's numbers and gradients, finite differences, and what must hold of every decomposition. */
import { describe, expect, test } from "@jest/globals";
import {
  allClose,
  enableGrad,
  eye,
  fullLike,
  gradcheck,
  gradients,
  linalg,
  manualSeed,
  matmul,
  noGrad,
  rand,
  randn,
  type Tensor,
  tensor,
  zeros,
} from "../../../lib/index.ts";
import { type Dumped, expectClose, load, loadOptions, precisions, reference, seedFor } from "../reference.ts";

interface Made {
  readonly outputs: readonly Dumped[];
  readonly grads?: readonly Dumped[];
}

interface Case {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Dumped[];
  readonly float64: Made;
  readonly float32: Made;
}

type Options = Record<string, unknown>;

const last = (x: Tensor) => x.unsqueeze(-2);
const adjoint = (x: Tensor) => x.transpose(-1, -2);

/** What is compared of a function's results: of vectors that are determined but for their sign, what does not depend on it. */
const functions: Readonly<Record<string, (inputs: Tensor[], options: Options) => Tensor[]>> = {
  solve: ([a, b]) => [linalg.solve(a!, b!)],
  solveTriangular: ([a, b], o) => [linalg.solveTriangular(a!, b!, o as { upper: boolean })],
  inv: ([a]) => [linalg.inv(a!)],
  det: ([a]) => [linalg.det(a!)],
  slogdet: ([a]) => Object.values(linalg.slogdet(a!)),
  logdet: ([a]) => [linalg.logdet(a!)],
  cholesky: ([a], o) => [linalg.cholesky(a!, o)],
  qr: ([a], o) => Object.values(linalg.qr(a!, o)),
  eigh: ([a], o) => {
    const { eigenvalues, eigenvectors } = linalg.eigh(a!, o);
    const scaled = eigenvectors.mul(last(eigenvalues.exp()));
    return [eigenvalues, eigenvectors.mul(eigenvectors), matmul(scaled, adjoint(eigenvectors))];
  },
  eigvalsh: ([a]) => [linalg.eigvalsh(a!)],
  svd: ([a], o) => {
    const { U, S, Vh } = linalg.svd(a!, o);
    return [S, U.mul(U), Vh.mul(Vh), matmul(U.mul(last(S.mul(S))), Vh)];
  },
  fullSvd: ([a]) => {
    const { U, S, Vh } = linalg.svd(a!);
    return [S, matmul(U, adjoint(U)), matmul(Vh, adjoint(Vh))];
  },
  svdvals: ([a]) => [linalg.svdvals(a!)],
  lstsq: ([a, b]) => [linalg.lstsq(a!, b!).solution],
  leastSquares: ([a, b]) => {
    const { residuals, rank } = linalg.lstsq(a!, b!);
    return [residuals, rank];
  },
  pinv: ([a], o) => [linalg.pinv(a!, o)],
  matrixRank: ([a], o) => [linalg.matrixRank(a!, o)],
  norm: ([a], o) => [linalg.norm(a!, o)],
  vectorNorm: ([a], o) => [linalg.vectorNorm(a!, o)],
  matrixNorm: ([a], o) => [linalg.matrixNorm(a!, o)],
  cond: ([a], o) => [linalg.cond(a!, o)],
  matrixExp: ([a]) => [linalg.matrixExp(a!)],
  choleskySolve: ([b, l], { upper }) => [linalg.choleskySolve(b!, upper ? adjoint(l!) : l!, { upper: Boolean(upper) })],
  choleskyInverse: ([l]) => [linalg.choleskyInverse(l!)],
  matrixPower: ([a], o) => [linalg.matrixPower(a!, o.n as number)],
};

const cases = reference<Case[]>("linalg");
const named = cases.map(
  (c, i) =>
    [`${c.name} ${JSON.stringify(c.options)} of ${c.inputs.map((x) => `[${x.shape}]`).join(", ")}`, c, i] as const,
);

describe("as PyTorch", () => {
  test.each(named)("%s", (_, given) => {
    for (const [dtype, tolerance] of precisions) {
      const made = given[dtype];
      const inputs = given.inputs.map((x) => load(x, dtype));
      if (made.grads) for (const x of inputs) x.requiresGrad_();
      const outputs = functions[given.name]!(inputs, loadOptions(given.options, dtype));
      expect(outputs).toHaveLength(made.outputs.length);
      outputs.forEach((y, i) => {
        expectClose(`Result ${i} in ${dtype}`, y, made.outputs[i]!, tolerance);
      });
      if (!made.grads) continue;
      const total = outputs.map((y) => y.mul(seedFor(y)).sum()).reduce((a, b) => a.add(b));
      // What is constant is not recorded; PyTorch gives zeros.
      const grads = total.requiresGrad ? gradients(total, inputs) : inputs.map(() => null);
      grads.forEach((grad, i) => {
        expectClose(`Gradient ${i} in ${dtype}`, grad ?? inputs[i]!.mul(0), made.grads![i]!, tolerance);
      });
    }
  });
});

/** The total of a function's results, unevenly weighed. */
const weigh = (outputs: Tensor[]) => outputs.map((y) => y.mul(seedFor(y)).sum()).reduce((a, b) => a.add(b));

describe("gradients", () => {
  const generic = [
    [4, 1, 0.5],
    [1, 3, -1],
    [0.25, -1, 2],
  ];
  const tall = [
    [1, 2],
    [-1, 0.5],
    [3, 1],
  ];
  const wide = [
    [1, -1, 3],
    [2, 0.5, 1],
  ];
  const symmetric = (x: Tensor) => x.add(adjoint(x)).div(2);
  const definite = (x: Tensor) => matmul(x, adjoint(x)).add(eye(3, 3, { dtype: "float64" }));
  const triangle = { upper: false };
  const checked: [string, (...x: Tensor[]) => Tensor[], number[][][]][] = [
    ["solve", (a, b) => [linalg.solve(a!, b!)], [generic, tall]],
    ["solveTriangular", (a, b) => [linalg.solveTriangular(a!, b!, triangle)], [generic, tall]],
    ["inv", (a) => [linalg.inv(a!)], [generic]],
    ["det", (a) => [linalg.det(a!)], [generic]],
    ["logdet", (a) => [linalg.logdet(definite(a!))], [generic]],
    ["cholesky", (a) => [linalg.cholesky(definite(a!))], [generic]],
    ["qr of a tall matrix", (a) => Object.values(linalg.qr(a!)), [tall]],
    ["qr of a wide matrix", (a) => Object.values(linalg.qr(a!)), [wide]],
    ["eigh", (a) => functions.eigh!([symmetric(a!)], {}), [generic]],
    ["svd of a square matrix", (a) => functions.svd!([a!], {}), [generic]],
    ["svd of a tall matrix", (a) => functions.svd!([a!], { fullMatrices: false }), [tall]],
    ["svd of a wide matrix", (a) => functions.svd!([a!], { fullMatrices: false }), [wide]],
    ["pinv of a tall matrix", (a) => [linalg.pinv(a!)], [tall]],
    ["pinv of a wide matrix", (a) => [linalg.pinv(a!)], [wide]],
    ["lstsq", (a, b) => [linalg.lstsq(a!, b!).solution], [tall, [[1], [2], [0]]]],
    ["matrixExp", (a) => [linalg.matrixExp(a!)], [generic]],
    ["choleskySolve", (a, b) => [linalg.choleskySolve(b!, linalg.cholesky(definite(a!)))], [generic, tall]],
    ["choleskyInverse", (a) => [linalg.choleskyInverse(linalg.cholesky(definite(a!)))], [generic]],
    ["matrixPower", (a) => [linalg.matrixPower(a!, -3)], [generic]],
    ["the nuclear norm", (a) => [linalg.norm(a!, { ord: "nuc" })], [generic]],
    ["cond", (a) => [linalg.cond(a!), linalg.cond(a!, { p: 1 })], [generic]],
  ];

  test.each(checked)("of %s are what finite differences give", (_, run, inputs) => {
    gradcheck((...x) => weigh(run(...x)), inputs, { atol: 1e-6, rtol: 1e-5 });
  });

  test.each(checked)("of %s have themselves the gradients that finite differences give", (_, run, inputs) => {
    gradcheck(
      (...x) =>
        enableGrad(() => {
          const watched = x.map((leaf) => (leaf.requiresGrad ? leaf : leaf.detach().requiresGrad_()));
          // Squared, so that what is linear has a second derivative too.
          const y = weigh(run(...watched).map((out) => out.mul(out)));
          return weigh(gradients(y, watched, null, { createGraph: true }).map((g) => g!));
        }),
      inputs,
      { atol: 1e-4, rtol: 1e-4 },
    );
  });

  test("of the determinant of a singular matrix are its cofactors, where PyTorch 1.13 gives zeros", () => {
    const singular = [
      [1, 2, 3],
      [2, 4, 6],
      [1, 0, 1],
    ];
    gradcheck((a) => linalg.det(a!), [singular], { atol: 1e-6 });
    gradcheck((a) => linalg.det(a!).sum(), [zeros([3, 3])], { atol: 1e-6 });
  });

  test("of eigenvalues and singular values exist where these are equal", () => {
    const a = eye(3, 3, { dtype: "float64", requiresGrad: true });
    expect(gradients(linalg.eigvalsh(a).sum(), [a])[0]!.toArray()).toEqual(eye(3).toArray());
    expect(gradients(linalg.svdvals(a).sum(), [a])[0]!.toArray()).toEqual(eye(3).toArray());
  });

  test("of complete Q and R are refused, as they are not determined", () => {
    const a = tensor(tall, { requiresGrad: true });
    const { Q } = linalg.qr(a, { mode: "complete" });
    expect(() => Q.sum().backward()).toThrow(/Cannot go backward through qr of \[3,2\] with mode "complete"/);
  });
});

describe("laws", () => {
  const near = (a: Tensor, b: Tensor | number, atol = 1e-12) =>
    expect(allClose(a, typeof b === "number" ? fullLike(a, b) : b, { rtol: 1e-12, atol })).toBe(true);
  const sizes: [number, number][] = [
    [1, 1],
    [5, 5],
    [7, 3],
    [3, 7],
    [30, 20],
    [2, 0],
    [0, 2],
  ];

  test.each(sizes)("the factors of a %i by %i matrix make it again", (rows, columns) => {
    manualSeed(rows);
    const a = randn([rows, columns], { dtype: "float64" });
    const k = Math.min(rows, columns);
    for (const mode of ["reduced", "complete"] as const) {
      const { Q, R } = linalg.qr(a, { mode });
      near(matmul(Q, R), a);
      near(matmul(Q.t(), Q), eye(Q.shape[1]!, Q.shape[1]!, { dtype: "float64" }));
      near(R.tril(-1), 0);
    }
    const { U, S, Vh } = linalg.svd(a);
    expect([U.shape, S.shape, Vh.shape]).toEqual([[rows, rows], [k], [columns, columns]]);
    near(matmul(U, U.t()), eye(rows, rows, { dtype: "float64" }));
    near(matmul(Vh, Vh.t()), eye(columns, columns, { dtype: "float64" }));
    near(matmul(U.narrow(1, { start: 0, length: k }).mul(S), Vh.narrow(0, { start: 0, length: k })), a);
    const p = linalg.pinv(a);
    near(matmul(matmul(a, p), a), a);
    near(matmul(matmul(p, a), p), p);
  });

  test("a matrix of 60 rows is decomposed to within rounding", () => {
    manualSeed(1);
    const a = randn([60, 60], { dtype: "float64" });
    const b = randn([60, 2], { dtype: "float64" });
    near(matmul(a, linalg.solve(a, b)), b, 1e-11);
    const { eigenvalues, eigenvectors } = linalg.eigh(matmul(a, a.t()));
    near(matmul(eigenvectors.mul(eigenvalues), eigenvectors.t()), matmul(a, a.t()), 1e-11);
    const lower = linalg.cholesky(matmul(a, a.t()));
    near(matmul(lower, lower.t()), matmul(a, a.t()), 1e-11);
    near(linalg.slogdet(a).logabsdet.mul(2), linalg.logdet(matmul(a, a.t())), 1e-9);
  });

  test("the least squares fit of a line has the residual that the rest of the decomposition says", () => {
    const x = tensor([0, 1, 2, 3], { dtype: "float64" });
    const a = tensor(
      Array.from(x.data, (v) => [1, v]),
      { dtype: "float64" },
    );
    const { solution, residuals, rank } = linalg.lstsq(a, x.mul(2).add(1));
    near(solution, tensor([1, 2], { dtype: "float64" }));
    near(residuals, 0, 1e-24);
    expect(rank.item()).toBe(2);
  });

  test("svdLowrank() finds the values and the space that svd() finds", () => {
    manualSeed(2);
    const spectrum = tensor(
      Array.from({ length: 20 }, (_, i) => 2 ** -i),
      { dtype: "float64" },
    );
    const [left, right] = [30, 25].map((n) => linalg.qr(rand([n, 20], { dtype: "float64" })).Q);
    const a = matmul(left!.mul(spectrum), right!.t());
    const { U, S, Vh } = linalg.svdLowrank(a, { q: 8, niter: 4 });
    // What the ninth value adds to the sketch is multiplied by its ratio to the others at each round.
    near(S.narrow(0, { start: 0, length: 4 }), spectrum.narrow(0, { start: 0, length: 4 }), 1e-9);
    const rest = linalg.matrixNorm(a.sub(matmul(U.mul(S), Vh)), { ord: 2 }).item();
    expect(rest).toBeGreaterThan(2 ** -8 * (1 - 1e-9));
    expect(rest).toBeLessThan(2 ** -8 * 1.01);
  });

  test("float32 results are the float64 ones, rounded", () => {
    manualSeed(3);
    const a = randn([6, 6]);
    const exact = noGrad(() => linalg.inv(a.double()));
    expect(linalg.inv(a).dtype).toBe("float32");
    expect(linalg.inv(a).toArray()).toEqual(exact.float().toArray());
  });

  test("a matrix reads the same through transposed and sliced views", () => {
    manualSeed(4);
    const a = randn([2, 4, 3], { dtype: "float64" });
    const view = a.transpose(1, 2).slice(null, null, [0, 3]);
    near(linalg.inv(view), linalg.inv(view.clone()));
    near(linalg.svdvals(a.transpose(0, 2)), linalg.svdvals(a.transpose(0, 2).clone()));
  });
});

describe("errors", () => {
  const singular = [
    [1, 2],
    [2, 4],
  ];
  const cases: [() => unknown, string][] = [
    [() => linalg.inv([1, 2]), "Cannot invert [2]: it must be a matrix or a batch of them, 2 dimensions or more"],
    [() => linalg.inv([[1, 2]]), "Cannot invert [1,2]: the matrix must be square, not 1 by 2"],
    [() => linalg.inv(singular), "Cannot invert [2,2]: the matrix is singular, pivot 2 is 0"],
    [
      () => linalg.inv([eye(2), singular].map((m) => tensor(m).toArray()) as number[][][]),
      "Cannot invert [2,2]: matrix 1 of 2 is singular, pivot 2 is 0",
    ],
    [() => linalg.solve(singular, [1, 2]), "Cannot solve with [2,2]: the matrix is singular, pivot 2 is 0"],
    [() => linalg.solve(eye(2), [1, 2, 3]), "Cannot solve with [2,2] for [3]: it must have 2 rows, not 3"],
    [() => linalg.solve(zeros([2, 1, 1]), zeros([3, 1, 1])), "Cannot solve the batches [2] and [3]"],
    [
      () =>
        linalg.cholesky([
          [1, 2],
          [2, 1],
        ]),
      "the matrix is not positive definite, its leading block of size 2 fails",
    ],
    [
      () => linalg.eigh([[Number.NaN]]),
      "Cannot take eigenvalues: the matrix holds NaN, and all elements must be finite",
    ],
    [
      () => linalg.svdvals([[1, Infinity]]),
      "Cannot take singular values: the matrix holds Infinity, and all elements must be finite",
    ],
    [
      () => linalg.svdLowrank(eye(2), { q: 3 }),
      "Cannot take 3 singular values of [2,2]: it must be a whole number from 0 to 2",
    ],
    [() => linalg.lstsq(eye(2), [1, 2, 3]), "Cannot fit with [2,2] for [3]: it must have 2 rows, not 3"],
    [() => linalg.matrixPower(eye(2), 0.5), "Cannot raise a matrix to the power 0.5: it must be a whole number"],
    [
      () => linalg.matrixNorm(eye(2), { ord: 3 }),
      'Cannot take the 3-norm of a matrix: it must be "fro", "nuc", ±1, ±2 or ±Infinity',
    ],
    [
      () => linalg.matrixNorm(eye(2), { dim: [0, 0] }),
      "Cannot take the norm of matrices along [0,0]: the dimensions must differ",
    ],
    [() => linalg.norm(zeros([1, 1, 1]), { ord: 2 }), "Cannot take the 2-norm of [1,1,1] along [0,1,2]"],
  ];

  test.each(cases.map(([broken, text]) => [text, broken] as const))("say: %s", (text, broken) => {
    expect(broken).toThrow(RangeError);
    expect(broken).toThrow(text);
  });
});
