/** The training loop: what it does, what it notes, when it ends, and what it refuses. */
import { describe, expect, test } from "@jest/globals";
import {
  type Checkpoint,
  data,
  F,
  type FitOptions,
  fit,
  manualSeed,
  nn,
  optim,
  RandomGenerator,
  type StepReport,
  tensor,
} from "../../../lib/index.ts";
import { line, straight, train } from "./line.ts";

describe("fit", () => {
  test("finds the line that the data lie on", () => {
    const { model, history } = train({ steps: 300 });
    expect(model.weight.item()).toBeCloseTo(2, 4);
    expect(model.bias!.item()).toBeCloseTo(1, 4);
    expect([history.loss.length, history.stopped]).toEqual([300, "done"]);
    expect(history.loss.at(-1)!).toBeLessThan(1e-8);
  });

  test("does what one writes by hand", () => {
    const { model, history } = train({ steps: 3 });
    const other = straight();
    const optimizer = new optim.SGD(other.parameters(), { lr: 0.1 });
    const losses = Array.from({ length: 3 }, () => {
      optimizer.zeroGrad();
      const loss = F.mseLoss(other(line.x), line.y);
      loss.backward();
      optimizer.step();
      return loss.item();
    });
    expect(history.loss).toEqual(losses);
    expect(model.weight.item()).toBe(other.weight.item());
  });

  test.each([
    ["LBFGS", (model: nn.Module) => new optim.LBFGS(model.parameters())],
    ["BFGS", (model: nn.Module) => new optim.BFGS(model.parameters())],
    ["Newton", (model: nn.Module) => new optim.Newton(model.parameters())],
    ["ConjugateGradient", (model: nn.Module) => new optim.ConjugateGradient(model.parameters())],
    ["HessianFree", (model: nn.Module) => new optim.HessianFree(model.parameters())],
  ] as const)("gives %s the closure that it wants, and does what one writes by hand", (_, make) => {
    const model = straight();
    const { history } = train({ steps: 4, optimizer: make(model) }, model);
    const other = straight();
    const optimizer = make(other);
    const losses = Array.from({ length: 4 }, () => optimizer.step(() => F.mseLoss(other(line.x), line.y)).item());
    expect(history.loss).toEqual(losses);
    expect(model.weight.item()).toBe(other.weight.item());
    expect(history.loss.at(-1)!).toBeLessThan(1e-3 * history.loss[0]!);
  });

  test("clips the gradients of optimizers with a closure, too", () => {
    const model = straight();
    const optimizer = new optim.LBFGS(model.parameters(), { lr: 1, maxIter: 1 });
    train({ steps: 1, optimizer, clip: 0.01 }, model);
    // The first step of LBFGS goes down the gradient itself where that is short.
    expect(Math.hypot(model.weight.item(), model.bias!.item())).toBeCloseTo(0.01, 5);
  });

  test("solves xor with a hidden layer", () => {
    manualSeed(0);
    const model = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
    const history = fit(model, data.xor(), { optimizer: new optim.Adam(model.parameters(), { lr: 0.05 }), steps: 400 });
    expect(history.loss.at(-1)!).toBeLessThan(1e-3);
  });

  test("makes passes over batches, in orders that its generator gives", () => {
    const run = (seed: number) =>
      train({ steps: undefined, epochs: 2, batchSize: 3, generator: new RandomGenerator(seed) }).history;
    expect([run(1).loss.length, run(1).epochLoss.length]).toEqual([4, 2]);
    expect(run(1)).toEqual(run(1));
    expect(run(1).loss).not.toEqual(run(2).loss);
  });

  test("ends in the middle of an epoch if the steps are done", () => {
    const { history } = train({ steps: 3, batchSize: 2 });
    expect([history.loss.length, history.epochLoss.length]).toEqual([3, 2]);
  });

  test("notes the mean loss, the rate, the validation loss and metrics of each epoch", () => {
    const { history } = train({
      steps: undefined,
      epochs: 2,
      batchSize: 2,
      shuffle: false,
      validation: { x: [[3]], y: [[7]] },
      metrics: { error: (output, target) => output.sub(target).abs().mean() },
      schedule: [],
    });
    expect(history.epochLoss[0]).toBeCloseTo((history.loss[0]! + history.loss[1]!) / 2, 12);
    expect(history.lr).toEqual([0.1, 0.1]);
    expect(history.validation).toHaveLength(2);
    expect(history.metrics.error![1]).toBeCloseTo(Math.sqrt(history.validation[1]!), 4);
  });

  test("weighs validation batches by their number of samples", () => {
    const batches = [
      [tensor([[0], [0], [0]]), tensor([[0], [0], [0]])],
      [tensor([[0]]), tensor([[4]])],
    ] as const;
    const { history } = train({
      steps: undefined,
      epochs: 1,
      validation: batches as unknown as FitOptions["validation"],
      optimizer: new optim.SGD(straight().parameters(), { lr: 0 }),
    });
    expect(history.validation).toEqual([4]);
  });

  test("steps schedules after each epoch, with the loss for those that want it", () => {
    const model = straight();
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
    const { history } = train(
      {
        steps: undefined,
        epochs: 3,
        optimizer,
        schedule: new optim.lrScheduler.ExponentialLR(optimizer, { gamma: 0.5 }),
      },
      model,
    );
    expect(history.lr).toEqual([0.1, 0.05, 0.025]);
    const seen: number[] = [];
    const report = train({ steps: undefined, epochs: 2, schedule: { step: (metric) => seen.push(metric) } });
    expect(seen).toEqual(report.history.epochLoss);
  });

  test("steps other schedules after each step, and resumes them", () => {
    const make = () => {
      const model = straight();
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
      const stepSchedule = new optim.lrScheduler.OneCycleLR(optimizer, { maxLr: 0.2, totalSteps: 8 });
      return { model, options: { optimizer, stepSchedule, batchSize: 2, steps: undefined } };
    };
    const rates = (options: Partial<FitOptions>, { model, options: own } = make()) => {
      const seen: number[] = [];
      const onStep = () => seen.push(own.optimizer.paramGroups[0]!.lr);
      train({ ...own, generator: new RandomGenerator(1), epochs: 4, onStep, ...options }, model);
      return seen;
    };
    const whole = rates({});
    expect(whole).toHaveLength(8);
    expect(Math.max(...whole)).toBeGreaterThan(0.15);
    const saved: Checkpoint[] = [];
    rates({ epochs: 2, checkpoint: { save: (c) => saved.push(c) } });
    expect(rates({ resume: saved[1] })).toEqual(whole.slice(4));
  });

  test("clips gradients", () => {
    const moved = (clip: FitOptions["clip"]) => {
      const { model } = train({ steps: 1, clip });
      return Math.hypot(model.weight.item(), model.bias!.item()) / 0.1;
    };
    expect(moved(1)).toBeCloseTo(1, 4);
    expect(moved({ norm: 0.5 })).toBeCloseTo(0.5, 4);
    expect(moved({ value: 0.25 })).toBeCloseTo(Math.hypot(0.25, 0.25), 4);
  });

  test("stops early, and brings the best weights back", () => {
    const model = straight();
    // Too large a rate: the loss rises from the first epoch on.
    const { history } = train(
      {
        steps: undefined,
        epochs: 20,
        optimizer: new optim.SGD(model.parameters(), { lr: 1 }),
        validation: line,
        earlyStopping: { patience: 3 },
      },
      model,
    );
    expect([history.stopped, history.bestEpoch, history.epochLoss.length]).toEqual(["early", 0, 4]);
    expect(F.mseLoss(model(line.x), line.y).item()).toBe(history.validation[0]);
  });

  test("ends when a callback says so", () => {
    const steps: number[] = [];
    const { history } = train({ onStep: ({ step }) => steps.push(step) < 3 });
    expect([steps, history.stopped]).toEqual([[0, 1, 2], "callback"]);
    expect(train({ steps: undefined, epochs: 9, onEpoch: ({ epoch }) => epoch < 1 }).history.epochLoss).toHaveLength(2);
  });

  test("trains in training mode, judges in evaluation mode, and leaves modes as they were", () => {
    const modes: boolean[] = [];
    class Watched extends nn.Linear {
      override forward(x: Parameters<nn.Linear["forward"]>[0]) {
        modes.push(this.training);
        return super.forward(x);
      }
    }
    const model = new Watched(1, 1).eval();
    train({ steps: 1, validation: line }, model);
    expect(modes).toEqual([true, false]);
    expect(model.training).toBe(false);
  });

  test("goes step by step for who drives it", () => {
    const model = straight();
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
    const training = fit.steps(model, line, { optimizer, steps: 5 });
    const first = training.next().value as StepReport;
    expect([first.step, first.epoch, model.training]).toEqual([0, 0, true]);
    model.eval();
    training.return(undefined as never);
    expect(training.next().done).toBe(true);
  });
});

describe("fit refuses", () => {
  test.each<[string, () => unknown, string]>([
    [
      "no end",
      () => train({ steps: undefined }),
      "Cannot tell how long to train: give steps or epochs, one of the two",
    ],
    ["two ends", () => train({ epochs: 1 }), "give steps or epochs, one of the two"],
    ["no steps", () => train({ steps: 0 }), "Cannot train for 0 steps: it must be a whole number ≥ 1"],
    ["half an epoch", () => train({ steps: undefined, epochs: 0.5 }), "Cannot train for 0.5 epochs"],
    [
      "inputs without targets",
      () =>
        fit(straight(), { x: [[1]], y: [[1], [2]] }, { optimizer: new optim.SGD(straight().parameters()), steps: 1 }),
      "Cannot train on x of shape [1,1] and y of shape [2,1]: the numbers of samples differ",
    ],
    [
      "no data",
      () => fit(straight(), [], { optimizer: new optim.SGD(straight().parameters()), steps: 1 }),
      "Cannot train on no data: there is no batch",
    ],
  ])("%s", (_, run, text) => {
    expect(run).toThrow(RangeError);
    expect(run).toThrow(text);
  });
});
