/** The engine's losses of elements against the fallback's, past the sizes of the contract's table. */
import { describe, expect, test } from "@jest/globals";
import type { Backend } from "../../../lib/backends/backend.ts";
import { setThreads } from "../../../lib/backends/index.ts";
import { elementLosses } from "../../../lib/backends/native/ops.ts";
import type { View } from "../../../lib/storage.ts";
import { describeEngine } from "./engine.ts";
import { comparison, numbers, packed } from "./views.ts";

describeEngine((engine) => {
  const { backend } = engine;
  const compare = comparison(backend);

  describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
    test.each(elementLosses)(
      "adds up the %s losses of more elements than a task takes, the same on any number of threads",
      (loss) => {
        const next = numbers(5);
        const count = 200_001;
        const [x, y] = [packed([count], dtype, () => (next() + 2) / 4), packed([count], dtype, () => (next() + 2) / 4)];
        const tolerance = dtype === "float32" ? 1e-6 : 1e-12;
        const sums = [1, 2].map((threads) => {
          setThreads(threads);
          compare(loss, [], dtype, (tested, out) => tested.elementLoss(loss, x, y, 1 / count, out), tolerance);
          const out = packed([], dtype);
          backend.elementLoss(loss, x, y, 1 / count, out);
          return out.storage.array[0];
        });
        expect(sums[0]).toBe(sums[1]);
      },
    );

    test("bends Huber's loss where it is told to", () => {
      const next = numbers(8);
      const [x, y] = [packed([333], dtype, () => 2 * next()), packed([333], dtype, () => 2 * next())];
      const dy = packed([], dtype, () => 0.75);
      for (const bend of [0.1, 1, 2.5, Infinity]) {
        const tolerance = dtype === "float32" ? 1e-6 : 1e-12;
        compare("sum", [], dtype, (tested, out) => tested.elementLoss("huber", x, y, 0.5, out, bend), tolerance);
        const back = (tested: Backend, out: View) => tested.elementLossBackward("huber", dy, 0.5, x, y, out, bend);
        compare("slopes", [333], dtype, back, tolerance);
      }
    });

    test.each(elementLosses)("takes the %s loss of what is infinite or no number as the fallback does", (loss) => {
      const special = [0, 1, NaN, ...(loss === "probabilities" ? [] : [Infinity, -Infinity, 1e30])];
      const x = packed([60], dtype, () => 0.5);
      const y = packed([60], dtype, () => 1);
      special.forEach((value, i) => {
        x.storage.array[7 * i] = value;
      });
      const dy = packed([], dtype, () => 1);
      compare(loss, [60], dtype, (tested, out) => tested.elementLossBackward(loss, dy, 1, x, y, out), 1e-5);
      for (const value of special) {
        x.storage.array.fill(0.5);
        x.storage.array[33] = value;
        compare(loss, [], dtype, (tested, out) => tested.elementLoss(loss, x, y, 1, out), 1e-5);
      }
    });
  });
});
