/** Every schedule: its rates against PyTorch's, and saved states. */
import { describe, expect, test } from "@jest/globals";
import { optim, tensor } from "../../../lib/index.ts";
import { reference } from "../reference.ts";

const { lrScheduler } = optim;

type Options = Readonly<Record<string, unknown>>;
type Schedule = { step(metric?: number): void; stateDict(): Options; loadStateDict(state: Options): void };

interface Case {
  readonly schedules: readonly { readonly schedule: string; readonly options: Options }[];
  readonly metrics: readonly number[];
  /** The rates of both groups at the start and after each epoch. */
  readonly rates: readonly (readonly number[])[];
  /** The momenta likewise. */
  readonly momenta: readonly (readonly number[])[];
}

const cases = reference<Case[]>("optim-schedules");

function optimizerWithGroups(): optim.SGD {
  const parameters = [0, 0].map((v) => tensor([v], { requiresGrad: true }));
  return new optim.SGD([{ params: parameters[0]! }, { params: parameters[1]!, lr: 0.02 }], { lr: 0.1, momentum: 0.9 });
}

interface Named {
  readonly schedule: string;
  readonly options: Options;
}

/** Functions and schedules cannot be written down: the reference has the base of a power, and names and options, in their place. */
function revive(optimizer: optim.SGD, options: Options): Options {
  const { lrLambda, schedulers } = options as { lrLambda?: readonly number[]; schedulers?: readonly Named[] };
  return {
    ...options,
    ...(lrLambda && { lrLambda: lrLambda.map((base) => (epoch: number) => base ** epoch) }),
    ...(schedulers && { schedulers: schedulers.map((inner) => build(inner.schedule, optimizer, inner.options)) }),
  };
}

function build(name: string, optimizer: optim.SGD, given: Options): Schedule {
  const options = revive(optimizer, given);
  const make = (lrScheduler as unknown as Record<string, new (...args: unknown[]) => Schedule>)[name]!;
  return name === "ChainedScheduler" ? new make(options.schedulers) : new make(optimizer, options);
}

const rates = (optimizer: optim.SGD) => optimizer.paramGroups.map((group) => group.lr);
const momenta = (optimizer: optim.SGD) => optimizer.paramGroups.map((group) => group.momentum);
const rows = cases.map(
  (c) =>
    [c.schedules.map(({ schedule, options }) => `${schedule}(${JSON.stringify(options)})`).join(" and "), c] as const,
);

describe.each(rows)("%s", (_, { schedules, metrics, ...wanted }) => {
  const make = () => {
    const optimizer = optimizerWithGroups();
    return { optimizer, made: schedules.map(({ schedule, options }) => build(schedule, optimizer, options)) };
  };
  const expectRates = (optimizer: optim.SGD, epoch: number) => {
    const expectNear = (what: string, actual: readonly number[], want: readonly number[]) => {
      actual.forEach((value, i) => {
        if (!(Math.abs(value - want[i]!) <= 1e-12 * Math.abs(want[i]!) + 1e-17))
          throw new Error(`After epoch ${epoch} group ${i} has ${what} ${value}, PyTorch's ${want[i]}`);
      });
    };
    expectNear("rate", rates(optimizer), wanted.rates[epoch]!);
    expectNear("momentum", momenta(optimizer), wanted.momenta[epoch]!);
  };

  test("gives PyTorch's rates and momenta", () => {
    const { optimizer, made } = make();
    expectRates(optimizer, 0);
    metrics.forEach((metric, epoch) => {
      for (const schedule of made) schedule.step(metric);
      expectRates(optimizer, epoch + 1);
    });
  });

  test("goes on from a saved state as if it had never stopped", () => {
    const half = Math.floor(metrics.length / 2);
    const first = make();
    for (const metric of metrics.slice(0, half)) for (const schedule of first.made) schedule.step(metric);
    // As JSON, which is how states travel.
    const saved = JSON.parse(JSON.stringify(first.made.map((schedule) => schedule.stateDict()))) as Options[];
    const second = make();
    second.optimizer.loadStateDict(first.optimizer.stateDict());
    second.made.forEach((schedule, i) => {
      schedule.loadStateDict(saved[i]!);
    });
    metrics.slice(half).forEach((metric, i) => {
      for (const schedule of second.made) schedule.step(metric);
      expectRates(second.optimizer, half + i + 1);
    });
  });
});

test("every exported schedule is compared with PyTorch", () => {
  const compared = new Set(cases.flatMap((c) => c.schedules.map(({ schedule }) => schedule)));
  // LRScheduler is the base of all.
  const missing = Object.keys(lrScheduler).filter((name) => name !== "LRScheduler" && !compared.has(name));
  expect(missing).toEqual([]);
});

describe("a schedule", () => {
  test("says the rates as they are", () => {
    const optimizer = optimizerWithGroups();
    const schedule = new lrScheduler.ExponentialLR(optimizer, { gamma: 0.5 });
    schedule.step();
    expect(schedule.getLastLr()).toEqual([0.05, 0.01]);
  });

  test("made for an optimizer that was scheduled before starts from the rates before that", () => {
    const optimizer = optimizerWithGroups();
    new lrScheduler.ExponentialLR(optimizer, { gamma: 0.5 }).step();
    expect(new lrScheduler.StepLR(optimizer, { stepSize: 3 }).baseLrs).toEqual([0.1, 0.02]);
  });

  test("of one cycle ends with its steps", () => {
    const schedule = new lrScheduler.OneCycleLR(optimizerWithGroups(), { maxLr: 1, totalSteps: 2 });
    schedule.step();
    schedule.step();
    expect(() => schedule.step()).toThrow("Cannot take step 3 of a cycle of 2 steps");
  });

  test("cycles β₁ of Adam as it does momentum", () => {
    const optimizer = new optim.Adam([tensor([0], { requiresGrad: true })]);
    new lrScheduler.OneCycleLR(optimizer, { maxLr: 1, totalSteps: 10 });
    expect(optimizer.paramGroups[0]!.betas).toEqual([0.95, 0.999]);
  });

  test("cannot cycle a momentum that is not there", () => {
    const optimizer = new optim.Adagrad([tensor([0], { requiresGrad: true })]);
    const make = () => new lrScheduler.CyclicLR(optimizer, { baseLr: 0.1, maxLr: 1 });
    expect(make).toThrow(TypeError);
    expect(make).toThrow("Cannot cycle the momentum of Adagrad: it has none; pass { cycleMomentum: false }");
  });

  test.each<[string, () => unknown, string]>([
    [
      "a warm restart after half an epoch",
      () => new lrScheduler.CosineAnnealingWarmRestarts(optimizerWithGroups(), { t0: 0.5 }),
      "Cannot restart with t0 0.5: it must be a whole number ≥ 1",
    ],
    [
      "a cycle without an end",
      () => new lrScheduler.OneCycleLR(optimizerWithGroups(), { maxLr: 1, epochs: 3 }),
      "Cannot tell how long the cycle is: give totalSteps, or epochs and stepsPerEpoch",
    ],
    [
      "a rise for more than the cycle",
      () => new lrScheduler.OneCycleLR(optimizerWithGroups(), { maxLr: 1, totalSteps: 9, pctStart: 2 }),
      "Cannot rise for a share of 2 of the cycle: pctStart must be from 0 to 1",
    ],
    [
      "three rates for two groups",
      () => new lrScheduler.OneCycleLR(optimizerWithGroups(), { maxLr: [1, 2, 3], totalSteps: 9 }),
      "Cannot use 3 values of maxLr for 2 groups: give one each",
    ],
    [
      "a warm-up from 0",
      () => new lrScheduler.LinearLR(optimizerWithGroups(), { startFactor: 0 }),
      "Cannot scale learning rates with startFactor 0: no factor leads away from 0",
    ],
    [
      "a factor above 1",
      () => new lrScheduler.ConstantLR(optimizerWithGroups(), { factor: 2 }),
      "Cannot scale learning rates with factor 2: it must be from 0 to 1",
    ],
    [
      "no time to wind down",
      () => new lrScheduler.PolynomialLR(optimizerWithGroups(), { totalIters: 0 }),
      "Cannot change rates in 0 epochs: totalIters must be a whole number ≥ 1",
    ],
    [
      "schedules without a milestone between them",
      () => {
        const optimizer = optimizerWithGroups();
        const schedulers = [new lrScheduler.LinearLR(optimizer), new lrScheduler.ConstantLR(optimizer)];
        return new lrScheduler.SequentialLR(optimizer, { schedulers, milestones: [] });
      },
      "Cannot run 2 schedules with 0 milestones: give 1",
    ],
    [
      "a chain over two optimizers",
      () =>
        new lrScheduler.ChainedScheduler([
          new lrScheduler.LinearLR(optimizerWithGroups()),
          new lrScheduler.LinearLR(optimizerWithGroups()),
        ]),
      "Cannot chain schedules of different optimizers: make them of one",
    ],
    [
      "steps of 0 epochs",
      () => new lrScheduler.StepLR(optimizerWithGroups(), { stepSize: 0 }),
      "Cannot step every 0 epochs: it must be ≥ 1",
    ],
    [
      "annealing over nothing",
      () => new lrScheduler.CosineAnnealingLR(optimizerWithGroups(), { tMax: 0 }),
      "Cannot anneal over 0 epochs: tMax must be ≥ 1",
    ],
    [
      "one function for two groups",
      () => new lrScheduler.LambdaLR(optimizerWithGroups(), { lrLambda: [() => 1] }),
      "Cannot use 1 functions for 2 groups: give one each",
    ],
    [
      "a factor that does not cut",
      () => new lrScheduler.ReduceLROnPlateau(optimizerWithGroups(), { factor: 1 }),
      "Cannot cut the learning rate by factor 1: it must be < 1",
    ],
  ])("refuses %s", (_, run, text) => {
    expect(run).toThrow(RangeError);
    expect(run).toThrow(text);
  });
});
