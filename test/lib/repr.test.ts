/** Tensors as text, character by character as PyTorch prints them, and as notebooks show them. */
import { inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { type DType, ones, tensor, zeros } from "../../lib/index.ts";
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

  test("may be empty", () => {
    expect(html(zeros([0, 2]))).toContain("[0, 2]");
  });
});
