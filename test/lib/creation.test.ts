/** Tensors from numbers. */
import { describe, expect, test } from "@jest/globals";
import {
  arange,
  asTensor,
  type DType,
  eye,
  fromData,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  tensor,
  zeros,
  zerosLike,
} from "../../lib/index.ts";

describe("tensor()", () => {
  test("takes numbers, booleans, nested arrays, typed arrays and tensors", () => {
    expect([tensor(1.5).dtype, tensor(1.5).shape]).toEqual(["float32", []]);
    expect([tensor([true]).dtype, tensor(new Float64Array(2)).dtype, tensor(new Uint8Array(2)).dtype]).toEqual([
      "bool",
      "float64",
      "uint8",
    ]);
    expect(tensor([[[1], [2]]]).shape).toEqual([1, 2, 1]);
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
  });

  test("copies what it is given", () => {
    const array = new Float32Array([1, 2]);
    const x = tensor(array);
    const y = tensor(x);
    array[0] = 9;
    x.fill_(7);
    expect(y.toArray()).toEqual([1, 2]);
  });

  test("copies a view in the order of its dimensions", () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(tensor(x.t()).toArray()).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  test("requires a gradient if asked", () => {
    expect(tensor([1], { requiresGrad: true }).requiresGrad).toBe(true);
    expect(tensor([1]).requiresGrad).toBe(false);
  });

  test.each<[DType, (number | boolean)[]]>([
    ["float32", [Math.fround(0.1), -2.5, 300]],
    ["float64", [0.1, -2.5, 300]],
    ["int32", [0, -2, 300]],
    ["uint8", [0, 254, 44]],
    ["bool", [true, true, true]],
  ])("converts to %s as typed arrays do", (dtype, wanted) => {
    expect(tensor([0.1, -2.5, 300], { dtype }).toArray()).toEqual(wanted);
  });

  test.each<[string, () => unknown, typeof RangeError | typeof TypeError, string]>([
    [
      "rows of different lengths",
      () => tensor([[1, 2], [3]]),
      RangeError,
      "Cannot make a tensor of rows that differ: in dimension 1 the first has 2 elements, one has 1 elements",
    ],
    [
      "a number beside a row",
      () => tensor([[1], 2]),
      RangeError,
      "in dimension 1 the first has 1 elements, one is no array",
    ],
    ["a row beside a number", () => tensor([1, [2]]), RangeError, "Cannot make a tensor of rows that differ in depth"],
    [
      "text",
      () => tensor(["1"] as unknown as number[]),
      TypeError,
      "Cannot make a tensor of a value of type string: elements must be numbers or booleans",
    ],
    ["null", () => tensor([null] as unknown as number[]), TypeError, "a value of type null"],
    [
      "an unknown type",
      () => tensor([1], { dtype: "float16" as DType }),
      TypeError,
      "Cannot use dtype float16: it must be one of bool, uint8, int32, float32, float64",
    ],
    [
      "a gradient of whole numbers",
      () => tensor([1], { dtype: "int32", requiresGrad: true }),
      TypeError,
      "Cannot require a gradient of a int32 tensor",
    ],
  ])("refuses %s", (_, run, kind, text) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(text);
  });
});

describe("fromData()", () => {
  test("uses the array itself", () => {
    const array = new Float32Array([1, 2, 3, 4]);
    const x = fromData(array, [2, 2]);
    array[3] = 9;
    expect(x.slice(1, 1).item()).toBe(9);
  });

  test("reads bytes as bool if asked", () => {
    expect(fromData(new Uint8Array([0, 1]), [2], "bool").toArray()).toEqual([false, true]);
  });

  test("refuses a shape or a type that does not fit", () => {
    expect(() => fromData(new Float32Array(3), [2, 2])).toThrow("Cannot shape 3 elements as [2,2], which has 4");
    expect(() => fromData(new Float32Array(1), [-1])).toThrow("sizes must be whole numbers ≥ 0");
    expect(() => fromData(new Float32Array(1), [1], "int32")).toThrow(
      "Cannot read a Float32Array as int32: it holds float32",
    );
  });
});

describe("asTensor()", () => {
  test("gives a tensor back as it is, unless another type is asked for", () => {
    const x = tensor([1]);
    expect(asTensor(x)).toBe(x);
    expect(asTensor(x, { dtype: "float32" })).toBe(x);
    expect(asTensor(x, { dtype: "int32" }).dtype).toBe("int32");
  });
});

describe("filled tensors", () => {
  test("have their value everywhere, and the asked type", () => {
    expect(zeros([2]).toArray()).toEqual([0, 0]);
    expect(ones([2], { dtype: "int32" }).toArray()).toEqual([1, 1]);
    expect([full([1], true).dtype, full([1], 2).dtype]).toEqual(["bool", "float32"]);
    expect(eye(2, 3).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });

  test("take shape and type of another one", () => {
    const x = tensor([[1], [2]], { dtype: "float64" });
    for (const made of [zerosLike(x), onesLike(x), fullLike(x, 7)]) {
      expect([made.shape, made.dtype]).toEqual([[2, 1], "float64"]);
    }
    expect(fullLike(x, 7, { dtype: "int32" }).toArray()).toEqual([[7], [7]]);
  });

  test("refuse sizes that are no sizes", () => {
    expect(() => zeros([-1])).toThrow("Cannot make zeros of shape [-1]: sizes must be whole numbers ≥ 0");
    expect(() => full([1.5], 0)).toThrow("Cannot fill a tensor of shape [1.5]");
    expect(() => eye(-1)).toThrow("Cannot make an identity of shape [-1,-1]");
  });
});

describe("arange()", () => {
  test("counts from 0, from a start, down, and in fractions", () => {
    expect(arange(3).toArray()).toEqual([0, 1, 2]);
    expect(arange(2, 5).toArray()).toEqual([2, 3, 4]);
    expect(arange(5, 0, { step: -2 }).toArray()).toEqual([5, 3, 1]);
    expect(arange(0, 1, { step: 0.25 }).toArray()).toEqual([0, 0.25, 0.5, 0.75]);
    expect(arange(0).toArray()).toEqual([]);
  });

  test("refuses a step that leads nowhere", () => {
    expect(() => arange(0, 3, { step: -1 })).toThrow(
      "Cannot count from 0 to 3 in steps of -1: the step must lead to the end",
    );
    expect(() => arange(0, 3, { step: 0 })).toThrow(RangeError);
    expect(() => arange(Infinity)).toThrow(RangeError);
  });
});

describe("linspace()", () => {
  test("has both ends exactly", () => {
    const x = linspace(0.1, 0.7, { count: 7, dtype: "float64" });
    expect([x.data[0], x.data[6], x.size]).toEqual([0.1, 0.7, 7]);
    expect(linspace(2, 3, { count: 1 }).toArray()).toEqual([2]);
    expect(linspace(0, 1, { count: 0 }).toArray()).toEqual([]);
    expect(linspace(0, 1).size).toBe(100);
  });
});
