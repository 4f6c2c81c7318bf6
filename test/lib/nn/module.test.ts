/** Modules: calling, parameters by name, modes, types, and how they print. */
import { describe, expect, test } from "@jest/globals";
import { allClose, manualSeed, nn, ones, type Tensor, tensor } from "../../../lib/index.ts";
import { MLP, names } from "./mlp.ts";

describe("a module", () => {
  test("is a function that runs forward", () => {
    const model = new MLP();
    const x = tensor([[1, 2]]);
    expect(typeof model).toBe("function");
    expect(model(x).toArray()).toEqual(model.forward(x).toArray());
    expect(model).toBeInstanceOf(MLP);
    expect(model).toBeInstanceOf(nn.Module);
  });

  test("finds parameters, buffers and children in its fields, by path", () => {
    const model = new MLP();
    expect(names(model.namedParameters())).toEqual([
      "scale",
      "hidden.weight",
      "hidden.bias",
      "output.weight",
      "output.bias",
    ]);
    expect(names(model.namedBuffers())).toEqual(["seen"]);
    expect(names(model.namedChildren())).toEqual(["hidden", "output"]);
    expect(names(model.namedModules())).toEqual(["", "hidden", "output"]);
    expect(model.numParameters()).toBe(14);
  });

  test("counts what is shared once, but saves it under every name", () => {
    class Tied extends nn.Module {
      a = new nn.Linear(2, 2, { bias: false });
      b = this.a;
      forward(x: Tensor): Tensor {
        return this.b(this.a(x));
      }
    }
    const model = new Tied();
    expect([model.parameters().length, model.numParameters()]).toEqual([1, 4]);
    expect(Object.keys(model.stateDict())).toEqual(["a.weight", "b.weight"]);
  });

  test("may have fields called name and length", () => {
    class Named extends nn.Module {
      override name = "mine";
      override length = 7;
      forward(): void {}
    }
    const model = new Named();
    expect([model.name, model.length]).toEqual(["mine", 7]);
  });

  test("trains and evaluates with everything below it", () => {
    const model = new nn.Sequential(new nn.Dropout(), new nn.Sequential(new nn.Dropout()));
    expect(model.eval()).toBe(model);
    expect(model.modules().map((m) => m.training)).toEqual([false, false, false, false]);
    model.train();
    expect(model.modules().every((m) => m.training)).toBe(true);
  });

  test("freezes and thaws its parameters", () => {
    const model = new MLP();
    model.hidden.requiresGrad_(false);
    expect(model.numParameters({ trainable: true })).toBe(5);
    model(ones([1, 2]))
      .sum()
      .backward();
    expect([model.hidden.weight.grad, model.output.weight.grad === null]).toEqual([null, false]);
  });

  test("applies a function to children before parents", () => {
    const order: string[] = [];
    new nn.Sequential(new nn.Linear(1, 1), new nn.ReLU()).apply((m) => order.push(m.constructor.name));
    expect(order).toEqual(["Linear", "ReLU", "Sequential"]);
  });

  test("changes its type in place, gradients included, so that optimizers keep their parameters", () => {
    const model = new MLP();
    const before = model.parameters();
    model(ones([1, 2]))
      .sum()
      .backward();
    expect(model.double()).toBe(model);
    expect(model.parameters()).toEqual(before);
    expect(model.parameters().every((p) => p.dtype === "float64" && p.grad!.dtype === "float64")).toBe(true);
    expect(model(ones([1, 2], { dtype: "float64" })).dtype).toBe("float64");
    expect(() => model.to("int32")).toThrow("Cannot move a module to int32: parameters must be float32 or float64");
  });

  test("prints itself and its children, indented", () => {
    expect(String(new MLP())).toBe(
      [
        "MLP(",
        "  (hidden): Linear(inFeatures=2, outFeatures=3, bias=true)",
        "  (output): Linear(inFeatures=3, outFeatures=1, bias=true)",
        ")",
      ].join("\n"),
    );
  });
});

test("parameters become a vector and come back from one", () => {
  const model = new nn.Linear(2, 2);
  const { parametersToVector, vectorToParameters } = nn.utils;
  const vector = parametersToVector(model.parameters());
  expect(vector.shape).toEqual([6]);
  vector.sum().backward();
  expect(model.bias!.grad!.toArray()).toEqual([1, 1]);
  vectorToParameters([1, 2, 3, 4, 5, 6], model.parameters());
  expect([model.weight.toArray(), model.bias!.toArray()]).toEqual([
    [
      [1, 2],
      [3, 4],
    ],
    [5, 6],
  ]);
  expect(() => vectorToParameters([1], model.parameters())).toThrow(
    "Cannot write [1] into parameters of 6 elements: expected [6]",
  );
});

test("noise on weights gives the gradient at the disturbed ones, and goes without a trace", () => {
  const layer = new nn.Linear(3, 1, { bias: false });
  const before = layer.weight.clone();
  const x = tensor([[1, 2, 3]]);
  manualSeed(1);
  const restore = nn.utils.perturb_(layer.parameters(), { std: 0.5 });
  const disturbed = layer.weight.detach().clone();
  expect(allClose(disturbed, before)).toBe(false);
  layer(x).square().sum().backward();
  restore();
  expect(layer.weight.toArray()).toEqual(before.toArray());
  expect(allClose(layer.weight.grad!, x.mul(x.matmul(disturbed.t()).mul(2)))).toBe(true);
  expect(() => nn.utils.perturb_([], { std: -1 })).toThrow("of standard deviation -1: it must be ≥ 0");
});

test("an embedding of given vectors keeps them, and learns them only if asked", () => {
  const vectors = tensor([
    [1, 2],
    [3, 4],
  ]);
  const frozen = nn.Embedding.fromPretrained(vectors);
  expect([frozen.weight.toArray(), frozen.weight.requiresGrad]).toEqual([vectors.toArray(), false]);
  expect(frozen.weight.storage).not.toBe(vectors.storage);
  expect(nn.Embedding.fromPretrained(vectors, { freeze: false }).weight.requiresGrad).toBe(true);
  expect(() => nn.Embedding.fromPretrained([1])).toThrow("Cannot look up vectors in [1]: it must be (things, size)");
});
