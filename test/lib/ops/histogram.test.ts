/** What the op table cannot say of counting: weights, which are tensors among the options. */
import { expect, test } from "@jest/globals";
import { bincount, histogram, tensor } from "../../../lib/index.ts";

test("bincount() adds weights up, in their type", () => {
  const counts = bincount([0, 2, 2], { weights: tensor([0.5, 1, 2], { dtype: "float64" }) });
  expect([counts.dtype, counts.toArray()]).toEqual(["float64", [0.5, 0, 3]]);
});

test("histogram() adds weights up, of what lies inside only", () => {
  const { hist } = histogram([0.5, 1.5, 9], { bins: [0, 1, 2], weight: [10, 20, 40] });
  expect(hist.toArray()).toEqual([10, 20]);
});

test("histogram() as a density has the integral 1", () => {
  const { hist, binEdges } = histogram([1, 2, 2, 3, 7], { bins: 4, density: true });
  expect(hist.mul(binEdges.diff()).sum().item()).toBeCloseTo(1, 6);
});
