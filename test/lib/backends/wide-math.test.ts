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
