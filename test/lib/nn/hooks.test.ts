/** Hooks of modules, forward and backward, and frozen parameters. */
import { describe, expect, test } from "@jest/globals";
import { nn, noGrad, type Tensor, tensor } from "../../../lib/index.ts";

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
      layer.registerForwardHook((_, __, output) => (output as Tensor).mul(0).add(1)),
    ];
    expect(layer([[3]]).item()).toBe(1);
    expect(log).toEqual(["before 1", "after [1,1]"]);
    for (const remove of removers) remove();
    layer([[3]]);
    expect(log).toHaveLength(2);
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
