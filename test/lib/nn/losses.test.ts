/** Every loss, as a function and as a module, against PyTorch. */
import { describe, expect, test } from "@jest/globals";
import { F, gradients, nn, type Tensor, tensor } from "../../../lib/index.ts";
import * as classLosses from "../../../lib/nn/class-losses.ts";
import * as marginModules from "../../../lib/nn/layers/margin-loss.ts";
import * as elementLosses from "../../../lib/nn/losses.ts";
import { type Dumped, expectClose, load, loadOptions, precisions, reference, seedFor } from "../reference.ts";

type Made = { output: Dumped; grads: Dumped[] };

interface Case {
  readonly loss: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly input: Dumped;
  readonly target: Dumped;
  readonly float64: Made;
  readonly float32: Made;
}

type LossFunction = (input: Tensor, target: Tensor, options: object) => Tensor;
type LossModule = new (options: object) => (input: Tensor, target: Tensor) => Tensor;

/** The module of each function. */
const modules: Readonly<Record<string, LossModule>> = {
  mseLoss: nn.MSELoss,
  l1Loss: nn.L1Loss,
  smoothL1Loss: nn.SmoothL1Loss,
  huberLoss: nn.HuberLoss,
  binaryCrossEntropy: nn.BCELoss,
  binaryCrossEntropyWithLogits: nn.BCEWithLogitsLoss,
  nllLoss: nn.NLLLoss,
  crossEntropy: nn.CrossEntropyLoss,
  klDiv: nn.KLDivLoss,
};

const losses = { ...elementLosses, ...classLosses };
const cases = reference<Case[]>("losses");
const functionNamed = (name: string) => (losses as unknown as Record<string, LossFunction>)[name]!;

const rows = cases.map((c, i) => {
  const options = Object.entries(c.options).map(([k, v]) => `${k}: ${typeof v === "object" ? "…" : v}`);
  return [`${i}: ${c.loss} of [${c.input.shape}] and [${c.target.shape}] with ${options.join(", ")}`, c] as const;
});

describe.each(rows)("%s", (_, row) => {
  test.each(precisions)("gives PyTorch's value and gradients in %s", (dtype, tolerance) => {
    const leaves = [load(row.input, dtype).requiresGrad_(), load(row.target, dtype)] as const;
    const [input, target] = leaves;
    if (target.dtype === dtype) target.requiresGrad_();
    const output = functionNamed(row.loss)(input, target, loadOptions(row.options, dtype));
    expectClose("the loss", output, row[dtype].output, tolerance);
    const wanted = leaves.filter((x) => x.requiresGrad);
    const grads = gradients(output.mul(seedFor(output)).sum(), wanted);
    row[dtype].grads.forEach((grad, i) => {
      expectClose(
        `the gradient of ${i === 0 ? "the input" : "the target"}`,
        grads[i] ?? wanted[i]!.mul(0),
        grad,
        tolerance,
      );
    });
  });

  test("gives the same as a module", () => {
    const [input, target] = [load(row.input, "float64"), load(row.target, "float64")];
    const options = loadOptions(row.options, "float64");
    const module = new modules[row.loss]!(options);
    expect(module(input, target).toArray()).toEqual(functionNamed(row.loss)(input, target, options).toArray());
  });
});

test("every exported loss is compared with PyTorch, as a function and as a module", () => {
  const compared = new Set(cases.map((c) => c.loss));
  expect(Object.keys(losses).filter((name) => !compared.has(name))).toEqual([]);
  const known = new Set<unknown>([...Object.values(modules), nn.Loss]);
  // Those of two inputs and a target, and the one with weights of its own, have tests of their own.
  const elsewhere = new Set([...Object.values(marginModules), nn.AdaptiveLogSoftmaxWithLoss]);
  expect(
    Object.entries(nn).filter(
      ([name, value]) => name.endsWith("Loss") && !known.has(value) && !elsewhere.has(value as never),
    ),
  ).toEqual([]);
});

describe("losses", () => {
  test("the derivative of binary cross-entropy by the logit is σ(z) − y", () => {
    const z = tensor([-2, 0, 3], { dtype: "float64", requiresGrad: true });
    F.binaryCrossEntropyWithLogits(z, [0, 1, 1], { reduction: "sum" }).backward();
    const expected = F.sigmoid(z.detach()).sub([0, 1, 1]);
    for (const value of z.grad!.sub(expected).data) expect(Math.abs(value)).toBeLessThan(1e-15);
  });

  test("the best constant of the squared error is the mean, of the absolute error the median", () => {
    const targets = [0, 1, 2, 10, 50];
    const best = (loss: LossFunction) => {
      const at = (c: number) => loss(tensor(targets.map(() => c)), tensor(targets), {}).item();
      return Array.from({ length: 501 }, (_, i) => i / 10).reduce((a, b) => (at(b) < at(a) ? b : a));
    };
    expect(best(F.mseLoss)).toBe(12.6);
    expect(best(F.l1Loss)).toBe(2);
  });

  test("classes can be given as plain arrays", () => {
    const x = [
      [1, 2, 3],
      [3, 2, 1],
    ];
    expect(F.crossEntropy(x, [2, 0]).item()).toBe(F.crossEntropy(x, tensor([2, 0], { dtype: "int32" })).item());
  });

  test("the derivative of klDiv by a target of 0 is a number, where PyTorch has NaN", () => {
    const y = tensor([0, 1], { requiresGrad: true });
    F.klDiv([-1, -2], y, { reduction: "sum" }).backward();
    // 0 ln 0 counts as the constant 0, so that −x is left; d/dy (y ln y − y x) is ln y + 1 − x elsewhere.
    expect(y.grad!.toArray()).toEqual([1, 3]);
  });

  test("the loss of one certain mistake is 100, not ∞, and its gradient is finite", () => {
    const p = tensor([1], { requiresGrad: true });
    const loss = F.binaryCrossEntropy(p, [0]);
    expect(loss.item()).toBe(100);
    loss.backward();
    expect(Number.isFinite(p.grad!.item())).toBe(true);
  });

  test.each<[string, () => unknown, string]>([
    [
      "a column against a row",
      () => F.mseLoss([[1], [2]], [1, 2]),
      "Cannot compute mseLoss of [2,1] against [2]: the shapes must be equal",
    ],
    [
      "an unknown reduction",
      () => F.l1Loss([1], [1], { reduction: "total" as "sum" }),
      "Cannot reduce a loss by total: it must be mean, sum or none",
    ],
    [
      "a probability above 1",
      () => F.binaryCrossEntropy([1.5], [1]),
      "Cannot compute binaryCrossEntropy of 1.5: probabilities must be from 0 to 1; apply sigmoid first",
    ],
    [
      "classes of a wrong shape",
      () =>
        F.crossEntropy(
          [
            [1, 2],
            [1, 2],
          ],
          [0, 1, 1],
        ),
      "Cannot compute crossEntropy of [2,2] against classes of shape [3]: expected [2]",
    ],
    ["a class that does not exist", () => F.crossEntropy([[1, 2]], [2]), "index 2: indices go from 0 to 1"],
    [
      "weights for other classes",
      () => F.crossEntropy([[1, 2]], [1], { weight: [1, 2, 3] }),
      "Cannot weigh 2 classes by a weight of shape [3]: give one number a class",
    ],
    [
      "too much smoothing",
      () => F.crossEntropy([[1, 2]], [1], { labelSmoothing: 2 }),
      "Cannot smooth labels by 2: it must be from 0 to 1",
    ],
    [
      "a negative beta",
      () => F.smoothL1Loss([1], [1], { beta: -1 }),
      "Cannot compute smoothL1Loss with beta -1: it must be ≥ 0",
    ],
    [
      "a delta of 0",
      () => F.huberLoss([1], [1], { delta: 0 }),
      "Cannot compute huberLoss with delta 0: it must be > 0",
    ],
  ])("refuse %s", (_, run, message) => {
    expect(run).toThrow(RangeError);
    expect(run).toThrow(message);
  });
});
