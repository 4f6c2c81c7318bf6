/** The engine's cross-entropy and its way back through softmax against the fallback's. */
import { describe, test } from "@jest/globals";
import type { Backend } from "../../../lib/backends/backend.ts";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import type { View } from "../../../lib/storage.ts";
import { describeEngine } from "./engine.ts";
import { comparison, cutUp, lays, numbers, packed, sizes } from "./views.ts";

describeEngine((engine) => {
  const compare = comparison(engine.backend);
  describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
    const tolerance = dtype === "float32" ? 1e-5 : 1e-12;

    test.each(sizes.filter((n) => n > 0))("takes the cross-entropy of %d classes, forward and back", (classes) => {
      for (const rows of [0, 1, 3, 17, 65]) {
        const next = numbers(rows);
        const x = packed([rows, classes], dtype, () => 20 * next());
        // Some rows are left out.
        const target = packed([rows], "int32", () => Math.floor(((next() + 2) / 4) * (classes + 1)) - 1);
        const slopes = packed([rows], dtype, next);
        for (const smoothing of [0, 0.1]) {
          const run = (backend: Backend, out: View) => {
            const [losses, logSums] = cutUp(out, [[rows], [rows]]) as [View, View];
            backend.crossEntropy(x, target, smoothing, losses, logSums);
          };
          compare("crossEntropy", [2 * rows], dtype, run, tolerance);
          const made = packed([2 * rows], dtype);
          run(jsBackend, made);
          const logSums = cutUp(made, [[rows], [rows]])[1]!;
          for (const dy of [slopes, packed([], dtype, () => 0.7)]) {
            const back = (backend: Backend, out: View) => {
              backend.crossEntropyBackward(dy, 0.3, x, target, smoothing, logSums, out);
            };
            compare("crossEntropyBackward", [rows, classes], dtype, back, tolerance);
          }
        }
      }
    });

    test("takes scores that are infinite or no numbers as the fallback does", () => {
      const x = packed([4, 40], dtype, numbers(1));
      x.storage.array.fill(-Infinity, 3, 20);
      x.storage.array.fill(-Infinity, 40, 80);
      x.storage.array[95] = NaN;
      x.storage.array[130] = Infinity;
      const target = packed([4], "int32", () => 1);
      const run = (backend: Backend, out: View) => backend.crossEntropy(x, target, 0, out, packed([4], dtype));
      compare("crossEntropy", [4], dtype, run, tolerance);
    });

    test("goes back through softmax and its logarithm along every dimension", () => {
      for (const shape of [
        [7, 33],
        [257, 3],
        [3, 17, 65],
        [1, 3000],
        [5, 0],
      ]) {
        const ys = lays(shape, dtype, 3);
        lays(shape, dtype, 4).forEach((dy, lay) => {
          for (let dim = 0; dim < shape.length; dim++) {
            for (const log of [false, true]) {
              const run = (backend: Backend, out: View) => backend.softmaxBackward(dy, ys[lay]!, dim, log, out);
              compare("softmaxBackward", shape, dtype, run, tolerance * 10);
            }
          }
        });
      }
    });
  });
});
