/** Stopping when it no longer gets better. */
import { describe, expect, test } from "@jest/globals";
import { nn, noGrad, optim } from "../../../lib/index.ts";

const { EarlyStopping } = optim;
const feed = (stopping: optim.EarlyStopping, metrics: readonly number[]) => metrics.map((m) => stopping.step(m));

describe("EarlyStopping", () => {
  test("bears as many bad epochs in a row as it has patience for", () => {
    const stopping = new EarlyStopping({ patience: 2 });
    expect(feed(stopping, [5, 4, 4.5, 3, 3.5, 3.5])).toEqual([false, false, false, false, false, true]);
    expect([stopping.best, stopping.bestEpoch, stopping.wait, stopping.stopped]).toEqual([3, 3, 2, true]);
  });

  test("calls small gains no progress if minDelta says so", () => {
    expect(feed(new EarlyStopping({ patience: 1, minDelta: 0.5 }), [3, 2.4, 2])).toEqual([false, false, true]);
  });

  test("waits for a rise in mode max", () => {
    const stopping = new EarlyStopping({ patience: 1, mode: "max" });
    expect(feed(stopping, [0.5, 0.7, 0.6])).toEqual([false, false, true]);
    expect(stopping.best).toBe(0.7);
  });

  test("takes NaN for no progress", () => {
    expect(feed(new EarlyStopping({ patience: 2 }), [NaN, NaN])).toEqual([false, true]);
    expect(feed(new EarlyStopping({ patience: 2 }), [NaN, 1, 2])).toEqual([false, false, false]);
  });

  const setWeight = (model: nn.Linear, value: number) => noGrad(() => model.weight.fill_(value));

  test("brings the best weights back when it stops", () => {
    const model = new nn.Linear(1, 1);
    const stopping = new EarlyStopping({ patience: 1 });
    for (const [weight, metric] of [
      [1, 3],
      [2, 1],
      [3, 2],
    ] as const) {
      setWeight(model, weight);
      stopping.step(metric, model);
    }
    expect(model.weight.item()).toBe(2);
  });

  test("leaves the weights alone if restoreBest is false", () => {
    const model = new nn.Linear(1, 1);
    const stopping = new EarlyStopping({ patience: 1, restoreBest: false });
    setWeight(model, 1);
    stopping.step(1, model);
    setWeight(model, 2);
    stopping.step(2, model);
    stopping.restore(model);
    expect(model.weight.item()).toBe(2);
  });

  test("refuses patience and deltas below 0", () => {
    expect(() => new EarlyStopping({ patience: -1 })).toThrow("Cannot stop with patience -1: it must be ≥ 0");
    expect(() => new EarlyStopping({ minDelta: -1 })).toThrow("Cannot stop with minDelta -1: it must be ≥ 0");
  });
});
