/** A tensor is the list of its rows. */
import { describe, expect, test } from "@jest/globals";
import { randn, Tensor, tensor, zeros } from "../../lib/index.ts";

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("x[i]", () => {
  test("is the slice along the first dimension, from the end for negative places, and the slice of a slice", () => {
    expect(x[0]!.toArray()).toEqual([1, 2, 3]);
    expect(x[-1]!.toArray()).toEqual([4, 5, 6]);
    expect(x[1]![2]!.item()).toBe(6);
    expect(x[0]!.ndim).toBe(1);
  });

  test("is a view: what is copied into it changes the tensor", () => {
    const y = zeros([2, 2]);
    y[1]!.copy_(tensor([5, 6]));
    expect(y.toArray()).toEqual([
      [0, 0],
      [5, 6],
    ]);
  });

  test("lets the gradient through", () => {
    const w = randn([3, 2], { requiresGrad: true });
    w[1]!.mul(2).sum().backward();
    expect(w.grad!.toArray()).toEqual([
      [0, 0],
      [2, 2],
      [0, 0],
    ]);
  });

  test.each([
    [() => x[2], "2"],
    [() => x[-3], "-3"],
    [() => tensor(5)[0], "0 dimensions"],
    [() => zeros([0])[0], "0"],
  ])("beyond the end is a RangeError that says where the end is", (read, value) => {
    expect(read).toThrow(RangeError);
    expect(read).toThrow(value);
  });

  test("cannot be assigned to, and the error says what can be done", () => {
    expect(() => {
      (x as unknown as number[])[0] = 5;
    }).toThrow("Cannot assign to the row 0 of a tensor: copy into it with x[0].copy_(values)");
    expect(x.toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  test("leaves every other name as it was", () => {
    const loose = x as unknown as Record<PropertyKey, unknown>;
    for (const name of ["nothing", "then", "1.5", "-0", "01", "length", Symbol.toPrimitive, Symbol.iterator])
      expect(loose[name]).toBeUndefined();
    expect(x instanceof Tensor && x instanceof Object).toBe(true);
    expect("0" in x).toBe(false);
    expect(Object.keys(x)).not.toContain("0");
    expect(`${Object.hasOwn(x, "shape")} ${Object.prototype.toString.call(x)}`).toBe("true [object Object]");
    loose.note = "mine";
    expect([loose.note, Object.hasOwn(x, "note")]).toEqual(["mine", true]);
    delete loose.note;
  });
});

test("JSON has the elements", () => {
  expect(JSON.stringify({ x, loss: tensor(0.5), ok: tensor([true]) })).toBe(
    '{"x":[[1,2,3],[4,5,6]],"loss":0.5,"ok":[true]}',
  );
});
