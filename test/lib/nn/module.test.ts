/** Modules: calling, parameters by name, states, modes, hooks, and how they print. */
import { describe, expect, test } from "@jest/globals";
import { allClose, F, manualSeed, nn, noGrad, ones, type Tensor, tensor, zeros } from "../../../lib/index.ts";

class MLP extends nn.Module {
  hidden = new nn.Linear(2, 3);
  output = new nn.Linear(3, 1);
  scale = new nn.Parameter([2]);
  seen = new nn.Buffer([0]);
  forward(x: Tensor): Tensor {
    return this.output(F.tanh(this.hidden(x))).mul(this.scale);
  }
}

const names = (pairs: readonly (readonly [string, unknown])[]) => pairs.map(([name]) => name);

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

describe("a state", () => {
  test("shares memory with the module, and goes into another one by value", () => {
    const [a, b] = [new MLP(), new MLP()];
    const state = a.stateDict();
    expect(Object.keys(state)).toEqual([
      "scale",
      "seen",
      "hidden.weight",
      "hidden.bias",
      "output.weight",
      "output.bias",
    ]);
    expect(b.loadStateDict(state)).toEqual({ missing: [], unexpected: [] });
    noGrad(() => a.scale.fill_(9));
    expect([state.scale!.item(), b.scale.item()]).toEqual([9, 2]);
  });

  test("has PyTorch's spelling, and is loaded in that of the fields too", () => {
    class Normed extends nn.Module {
      firstNorm = new nn.BatchNorm1d(2);
      forward(): void {}
    }
    const [a, b] = [new Normed(), new Normed()];
    const state = a.stateDict();
    expect(Object.keys(state)).toEqual([
      "first_norm.weight",
      "first_norm.bias",
      "first_norm.running_mean",
      "first_norm.running_var",
      "first_norm.num_batches_tracked",
    ]);
    const ours = { ...Object.fromEntries(b.namedParameters()), ...Object.fromEntries(b.namedBuffers()) };
    expect(Object.keys(ours)).toContain("firstNorm.runningMean");
    ours["firstNorm.runningMean"] = zeros([2]).add(7);
    expect(a.loadStateDict(ours)).toEqual({ missing: [], unexpected: [] });
    expect(a.firstNorm.runningMean!.toArray()).toEqual([7, 7]);
  });

  test("requires no gradients, and leaves out buffers that do not persist", () => {
    class Cached extends nn.Module {
      cache = new nn.Buffer([1], { persistent: false });
      kept = new nn.Buffer([2]);
      forward(): void {}
    }
    expect(Object.keys(new Cached().stateDict())).toEqual(["kept"]);
    expect(Object.values(new MLP().stateDict()).some((t) => t.requiresGrad)).toBe(false);
  });

  test("that does not fit is refused whole, with all that is wrong", () => {
    const model = new MLP();
    const { "hidden.bias": _, ...rest } = model.stateDict();
    const state = { ...rest, extra: zeros([1]), scale: zeros([2]) };
    const before = model.output.weight.toArray();
    expect(() => model.loadStateDict({ ...state, "output.weight": zeros([1, 3]) })).toThrow(
      "Cannot load the state of MLP: missing hidden.bias; unexpected extra; scale has shape [2], expected [1]",
    );
    expect(model.output.weight.toArray()).toEqual(before);
  });

  test("may fit in part, if asked", () => {
    const model = new MLP();
    expect(model.loadStateDict({ scale: tensor([5]), extra: zeros([1]) }, { strict: false })).toEqual({
      missing: ["seen", "hidden.weight", "hidden.bias", "output.weight", "output.bias"],
      unexpected: ["extra"],
    });
    expect(model.scale.item()).toBe(5);
  });
});

describe("forward hooks", () => {
  test("see inputs before and outputs after, and may replace the output", () => {
    const layer = new nn.Linear(1, 1);
    const log: string[] = [];
    const removers = [
      layer.registerForwardPreHook((_, inputs) => {
        log.push(`before ${inputs.length}`);
      }),
      layer.registerForwardHook((_, __, output) => {
        log.push(`after [${(output as Tensor).shape}]`);
      }),
      layer.registerForwardHook((_, __, output) => (output as Tensor).mul(0)),
    ];
    expect(layer([[3]]).item()).toBe(0);
    expect(log).toEqual(["before 1", "after [1,1]"]);
    for (const remove of removers) remove();
    layer([[3]]);
    expect(log).toHaveLength(2);
  });
});

describe("Sequential", () => {
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

describe("summary", () => {
  test("lists layers in the order in which they run, with shapes and numbers of parameters", () => {
    const model = new nn.Sequential(new nn.Linear(2, 3), new nn.Tanh(), new nn.Linear(3, 1).requiresGrad_(false));
    const table = nn.summary(model, [[1, 2]]);
    expect(table.rows).toEqual([
      { path: "0", type: "Linear", output: [1, 3], parameters: 9, multiplyAdds: 6 },
      { path: "1", type: "Tanh", output: [1, 3], parameters: 0, multiplyAdds: 0 },
      { path: "2", type: "Linear", output: [1, 1], parameters: 4, multiplyAdds: 3 },
    ]);
    expect([table.parameters, table.trainable]).toEqual([13, 9]);
    expect(String(table)).toContain("13 parameters, 4 of them frozen");
  });

  test("counts the multiply-adds of matrix products and convolutions, also those between layers", () => {
    const conv = new nn.Conv2d(2, 4, 3, { groups: 2 });
    expect(conv.summary(zeros([1, 2, 5, 5])).multiplyAdds).toBe(4 * 9 * 9);
    expect(new nn.ConvTranspose1d(2, 3, 4).summary(zeros([1, 2, 5])).multiplyAdds).toBe(5 * 2 * 3 * 4);
    // Eight gates' worth of weights for each of 3 steps of 2 sequences.
    expect(new nn.LSTM(5, 6).summary(zeros([3, 2, 5])).multiplyAdds).toBe(3 * 2 * 4 * 6 * (5 + 6));
    const attention = new nn.MultiheadAttention(4, 2);
    const x = zeros([5, 1, 4]);
    // Four projections, then scores and means for each pair of positions.
    expect(nn.summary(attention, x, x, x).multiplyAdds).toBe(4 * 5 * 4 * 4 + 2 * 5 * 5 * 4);
    expect(new nn.AvgPool2d(2).summary(zeros([1, 1, 4, 4])).multiplyAdds).toBe(0);
  });

  test("is a tree whose nodes include what is below them", () => {
    const model = new nn.Sequential(new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU()), new nn.Linear(3, 1));
    const { tree, bytes } = model.summary(zeros([4, 2]));
    expect([tree.parameters, tree.multiplyAdds, tree.outputBytes, bytes]).toEqual([13, 36, 4 * (12 + 12 + 4), 52]);
    expect(tree.children[0]).toMatchObject({ name: "0", type: "Sequential", parameters: 9, multiplyAdds: 24 });
    expect(String(model.summary(zeros([4, 2])))).toBe(
      [
        "layer             output  parameters         multiply-adds            memory",
        "───────────────────────────────────────────────────────────────────────────────────",
        "Sequential        [4,1]           13 ██████             36 ██████  112 bytes ██████",
        "├─ 0: Sequential  [4,3]            9 ████▏              24 ████     96 bytes █████▏",
        "│  ├─ 0: Linear   [4,3]            9 ████▏              24 ████     48 bytes ██▋",
        "│  └─ 1: ReLU     [4,3]            –                     –          48 bytes ██▋",
        "└─ 1: Linear      [4,1]            4 █▉                 12 ██       16 bytes ▉",
        "───────────────────────────────────────────────────────────────────────────────────",
        "13 parameters",
        "36 multiply-adds",
        "52 bytes of parameters and buffers, 112 bytes of outputs",
      ].join("\n"),
    );
  });

  test("shows itself in notebooks as a table, in reports as LaTeX", () => {
    class Odd_Name extends nn.Linear {}
    const found = new nn.Sequential({ "a<b&c": new Odd_Name(2, 3) }).summary(zeros([1, 2]));
    const display = (found as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]!;
    const bundle = display.call(found);
    expect(Object.keys(bundle)).toEqual(["text/html", "text/latex", "text/plain"]);
    expect(bundle["text/html"]).toContain("a&lt;b&amp;c: Odd_Name");
    expect(bundle["text/html"]).not.toContain("<script");
    expect(bundle["text/latex"]).toContain(
      "\\hspace*{1em}a<b\\&c: Odd\\_Name & [1,3] & 9 & \\rule{3.00em}{0.6em} & 6 &",
    );
    expect(bundle["text/latex"]).toMatch(/^\\begin\{tabular\}\{ll\*\{3\}\{r@\{ \}l\}\}[\s\S]*\\end\{tabular\}$/);
    expect(bundle["text/plain"]).toBe(String(found));
  });

  test("has bars as long as the share of each layer, and none where there is nothing", () => {
    const found = new nn.Sequential(new nn.Linear(3, 3), new nn.ReLU(), new nn.Linear(3, 1)).summary(zeros([1, 3]));
    const display = (found as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]!;
    const { "text/html": html, "text/latex": latex } = display.call(found) as Record<string, string>;
    // 12 of 16 parameters, 9 of 12 multiply-adds, 12 of 28 bytes.
    const ends = (row: string) => [...row.matchAll(/rgba\([\d,.]+\) ([\d.]+)%/g)].map(([, end]) => Number(end));
    expect(html!.split("<tr>").slice(2).map(ends)).toEqual([[100, 100, 100], [75, 75, 42.9], [42.9], [25, 25, 14.3]]);
    // At most 3 em.
    const rules = (row: string) => [...row.matchAll(/\\rule\{([\d.]+)em/g)].map(([, length]) => Number(length));
    expect(latex!.split("\n").slice(4, 8).map(rules)).toEqual([
      [3, 3, 3],
      [2.25, 2.25, 1.29],
      [1.29],
      [0.75, 0.75, 0.43],
    ]);
  });

  test("leaves the model as it was", () => {
    const model = new nn.Sequential(new nn.Dropout(), new nn.Linear(2, 1));
    nn.summary(model, [[1, 2]]);
    expect(model.training).toBe(true);
    expect(model([[1, 2]]).requiresGrad).toBe(true);
  });
});

describe("freezing and hooks of a module", () => {
  test("keep what is below it from learning, until it is thawed", () => {
    const model = new nn.Sequential(new nn.Linear(2, 3), new nn.Linear(3, 1));
    expect(model.at(0)!.freeze()).toBe(model.at(0));
    expect(model.numParameters({ trainable: true })).toBe(4);
    model([[1, 2]])
      .sum()
      .backward();
    expect((model.at(0) as nn.Linear).weight.grad).toBeNull();
    expect(model.unfreeze().numParameters({ trainable: true })).toBe(13);
  });

  test("replace its inputs by what a hook before it gives", () => {
    const layer = new nn.Linear(1, 1, { bias: false });
    noGrad(() => layer.weight.fill_(1));
    const remove = layer.registerForwardPreHook((_, [x]) => (x as Tensor).mul(3));
    expect(layer(tensor([[2]])).item()).toBe(6);
    const again = layer.registerForwardPreHook((_, [x]) => [(x as Tensor).add(1)]);
    expect(layer(tensor([[2]])).item()).toBe(7);
    remove();
    again();
    expect(layer(tensor([[2]])).item()).toBe(2);
  });
});

describe("backward hooks", () => {
  test("see the gradients of outputs and inputs, and of no one else's use of them", () => {
    const layer = new nn.Linear(1, 1, { bias: false });
    noGrad(() => layer.weight.fill_(3));
    const seen: unknown[] = [];
    const remove = layer.registerFullBackwardHook((module, inputs, outputs) => {
      seen.push([module === layer, inputs.map((g) => g!.toArray()), outputs.map((g) => g!.toArray())]);
      return undefined;
    });
    const x = tensor([[2]], { requiresGrad: true });
    layer(x).mul(5).add(x.mul(100)).sum().backward();
    expect(seen).toEqual([[true, [[[15]]], [[[5]]]]]);
    expect(x.grad!.item()).toBe(115);
    remove();
    layer(x).sum().backward();
    expect(seen).toHaveLength(1);
  });

  test("may replace the gradient of the only input, and run where no input has one", () => {
    const layer = new nn.Tanh();
    layer.registerFullBackwardHook((_, [grad]) => grad!.mul(0));
    const x = tensor([1], { requiresGrad: true });
    layer(x).sum().backward();
    expect(x.grad!.item()).toBe(0);
    const calls: number[] = [];
    const first = new nn.Linear(2, 1);
    first.registerFullBackwardHook((_, inputs, outputs) => {
      calls.push(inputs.length, outputs.length);
      return undefined;
    });
    first(tensor([[1, 2]]))
      .sum()
      .backward();
    expect(calls).toEqual([0, 1]);
  });

  test("see all outputs of a recurrent layer", () => {
    const layer = new nn.LSTM(2, 3);
    const shapes: unknown[] = [];
    (layer as nn.Module).registerFullBackwardHook((_, inputs, outputs) => {
      shapes.push(
        inputs[0]!.shape,
        outputs.map((g) => g?.shape ?? null),
      );
      return undefined;
    });
    const [y, [h]] = layer(tensor([[1, 2]], { requiresGrad: true }));
    y.sum().add(h.sum()).backward();
    expect(shapes).toEqual([
      [1, 2],
      [[1, 3], [1, 3], null],
    ]);
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
