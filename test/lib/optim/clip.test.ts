/** Clipping against PyTorch. */
import { describe, expect, test } from "@jest/globals";
import { optim, tensor, zeros } from "../../../lib/index.ts";
import { type Dumped, expectClose, load, loadOptions, reference } from "../reference.ts";

interface Case {
  readonly kind: "norm" | "value";
  readonly limit: number;
  readonly options: Readonly<Record<string, unknown>>;
  readonly before: readonly Dumped[];
  readonly after: readonly Dumped[];
  readonly norm: number | null;
}

const cases = reference<Case[]>("optim-clipping");

test.each(cases.map((c) => [`${c.kind} ${c.limit} ${JSON.stringify(c.options)}`, c] as const))(
  "gradients are clipped as PyTorch does: %s",
  (_, { kind, limit, options, before, after, norm }) => {
    const params = before.map((g) => {
      const p = zeros(g.shape, { dtype: "float64", requiresGrad: true });
      p.grad = load(g, "float64");
      return p;
    });
    if (kind === "value") optim.clipGradValue_(params, limit);
    else {
      const total = optim.clipGradNorm_(params, limit, loadOptions(options, "float64"));
      expect(Math.abs(total - norm!)).toBeLessThanOrEqual(1e-12 * norm!);
    }
    params.forEach((p, i) => {
      expectClose(`gradient ${i}`, p.grad!, after[i]!, 1e-12);
    });
  },
);

describe("clipping", () => {
  const withGradient = (...values: number[]) => {
    const p = zeros([values.length], { requiresGrad: true });
    p.grad = tensor(values);
    return p;
  };

  test("takes one parameter as well as many, and passes over those without a gradient", () => {
    const p = withGradient(3, 4);
    expect(optim.clipGradNorm_(p, 1)).toBe(5);
    expect(optim.clipGradNorm_([zeros([2], { requiresGrad: true })], 1)).toBe(0);
  });

  test("leaves short gradients to the bit", () => {
    const p = withGradient(0.3, 0.4);
    const before = [...p.grad!.data];
    optim.clipGradNorm_(p, 1);
    expect([...p.grad!.data]).toEqual(before);
  });

  test("tells a NaN instead of spreading it, if asked", () => {
    const p = withGradient(NaN, 1);
    expect(() => optim.clipGradNorm_(p, 1, { errorIfNonfinite: true })).toThrow(
      "Cannot clip gradients whose norm is NaN: something before went wrong",
    );
  });

  test.each<[string, () => unknown, string]>([
    ["a negative norm", () => optim.clipGradNorm_([], -1), "Cannot clip gradients to norm -1: it must be ≥ 0"],
    ["a negative value", () => optim.clipGradValue_([], -1), "Cannot clip gradients to ±-1: it must be ≥ 0"],
    [
      "an exponent of 0",
      () => optim.clipGradNorm_([], 1, { normType: 0 }),
      "Cannot clip gradients by the norm of exponent 0: it must be > 0",
    ],
  ])("refuses %s", (_, run, text) => {
    expect(run).toThrow(RangeError);
    expect(run).toThrow(text);
  });
});
