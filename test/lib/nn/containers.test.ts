/** Modules that hold modules or parameters. */
import { describe, expect, test } from "@jest/globals";
import { F, nn, type Tensor, tensor, zeros } from "../../../lib/index.ts";
import { names } from "./mlp.ts";

class Times extends nn.Module {
  constructor(private readonly factor: number) {
    super();
  }

  forward(x: Tensor): Tensor {
    return x.mul(this.factor);
  }
}

class Power extends nn.Module {
  constructor(private readonly exponent: number) {
    super();
  }

  forward(x: Tensor): Tensor {
    return x.pow(this.exponent);
  }
}

describe("Sequential", () => {
  test("runs what was appended, put in the place of another, named and deleted since its last run", () => {
    const [double, square, tenfold] = [new Times(2), new Power(2), new Times(10)];
    const model = new nn.Sequential(double);
    const run = () => model(3).item();
    expect(run()).toBe(6);
    model.append(square);
    expect(run()).toBe(36);
    model[0] = square;
    expect(run()).toBe(81);
    model[2] = double;
    expect(run()).toBe(162);
    delete model[1];
    expect(run()).toBe(18);
    Object.assign(model, { last: tenfold });
    expect(run()).toBe(180);
    Object.assign(model, { last: double });
    expect(run()).toBe(36);
    model[1] = square;
    expect(run()).toBe(324);
    Object.assign(model, { last: null });
    expect(run()).toBe(162);
    delete model[0];
    expect(run()).toBe(18);
  });

  test("chains its layers, by number or by name", () => {
    const layers = [new nn.Linear(2, 3), new nn.ReLU(), new nn.Linear(3, 1)] as const;
    const [numbered, named] = [
      new nn.Sequential(...layers),
      new nn.Sequential({ first: layers[0], act: layers[1], last: layers[2] }),
    ];
    expect(numbered([[1, 2]]).toArray()).toEqual(named([[1, 2]]).toArray());
    expect(names(numbered.namedParameters())).toEqual(["0.weight", "0.bias", "2.weight", "2.bias"]);
    expect(names(named.namedParameters())).toEqual(["first.weight", "first.bias", "last.weight", "last.bias"]);
  });

  test("is a list: length, at, append, iteration", () => {
    const model = new nn.Sequential(new nn.ReLU());
    expect(model.append(new nn.Tanh())).toBe(model);
    expect([model.length, model.at(-1)!.constructor.name, [...model].length]).toEqual([2, "Tanh", 2]);
    expect(model[0]).toBeInstanceOf(nn.ReLU);
  });

  test("of nothing gives its input back", () => {
    const x = tensor([1]);
    expect(new nn.Sequential()(x)).toBe(x);
  });

  test("holds modules only", () => {
    expect(() => new nn.Sequential(F.tanh as unknown as nn.Layer)).toThrow(
      "Cannot hold item 0 of type function in a container: it must be a Module; wrap functions in a class",
    );
    expect(() => new nn.Sequential({ act: null as unknown as nn.Layer })).toThrow("Cannot hold act of type null");
  });
});

describe("ModuleList and ModuleDict", () => {
  test("make their modules visible, and compute nothing", () => {
    const list = new nn.ModuleList<nn.Layer>([new nn.Linear(1, 1)]).extend([new nn.ReLU()]);
    list.insert(1, new nn.Tanh());
    expect([...list].map((m) => m.constructor.name)).toEqual(["Linear", "Tanh", "ReLU"]);
    expect(names(list.namedParameters())).toEqual(["0.weight", "0.bias"]);
    expect(() => list()).toThrow("Cannot call a ModuleList: it only holds modules");
  });

  test("find modules by name", () => {
    const dict = new nn.ModuleDict<nn.Layer>({ a: new nn.Linear(1, 1) }).set("b", new nn.ReLU());
    expect([dict.keys(), dict.has("b"), dict.has("c"), dict.get("c"), dict.values().length]).toEqual([
      ["a", "b"],
      true,
      false,
      undefined,
      2,
    ]);
    expect(dict.has("toString")).toBe(false);
    expect(names([...dict])).toEqual(["a", "b"]);
    expect(() => dict()).toThrow("Cannot call a ModuleDict");
    expect([dict.has("training"), dict.has("forward")]).toEqual([false, false]);
    expect(() => dict.set("forward", new nn.ReLU())).toThrow(
      "Cannot name a module forward: every module has a member of that name",
    );
  });
});

describe("lists of parameters", () => {
  test("hold parameters that the module around them learns", () => {
    class Mixture extends nn.Module {
      scales = new nn.ParameterList([[1], new nn.Parameter([2, 3])]);
      named = new nn.ParameterDict({ shift: [4] });
      forward(): void {}
    }
    const model = new Mixture();
    model.scales.append([5]);
    model.named.set("tilt", zeros([1]));
    expect(Object.keys(model.stateDict())).toEqual(["scales.0", "scales.1", "scales.2", "named.shift", "named.tilt"]);
    expect(model.parameters().every((p) => p.requiresGrad)).toBe(true);
    expect([...model.scales].map((p) => p.toArray())).toEqual([[1], [2, 3], [5]]);
    expect(model.scales.at(-1)!.item()).toBe(5);
    expect([model.scales.length, model.named.keys(), model.named.has("none"), model.named.get("none")]).toEqual([
      3,
      ["shift", "tilt"],
      false,
      undefined,
    ]);
  });

  test("cannot be called, nor take names that every module has", () => {
    expect(() => new nn.ParameterList().forward()).toThrow("it only holds parameters");
    expect(() => new nn.ParameterDict().forward()).toThrow("it only holds parameters");
    expect(() => new nn.ParameterDict({ train: [1] })).toThrow(
      "Cannot name a parameter train: every module has a member of that name",
    );
  });
});
