/** Normalizations by one kernel against the same from ops. */
import { describe, expect, test } from "@jest/globals";
import { observe } from "../../../lib/autograd/apply.ts";
import {
  detectAnomaly,
  F,
  gradgradcheck,
  gradients,
  nn,
  randn,
  type Tensor,
  tensor,
  zeros,
} from "../../../lib/index.ts";

const affine = (size: number) => ({
  weight: randn([size], { dtype: "float64" }),
  bias: randn([size], { dtype: "float64" }),
});

/** Every normalization that runs on the kernels, as a function of its input, a weight and a bias. */
const normalizations: Record<
  string,
  { shape: number[]; size: number; run: (x: Tensor, w: Tensor, b: Tensor) => Tensor }
> = {
  layerNorm: { shape: [3, 4, 7], size: 7, run: (x, weight, bias) => F.layerNorm(x, [7], { weight, bias }) },
  rmsNorm: { shape: [5, 9], size: 9, run: (x, weight, b) => F.rmsNorm(x, [9], { weight }).mul(b) },
  "groupNorm of planes": {
    shape: [2, 6, 3, 3],
    size: 6,
    run: (x, weight, bias) => F.groupNorm(x, 2, { weight, bias }),
  },
  "groupNorm of rows": { shape: [4, 6], size: 6, run: (x, weight, bias) => F.groupNorm(x, 3, { weight, bias }) },
  instanceNorm: { shape: [2, 3, 8], size: 3, run: (x, weight, bias) => F.instanceNorm(x, { weight, bias }) },
  "batchNorm of planes": {
    shape: [4, 3, 2, 3],
    size: 3,
    run: (x, weight, bias) => F.batchNorm(x, { weight, bias, training: true }),
  },
  "batchNorm of rows": {
    shape: [6, 5],
    size: 5,
    run: (x, weight, bias) => F.batchNorm(x, { weight, bias, training: true }),
  },
};

describe.each(Object.entries(normalizations))("%s", (_, { shape, size, run }) => {
  test("has the same gradients whether backward is recorded or not, and right ones of those", () => {
    const { weight, bias } = affine(size);
    const inputs = [randn(shape, { dtype: "float64" }), weight, bias].map((x) => x.requiresGrad_());
    const dy = randn(shape, { dtype: "float64" });
    const grads = [false, true].map((createGraph) =>
      gradients(run(...(inputs as [Tensor, Tensor, Tensor])), inputs, dy, { createGraph }),
    );
    grads[0]!.forEach((grad, i) => {
      const other = grads[1]![i]!.detach();
      expect(grad!.shape).toEqual(inputs[i]!.shape);
      expect(grad!.sub(other).abs().max().item()).toBeLessThan(1e-11);
    });
    expect(gradgradcheck((x, w, b) => run(x!, w!, b!), inputs)).toBe(true);
  });

  test("is the same from the ops that an observer sees", () => {
    const { weight, bias } = affine(size);
    const x = randn(shape, { dtype: "float64" });
    const names = new Set<string>();
    const seen = observe(
      (op) => names.add(op),
      () => run(x, weight, bias),
    );
    expect(names).not.toContain("normalize");
    expect(
      seen
        .sub(run(x, weight, bias))
        .abs()
        .max()
        .item(),
    ).toBeLessThan(1e-11);
  });

  test("does not care how its input lies in memory", () => {
    const { weight, bias } = affine(size);
    const turned = randn([...shape].reverse(), { dtype: "float64" }).permute(shape.map((_, d) => shape.length - 1 - d));
    const packed = turned.clone();
    expect(run(turned, weight, bias).toArray()).toEqual(run(packed, weight, bias).toArray());
  });
});

describe("normalization", () => {
  test("gives the types that ops on several types give", () => {
    const x = randn([2, 4]);
    expect(F.layerNorm(x, [4], { weight: randn([4], { dtype: "float64" }) }).dtype).toBe("float64");
    expect(F.layerNorm(tensor([[1, 2]], { dtype: "int32" }), [2]).dtype).toBe("float32");
  });

  test("says which weight does not fit", () => {
    expect(() => F.layerNorm(zeros([2, 4]), [4], { weight: zeros([3]) })).toThrow(
      "Cannot scale what is normalized in 4 channels by a weight or bias of shape [3]",
    );
  });

  test("notices that its input was changed in place before backward, and lets the bias be changed", () => {
    const x = randn([2, 4], { requiresGrad: true });
    const inner = x.mul(1);
    const bias = zeros([4]);
    const y = F.layerNorm(inner, [4], { bias }).sum();
    bias.add_(1);
    y.backward(null, { retainGraph: true });
    inner.add_(1);
    expect(() => y.backward()).toThrow(/normalize.*changed in place/);
  });

  test("tells where a NaN came from", () => {
    const x = tensor([[1, Infinity]], { requiresGrad: true });
    expect(() => detectAnomaly(() => new nn.LayerNorm(2)(x))).toThrow("normalize made NaN");
  });
});
