/** What all optimizers share: groups, gradients, closures, saved states, and what they refuse. */
import { describe, expect, test } from "@jest/globals";
import { nn, optim, type Tensor, tensor } from "../../../lib/index.ts";

const parameter = (...values: number[]) => tensor(values, { requiresGrad: true });

describe("an optimizer", () => {
  test("moves each group at its own rate", () => {
    const [a, b] = [parameter(1), parameter(1)];
    const optimizer = new optim.SGD([{ params: a }, { params: [b], lr: 0.5 }], { lr: 0.25 });
    a.grad = b.grad = tensor([1]);
    optimizer.step();
    expect([a.item(), b.item()]).toEqual([0.75, 0.5]);
    expect(optimizer.paramGroups.map((group) => group.lr)).toEqual([0.25, 0.5]);
  });

  test("takes a group later", () => {
    const [a, b] = [parameter(1), parameter(1)];
    const optimizer = new optim.SGD([a], { lr: 1 });
    optimizer.addParamGroup({ params: b, lr: 0.5 });
    b.grad = tensor([1]);
    optimizer.step();
    expect([a.item(), b.item()]).toEqual([1, 0.5]);
  });

  test("clears gradients, to null or to zeros", () => {
    const a = parameter(1, 2);
    const optimizer = new optim.SGD([a]);
    a.grad = tensor([3, 4]);
    optimizer.zeroGrad({ setToNone: false });
    expect(a.grad.toArray()).toEqual([0, 0]);
    optimizer.zeroGrad();
    expect(a.grad).toBeNull();
  });

  test("runs a closure once, recorded, and returns what it returns", () => {
    const a = parameter(2);
    const optimizer = new optim.SGD([a], { lr: 0.25 });
    let runs = 0;
    const loss = optimizer.step(() => {
      runs++;
      optimizer.zeroGrad();
      const value = a.square().sum();
      value.backward();
      return value;
    });
    expect([runs, loss.item(), a.item()]).toEqual([1, 4, 1]);
  });

  test("saves parameters by number through all groups, with what it remembers of each", () => {
    const [a, b] = [parameter(1), parameter(1, 2)];
    const optimizer = new optim.SGD([{ params: [a] }, { params: [b], momentum: 0.9 }], { lr: 0.1 });
    b.grad = tensor([1, 2]);
    optimizer.step();
    const { state, paramGroups } = optimizer.stateDict();
    expect(paramGroups.map((group) => group.params)).toEqual([[0], [1]]);
    expect(Object.keys(state)).toEqual(["1"]);
    expect(state[1]!.step).toBe(1);
    expect(state[1]!.tensors.momentumBuffer!.toArray()).toEqual([1, 2]);
  });

  test("loads a state into copies: the saved one stays what it was", () => {
    const a = parameter(1);
    const optimizer = new optim.SGD([a], { lr: 0.1, momentum: 0.9 });
    const move = () => {
      a.grad = tensor([1]);
      optimizer.step();
    };
    move();
    const saved = optimizer.stateDict();
    const other = new optim.SGD([parameter(1)], { lr: 5, momentum: 0.5 });
    other.loadStateDict(saved);
    expect(other.paramGroups[0]).toMatchObject({ lr: 0.1, momentum: 0.9 });
    move();
    expect(other.stateDict().state[0]!.tensors.momentumBuffer!.item()).toBe(1);
  });

  test("keeps a float64 parameter's state in float64", () => {
    const a = tensor([1], { dtype: "float64", requiresGrad: true });
    const optimizer = new optim.Adam([a]);
    a.grad = tensor([1], { dtype: "float64" });
    optimizer.step();
    expect(optimizer.stateDict().state[0]!.tensors.expAvg!.dtype).toBe("float64");
  });

  const result = () => parameter(1).mul(2);
  test.each<[string, () => unknown, typeof RangeError | typeof TypeError, string]>([
    ["no parameters", () => new optim.SGD([]), RangeError, "Cannot optimize no parameters: give at least one"],
    [
      "a result",
      () => new optim.SGD([result()]),
      TypeError,
      "Cannot optimize the result of mul: only leaves can change",
    ],
    [
      "a number",
      () => new optim.SGD([{ params: [1] as unknown as Tensor[] }]),
      TypeError,
      "Cannot optimize a number: parameters must be tensors",
    ],
    [
      "a parameter twice",
      () => {
        const a = parameter(1, 2);
        return new optim.SGD([{ params: a }, { params: a }]);
      },
      RangeError,
      "Cannot optimize a parameter of shape [2] twice: it is listed in two places",
    ],
    [
      "parameters beside groups",
      () => new optim.SGD([{ params: parameter(1) }, parameter(2)] as unknown as Tensor[]),
      TypeError,
      "Cannot mix parameters and groups: put the parameters into groups too",
    ],
    [
      "a negative decay",
      () => new optim.SGD([parameter(1)], { weightDecay: -1 }),
      RangeError,
      "Cannot optimize with weightDecay -1: it must be ≥ 0",
    ],
    [
      "a share of 1",
      () => new optim.Adam([parameter(1)], { betas: [1, 0.9] }),
      RangeError,
      "Cannot optimize with beta 1 1: it must be from 0 to before 1",
    ],
    [
      "nesterov without momentum",
      () => new optim.SGD([parameter(1)], { nesterov: true }),
      RangeError,
      "Cannot use nesterov with momentum 0 and dampening 0: it needs momentum > 0 and no dampening",
    ],
    [
      "etas that do not shrink",
      () => new optim.Rprop([parameter(1)], { etas: [1, 2] }),
      RangeError,
      "Cannot optimize with etas 1, 2: the first must be in (0, 1), the second > 1",
    ],
    [
      "the state of other groups",
      () => new optim.SGD([parameter(1)]).loadStateDict(new optim.SGD([parameter(1), parameter(2)]).stateDict()),
      RangeError,
      "Cannot load the state of an optimizer with groups of [2] parameters: this one has [1]",
    ],
    [
      "the state of other shapes",
      () => {
        const a = parameter(1, 2);
        const saved = new optim.Adam([a]);
        a.grad = tensor([1, 1]);
        saved.step();
        new optim.Adam([parameter(1)]).loadStateDict(saved.stateDict());
      },
      RangeError,
      "Cannot load expAvg of shape [2] for parameter 0 of shape [1]",
    ],
  ])("refuses %s", (_, run, kind, text) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(text);
  });

  test("trains a shared parameter once a step", () => {
    const a = new nn.Linear(1, 1, { bias: false });
    const model = new nn.Sequential(a, a);
    expect(new optim.SGD(model.parameters()).paramGroups[0]!.params).toHaveLength(1);
  });
});
