/** The tensor itself: elements, views, memory, and what every method has in common. */
import { describe, expect, test } from "@jest/globals";
import { arange, type DType, fromData, ones, Tensor, tensor, zeros } from "../../lib/index.ts";

const matrix = () =>
  tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);

describe("a tensor", () => {
  test("says its shape, size, dimensions and type", () => {
    const x = matrix();
    expect([x.shape, x.size, x.ndim, x.dtype, x.isContiguous]).toEqual([[2, 3], 6, 2, "float32", true]);
    const scalar = tensor(5);
    expect([scalar.shape, scalar.size, scalar.ndim]).toEqual([[], 1, 0]);
    const empty = zeros([0, 3]);
    expect([empty.shape, empty.size, empty.toArray()]).toEqual([[0, 3], 0, []]);
  });

  test("gives its elements as nested arrays, booleans for bool", () => {
    expect(matrix().toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(tensor([true, false]).toArray()).toEqual([true, false]);
    expect(tensor(3).toArray()).toBe(3);
    expect(tensor(true).toArray()).toBe(true);
    expect(zeros([2, 0]).toArray()).toEqual([[], []]);
  });

  test("gives its only element as a number", () => {
    expect([tensor([[7]]).item(), tensor(true).item(), matrix().slice(1, 2).item()]).toEqual([7, 1, 6]);
    expect(() => matrix().item()).toThrow("Cannot take the item of a tensor of shape [2,3]: it has 6 elements, not 1");
    expect(() => zeros([0]).item()).toThrow(RangeError);
  });

  test("is a leaf unless an op recorded it", () => {
    const x = tensor([1], { requiresGrad: true });
    expect([x.isLeaf, x.mul(2).isLeaf, tensor([1]).mul(2).isLeaf]).toEqual([true, false, true]);
  });

  test("is an instance of Tensor, and so are results", () => {
    expect(matrix()).toBeInstanceOf(Tensor);
    expect(matrix().t()).toBeInstanceOf(Tensor);
  });
});

describe("data", () => {
  test("is the memory itself where the elements lie in a row", () => {
    const x = matrix();
    x.data[0] = 9;
    expect(x.slice(0, 0).item()).toBe(9);
    const row = x.slice(1);
    row.data[0] = 8;
    expect(x.slice(1, 0).item()).toBe(8);
  });

  test("is a copy, in the order of the dimensions, where they do not", () => {
    const x = matrix().t();
    expect([...x.data]).toEqual([1, 4, 2, 5, 3, 6]);
    x.data[0] = 9;
    expect(x.slice(0, 0).item()).toBe(1);
  });

  test.each<[DType, string]>([
    ["float32", "Float32Array"],
    ["float64", "Float64Array"],
    ["int32", "Int32Array"],
    ["uint8", "Uint8Array"],
    ["bool", "Uint8Array"],
  ])("of %s is a %s", (dtype, name) => {
    expect(zeros([2], { dtype }).data.constructor.name).toBe(name);
  });
});

describe("views", () => {
  const x = arange(24).reshape([2, 3, 4]);

  test.each<[string, (x: Tensor) => Tensor]>([
    ["reshape", (x) => x.reshape([6, 4])],
    ["permute", (x) => x.permute([2, 0, 1])],
    ["transpose", (x) => x.transpose(0, 2)],
    ["slice", (x) => x.slice(null, [1, null, 2], 0)],
    ["select", (x) => x.select(1, 1)],
    ["narrow", (x) => x.narrow(2, { start: 1, length: 2 })],
    ["expand", (x) => x.unsqueeze(0).expand([3, 2, 3, 4])],
    ["squeeze", (x) => x.unsqueeze(1).squeeze(1)],
    ["diagonal", (x) => x.diagonal()],
    ["flip", (x) => x.flip([0, 1])],
    ["split", (x) => x.split(1, 1)[1]!],
    ["detach", (x) => x.detach()],
  ])("by %s share memory with their base", (_, view) => {
    expect(view(x).storage).toBe(x.storage);
  });

  test("of views are reshaped without a copy where their memory allows it", () => {
    expect(x.transpose(0, 1).reshape([3, 2, 2, 2]).storage).toBe(x.storage);
    expect(x.slice(null, [0, 2]).reshape([2, 8]).storage).toBe(x.storage);
    expect(x.transpose(1, 2).reshape([2, 12]).storage).not.toBe(x.storage);
    expect(x.transpose(1, 2).reshape([2, 12]).toArray()).toEqual(x.transpose(1, 2).clone().reshape([2, 12]).toArray());
  });

  test("with dimensions of size 1, whose strides mean nothing, are reshaped right", () => {
    const part = arange(24).reshape([2, 1, 2, 3, 2]).select(2, 1);
    expect(part.shape).toEqual([2, 1, 3, 2]);
    expect([...part.data]).toEqual([6, 7, 8, 9, 10, 11, 18, 19, 20, 21, 22, 23]);
  });

  test("show changes of their base, and change it", () => {
    const base = matrix();
    const column = base.select(1, 0);
    base.mul_(2);
    expect(column.toArray()).toEqual([2, 8]);
    column.fill_(0);
    expect(base.toArray()).toEqual([
      [0, 4, 6],
      [0, 10, 12],
    ]);
  });

  test("can be copied onto each other where they overlap", () => {
    const base = tensor([1, 2, 3, 4]);
    base.slice([1, 4]).copy_(base.slice([0, 3]));
    expect(base.toArray()).toEqual([1, 1, 2, 3]);
    const other = tensor([1, 2, 3, 4]);
    other.copy_(other.flip(0));
    expect(other.toArray()).toEqual([4, 3, 2, 1]);
  });

  test("can be added to themselves in another order", () => {
    const x = tensor([1, 2, 3]);
    expect(x.add_(x.flip(0)).toArray()).toEqual([4, 4, 4]);
    expect(x.mul_(x).toArray()).toEqual([16, 16, 16]);
    const y = tensor([1, 2, 3]);
    expect(y.sub_(y.select(0, 0)).toArray()).toEqual([0, 1, 2]);
  });

  test("with gaps can be overwritten from their own memory", () => {
    const base = tensor([1, 2, 3, 4]);
    base.slice([null, null, 2]).copy_(base.slice([1, null, 2]));
    expect(base.toArray()).toEqual([2, 2, 4, 4]);
  });
});

describe("in-place methods", () => {
  test("return the tensor, and count its version up", () => {
    const x = tensor([1, 2]);
    expect(x.add_(1)).toBe(x);
    expect([x.storage.version, x.toArray()]).toEqual([1, [2, 3]]);
  });

  test("take a value that broadcasts to the tensor, but none that is larger", () => {
    expect(matrix().mul_([1, 10, 100]).select(0, 0).toArray()).toEqual([1, 20, 300]);
    expect(() => tensor([1, 2]).add_(ones([2, 2]))).toThrow(
      "Cannot add [2,2] to [2] in place: the result would be larger",
    );
    expect(() => tensor([1, 2]).copy_(ones([3, 2]))).toThrow("Cannot copy [3,2] into [2]: it does not broadcast to it");
  });

  test("keep the type of the tensor", () => {
    expect(tensor([1, 2], { dtype: "int32" }).add_(1.75).toArray()).toEqual([2, 3]);
    expect(
      fromData(new Uint8Array([250]))
        .add_(5)
        .toArray(),
    ).toEqual([255]);
  });
});

describe("types of results", () => {
  const of = (dtype: DType) => ones([2], { dtype });

  test.each<[DType, DType, DType]>([
    ["bool", "bool", "bool"],
    ["bool", "uint8", "uint8"],
    ["uint8", "int32", "int32"],
    ["int32", "float32", "float32"],
    ["float32", "float64", "float64"],
    ["bool", "float64", "float64"],
  ])("of %s with %s is %s, whichever comes first", (a, b, result) => {
    expect([of(a).maximum(of(b)).dtype, of(b).maximum(of(a)).dtype]).toEqual([result, result]);
  });

  test("a number does not change the type, unless it is of a higher kind", () => {
    expect([of("float64").mul(0.1).dtype, of("int32").mul(2).dtype, of("int32").mul(0.5).dtype]).toEqual([
      "float64",
      "int32",
      "float32",
    ]);
    expect(of("float64").mul(0.1).toArray()).toEqual([0.1, 0.1]);
  });

  test("a tensor without dimensions gives way like a number", () => {
    expect(of("float32").add(tensor(1, { dtype: "float64" })).dtype).toBe("float32");
    expect(of("int32").add(tensor(1, { dtype: "float64" })).dtype).toBe("float64");
  });

  test("a quotient of whole numbers has fractions", () => {
    expect(tensor([1, 2], { dtype: "int32" }).div(4).toArray()).toEqual([0.25, 0.5]);
  });

  test("sums of bool and uint8 are int32, so that they do not overflow", () => {
    const sum = fromData(new Uint8Array([200, 100])).sum();
    expect([sum.dtype, sum.item(), ones([300], { dtype: "bool" }).sum().item()]).toEqual(["int32", 300, 300]);
  });
});
