/** Takes checkpoints of training, and brings training back to them. */
import { withGrad } from "../autograd/mode.ts";
import { clone } from "../autograd/primitives.ts";
import { DataLoader } from "../data/loader.ts";
import type { Layer } from "../nn/module.ts";
import type { EarlyStopping } from "../optim/early-stopping.ts";
import { defaultGenerator, RandomGenerator } from "../random.ts";
import { Tensor } from "../tensor.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { FitOptions, Schedule, TrainingData } from "./options.ts";
import type { History } from "./report.ts";

/** What a checkpoint is taken of and brought back to. */
export interface Training {
  readonly model: Layer;
  readonly data: TrainingData;
  readonly options: FitOptions;
  readonly schedules: readonly Schedule[];
  readonly stopping: EarlyStopping | null;
}

/** Every stream of random numbers that training draws from, each once. */
function generatorsOf({ model, data, options }: Training): RandomGenerator[] {
  const found = new Set<RandomGenerator>([defaultGenerator]);
  if (options.generator) found.add(options.generator);
  for (const source of [data, options.validation])
    if (source instanceof DataLoader) for (const generator of source.generators()) found.add(generator);
  for (const module of model.modules())
    for (const field of Object.values(module)) if (field instanceof RandomGenerator) found.add(field);
  return [...found];
}

/** A copy of anything that is made of tensors, arrays, objects and plain values. */
function copyOf<T>(value: T): T {
  if (value instanceof Tensor) return withGrad(false, () => clone(value.detach())) as T & Tensor;
  if (Array.isArray(value)) return value.map(copyOf) as T & unknown[];
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)])) as T;
}

/** Notes all of training at the end of an epoch. */
export function takeCheckpoint(
  training: Training,
  done: { epoch: number; step: number },
  history: History,
): Checkpoint {
  const { model, options, schedules, stopping } = training;
  return copyOf({
    ...done,
    model: model.stateDict(),
    optimizer: options.optimizer.stateDict(),
    schedules: schedules.map((schedule) => schedule.stateDict?.() ?? null),
    stopping: stopping?.stateDict() ?? null,
    generators: generatorsOf(training).map((generator) => generator.getState()),
    history,
  });
}

/**
 * Brings training back to where a checkpoint was taken.
 *
 * @returns What was noted until then.
 * @throws {RangeError} If there are other schedules or generators than when it was taken.
 */
export function restoreCheckpoint(training: Training, checkpoint: Checkpoint): History {
  const { model, options, schedules, stopping } = training;
  const saved = copyOf(checkpoint);
  const generators = generatorsOf(training);
  for (const [what, now, then] of [
    ["schedules", schedules.length, saved.schedules.length],
    ["random generators", generators.length, saved.generators.length],
  ] as const) {
    if (now !== then) throw new RangeError(`Cannot resume with ${now} ${what}: the checkpoint has ${then}`);
  }
  model.loadStateDict(saved.model);
  options.optimizer.loadStateDict(saved.optimizer);
  schedules.forEach((schedule, i) => {
    if (saved.schedules[i]) schedule.loadStateDict?.(saved.schedules[i]);
  });
  if (saved.stopping) stopping?.loadStateDict(saved.stopping);
  generators.forEach((generator, i) => {
    generator.setState(saved.generators[i]!);
  });
  return saved.history;
}
