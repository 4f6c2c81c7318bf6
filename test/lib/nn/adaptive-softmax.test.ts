/** The adaptive softmax: against PyTorch. */
import { describe, expect, test } from "@jest/globals";
import { gradients, nn, ones } from "../../../lib/index.ts";
import { type Dumped, expectClose, load, precisions, reference, seedFor } from "../reference.ts";

type Made = { output: Dumped; loss: Dumped; logProb: Dumped; predicted: number[]; grads: Record<string, Dumped> };

interface Case {
  readonly args: readonly [inFeatures: number, nClasses: number, cutoffs: readonly number[]];
  readonly options: nn.AdaptiveSoftmaxOptions;
  readonly state: Readonly<Record<string, Dumped>>;
  readonly input: Dumped;
  readonly target: Dumped;
  readonly float64: Made;
  readonly float32: Made;
}

const cases = reference<Case[]>("nn-adaptive");

describe.each(cases.map((c) => [JSON.stringify([...c.args, c.options]), c] as const))(
  "AdaptiveLogSoftmaxWithLoss of %s",
  (_, { args, options, state, input, target, ...made }) => {
    test.each(precisions)("gives PyTorch's log-probabilities, loss and gradients in %s", (dtype, tolerance) => {
      const layer = new nn.AdaptiveLogSoftmaxWithLoss(...args, { ...options, dtype });
      layer.loadStateDict(Object.fromEntries(Object.entries(state).map(([k, v]) => [k, load(v, dtype)])));
      const x = load(input, dtype).requiresGrad_();
      const [output, loss] = layer(x, load(target, dtype));
      const all = layer.logProb(x.reshape([-1, args[0]]));
      const wanted = made[dtype];
      expectClose("the output", output, wanted.output, tolerance);
      expectClose("the loss", loss, wanted.loss, tolerance);
      expectClose("all log-probabilities", all, wanted.logProb, tolerance);
      expect([layer.predict(x).toArray()].flat()).toEqual(wanted.predicted);
      const total = [output, loss, all].map((y) => y.mul(seedFor(y)).sum()).reduce((a, b) => a.add(b));
      const leaves = [["input", x] as const, ...layer.namedParameters()];
      expect(leaves.map(([name]) => name)).toEqual(Object.keys(wanted.grads));
      gradients(
        total,
        leaves.map(([, leaf]) => leaf),
      ).forEach((grad, i) => {
        const [name] = leaves[i]!;
        expectClose(`the gradient of ${name}`, grad!, wanted.grads[name]!, tolerance);
      });
    });
  },
);

test("probabilities of the adaptive softmax sum to 1", () => {
  const layer = new nn.AdaptiveLogSoftmaxWithLoss(4, 10, [2, 5]).double();
  for (const total of layer
    .logProb(ones([3, 4], { dtype: "float64" }))
    .exp()
    .sum({ dim: 1 }).data) {
    expect(total).toBeCloseTo(1, 12);
  }
});

test.each<[string, () => unknown, string]>([
  [
    "cutoffs that do not rise",
    () => new nn.AdaptiveLogSoftmaxWithLoss(4, 10, [5, 5]),
    "Cannot cut 10 classes at [5,5]: give whole numbers that rise from 1 to 9",
  ],
  [
    "a class that does not exist",
    () => new nn.AdaptiveLogSoftmaxWithLoss(4, 10, [5])(ones([1, 4]), [10]),
    "Cannot score class 10: give one class from 0 to 9 a sample",
  ],
  [
    "inputs of another size",
    () => new nn.AdaptiveLogSoftmaxWithLoss(4, 10, [5])(ones([1, 3]), [1]),
    "Cannot score [1,3]: it must be (batch, 4) or (4)",
  ],
])("the adaptive softmax refuses %s", (_, run, message) => {
  expect(run).toThrow(RangeError);
  expect(run).toThrow(message);
});
