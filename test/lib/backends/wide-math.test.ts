/** Functions of float32 that the engine computes in float64: exact but for half an ulp, over the whole range of their arguments. */
import { expect, test } from "@jest/globals";
import type { UnaryOp } from "../../../lib/backends/backend.ts";
import { describeEngine } from "./engine.ts";
import { numbers, packed } from "./views.ts";

/** Half an ulp, and a little for what float64 rounds. */
const halfUlp = 2 ** -24 * 1.001;

/** Numbers of either sign and every size that float32 has, without the subnormal ones. */
function spread(count: number, seed: number, bits: number) {
  const next = numbers(seed);
  return packed([count], "float32", () => Math.sign(next()) * 2 ** ((next() / 2) * bits));
}

/** Numbers by their place in a line. */
function line(count: number, at: (i: number) => number) {
  let i = 0;
  return packed([count], "float32", () => at(i++));
}

function expectExact(what: string, got: number, wanted: number): void {
  const rounded = Math.fround(wanted);
  if (Object.is(got, rounded) || Math.abs(got - wanted) <= Math.abs(wanted) * halfUlp) return;
  // The least numbers have fewer digits.
  if (Math.abs(wanted) < 1.2e-38 && Math.abs(got - wanted) < 1.5e-45) return;
  throw new Error(`${what} is ${wanted}, the engine has ${got}`);
}

describeEngine((engine) => {
  const functions: [UnaryOp, (x: number) => number][] = [
    ["log1p", Math.log1p],
    ["expm1", Math.expm1],
    ["log2", Math.log2],
    ["log10", Math.log10],
    ["sin", Math.sin],
    ["cos", Math.cos],
    ["tan", Math.tan],
    ["asin", Math.asin],
    ["acos", Math.acos],
    ["atan", Math.atan],
    ["sinh", Math.sinh],
    ["cosh", Math.cosh],
    ["asinh", Math.asinh],
    ["acosh", Math.acosh],
    ["atanh", Math.atanh],
  ];
  test.each(functions)("computes %s", (op, exact) => {
    for (const x of [spread(50_000, 1, 120), spread(50_000, 2, 10)]) {
      const out = packed(x.shape, "float32");
      engine.backend.unary(op, x, out);
      x.storage.array.forEach((value, i) => {
        expectExact(`${op} of ${value}`, out.storage.array[i]!, exact(value));
      });
    }
  });

  test.each(functions)("computes %s where it has a bend, a zero or an end, and of what is no number", (op, exact) => {
    const near = [
      0,
      0.01,
      0.25,
      Math.SQRT2 - 1,
      0.5,
      Math.SQRT1_2,
      1,
      Math.SQRT2 + 1,
      89.4,
      2 ** 20,
      2 ** 127,
      Infinity,
      NaN,
    ];
    const values = near.flatMap((value) => [value, value * (1 + 2 ** -22), value * (1 - 2 ** -22)]);
    const both = [...values, ...values.map((value) => -value)];
    // Beside these a vector has others.
    for (const others of [0.3, Infinity]) {
      const x = line(both.length * 5, (i) => (i % 5 === 2 ? both[(i - 2) / 5]! : others));
      const out = packed(x.shape, "float32");
      engine.backend.unary(op, x, out);
      x.storage.array.forEach((value, i) => {
        const [got, wanted] = [out.storage.array[i]!, exact(value)];
        if (Math.abs(value) < 1e-37 && value !== 0) return;
        if (Number.isNaN(wanted) || wanted === 0) expect([value, got]).toEqual([value, wanted]);
        else expectExact(`${op} of ${value}`, got, wanted);
      });
    }
  });

  test.each<[UnaryOp, (x: number) => number]>([
    ["sin", Math.sin],
    ["cos", Math.cos],
    ["tan", Math.tan],
  ])("computes %s of angles near whole quarters of a turn, up to where float32 knows no quarters", (op, exact) => {
    const x = line(60_000, (i) => ((i % 2 === 0 ? i : -i) * 2 ** (i % 16) * Math.PI) / 2);
    const out = packed(x.shape, "float32");
    engine.backend.unary(op, x, out);
    x.storage.array.forEach((value, i) => {
      expectExact(`${op} of ${value}`, out.storage.array[i]!, exact(value));
    });
  });

  test("computes the angle of points in every direction, on the axes and at infinity", () => {
    const [y, x] = [spread(50_000, 7, 30), spread(50_000, 8, 30)];
    const edges = [0, -0, 1, -1, Infinity, -Infinity, NaN, 3e38, -3e38, 1e-30];
    edges.forEach((a, i) => {
      edges.forEach((b, j) => {
        y.storage.array[7 * (i * edges.length + j)] = a;
        x.storage.array[7 * (i * edges.length + j)] = b;
      });
    });
    const out = packed(x.shape, "float32");
    engine.backend.binary("atan2", y, x, out);
    x.storage.array.forEach((b, i) => {
      const a = y.storage.array[i]!;
      const [got, wanted] = [out.storage.array[i]!, Math.atan2(a, b)];
      if (Number.isNaN(wanted) || wanted === 0) expect([a, b, got]).toEqual([a, b, wanted]);
      else expectExact(`the angle of ${b}, ${a}`, got, wanted);
    });
  });

  test("computes powers, whole and broken ones, of positive and negative numbers", () => {
    const next = numbers(5);
    const x = spread(50_000, 3, 40);
    const exponents = [() => Math.round(4 * next()), () => 3 * next(), () => Math.round(20 * next()) / 2];
    for (const exponent of exponents) {
      const y = packed(x.shape, "float32", exponent);
      const out = packed(x.shape, "float32");
      engine.backend.binary("pow", x, y, out);
      x.storage.array.forEach((value, i) => {
        const power = y.storage.array[i]!;
        expectExact(`${value} to the power ${power}`, out.storage.array[i]!, value ** power);
      });
    }
  });

  test("leaves whole results whole", () => {
    const x = packed([40], "float32");
    for (let i = 0; i < 40; i++) x.storage.array[i] = 2 ** (i - 20);
    const out = packed([40], "float32");
    engine.backend.unary("log2", x, out);
    expect([...out.storage.array]).toEqual(Array.from({ length: 40 }, (_, i) => i - 20));
  });
});
