/** What `fit` says of a loss that is no number. */
import { describe, expect, test } from "@jest/globals";
import { DivergenceError, type FitOptions, fit, nn, noGrad, optim, type Tensor, tensor } from "../../../lib/index.ts";
import { line, straight } from "./line.ts";

describe("fit stops at a loss that is no number", () => {
  const diverge = (samples: typeof line, lr: number): DivergenceError => {
    const model = straight();
    try {
      fit(model, samples, { optimizer: new optim.SGD(model.parameters(), { lr }), steps: 400 });
    } catch (error) {
      if (error instanceof DivergenceError) return error;
      throw error;
    }
    throw new Error("the loss stayed finite");
  };

  test("and says that inputs or targets are to blame", () => {
    expect(diverge({ ...line, x: tensor([[1], [NaN], [1], [1]]) }, 0.1).message).toBe(
      "Training stopped at step 0: the loss is NaN because the inputs hold NaN or infinite numbers",
    );
    expect(diverge({ ...line, y: tensor([[1], [Infinity], [1], [1]]) }, 0.1).message).toBe(
      "Training stopped at step 0: the loss is Infinity because the targets hold NaN or infinite numbers",
    );
  });

  test("and says that the rate may be, with the history until then", () => {
    const error = diverge(line, 10);
    expect(error.message).toMatch(
      /^Training stopped at step \d+: the loss is Infinity; it was [\d.e+]+ in the step before\. Outputs are finite; the loss of them is not\. The learning rate 10 may be too large$/,
    );
    expect(error.history.loss.length).toBeGreaterThan(3);
    expect(error.name).toBe("DivergenceError");
  });

  const stop = (model: nn.Layer, loss?: FitOptions["loss"]) => {
    const optimizer = new optim.SGD([tensor([0], { requiresGrad: true })], { lr: 0.1 });
    try {
      fit(model, line, { optimizer, loss, steps: 2 });
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("the loss stayed finite");
  };

  class Log extends nn.Module {
    forward(x: Tensor): Tensor {
      return x.log();
    }
  }

  test("and names the layer and the op that made a NaN", () => {
    expect(stop(new nn.Sequential(new nn.Identity(), new nn.Sequential(new Log(), new nn.Tanh())))).toMatch(
      /^Training stopped at step 0: the loss is NaN\. In the loss or a layer log made NaN of \[4,1\], called at .*divergence\.test\.ts:\d+/,
    );
  });

  test("and names the layer whose output is infinite first", () => {
    class Inverse extends nn.Module {
      forward(x: Tensor): Tensor {
        return x.reciprocal();
      }
    }
    expect(stop(new nn.Sequential(new nn.Identity(), new Inverse(), new nn.Identity()))).toContain(
      "The first output that is not finite is that of 1 (Inverse)",
    );
  });

  test("and names weights that are not finite", () => {
    const model = straight();
    noGrad(() => model.bias!.fill_(NaN));
    expect(stop(new nn.Sequential(model))).toContain("The first weights that are not finite are 0.bias");
  });
});
