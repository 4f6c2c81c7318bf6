/** The training loop: what it notes, when it ends, and what it refuses. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import {
  arange,
  type Callback,
  type Checkpoint,
  DivergenceError,
  data,
  F,
  type FitOptions,
  fit,
  loadCheckpoint,
  manualSeed,
  nn,
  noGrad,
  optim,
  RandomGenerator,
  rand,
  type StepReport,
  saveCheckpoint,
  Tensor,
  tensor,
} from "../../lib/index.ts";

/** y = 2 x + 1, exactly. */
const line = { x: tensor([[-1], [0], [1], [2]]), y: tensor([[-1], [1], [3], [5]]) };

function straight(): nn.Linear {
  const model = new nn.Linear(1, 1);
  noGrad(() => {
    model.weight.fill_(0);
    model.bias!.fill_(0);
  });
  return model;
}

const train = (options: Partial<FitOptions> = {}, model = straight()) => {
  const optimizer = options.optimizer ?? new optim.SGD(model.parameters(), { lr: 0.1 });
  return { model, history: fit(model, line, { steps: 10, ...options, optimizer }) };
};

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
      /^Training stopped at step 0: the loss is NaN\. In the loss or a layer log made NaN of \[4,1\], called at .*fit\.test\.ts:\d+/,
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

describe("a checkpoint", () => {
  const build = () => {
    manualSeed(7);
    const model = new nn.Sequential(
      new nn.Linear(1, 4),
      new nn.BatchNorm1d(4),
      new nn.Dropout(0.25, { generator: new RandomGenerator(3) }),
      new nn.Dropout(0.25),
      new nn.Linear(4, 1),
    );
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.1, amsgrad: true });
    const samples = { x: arange(20).reshape([20, 1]), y: arange(20).reshape([20, 1]).mul(0.1) };
    const loader = new data.DataLoader(samples, { batchSize: 6, shuffle: true, generator: new RandomGenerator(5) });
    const schedule = [
      new optim.lrScheduler.ExponentialLR(optimizer, { gamma: 0.9 }),
      new optim.lrScheduler.ReduceLROnPlateau(optimizer, { patience: 0 }),
    ];
    const options: FitOptions = {
      optimizer,
      schedule,
      validation: samples,
      earlyStopping: { patience: 20 },
      epochs: 6,
    };
    return { model, loader, options };
  };
  const weights = (model: nn.Module) => Object.values(model.stateDict()).map((t) => t.toArray());

  test("resumes exactly: weights, optimizer, schedules, streams, history", () => {
    const whole = build();
    const history = fit(whole.model, whole.loader, whole.options);
    const half = build();
    const saved: Checkpoint[] = [];
    fit(half.model, half.loader, { ...half.options, epochs: 3, checkpoint: { save: (c) => saved.push(c) } });
    expect(saved.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 4],
      [2, 8],
      [3, 12],
    ]);
    const rest = build();
    // Whatever was drawn since must not matter.
    rand([5]);
    expect(fit(rest.model, rest.loader, { ...rest.options, resume: saved[2] })).toEqual(history);
    expect(weights(rest.model)).toEqual(weights(whole.model));
    // From the second too: checkpoints share nothing with the training that went on.
    const again = build();
    expect(fit(again.model, again.loader, { ...again.options, resume: saved[1] })).toEqual(history);
  });

  test("comes back from a file the same, infinities and whole numbers included", () => {
    const path = join(mkdtempSync(join(tmpdir(), "gradbook-")), "run.json");
    const { model, loader, options } = build();
    let kept: Checkpoint | undefined;
    fit(model, loader, {
      ...options,
      epochs: 1,
      checkpoint: {
        save: (c) => {
          kept = c;
          saveCheckpoint(path, c);
        },
      },
    });
    const read = loadCheckpoint(path);
    const plain = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value, (_, v) => (v instanceof Tensor ? [v.dtype, v.shape, ...v.data] : v)));
    expect(plain(read)).toEqual(plain(kept));
    expect(readdirSync(dirname(path))).toEqual(["run.json"]);
    const other = build();
    expect(fit(other.model, other.loader, { ...other.options, resume: read }).epochLoss).toHaveLength(6);
    rmSync(dirname(path), { recursive: true });
  });

  test("is taken every so many whole epochs, and not in the middle of one", () => {
    const epochs: number[] = [];
    const save = ({ epoch }: Checkpoint) => epochs.push(epoch);
    train({ steps: 9, batchSize: 2, checkpoint: { every: 2, save } });
    expect(epochs).toEqual([2, 4]);
    train({ steps: 3, batchSize: 2, checkpoint: { save } });
    expect(epochs).toEqual([2, 4, 1]);
  });

  test("refuses other schedules and other streams", () => {
    const { model, loader, options } = build();
    let kept: Checkpoint | undefined;
    fit(model, loader, {
      ...options,
      epochs: 1,
      checkpoint: {
        save: (c) => {
          kept = c;
        },
      },
    });
    expect(() => fit(model, loader, { ...options, schedule: [], resume: kept })).toThrow(
      "Cannot resume with 0 schedules: the checkpoint has 2",
    );
    expect(() => fit(model, line, { ...options, resume: kept })).toThrow(
      "Cannot resume with 2 random generators: the checkpoint has 3",
    );
    const path = join(mkdtempSync(join(tmpdir(), "gradbook-")), "text.json");
    writeFileSync(path, "{}");
    expect(() => loadCheckpoint(path)).toThrow(
      `Cannot resume from ${path}: it is no checkpoint that saveCheckpoint wrote`,
    );
  });
});

describe("callbacks", () => {
  test("see the beginning, steps, epochs and the end, also after a throw", () => {
    const log: string[] = [];
    const watch: Callback = {
      onTrainBegin: ({ steps, epochs }) => log.push(`begin ${steps} ${epochs}`),
      onStep: ({ step }) => {
        log.push(`step ${step}`);
      },
      onEpoch: ({ epoch }) => {
        log.push(`epoch ${epoch}`);
      },
      onTrainEnd: ({ loss }) => log.push(`end ${loss.length}`),
    };
    train({ steps: undefined, epochs: 1, batchSize: 2, callbacks: [watch] });
    expect(log).toEqual(["begin 2 1", "step 0", "step 1", "epoch 0", "end 2"]);
    const broken: Callback = {
      onStep: () => {
        throw new Error("stop");
      },
    };
    log.length = 0;
    expect(() => train({ callbacks: [watch, broken] })).toThrow("stop");
    expect(log).toEqual(["begin 10 undefined", "step 0", "end 1"]);
  });

  test("end training, each of them, and all still see the step", () => {
    const seen: number[] = [];
    const { history } = train({
      callbacks: [{ onStep: ({ step }) => step < 2 }, { onStep: ({ step }) => void seen.push(step) }],
    });
    expect([history.stopped, seen]).toEqual(["callback", [0, 1, 2]]);
  });
});

describe("progress", () => {
  test("draws one line over and over, at most five times a second, and ends it", () => {
    let time = 0;
    const written: string[] = [];
    const progress = { width: 10, write: (text: string) => void written.push(text), now: () => time };
    train({ steps: undefined, epochs: 4, validation: line, progress, onStep: () => void (time += 100) });
    // Steps end at 0, 100, 200 and 300 ms; drawn are the first, the third, and the end.
    expect(written).toHaveLength(3);
    expect(written[0]).toMatch(/^\r━━━─+ 25 % · epoch 1\/4 · loss [\d.]+$/);
    expect(written[1]).toMatch(/^\r━+─+ 75 % · epoch 3\/4 · loss [\d.]+ · validation [\d.]+ · 15 steps\/s *$/);
    expect(written[2]).toMatch(/^\r━{10} 100 % · epoch 4\/4 .* · 10 steps\/s *\n$/);
  });

  test("counts steps where there are no epochs to count", () => {
    const written: string[] = [];
    train({ steps: 3, progress: { write: (text) => void written.push(text), now: () => 0 } });
    expect(written.at(-1)).toContain("100 % · step 3 · loss");
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
