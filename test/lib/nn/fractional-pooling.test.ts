/** Fractional max pooling: PyTorch's numbers, places and gradients, its draws included. */
import { expect, test } from "@jest/globals";
import {
  F,
  gradcheck,
  gradients,
  manualSeed,
  nn,
  RandomGenerator,
  rand,
  type Tensor,
  zeros,
} from "../../../lib/index.ts";
import { type Dumped, expectClose, load, precisions, reference, seedFor } from "../reference.ts";

interface Made {
  readonly output: Dumped;
  readonly indices: Dumped;
  readonly grad: Dumped;
}

interface Case {
  readonly rank: 2 | 3;
  readonly kernelSize: number | number[];
  readonly options: F.FractionalMaxPoolOptions;
  readonly input: Dumped;
  readonly samples?: Dumped;
  readonly seed?: number;
  readonly float64: Made;
  readonly float32: Made;
}

const cases = reference<Case[]>("nn-fractional");
const given = cases.filter((c) => c.samples !== undefined);
const sizes = ({ kernelSize, rank }: Case) =>
  typeof kernelSize === "number" ? new Array<number>(rank).fill(kernelSize) : kernelSize;
const named = given.map(
  (c) => [`${JSON.stringify(c.kernelSize)} ${JSON.stringify(c.options)} of [${c.input.shape}]`, c] as const,
);

test.each(named)("%s", (_, row) => {
  for (const [dtype, tolerance] of precisions) {
    const x = load(row.input, dtype).requiresGrad_();
    const options = { ...row.options, randomSamples: load(row.samples!, dtype) };
    const { values, indices } = F.fractionalMaxPoolWithIndices(x, sizes(row), options);
    expectClose("the output", values, row[dtype].output, tolerance);
    expectClose("the places", indices, row[dtype].indices, 0);
    const pool = row.rank === 2 ? F.fractionalMaxPool2d : F.fractionalMaxPool3d;
    expect(pool(x, row.kernelSize, options).toArray()).toEqual(values.toArray());
    const [grad] = gradients(values.mul(seedFor(values)).sum(), [x]);
    expectClose("the gradient", grad!, row[dtype].grad, tolerance);
  }
});

test("the layer draws what PyTorch's draws", () => {
  const { input, options, float32 } = cases.find((c) => c.seed !== undefined)!;
  manualSeed(0);
  const layer = new nn.FractionalMaxPool2d(2, options);
  expectClose("the output", layer(load(input, "float32")), float32.output, 0);
});

test("layers draw from their own generator, and show what they are", () => {
  const make = () => new nn.FractionalMaxPool3d([1, 2, 2], { outputRatio: 0.5, generator: new RandomGenerator(3) });
  const x = rand([1, 2, 4, 8, 8]);
  expect(make()(x).toArray()).toEqual(make()(x).toArray());
  expect(make()(x).shape).toEqual([1, 2, 2, 4, 4]);
  expect(make().toString()).toBe("FractionalMaxPool3d(kernelSize=[1,2,2], outputRatio=0.5)");
  expect(new nn.FractionalMaxPool2d(2, { outputSize: [3, 2] }).toString()).toContain("outputSize=[3,2]");
});

test("has the gradient that finite differences give", () => {
  const randomSamples = [[[0.3, 0.8]]];
  gradcheck(
    (x: Tensor) => F.fractionalMaxPool2d(x, 2, { outputSize: 3, randomSamples }),
    [rand([1, 1, 5, 5], { dtype: "float64" })],
  );
});

test.each([
  [
    () => F.fractionalMaxPool2d(zeros([1, 1, 4, 4]), 2, {}),
    "Cannot fractionalMaxPool2d: give outputSize or outputRatio, one of the two",
  ],
  [() => new nn.FractionalMaxPool2d(2, {}), "give outputSize or outputRatio, one of the two"],
  [
    () => F.fractionalMaxPool2d(zeros([1, 1, 4, 4]), 2, { outputRatio: 1 }),
    "with outputRatio [1,1]: give numbers between 0 and 1",
  ],
  [
    () => F.fractionalMaxPool2d(zeros([1, 1, 4, 4]), 3, { outputSize: 3 }),
    "Cannot fractionalMaxPool2d [1,1,4,4] to [3,3]: windows of [3,3] do not fit",
  ],
])("what does not fit is refused: %s", (call, text) => {
  expect(call).toThrow(RangeError);
  expect(call).toThrow(text);
});
