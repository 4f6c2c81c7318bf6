/** The compiled engine against the fallback: odd sizes, strides, broadcasting, and on one thread as on two. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import type { Backend } from "../../../lib/backends/backend.ts";
import { erfc } from "../../../lib/backends/js/special.ts";
import { binaryOps, unaryOps } from "../../../lib/backends/native/ops.ts";
import type { DType } from "../../../lib/dtype.ts";
import { type Shape, sizeOf } from "../../../lib/shape.ts";
import type { View } from "../../../lib/storage.ts";
import { describeEngine, loaded } from "./engine.ts";
import { comparison, lays, numbers, packed, sizes, window } from "./views.ts";

describe("the compiled engine", () => {
  test("is loaded, or says why it is not", () => {
    if ("missing" in loaded) expect(loaded.missing).toMatch(/npm run setup/);
    else expect(loaded.instructions).toMatch(/^(baseline|avx2|avx512|neon)$/);
    // Where the set-up can compile it, it must be there: sources that do not compile would go unseen behind the fallback.
    const compiler = spawnSync(process.env.CXX || "g++", ["--version"]);
    const compiled = process.env.CI !== undefined && compiler.status === 0;
    if (compiled || process.env.GRADBOOK_BACKEND === "native") expect(loaded).not.toHaveProperty("missing");
  });
});

describeEngine((engine, threads) => {
  const compare = comparison(engine.backend);

  // Float32 functions keep within two units of the last place; remainders and floors may fall on the other side where the operands round.
  const close = { float32: 3e-7, float64: 1e-14 };

  describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
    test.each(unaryOps)("computes %s as the fallback does, whatever the strides", (op) => {
      for (const size of sizes) {
        lays([size], dtype, size).forEach((x, lay) => {
          compare(`${op}, lay ${lay}`, x.shape, dtype, (backend, out) => backend.unary(op, x, out), close[dtype]);
        });
      }
      for (const x of lays([5, 3, 33], dtype, 4)) {
        compare(op, x.shape, dtype, (backend, out) => backend.unary(op, x, out), close[dtype]);
      }
    });

    test.each(binaryOps)("computes %s as the fallback does, whatever repeats", (op) => {
      const pairs: [Shape, Shape, Shape][] = [
        ...sizes.map((n): [Shape, Shape, Shape] => [[n], [n], [n]]),
        [[65, 33], [33], [65, 33]],
        [
          [65, 33],
          [65, 1],
          [65, 33],
        ],
        [
          [7, 1, 31],
          [3, 1],
          [7, 3, 31],
        ],
        [[257], [], [257]],
        [[], [63], [63]],
        [[300, 5], [5], [300, 5]],
        // Beyond the nearest cache.
        [[70, 257], [257], [70, 257]],
        [
          [70, 257],
          [70, 1],
          [70, 257],
        ],
        [
          [3, 9001],
          [3, 1],
          [3, 9001],
        ],
      ];
      const out: DType = binaryOps.indexOf(op) >= binaryOps.indexOf("eq") ? "bool" : dtype;
      // The share is rounded before it is multiplied by up to twice the size of the result.
      const tolerance = op === "geluTanhGradient" ? 2 * close[dtype] : close[dtype];
      for (const [a, b, shape] of pairs) {
        for (const x of lays(a, dtype, 1)) {
          for (const y of lays(b, dtype, 2)) {
            compare(op, shape, out, (backend, result) => backend.binary(op, x, y, result), tolerance);
          }
        }
      }
    });

    test("is exact at infinities, signed zeros and NaN", () => {
      const special = [0, -0, 1, -1, Infinity, -Infinity, NaN, 88.8, -104, 1e-40, 3.4e38, -745];
      const x = packed([special.length * 2], dtype, () => 0);
      x.storage.array.set([...special, ...special]);
      for (const op of unaryOps) {
        const out = dtype;
        compare(op, x.shape, out, (backend, result) => backend.unary(op, x, result), close[dtype]);
      }
      const bounded = special.filter((value) => !(Math.abs(value) > 1));
      const columns = window(x.storage, [special.length], [1], 0, dtype);
      for (const op of binaryOps) {
        // Derivatives at a result know that no result of tanh or of the sigmoid is beyond 1.
        const atResult = op === "tanhGradient" || op === "sigmoidGradient";
        const rows = packed([atResult ? bounded.length : special.length, 1], dtype, () => 0);
        rows.storage.array.set(atResult ? bounded : special);
        const shape = [rows.size, special.length];
        // Gelu's derivative is a difference of numbers that may be three times as large.
        const tolerance = op === "geluGradient" ? 4 * close[dtype] : close[dtype];
        compare(op, shape, dtype, (backend, result) => backend.binary(op, rows, columns, result), tolerance);
      }
    });

    test.each(["gelu", "geluTanh"] as const)("keeps the digits of %s where it is nearly 0", (op) => {
      // The fallback takes gelu's share from 1 + erf, which has lost them there.
      if (op === "gelu" && dtype === "float64") return;
      let i = 0;
      const x = packed([1400], dtype, () => -i++ / 200);
      const out = packed([1400], dtype);
      engine.backend.unary(op, x, out);
      const inner = (v: number) => Math.sqrt(8 / Math.PI) * (v + 0.044715 * v ** 3);
      const share =
        op === "gelu" ? (v: number) => 0.5 * erfc(-v * Math.SQRT1_2) : (v: number) => 1 / (1 + Math.exp(-inner(v)));
      let worst = 0;
      x.storage.home.forEach((v, k) => {
        if (v !== 0) worst = Math.max(worst, Math.abs(out.storage.home[k]! / (v * share(v)) - 1));
      });
      // What e is raised to goes to 36 here, and is rounded three times on its way; that makes the relative error of the power.
      expect(worst).toBeLessThan(dtype === "float32" ? 3 * 36 * 2 ** -24 : 1e-13);
    });

    test("chooses by a condition and converts types", () => {
      const condition = packed([33, 17], "bool", numbers(3));
      const [a, b] = [packed([17], dtype, numbers(4)), packed([33, 1], dtype, numbers(5))];
      compare("where", [33, 17], dtype, (backend, out) => backend.where(condition, a, b, out), 0);
      for (const from of ["bool", "int32", "float32", "float64"] as const) {
        for (const count of [255, 20_011]) {
          const x = packed([count], from, numbers(6));
          compare(`copy of ${from}`, [count], dtype, (backend, out) => backend.unary("copy", x, out), 0);
        }
        for (const x of lays([31, 65], from, 7)) {
          compare(`copy of ${from}`, [31, 65], dtype, (backend, out) => backend.unary("copy", x, out), 0);
        }
      }
      for (const x of lays([31, 65], dtype, 7)) {
        compare("copy", [31, 65], dtype, (backend, out) => backend.unary("copy", x, out), 0);
        compare("truth", [31, 65], "bool", (backend, out) => backend.unary("copy", x, out), 0);
      }
    });

    test.each(["sum", "prod", "max", "min"] as const)("folds %s over every choice of dimensions", (op) => {
      const shapes: Shape[] = [...sizes.map((n) => [n]), [33, 65], [257, 31], [3, 7, 17], [5, 0, 3], [2, 70000]];
      for (const shape of shapes) {
        for (const x of lays(shape, dtype, 8)) {
          for (let mask = 0; mask < 2 ** shape.length; mask++) {
            const dims = shape.map((_, d) => d).filter((d) => mask & (1 << d));
            const kept = shape.filter((_, d) => !dims.includes(d));
            const run = (backend: Backend, out: View) => backend.reduce(op, x, dims, out);
            // A product of thousands of numbers is 0, ∞ or far from 1, and its rounding grows with their count.
            if (op !== "prod" || sizeOf(shape) < 100) compare(op, kept, dtype, run, dtype === "float32" ? 2e-5 : 1e-11);
          }
        }
      }
    });

    test("takes extremes with NaN as PyTorch does", () => {
      const x = packed([40, 70], dtype, numbers(9));
      for (const at of [5, 71, 1000]) x.storage.array[at] = NaN;
      for (const op of ["max", "min"] as const) {
        for (const dims of [[0], [1], [0, 1]]) {
          const kept = x.shape.filter((_, d) => !dims.includes(d));
          compare(op, kept, dtype, (backend, out) => backend.reduce(op, x, dims, out), 0);
        }
        for (const dim of [0, 1]) {
          const kept = [x.shape[1 - dim]!];
          compare(`arg${op}`, kept, "int32", (backend, out) => backend.argReduce(op, x, dim, out), 0);
        }
      }
    });

    test("runs along lines: softmax, running sums, order", () => {
      const tolerance = dtype === "float32" ? 1e-5 : 1e-12;
      for (const shape of [
        [7, 33],
        [257, 3],
        [3, 17, 65],
        [1, 1000],
      ] as Shape[]) {
        for (const x of lays(shape, dtype, 10)) {
          for (let dim = 0; dim < shape.length; dim++) {
            for (const log of [false, true]) {
              compare("softmax", shape, dtype, (backend, out) => backend.softmax(x, dim, log, out), tolerance);
            }
            compare("cumsum", shape, dtype, (backend, out) => backend.scan("sum", x, dim, out), tolerance);
            compare("argsort", shape, "int32", (backend, out) => backend.argsort(x, dim, false, out), 0);
            compare("argsort", shape, "int32", (backend, out) => backend.argsort(x, dim, true, out), 0);
          }
        }
      }
    });

    test("multiplies matrices of all sizes, turned and spaced", () => {
      const tolerance = dtype === "float32" ? 1e-4 : 1e-12;
      const cases: [number, number, number][] = sizes.flatMap((m) => [
        [m, 17, 33],
        [17, m, 65],
        [33, 31, m],
      ]);
      for (const [m, n, k] of [...cases, [1, 300, 300], [300, 1, 300], [129, 255, 700], [16, 257, 255]] as const) {
        for (const a of lays([m, k], dtype, 11)) {
          for (const b of lays([k, n], dtype, 12)) {
            compare(
              `${m} × ${k} by ${k} × ${n}`,
              [m, n],
              dtype,
              (backend, out) => backend.matmul(a, b, out),
              tolerance,
            );
          }
        }
      }
    });

    test("multiplies batches that repeat", () => {
      const shapes: [Shape, Shape, Shape][] = [
        [
          [5, 7, 33],
          [5, 33, 17],
          [5, 7, 17],
        ],
        [
          [1, 7, 33],
          [9, 33, 17],
          [9, 7, 17],
        ],
        [
          [3, 1, 31, 31],
          [1, 4, 31, 31],
          [3, 4, 31, 31],
        ],
        [
          [0, 3, 4],
          [0, 4, 5],
          [0, 3, 5],
        ],
      ];
      for (const [left, right, shape] of shapes) {
        for (const a of lays(left, dtype, 13)) {
          for (const b of lays(right, dtype, 14)) {
            compare(
              "matmul",
              shape,
              dtype,
              (backend, out) => backend.matmul(a, b, out),
              dtype === "float32" ? 1e-5 : 1e-12,
            );
          }
        }
      }
    });

    test("convolves with every kind of window, forward and both ways back", () => {
      const tolerance = dtype === "float32" ? 2e-5 : 1e-12;
      const cases = [
        {
          batch: 1,
          channels: 1,
          filters: 3,
          groups: 1,
          size: [7, 9],
          filter: [3, 3],
          stride: 1,
          padding: 1,
          dilation: 1,
        },
        {
          batch: 5,
          channels: 3,
          filters: 17,
          groups: 1,
          size: [17, 15],
          filter: [5, 3],
          stride: 2,
          padding: 2,
          dilation: 1,
        },
        {
          batch: 3,
          channels: 8,
          filters: 8,
          groups: 8,
          size: [9, 9],
          filter: [3, 3],
          stride: 1,
          padding: 1,
          dilation: 2,
        },
        {
          batch: 9,
          channels: 6,
          filters: 4,
          groups: 2,
          size: [1, 33],
          filter: [1, 7],
          stride: 3,
          padding: 0,
          dilation: 1,
        },
        {
          batch: 2,
          channels: 33,
          filters: 31,
          groups: 1,
          size: [8, 8],
          filter: [1, 1],
          stride: 2,
          padding: 0,
          dilation: 1,
        },
      ];
      for (const { batch, channels, filters, groups, size, filter, stride, padding, dilation } of cases) {
        const window = {
          groups,
          stride: [stride, stride],
          padding: [Math.min(padding, size[0]! - 1), padding],
          dilation: [dilation, dilation],
        } as const;
        const moves = size.map(
          (n, d) => Math.floor((n + 2 * window.padding[d]! - dilation * (filter[d]! - 1) - 1) / stride) + 1,
        );
        const shapes = {
          x: [batch, channels, ...size],
          weight: [filters, channels / groups, ...filter],
          y: [batch, filters, ...moves],
        };
        const weight = packed(shapes.weight, dtype, numbers(21));
        for (const x of lays(shapes.x, dtype, 22)) {
          compare("conv2d", shapes.y, dtype, (backend, out) => backend.conv2d(x, weight, window, out), tolerance);
          for (const dy of lays(shapes.y, dtype, 23)) {
            const back = (backend: Backend, out: View) => backend.conv2dInput(dy, weight, window, out);
            compare("conv2dInput", shapes.x, dtype, back, tolerance);
            const filtersBack = (backend: Backend, out: View) => backend.conv2dWeight(x, dy, window, out);
            compare("conv2dWeight", shapes.weight, dtype, filtersBack, tolerance * 10);
          }
        }
      }
    });

    test("takes the greatest under windows, with ties and NaN", () => {
      const next = numbers(24);
      const [x] = lays([5, 9, 11], dtype, 25);
      for (let i = 0; i < x!.size; i++) x!.storage.array[i] = next() > 1.9 ? NaN : Math.round(next() * 2);
      for (const [size, stride, padding] of [
        [2, 2, 0],
        [3, 1, 1],
        [3, 2, 1],
      ] as const) {
        const window = { stride: [stride, stride], padding: [padding, padding], dilation: [1, 1] } as const;
        const shape = [5, ...[9, 11].map((n) => Math.floor((n + 2 * padding - size) / stride) + 1)];
        for (const which of [0, 1]) {
          const run = (backend: Backend, out: View) => {
            const other = packed(shape, which === 0 ? "int32" : dtype);
            const [values, places] = which === 0 ? [out, other] : [other, out];
            backend.maxPool2d(x!, [size, size], window, values!, places!);
          };
          compare("maxPool2d", shape, which === 0 ? dtype : "int32", run, 0);
        }
      }
    });

    test("gathers and scatters by whole rows and by single elements", () => {
      const next = numbers(15);
      const index = packed([63, 5], "int32", () => Math.floor((next() + 2) * 8));
      const rows = window(index.storage, [63, 33], [5, 0], 0, "int32");
      for (const table of lays([32, 33], dtype, 16)) {
        compare("rows", [63, 33], dtype, (backend, out) => backend.gather(table, 0, rows, out), 0);
        compare("elements", [63, 5], dtype, (backend, out) => backend.gather(table, 0, index, out), 0);
      }
      for (const x of lays([63, 33], dtype, 17)) {
        const tolerance = dtype === "float32" ? 1e-5 : 1e-13;
        compare("rows", [32, 33], dtype, (backend, out) => backend.scatterAdd(x, 0, rows, out), tolerance);
        compare("elements", [63, 40], dtype, (backend, out) => backend.scatterAdd(x, 1, index, out), tolerance);
      }
    });
  });

  test("sums a million numbers to the last digits of float32", () => {
    const next = numbers(18);
    const x = packed([1_000_000], "float32", () => next() + 2);
    compare("sum", [], "float32", (backend, out) => backend.reduce("sum", x, [0], out), 1e-7);
  });

  test("gives the same bits as one thread does", () => {
    const x = packed([700, 900], "float32", numbers(19));
    const y = packed([900, 300], "float32", numbers(20));
    const run = (count: number) => {
      engine.addon.setThreads(count);
      const out = packed([700, 300], "float32");
      const total = packed([900], "float32");
      engine.backend.matmul(x, y, out);
      engine.backend.reduce("sum", x, [0], total);
      return [...out.storage.array, ...total.storage.array];
    };
    expect(run(2)).toEqual(run(1));
    engine.addon.setThreads(threads);
  });
});
