/** The engine's normalizations against the fallback's. */
import { describe, expect, test } from "@jest/globals";
import type { Backend, Normalization } from "../../../lib/backends/backend.ts";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import type { DType } from "../../../lib/dtype.ts";
import { sizeOf } from "../../../lib/shape.ts";
import type { View } from "../../../lib/storage.ts";
import { describeEngine } from "./engine.ts";
import { comparison, cutUp, numbers, packed, sizes } from "./views.ts";

const by = (over: Normalization["over"], layout: Normalization["sizes"], centered = true): Normalization => {
  return { sizes: layout, over, centered, eps: 1e-5 };
};

/** Layer, root mean square, group, instance and batch normalization, of planes and of rows. */
const cases: Normalization[] = [
  ...sizes.filter((n) => n > 0).flatMap((n) => [by("group", [33, 1, n, 1]), by("group", [5, 1, n, 1], false)]),
  by("group", [700, 1, 65, 1]),
  by("group", [0, 1, 7, 1]),
  by("group", [3, 1, 5000, 1]),
  by("group", [7, 3, 17, 1]),
  ...sizes.filter((n) => n > 0).map((n) => by("group", [3, 2, 5, n])),
  by("group", [5, 33, 1, 63]),
  ...sizes.filter((n) => n > 1).flatMap((n) => [by("channel", [n, 1, 17, 1]), by("channel", [9, 1, n, 1])]),
  ...sizes.filter((n) => n > 0).map((n) => by("channel", [5, 1, 7, n])),
  by("channel", [2, 1, 3, 70000]),
];

const setsOf = ({ over, sizes: [samples, groups, channels] }: Normalization) =>
  over === "channel" ? channels : samples * groups;

describeEngine((engine, threads) => {
  const compare = comparison(engine.backend);
  function forward(how: Normalization, dtype: DType, weighted: boolean) {
    const size = sizeOf(how.sizes);
    const channels = how.sizes[1] * how.sizes[2];
    const next = numbers(3);
    const x = packed([size], dtype, () => next() + 1);
    const [weight, bias] = [packed([channels], dtype, next), packed([channels], dtype, next)];
    const affine = weighted ? { weight, bias } : { weight: null, bias: null };
    const statistics = setsOf(how) * 2;
    const run = (backend: Backend, out: View) => {
      const [y, noted] = cutUp(out, [[size], [statistics]]);
      backend.normalize(x, affine, how, y!, noted!);
    };
    return { size, channels, x, affine, statistics, run };
  }

  describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
    const tolerance = dtype === "float32" ? 2e-5 : 1e-11;

    test.each(cases)("normalizes $sizes over each $over, centered $centered", (how) => {
      for (const weighted of [true, false]) {
        const { size, statistics, run } = forward(how, dtype, weighted);
        compare("normalize", [size + statistics], dtype, run, tolerance);
      }
    });

    test.each(cases)("goes back through the normalization of $sizes over each $over, centered $centered", (how) => {
      for (const weighted of [true, false]) {
        const { size, channels, x, affine, statistics, run } = forward(how, dtype, weighted);
        const made = packed([size + statistics], dtype);
        run(jsBackend, made);
        const noted = cutUp(made, [[size], [statistics]])[1]!;
        const dy = packed([size], dtype, numbers(5));
        const back = (backend: Backend, out: View) => {
          const [dx, dWeight, dBias] = cutUp(out, [[size], [channels], [channels]]) as [View, View, View];
          const to = { x: dx, weight: weighted ? dWeight : null, bias: weighted ? dBias : null };
          backend.normalizeBackward(dy, x, affine.weight, how, noted, to);
        };
        // Sums over all samples round in proportion to what they add up.
        compare(
          "normalizeBackward",
          [size + 2 * channels],
          dtype,
          back,
          tolerance * Math.sqrt(1 + size / channels / 50),
        );
      }
    });
  });

  test("gives the same bits as one thread does", () => {
    const how = by("group", [513, 1, 255, 1]);
    const { size, channels, x, affine, statistics, run } = forward(how, "float32", true);
    const dy = packed([size], "float32", numbers(7));
    const bits = (count: number) => {
      engine.addon.setThreads(count);
      const made = packed([size + statistics], "float32");
      run(engine.backend, made);
      const noted = cutUp(made, [[size], [statistics]])[1]!;
      const [dx, weight, bias] = [size, channels, channels].map((n) => packed([n], "float32")) as [View, View, View];
      engine.backend.normalizeBackward(dy, x, affine.weight, how, noted, { x: dx, weight, bias });
      return [made, dx, weight, bias].flatMap(({ storage }) => [...storage.array]);
    };
    expect(bits(2)).toEqual(bits(1));
    engine.addon.setThreads(threads);
  });
});
