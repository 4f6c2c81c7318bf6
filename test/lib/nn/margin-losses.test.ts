/** Losses of margins, counts, variances and alignments, as functions and as modules, against PyTorch. */
import { describe, expect, test } from "@jest/globals";
import { F, gradcheck, gradients, nn, rand, type Tensor, tensor } from "../../../lib/index.ts";
import * as ctc from "../../../lib/nn/ctc-loss.ts";
import * as likelihoods from "../../../lib/nn/likelihood-losses.ts";
import * as margins from "../../../lib/nn/margin-losses.ts";
import { type Dumped, expectClose, load, loadOptions, precisions, reference, seedFor } from "../reference.ts";

type Made = { output: Dumped; grads: Dumped[] };

interface Case {
  readonly loss: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Dumped[];
  readonly float64: Made;
  readonly float32: Made;
}

type LossFunction = (...args: unknown[]) => Tensor;
type LossModule = new (options: object) => nn.Module & ((...inputs: unknown[]) => Tensor);

const functions = { ...margins, ...likelihoods, ...ctc } as unknown as Record<string, LossFunction>;
const modules = {
  hingeEmbeddingLoss: nn.HingeEmbeddingLoss,
  marginRankingLoss: nn.MarginRankingLoss,
  cosineEmbeddingLoss: nn.CosineEmbeddingLoss,
  tripletMarginLoss: nn.TripletMarginLoss,
  tripletMarginWithDistanceLoss: nn.TripletMarginWithDistanceLoss,
  multiMarginLoss: nn.MultiMarginLoss,
  multilabelMarginLoss: nn.MultiLabelMarginLoss,
  multilabelSoftMarginLoss: nn.MultiLabelSoftMarginLoss,
  softMarginLoss: nn.SoftMarginLoss,
  poissonNLLLoss: nn.PoissonNLLLoss,
  gaussianNLLLoss: nn.GaussianNLLLoss,
  ctcLoss: nn.CTCLoss,
} as unknown as Record<string, LossModule>;

const cases = reference<Case[]>("losses-margin");

/** The alignment loss is compared behind a log-softmax, without which PyTorch's derivative does not hold. */
const prepared = (name: string, inputs: readonly Tensor[]): Tensor[] =>
  name === "ctcLoss" ? [F.logSoftmax(inputs[0]!, -1), ...inputs.slice(1)] : [...inputs];

describe.each(cases.map((c, i) => [`${i}: ${c.loss} with ${JSON.stringify(c.options)}`, c] as const))(
  "%s",
  (_, row) => {
    const run = functions[row.loss]!;

    test.each(precisions)("gives PyTorch's value and gradients in %s", (dtype, tolerance) => {
      const { output, grads } = row[dtype];
      const inputs = row.inputs.map((x) => load(x, dtype));
      const leaves = inputs.slice(0, grads.length).map((x) => x.requiresGrad_());
      const loss = run(...prepared(row.loss, inputs), loadOptions(row.options, dtype));
      expectClose("the loss", loss, output, tolerance);
      gradients(loss.mul(seedFor(loss)).sum(), leaves).forEach((grad, i) => {
        expectClose(`the gradient of input ${i}`, grad!, grads[i]!, tolerance);
      });
    });

    test("gives the same as a module", () => {
      const inputs = prepared(
        row.loss,
        row.inputs.map((x) => load(x, "float64")),
      );
      const options = loadOptions(row.options, "float64");
      const { inputLengths, targetLengths, ...rest } = options;
      const extra = row.loss === "ctcLoss" ? [{ inputLengths, targetLengths }] : [];
      const module = new modules[row.loss]!(rest).double();
      expect(module(...inputs, ...extra).toArray()).toEqual(run(...inputs, options).toArray());
      expect(module.toString()).toContain(`reduction=${row.options.reduction}`);
    });
  },
);

test("every loss of these files is compared, as a function and as a module", () => {
  expect(Object.keys(functions).filter((name) => !cases.some((c) => c.loss === name))).toEqual([]);
  expect(Object.keys(functions).filter((name) => !(name in modules))).toEqual([]);
});

describe("ctcLoss()", () => {
  test("has the gradient that finite differences give, for log-probabilities of any sum", () => {
    const lengths = { inputLengths: [4, 3], targetLengths: [2, 1] };
    const targets = [
      [1, 1],
      [2, 0],
    ];
    expect(gradcheck((x) => F.ctcLoss(x, targets, lengths), [rand([4, 2, 3]).neg()])).toBe(true);
  });

  test("is ∞ where no alignment fits, or 0 if asked for, without a gradient", () => {
    const lengths = { inputLengths: [1], targetLengths: [2] };
    const x = tensor([[[0, 0, 0]]], { requiresGrad: true });
    expect(F.ctcLoss(x, [[1, 2]], lengths).item()).toBe(Infinity);
    const loss = F.ctcLoss(x, [[1, 2]], { ...lengths, zeroInfinity: true });
    expect(loss.item()).toBe(0);
    loss.backward();
    expect([...x.grad!.data].map(Math.abs)).toEqual([0, 0, 0]);
  });
});

describe("margin losses", () => {
  test.each<[string, () => unknown, string]>([
    ["targets of another shape", () => F.softMarginLoss([1, 2], [[1], [1]]), "the shapes must be equal"],
    [
      "a class a row too few",
      () => F.multiMarginLoss([[1, 2]], [0, 1]),
      "Cannot compute multiMarginLoss of [1,2] against [2]: expected [1]",
    ],
    ["a class that does not exist", () => F.multiMarginLoss([[1, 2]], [2]), "indices go from 0 to 1"],
    ["a sign a vector too few", () => F.cosineEmbeddingLoss([[1, 2]], [[1, 2]], [1, 1]), "expected [1]"],
    ["labels of another shape", () => F.multilabelMarginLoss([[1, 2]], [[0]]), "the shapes must be equal"],
    ["a negative variance", () => F.gaussianNLLLoss([1], [1], [-1]), "with variance -1: it must be ≥ 0"],
    ["variances of another shape", () => F.gaussianNLLLoss([1, 2], [1, 2], [1, 2, 3]), "with variances of [3]"],
    [
      "a blank among the labels",
      () => F.ctcLoss([[[0, 0]]], [[0]], { inputLengths: [1], targetLengths: [1] }),
      "Cannot compute ctcLoss of the label 0: it is the blank",
    ],
    [
      "more frames than there are",
      () => F.ctcLoss([[[0, 0]]], [[1]], { inputLengths: [2], targetLengths: [1] }),
      "they exceed the 1 frames or 1 labels",
    ],
    [
      "a length too few",
      () => F.ctcLoss([[[0, 0]]], [[1]], { inputLengths: [], targetLengths: [1] }),
      "with 0 and 1 lengths",
    ],
  ])("refuse %s", (_, run, message) => {
    expect(run).toThrow(RangeError);
    expect(run).toThrow(message);
  });
});
