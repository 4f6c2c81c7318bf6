/** Where greatest elements come more than once, the gradient of max pooling goes where PyTorch sends it, at every odd size and on any number of threads. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { engineInfo, F, gradients, setThreads, type Tensor, tensor } from "../../../lib/index.ts";
import { sizeOf } from "../../../lib/shape.ts";
import { reference } from "../reference.ts";

interface Case {
  readonly shape: readonly number[];
  readonly kernelSize: number | number[];
  readonly options: F.MaxPoolOptions;
  /** Whole numbers below 36, a digit each. */
  readonly grad: string;
}

const cases = reference<Case[]>("pool-ties");

/** The elements of tools/reference/pool_ties.py: three different numbers, and a NaN now and then. */
function tied(shape: readonly number[], dtype: "float32" | "float64"): Tensor {
  const data = Float64Array.from({ length: sizeOf(shape) }, (_, i) => (i % 53 === 52 ? NaN : ((i * 37) % 101) % 3));
  return tensor(data, { dtype }).reshape(shape);
}

/** The gradient by x, where that of the result goes 1, 2, 3, 1, … */
function gradientOf(x: Tensor, { kernelSize, options }: Pick<Case, "kernelSize" | "options">): Tensor {
  const leaf = x.requiresGrad_();
  const y = F.maxPool2d(leaf, kernelSize, options);
  const dy = Float64Array.from({ length: y.size }, (_, i) => 1 + (i % 3));
  return gradients(y, [leaf], tensor(dy, { dtype: x.dtype }).reshape(y.shape))[0]!;
}

describe.each([1, 2])("on %d threads max pooling", (threads) => {
  const before = engineInfo().threads;
  beforeAll(() => setThreads(threads));
  afterAll(() => setThreads(before));

  test.each(["float32", "float64"] as const)("in %s sends the gradient of a window where PyTorch does", (dtype) => {
    expect(cases.length).toBeGreaterThan(80);
    for (const row of cases) {
      const digits = Array.from(gradientOf(tied(row.shape, dtype), row).data, (value) => value.toString(36)).join("");
      expect({ ...row, grad: digits }).toEqual(row);
    }
  });

  test("sends each part of the gradient once where there are many planes", () => {
    const row = { kernelSize: 3, options: { stride: 1, padding: 1 } };
    const shape = [4, 65, 31, 33];
    const whole = gradientOf(tied(shape, "float32"), row);
    // Planes by themselves, in between and at the ends.
    const x = tied(shape, "float32").reshape([260, 1, 31, 33]);
    const planeSize = 31 * 33;
    for (const plane of [0, 1, 129, 130, 131, 258, 259]) {
      const leaf = x.narrow(0, { start: plane, length: 1 }).clone().requiresGrad_();
      const y = F.maxPool2d(leaf, row.kernelSize, row.options);
      const dy = Float32Array.from({ length: planeSize }, (_, i) => 1 + ((plane * planeSize + i) % 3));
      const [alone] = gradients(y, [leaf], tensor(dy).reshape(y.shape));
      const part = whole.flatten().narrow(0, { start: plane * planeSize, length: planeSize });
      expect([...part.data]).toEqual([...alone!.flatten().data]);
    }
  });
});
