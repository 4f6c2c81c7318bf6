/** Backward: what reaches which tensor, when graphs are freed, and what is refused. */
import { describe, expect, test } from "@jest/globals";
import {
  enableGrad,
  gradients,
  isGradEnabled,
  matmul,
  noGrad,
  ones,
  type Tensor,
  tensor,
  zeros,
} from "../../../lib/index.ts";

const leaf = (values: Parameters<typeof tensor>[0]) => tensor(values, { requiresGrad: true });

describe("backward", () => {
  test("adds up: over several uses, and over several calls", () => {
    const x = leaf([1, 2]);
    x.mul(x).add(x).sum().backward();
    expect(x.grad!.toArray()).toEqual([3, 5]);
    x.sum().backward();
    expect(x.grad!.toArray()).toEqual([4, 6]);
  });

  test("visits a result that is used twice once, with the sum of both gradients", () => {
    const x = leaf(3);
    const y = x.mul(2);
    let calls = 0;
    y.registerHook(() => {
      calls++;
      return undefined;
    });
    y.mul(y).add(y).backward();
    expect(calls).toBe(1);
    expect(x.grad!.item()).toBe(26);
  });

  test("undoes broadcasting on both sides", () => {
    const row = leaf([1, 2, 3]);
    const column = leaf([[10], [20]]);
    const one = leaf(1);
    row.mul(column).mul(one).sum().backward();
    expect(row.grad!.toArray()).toEqual([30, 30, 30]);
    expect(column.grad!.toArray()).toEqual([[6], [6]]);
    expect(one.grad!.item()).toBe(180);
  });

  test("gives a gradient of the input's type, whatever type the op had", () => {
    const x = leaf([1, 2]);
    x.double()
      .mul(tensor([1, 2], { dtype: "float64" }))
      .sum()
      .backward();
    expect([x.grad!.dtype, ...x.grad!.data]).toEqual(["float32", 1, 2]);
  });

  test("takes the gradient of a result that is no single number", () => {
    const x = leaf([1, 2]);
    x.mul(3).backward([1, 10]);
    expect(x.grad!.toArray()).toEqual([3, 30]);
  });

  test("leaves the gradients of results null unless they retain it", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2).retainGrad();
    const z = y.mul(3);
    z.sum().backward();
    expect(y.grad!.toArray()).toEqual([3, 3]);
    expect(z.grad).toBeNull();
  });

  test("stops at detach()", () => {
    const x = leaf(2);
    x.mul(x.detach()).backward();
    expect(x.grad!.item()).toBe(2);
  });

  test("goes through a chain of ten thousand ops", () => {
    const x = leaf(1);
    let y: Tensor = x;
    for (let i = 0; i < 10_000; i++) y = y.add(1);
    y.backward();
    expect(x.grad!.item()).toBe(1);
  });

  test("gives leaves memory of their own", () => {
    const [a, b] = [leaf([1, 2]), leaf([3, 4])];
    const seed = tensor([1, 1]);
    a.add(b).backward(seed);
    a.grad!.mul_(10);
    expect(b.grad!.toArray()).toEqual([1, 1]);
    expect(seed.toArray()).toEqual([1, 1]);
  });

  test("of a leaf gives the leaf its own start", () => {
    const x = leaf(5);
    x.backward();
    expect(x.grad!.item()).toBe(1);
  });

  test("runs twice over a graph that was retained, and adds up", () => {
    const x = leaf(3);
    const y = x.mul(x);
    y.backward(null, { retainGraph: true });
    y.backward();
    expect(x.grad!.item()).toBe(12);
  });

  test("records itself with createGraph: the third derivative of x⁴ is 24 x", () => {
    const x = leaf(2);
    let y: Tensor = x.pow(4);
    for (let order = 1; order <= 3; order++) y = gradients(y, [x], null, { createGraph: true })[0]!;
    expect(y.item()).toBeCloseTo(48, 4);
  });

  test.each<[string, () => unknown, typeof Error, string]>([
    [
      "from what was not recorded",
      () => tensor(1).backward(),
      TypeError,
      "Cannot go backward from a tensor that requires no gradient: nothing it was computed from asks for one",
    ],
    [
      "from several numbers without a gradient",
      () => leaf([1, 2]).mul(2).backward(),
      RangeError,
      "Cannot go backward from shape [2] without a gradient: only a single value needs none",
    ],
    [
      "with a gradient of another shape",
      () => leaf([1, 2]).mul(2).backward([1]),
      RangeError,
      "Cannot go backward from shape [2] with a gradient of shape [1]: they must agree",
    ],
    [
      "through a freed graph",
      () => {
        const y = leaf(2).exp();
        y.backward();
        y.backward();
      },
      Error,
      "Cannot go backward through exp a second time: its saved values are freed; pass { retainGraph: true } the first time",
    ],
    [
      "through a branch of a freed graph",
      () => {
        const y = leaf(2).exp();
        y.mul(2).backward();
        y.mul(3).backward();
      },
      Error,
      "Cannot go backward through exp a second time",
    ],
    [
      "after an in-place change of a saved input",
      () => {
        const w = tensor([1, 2]);
        const y = leaf([3, 4]).mul(w);
        w.add_(1);
        y.sum().backward();
      },
      Error,
      "Cannot go backward through mul: its input 1 was changed in place after forward (version 1, saved at 0)",
    ],
    [
      "after an in-place change of a saved output",
      () => {
        const y = leaf([3, 4]).exp();
        noGrad(() => y.zero_());
        y.sum().backward();
      },
      Error,
      "Cannot go backward through exp: its output was changed in place after forward",
    ],
    [
      "after an in-place change of a view of a saved input",
      () => {
        const w = tensor([1, 2]);
        const y = leaf([3, 4]).mul(w);
        w.slice(0).fill_(5);
        y.sum().backward();
      },
      Error,
      "its input 1 was changed in place",
    ],
  ])("refuses to go %s", (_, run, kind, text) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(text);
  });

  test("does not mind changes of values that it does not need", () => {
    const w = tensor([1, 2]);
    const x = leaf([3, 4]);
    const y = x.add(w);
    w.fill_(9);
    y.sum().backward();
    expect(x.grad!.toArray()).toEqual([1, 1]);
  });
});

describe("gradients", () => {
  test("of results as well as of leaves, and null where nothing depends", () => {
    const [x, other] = [leaf(3), leaf(1)];
    const y = x.mul(2);
    const [dx, dy, none] = gradients(y.mul(y), [x, y, other]);
    expect([dx!.item(), dy!.item(), none]).toEqual([24, 12, null]);
    expect(x.grad).toBeNull();
  });

  test("flow through views to their base", () => {
    const x = leaf([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    x.t().slice([0, 2]).flatten().mul([1, 2, 3, 4]).sum().backward();
    expect(x.grad!.toArray()).toEqual([
      [1, 3, 0],
      [2, 4, 0],
    ]);
  });

  test("of elements that a view repeats are summed", () => {
    const x = leaf([[1], [2]]);
    x.expand([2, 3]).mul(2).sum().backward();
    expect(x.grad!.toArray()).toEqual([[6], [6]]);
  });

  test("of a product of matrices are the other one, transposed", () => {
    const [a, b] = [leaf([[1, 2]]), leaf([[3], [4]])];
    matmul(a, b).backward();
    expect(a.grad!.toArray()).toEqual([[3, 4]]);
    expect(b.grad!.toArray()).toEqual([[1], [2]]);
  });
});

describe("a hook", () => {
  test("sees the gradient, and may replace it", () => {
    const x = leaf([1, 2]);
    const seen: unknown[] = [];
    x.registerHook((grad) => {
      seen.push(grad.toArray());
      return undefined;
    });
    x.registerHook((grad) => grad.mul(10));
    x.mul(3).sum().backward();
    expect(seen).toEqual([[3, 3]]);
    expect(x.grad!.toArray()).toEqual([30, 30]);
  });

  test("on a result changes what flows on", () => {
    const x = leaf([1, 2]);
    const y = x.mul(3);
    y.registerHook(() => zeros([2]));
    y.sum().backward();
    expect(x.grad!.toArray()).toEqual([0, 0]);
  });

  test("is gone when it was removed", () => {
    const x = leaf(1);
    const remove = x.registerHook((grad) => grad.mul(10));
    remove();
    x.mul(2).backward();
    expect(x.grad!.item()).toBe(2);
  });

  test("needs a gradient to see", () => {
    expect(() => tensor(1).registerHook(() => undefined)).toThrow("Cannot hook the gradient of a tensor");
    expect(() => tensor(1).retainGrad()).toThrow("Cannot retain the gradient of a tensor that requires none");
  });
});

describe("recording", () => {
  test("is off inside noGrad, on again inside enableGrad, and as before after a throw", () => {
    const x = leaf(1);
    expect(noGrad(() => [isGradEnabled(), x.mul(2).requiresGrad, enableGrad(() => x.mul(2).requiresGrad)])).toEqual([
      false,
      false,
      true,
    ]);
    expect(() =>
      noGrad(() => {
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(isGradEnabled()).toBe(true);
  });

  test("cannot be off across an await", () => {
    expect(() => noGrad(async () => 1)).toThrow(TypeError);
    expect(() => noGrad(async () => 1)).toThrow("Cannot run an async function in noGrad");
  });

  test("does not happen for results without fractions", () => {
    const x = leaf([1, 2]);
    expect([x.gt(1).requiresGrad, x.argmax().requiresGrad, x.int().requiresGrad]).toEqual([false, false, false]);
  });

  test("leaves a graph that can be walked from the result to the leaves", () => {
    const [w, x, b] = [leaf(2), tensor(3), leaf(1)];
    const y = w.mul(x).add(b);
    expect(y.gradFn!.name).toBe("add");
    const [product, bias] = y.gradFn!.operands;
    expect(bias).toBe(b);
    expect([product!.gradFn!.name, product!.gradFn!.operands.map((t) => t.isLeaf)]).toEqual(["mul", [true, true]]);
  });
});

describe("requiresGrad_", () => {
  test("is for floating leaves only", () => {
    expect(() => ones([2], { dtype: "int32", requiresGrad: true })).toThrow(
      "Cannot require a gradient of a int32 tensor: only float32 and float64 have derivatives",
    );
    expect(() => leaf(1).mul(2).requiresGrad_(false)).toThrow(
      "Cannot switch off the gradient of the result of mul: only leaves can; use detach()",
    );
    expect(leaf(1).requiresGrad_(false).requiresGrad).toBe(false);
  });

  test("keeps in-place changes away while recording", () => {
    const x = leaf([1, 2]);
    expect(() => x.add_(1)).toThrow("wrap it in noGrad()");
    noGrad(() => x.add_(1));
    expect(x.toArray()).toEqual([2, 3]);
  });
});
