/** Drawings of recurrent networks: what stands in them. */
import { expect, test } from "@jest/globals";
import { plot } from "../../../lib/index.ts";

const words = async (chart: plot.Chart) =>
  [...(await chart.svg()).matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, word]) => word!);

test("has a circuit and as many unfolded steps as asked for, each with its own input, output, loss and target", async () => {
  const drawn = await words(plot.recurrence("hidden", { steps: 4 }));
  for (const name of ["x", "h", "o", "L", "y"]) {
    expect(drawn.filter((word) => word[0] === name).sort()).toEqual([
      name,
      ...["₁", "₂", "₃", "₄"].map((n) => name + n),
    ]);
  }
  // Weights are shared: U and V once a step and once in the circuit, W between steps and in the circuit.
  expect(["U", "V", "W"].map((weight) => drawn.filter((word) => word === weight).length)).toEqual([5, 5, 4]);
});

test("with one output has it after the last step", async () => {
  const drawn = await words(plot.recurrence("last", { steps: 3 }));
  expect(drawn.filter((word) => /^[oLy]/.test(word)).sort()).toEqual(["L₃", "o₃", "y₃"]);
  expect(drawn.filter((word) => /^[xh]/.test(word)).length).toBe(6);
});
