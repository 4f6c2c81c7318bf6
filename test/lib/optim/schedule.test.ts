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
}

const cases = reference<Case[]>("optim-schedules");

function optimizerWithGroups(): optim.SGD {
  const parameters = [0, 0].map((v) => tensor([v], { requiresGrad: true }));
  return new optim.SGD([{ params: parameters[0]! }, { params: parameters[1]!, lr: 0.02 }], { lr: 0.1 });
}

/** Functions cannot be written down: the reference has the base of a power in their place. */
function revive(options: Options): Options {
  const { lrLambda } = options as { lrLambda?: readonly number[] };
  if (lrLambda === undefined) return options;
  return { ...options, lrLambda: lrLambda.map((base) => (epoch: number) => base ** epoch) };
}

function build(name: string, optimizer: optim.SGD, options: Options): Schedule {
  const make = (lrScheduler as unknown as Record<string, new (o: optim.SGD, options: Options) => Schedule>)[name]!;
  return new make(optimizer, revive(options));
}

const rates = (optimizer: optim.SGD) => optimizer.paramGroups.map((group) => group.lr);
const rows = cases.map(
  (c) =>
    [c.schedules.map(({ schedule, options }) => `${schedule}(${JSON.stringify(options)})`).join(" and "), c] as const,
);

describe.each(rows)("%s", (_, { schedules, metrics, rates: wanted }) => {
  const make = () => {
    const optimizer = optimizerWithGroups();
    return { optimizer, made: schedules.map(({ schedule, options }) => build(schedule, optimizer, options)) };
  };
  const expectRates = (actual: readonly number[], epoch: number) => {
    actual.forEach((rate, i) => {
      const want = wanted[epoch]![i]!;
      if (!(Math.abs(rate - want) <= 1e-12 * Math.abs(want) + 1e-18))
        throw new Error(`After epoch ${epoch} group ${i} has rate ${rate}, PyTorch ${want}`);
    });
  };

  test("gives PyTorch's rates", () => {
    const { optimizer, made } = make();
    expectRates(rates(optimizer), 0);
    metrics.forEach((metric, epoch) => {
      for (const schedule of made) schedule.step(metric);
      expectRates(rates(optimizer), epoch + 1);
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
      expectRates(rates(second.optimizer), half + i + 1);
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

  test.each<[string, () => unknown, string]>([
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
