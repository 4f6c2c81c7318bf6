/** States of modules: spelling, sharing, and what does not fit. */
import { describe, expect, test } from "@jest/globals";
import { nn, noGrad, tensor, zeros } from "../../../lib/index.ts";
import { MLP } from "./mlp.ts";

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
