/** Averages of weights, against PyTorch's. */
import { describe, expect, test } from "@jest/globals";
import { nn, noGrad, optim, tensor } from "../../../lib/index.ts";
import { type Dumped, expectClose, load, reference } from "../reference.ts";

interface Case {
  readonly decay: number | null;
  readonly steps: readonly Record<"weight" | "bias" | "averagedWeight" | "averagedBias", Dumped>[];
}

test.each(reference<Case[]>("optim-averages").map((c) => [c.decay ?? "none", c] as const))(
  "AveragedModel with decay %s gives PyTorch's averages",
  (_, { decay, steps }) => {
    const model = new nn.Linear(2, 1, { dtype: "float64" });
    const averaged = new optim.AveragedModel(model, decay === null ? {} : { decay });
    steps.forEach(({ weight, bias, averagedWeight, averagedBias }, i) => {
      model.loadStateDict({ weight: load(weight, "float64"), bias: load(bias, "float64") });
      averaged.updateParameters();
      expectClose(`the weight after update ${i}`, averaged.stateDict().weight!, averagedWeight, 1e-12);
      expectClose(`the bias after update ${i}`, averaged.stateDict().bias!, averagedBias, 1e-12);
    });
    expect(averaged.nAveraged).toBe(steps.length);
  },
);

describe("AveragedModel", () => {
  const set = (model: nn.Linear, value: number) => noGrad(() => model.weight.fill_(value));
  const averagedOf = (...values: number[]) => {
    const model = new nn.Linear(1, 1);
    const averaged = new optim.AveragedModel(model);
    for (const value of values) {
      set(model, value);
      averaged.updateParameters();
    }
    return { model, averaged };
  };

  test("lends the model its average, and gives the own weights back, after a throw too", () => {
    const { model, averaged } = averagedOf(1, 2, 6);
    expect(averaged.use(() => model.weight.item())).toBe(3);
    expect(model.weight.item()).toBe(6);
    expect(() =>
      averaged.use(() => {
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(model.weight.item()).toBe(6);
  });

  test("averages running statistics too, and takes counters as they are", () => {
    const layer = new nn.BatchNorm1d(1);
    const averaged = new optim.AveragedModel(layer);
    for (const x of [
      [[0], [2]],
      [[4], [6]],
    ]) {
      layer(x);
      averaged.updateParameters();
    }
    const { running_mean: runningMean, num_batches_tracked: numBatchesTracked } = averaged.stateDict();
    // 0.1 after the first batch, 0.1 · 0.9 + 0.5 after the second.
    expect(runningMean!.item()).toBeCloseTo((0.1 + 0.59) / 2, 6);
    expect(numBatchesTracked!.item()).toBe(2);
  });

  test("goes on from a saved average", () => {
    const { averaged } = averagedOf(1, 3);
    const model = new nn.Linear(1, 1);
    const again = new optim.AveragedModel(model);
    again.loadStateDict(averaged.stateDict(), averaged.nAveraged);
    set(model, 8);
    again.updateParameters();
    expect(again.stateDict().weight!.item()).toBe(4);
  });

  test("refuses a decay that is no share", () => {
    expect(() => new optim.AveragedModel(new nn.Linear(1, 1), { decay: 1 })).toThrow(
      "Cannot average with decay 1: it must be from 0 to before 1",
    );
  });

  test("shares no memory with the model", () => {
    const { model, averaged } = averagedOf(5);
    set(model, 7);
    expect(averaged.stateDict().weight!.toArray()).toEqual(tensor([[5]]).toArray());
  });
});
