/** Changes in place, recorded: through views, of views, before and after other uses. Finite differences judge. */
import { describe, expect, test } from "@jest/globals";
import { expand, gradcheck, gradients, hessian, noGrad, type Tensor, tensor, zeros } from "../../../lib/index.ts";

const leaf = (values: Parameters<typeof tensor>[0]) => tensor(values, { requiresGrad: true });

/** Functions that change something on the way. What they are given is a leaf, so they change a copy or something new. */
const programs: [string, (x: Tensor) => Tensor][] = [
  ["a result is changed after another used it", (x) => x.mul(2).add_(x.square())],
  [
    "what was computed before the change keeps its gradient",
    (x) => {
      const y = x.square();
      const z = y.add(1);
      y.mul_(x);
      return z.mul(y);
    },
  ],
  ["a constant becomes part of the graph", (x) => zeros(x.shape, { dtype: "float64" }).add_(x).mul_(x)],
  [
    "a part of a result is overwritten",
    (x) => {
      const y = x.square();
      y.slice([0, 1]).copy_(x.slice([1, 2]).exp());
      return y;
    },
  ],
  [
    "a part of a constant is written",
    (x) => {
      const y = zeros([3], { dtype: "float64" });
      y.slice([1, 3]).copy_(x.square());
      return y.add(1).square();
    },
  ],
  [
    "a change through a view of a view is seen by the base",
    (x) => {
      const y = x.reshape([1, -1]).mul(3);
      y.t()
        .slice([0, 1])
        .mul_(x.slice([1, 2]));
      return y.square();
    },
  ],
  [
    "a change of the base is seen by a view made before",
    (x) => {
      const y = x.mul(3);
      const view = y.flip(0);
      y.mul_(x);
      return view.mul(x);
    },
  ],
  [
    "a change through one view is seen by another made before",
    (x) => {
      const y = x.mul(3);
      const [first, all] = [y.slice([0, 1]), y.slice([null, null, -1])];
      first.mul_(x.slice([1, 2]));
      return all.mul(x).add(first);
    },
  ],
  [
    "a view is changed twice, its base between",
    (x) => {
      const y = x.mul(1);
      const view = y.slice([1, null]);
      view.mul_(x.slice([0, 1]));
      y.add_(x);
      view.mul_(view);
      return y;
    },
  ],
  [
    "something is multiplied by itself",
    (x) => {
      const y = x.mul(2);
      return y.mul_(y);
    },
  ],
  [
    "something is added to its own reverse",
    (x) => {
      const y = x.square();
      return y.add_(y.flip(0));
    },
  ],
  [
    "values are replaced by a function of them, and by a constant",
    (x) => {
      const y = x.mul(x);
      y.exp_();
      y.slice([0, 1]).fill_(5);
      return y.sqrt_();
    },
  ],
  [
    "a diagonal is changed",
    (x) => {
      const y = x.outer(x);
      y.diagonal().add_(x.exp());
      return y;
    },
  ],
];

test.each(programs)("gradients are right when %s", (_, program) => {
  expect(gradcheck(program, [[0.7, -1.3]])).toBe(true);
});

test.each(programs)("so are second derivatives when %s", (_, program) => {
  const slope = (x: Tensor) => {
    const y = program(x).square().sum();
    return gradients(y, [x], null, { createGraph: true })[0]!;
  };
  expect(gradcheck(slope, [[0.7, -1.3]], { atol: 1e-4 })).toBe(true);
});

describe("a change in place", () => {
  test("is no copy: views made before show the new values", () => {
    const y = leaf([1, 2]).mul(1);
    const view = y.slice([0, 1]);
    y.mul_(10);
    expect(view.toArray()).toEqual([10]);
  });

  test("makes a result of a constant", () => {
    const y = zeros([2]);
    y.add_(leaf([1, 2]));
    expect([y.requiresGrad, y.isLeaf, y.gradFn!.name]).toEqual([true, false, "add_"]);
  });

  test("of a part makes a result of the base", () => {
    const base = zeros([2, 2]);
    base.select(0, 1).copy_(leaf([1, 2]));
    expect([base.requiresGrad, base.gradFn!.name, base.toArray()]).toEqual([
      true,
      "overwrite",
      [
        [0, 0],
        [1, 2],
      ],
    ]);
  });

  test("of whole numbers records nothing", () => {
    const counts = zeros([2], { dtype: "int32" });
    counts.add_(leaf([1, 2]));
    expect([counts.requiresGrad, counts.toArray()]).toEqual([false, [1, 2]]);
  });

  test("refuses leaves that require a gradient, and their views", () => {
    const w = leaf([1, 2]);
    const text =
      "Cannot add in place a leaf that requires a gradient: backward could not tell its values apart; wrap it in noGrad()";
    expect(() => w.add_(1)).toThrow(TypeError);
    expect(() => w.add_(1)).toThrow(text);
    expect(() => w.slice([0, 1]).add_(1)).toThrow(text);
    noGrad(() => w.slice([0, 1]).add_(1));
    expect(w.toArray()).toEqual([2, 2]);
    expect([w.isLeaf, w.requiresGrad]).toEqual([true, true]);
  });

  test("refuses views that repeat elements", () => {
    expect(() => expand([[1]], [1, 2]).add_(1)).toThrow(
      "Cannot add in place a view that repeats elements, as expand makes them: clone it first",
    );
  });

  test("still takes values away from ops that saved them", () => {
    const x = leaf([1, 2]);
    const y = x.mul(1);
    const z = y.square();
    y.add_(1);
    expect(() => z.sum().backward()).toThrow("Cannot go backward through square: its input 0 was changed in place");
  });

  test("keeps hooks of the value before on the value before", () => {
    const x = leaf(3);
    const y = x.mul(1);
    const seen: [string, number][] = [];
    y.registerHook((grad) => {
      seen.push(["before", grad.item()]);
      return undefined;
    });
    y.mul_(5);
    y.registerHook((grad) => {
      seen.push(["after", grad.item()]);
      return undefined;
    });
    y.backward();
    expect(seen).toEqual([
      ["after", 1],
      ["before", 5],
    ]);
    expect(x.grad!.item()).toBe(5);
  });

  test("leaves a retained gradient with the tensor", () => {
    const y = leaf(3).mul(1).retainGrad();
    y.mul_(5);
    y.backward();
    expect(y.grad!.item()).toBe(1);
  });

  test("of a detached tensor stays out of the graph", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    const apart = y.detach();
    apart.add_(1);
    y.sum().backward();
    expect(x.grad!.toArray()).toEqual([2, 2]);
    expect(apart.requiresGrad).toBe(false);
  });

  test("of a base leaves a view alone that asked for a gradient of its own", () => {
    const base = zeros([2]);
    const own = base.slice([0, 1]).requiresGrad_();
    base.add_(leaf([1, 2]));
    own.mul(3).sum().backward();
    expect([own.isLeaf, own.grad!.toArray()]).toEqual([true, [3]]);
  });

  test("works below a Hessian", () => {
    const cube = (x: Tensor) => x.mul(x).mul_(x).sum();
    expect(hessian(cube, [1, 2]).toArray()).toEqual([
      [6, 0],
      [0, 12],
    ]);
  });
});
