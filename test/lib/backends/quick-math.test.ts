/** Functions that the fallback computes in its own way where results are float32. */
import { expect, test } from "@jest/globals";
import { jsBackend } from "../../../lib/backends/js/index.ts";
import { packed } from "./views.ts";

/** Half an ulp, and the error of the quotient before it is rounded. */
const most = 2 ** -24 + 2e-9;

function tanhOf(count: number, at: (i: number) => number, dtype: "float32" | "float64" = "float32") {
  let i = 0;
  const x = packed([count], dtype, () => at(i++));
  const out = packed([count], dtype);
  jsBackend.unary("tanh", x, out);
  return { x: x.storage.home, y: out.storage.home };
}

test("tanh of float32 is exact but for half an ulp, over all sizes of numbers", () => {
  const ranges: ((i: number) => number)[] = [
    (i) => (i - 10_000) / 1000,
    (i) => (i - 10_000) / 1_000_000,
    (i) => (i % 2 === 0 ? 1 : -1) * 2 ** (i / 100 - 120),
  ];
  for (const at of ranges) {
    const { x, y } = tanhOf(20_001, at);
    let greatest = 0;
    for (let i = 0; i < x.length; i++) {
      const wanted = Math.tanh(x[i]!);
      if (wanted !== 0) greatest = Math.max(greatest, Math.abs(y[i]! - wanted) / Math.abs(wanted));
      else expect(y[i]).toBe(wanted);
    }
    expect(greatest).toBeLessThan(most);
  }
});

test("tanh of float32 keeps signs, limits and NaN", () => {
  const special = [0, -0, Infinity, -Infinity, Number.NaN, 9.1, -9.1, 1e-45, -1e-45, 3e38];
  const { y } = tanhOf(special.length, (i) => special[i]!);
  expect([...y]).toEqual([0, -0, 1, -1, Number.NaN, 1, -1, Math.fround(1e-45), Math.fround(-1e-45), 1]);
});

test("tanh of float64 has all digits", () => {
  const { x, y } = tanhOf(1001, (i) => (i - 500) / 50, "float64");
  expect([...y]).toEqual([...x].map(Math.tanh));
});
