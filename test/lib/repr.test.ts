/** Tensors as text, character by character as PyTorch prints them, and as notebooks show them. */
import { inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { decode } from "fast-png";
import { arange, type DType, linspace, ones, tensor, zeros } from "../../lib/index.ts";
import { reference } from "./reference.ts";

interface Case {
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
  readonly dtype: DType;
  readonly requiresGrad: boolean;
  readonly text: string;
}

const cases = reference<Case[]>("repr");
const build = ({ shape, data, dtype, requiresGrad }: Case) =>
  tensor(data.map(Number), { dtype, requiresGrad }).reshape(shape).detach().requiresGrad_(requiresGrad);
const titled = cases.map((row, i) => [`${i}: ${row.dtype} [${row.shape}] ${row.text.slice(0, 60)}`, row] as const);

test.each(titled)("a tensor is printed as PyTorch does, %s", (_, row) => {
  expect(String(build(row))).toBe(row.text);
});

test("a result names the op that made it, unless its values fill the line", () => {
  const x = tensor([1, 2], { requiresGrad: true });
  expect(String(x.mul(2))).toBe("tensor([2., 4.], gradFn=<mul>)");
  const wide = ones([11], { requiresGrad: true }).mul(1.5);
  expect(String(wide).split("\n")).toEqual([
    "tensor([1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000, 1.5000,",
    "        1.5000, 1.5000], gradFn=<mul>)",
  ]);
});

test("strides do not show", () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(String(x.t().flip(0))).toBe(String(x.t().flip(0).clone()));
});

test("consoles print a tensor like String() does", () => {
  const x = tensor([1, 2]);
  expect(inspect(x)).toBe(String(x));
  expect(inspect({ x })).toContain("tensor([1., 2.])");
});

describe("in a notebook a tensor", () => {
  const html = (x: unknown) =>
    (x as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]!()["text/html"]!;

  test("comes as text and as HTML without scripts", () => {
    const bundle = (tensor([1, 2]) as unknown as Record<symbol, () => Record<string, string>>)[
      Symbol.for("Jupyter.display")
    ]!();
    expect(Object.keys(bundle).sort()).toEqual(["text/html", "text/plain"]);
    expect(bundle["text/plain"]).toBe("tensor([1., 2.])");
    expect(bundle["text/html"]).not.toContain("<script");
  });

  test("says its shape, type, range, mean and deviation", () => {
    const text = html(tensor([[1, 2, 3, 6]], { dtype: "float64" }));
    for (const fact of ["[1, 4]", "float64", "1 … 6", "3 ± 1.871"]) expect(text).toContain(fact);
  });

  test("warns of what is not finite", () => {
    const text = html(tensor([NaN, NaN, Infinity, 1]));
    expect(text).toContain("2 NaN");
    expect(text).toContain("1 ∞");
    expect(html(tensor([1]))).not.toContain("NaN");
  });

  test("counts the true ones of a bool", () => {
    expect(html(tensor([true, false, false, false]))).toContain("25 % true");
  });

  test("says where its gradient comes from, escaped", () => {
    const x = tensor([1], { requiresGrad: true });
    expect(html(x)).toContain("requires gradient");
    const text = html(x.exp());
    expect(text).toContain("from exp");
    expect(text).toContain("gradFn=&lt;exp&gt;");
  });

  test("draws a histogram of letters, as untrusted notebooks drop drawings", () => {
    // Twelve bins from 0 to 24: 0 to 11 once each in the lower half, 24 alone at the end.
    const text = html(tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 24]));
    expect(text).toContain('<span title="histogram">██████\u2009\u2009\u2009\u2009\u2009▄</span>');
    expect(html(ones([20]))).not.toContain("histogram");
    expect(html(tensor([1, 2]))).not.toContain("histogram");
  });

  test("folds its slices away as one picture on one scale, NaN in red", () => {
    const x = arange(32).reshape([2, 4, 4]);
    const text = html(x);
    expect(text).toMatch(/<details><summary[^>]*>2 slices as pictures<\/summary><img src="data:image\/png;base64,/);
    const picture = (from: string) => {
      const png = Buffer.from(/base64,([^"]+)/.exec(from)![1]!, "base64");
      const { data, width, channels } = decode(png);
      return (x: number, y: number) => [...data.subarray((y * width + x) * channels).slice(0, 3)];
    };
    const pixel = picture(text);
    // Two pictures of 4 × 4 squares of 24 pixels, 4 pixels apart: viridis from its first colour to its last.
    expect(pixel(0, 0)).toEqual([0x44, 0x01, 0x54]);
    expect(pixel(100 + 95, 95)).toEqual([0xfd, 0xe7, 0x25]);
    expect(picture(html(x.maskedFill(x.eq(0), Number.NaN)))(0, 0)).toEqual([0xd6, 0x27, 0x28]);
    // Of both signs: white in the middle, orange at the end.
    const signed = picture(html(linspace(-1, 1, { count: 25 }).reshape([5, 5])));
    expect(signed(94, 94)).toEqual([0xd5, 0x5e, 0x00]);
    expect(html(ones([20]))).not.toContain("<img");
    expect(html(ones([2, 2]))).not.toContain("<img");
  });

  test("of many slices or large ones shows some, and says so", () => {
    expect(html(ones([40, 8, 8]))).toContain("the first 12 of 40 slices as pictures");
    expect(html(ones([1000, 1000])).length).toBeLessThan(20_000);
  });

  test("may be empty", () => {
    expect(html(zeros([0, 2]))).toContain("[0, 2]");
  });
});
