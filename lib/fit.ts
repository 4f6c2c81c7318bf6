/** `fit`: the training loop, so that an experiment is one call. */
import { withGrad } from "./autograd/mode.ts";
import { asTensor } from "./creation.ts";
import { DataLoader } from "./data/loader.ts";
import { mseLoss } from "./nn/losses.ts";
import type { Layer } from "./nn/module.ts";
import { clipGradNorm_, clipGradValue_ } from "./optim/clip.ts";
import { EarlyStopping, type EarlyStoppingOptions } from "./optim/early-stopping.ts";
import type { Optimizer } from "./optim/optimizer.ts";
import type { RandomGenerator } from "./random.ts";
import { show } from "./shape.ts";
import { Tensor, type TensorLike } from "./tensor.ts";

/** Inputs and targets: all at once, or in batches such as a DataLoader's. */
export type TrainingData = { readonly x: TensorLike; readonly y: TensorLike } | Iterable<readonly [Tensor, Tensor]>;

/** From outputs and targets to what training makes small. */
export type LossFunction = (output: Tensor, target: Tensor) => Tensor;

/** What changes learning rates between epochs; some want to see a metric. */
export interface Schedule {
  step(metric: number): void;
}

/** A step of training, as callbacks see it. */
export interface StepReport {
  /** The number of the step, from 0. */
  readonly step: number;
  /** The pass over the data, from 0. */
  readonly epoch: number;
  /** The loss before the step. */
  readonly loss: number;
}

/** An epoch of training, as callbacks see it. */
export interface EpochReport {
  /** The pass over the data, from 0. */
  readonly epoch: number;
  /** The mean loss of its steps. */
  readonly loss: number;
  /** The learning rate of the first group. */
  readonly lr: number;
  /** The loss on validation data, if there are any. */
  readonly validation?: number;
  /** The metrics by name, on validation data if there are any, else on the last batch. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** What training left behind, ready to plot. */
export interface History {
  /** The loss of every step. */
  readonly loss: number[];
  /** The mean loss of every epoch. */
  readonly epochLoss: number[];
  /** The validation loss of every epoch; empty without validation data. */
  readonly validation: number[];
  /** Each metric, epoch by epoch. */
  readonly metrics: Record<string, number[]>;
  /** The learning rate of every epoch. */
  readonly lr: number[];
  /** Why training ended: it was done, early stopping ended it, or a callback did. */
  stopped: "done" | "early" | "callback";
  /** The best epoch, counted from 0, if there is early stopping: its weights are the model's now. */
  bestEpoch?: number;
}

/** Options of training. */
export interface FitOptions {
  /** Moves the model's parameters. */
  optimizer: Optimizer;
  /** Default: the mean squared error. */
  loss?: LossFunction;
  /** How many steps to take in all. Give this or `epochs`. */
  steps?: number;
  /** How many passes over the data to make. */
  epochs?: number;
  /** Samples in a step; if left out, all of them. Only for data given as `{ x, y }`. */
  batchSize?: number;
  /** Whether batches are drawn in a new random order each epoch; default true. */
  shuffle?: boolean;
  /** Where the orders come from; the default generator if left out. */
  generator?: RandomGenerator;
  /** Data to judge the model by after each epoch. */
  validation?: TrainingData;
  /** More numbers to note after each epoch. */
  metrics?: Readonly<Record<string, (output: Tensor, target: Tensor) => number | Tensor>>;
  /** Changes learning rates after each epoch; it sees the validation loss, or the epoch's if there is none. */
  schedule?: Schedule | readonly Schedule[];
  /** Clips gradients before each step: to a norm, or numbers one by one. */
  clip?: number | { norm: number } | { value: number };
  /** Ends training when the validation loss (or the epoch's) has stopped to improve. */
  earlyStopping?: EarlyStopping | EarlyStoppingOptions;
  /** Called after each step; `false` ends training. */
  onStep?: (report: StepReport) => unknown;
  /** Called after each epoch; `false` ends training. */
  onEpoch?: (report: EpochReport) => unknown;
}

/**
 * Training that cannot go on, because the loss is no number any more.
 *
 * @example
 * try {
 *   fit(model, samples, { optimizer: new optim.SGD(model.parameters(), { lr: 1e30 }), steps: 100 });
 * } catch (error) {
 *   if (error instanceof DivergenceError) console.log(error.history.loss);
 * }
 */
export class DivergenceError extends Error {
  override readonly name = "DivergenceError";

  constructor(
    message: string,
    /** What training did until then. */
    readonly history: History,
  ) {
    super(message);
  }
}

/**
 * Trains a model: for each batch the loss, its gradients, a step of the optimizer.
 *
 * @param model A module from a tensor to a tensor.
 * @param data `{ x, y }` or a DataLoader.
 * @param options `optimizer`, and `steps` or `epochs`; the rest has defaults.
 * @returns The losses and what else was noted.
 * @throws {DivergenceError} If the loss becomes NaN or infinite.
 * @throws {RangeError} If not just one of `steps` and `epochs` is given.
 * @see book §1.6, §1.9.
 * @example fit(model, data.xor(), { optimizer: new optim.Adam(model.parameters(), { lr: 0.05 }), steps: 600 })
 */
export function fit(model: Layer, data: TrainingData, options: FitOptions): History {
  const training = trainingSteps(model, data, options);
  for (;;) {
    const { done, value } = training.next();
    if (done) return value;
  }
}

/**
 * The same, step by step: a generator that pauses after each step and at the end gives the history. Whoever drives it can draw, wait for events
 * or stop between steps.
 *
 * @example for (const { step, loss } of fit.steps(model, samples, { optimizer, steps: 100 })) if (loss < 0.01) break;
 */
fit.steps = trainingSteps;

function* trainingSteps(model: Layer, data: TrainingData, options: FitOptions): Generator<StepReport, History, void> {
  const { optimizer, loss: lossOf = mseLoss, steps, epochs, onStep, onEpoch } = options;
  checkCounts(steps, epochs);
  const batches = batchesOf(data, options);
  const schedules = options.schedule === undefined ? [] : [options.schedule].flat();
  const stopping = stoppingOf(options.earlyStopping);
  const history: History = { loss: [], epochLoss: [], validation: [], metrics: {}, lr: [], stopped: "done" };
  const modes = model.modules().map((module) => [module, module.training] as const);
  try {
    model.train();
    for (let epoch = 0, step = 0; step < (steps ?? Infinity) && epoch < (epochs ?? Infinity); epoch++) {
      const first = step;
      let last: readonly [output: Tensor, target: Tensor] | undefined;
      for (const [x, y] of batches) {
        const output = model(x);
        const loss = lossOf(output, y);
        const value = loss.item();
        history.loss.push(value);
        if (!Number.isFinite(value)) throw new DivergenceError(whyNotFinite(step, history, x, y, optimizer), history);
        optimizer.zeroGrad();
        loss.backward();
        clip(optimizer, options.clip);
        optimizer.step();
        last = [output.detach(), y];
        const report = { step: step++, epoch, loss: value };
        if (onStep?.(report) === false) history.stopped = "callback";
        yield report;
        if (history.stopped !== "done" || step === steps) break;
      }
      if (last === undefined) throw new RangeError("Cannot train on no data: there is no batch");
      const report = closeEpoch(model, last, { epoch, first, lossOf, history, options });
      const judged = report.validation ?? report.loss;
      for (const schedule of schedules) schedule.step(judged);
      if (onEpoch?.(report) === false) history.stopped = "callback";
      if (stopping?.step(judged, model)) history.stopped = "early";
      if (history.stopped !== "done") break;
    }
    if (stopping !== null) {
      stopping.restore(model);
      history.bestEpoch = stopping.bestEpoch;
    }
    return history;
  } finally {
    for (const [module, training] of modes) module.training = training;
  }
}

interface Epoch {
  readonly epoch: number;
  /** The number of its first step. */
  readonly first: number;
  readonly lossOf: LossFunction;
  readonly history: History;
  readonly options: FitOptions;
}

/** Judges the model after an epoch and notes it. */
function closeEpoch(model: Layer, last: readonly [Tensor, Tensor], around: Epoch): EpochReport {
  const { epoch, first, lossOf, history, options } = around;
  const losses = history.loss.slice(first);
  const loss = losses.reduce((a, b) => a + b, 0) / losses.length;
  const lr = options.optimizer.paramGroups[0]!.lr;
  history.epochLoss.push(loss);
  history.lr.push(lr);
  const functions = { ...options.metrics };
  const metrics = options.validation
    ? evaluate(model, options.validation, { ...functions, loss: lossOf })
    : averages([last], functions);
  const { loss: validation, ...rest } = options.validation ? metrics : { ...metrics, loss: undefined };
  if (validation !== undefined) history.validation.push(validation);
  for (const [name, value] of Object.entries(rest)) (history.metrics[name] ??= []).push(value!);
  const report = { epoch, loss, lr, metrics: rest as Record<string, number> };
  return validation === undefined ? report : { ...report, validation };
}

type Judges = Record<string, (output: Tensor, target: Tensor) => number | Tensor>;

/** The mean of each judge over data, with the model in evaluation mode. */
function evaluate(model: Layer, data: TrainingData, judges: Judges): Record<string, number> {
  model.eval();
  try {
    return withGrad(false, () => {
      const pairs = [...batchesOf(data, {})].map(([x, y]) => [model(x), y] as const);
      return averages(pairs, judges);
    });
  } finally {
    model.train();
  }
}

/** The mean of each judge over batches, each by its number of samples. */
function averages(pairs: readonly (readonly [Tensor, Tensor])[], judges: Judges): Record<string, number> {
  const sizes = pairs.map(([output]) => output.shape[0] ?? 1);
  const total = sizes.reduce((a, b) => a + b, 0);
  return Object.fromEntries(
    Object.entries(judges).map(([name, judge]) => {
      const values = pairs.map(([output, target]) => {
        const value = judge(output, target);
        return value instanceof Tensor ? value.item() : value;
      });
      return [name, values.reduce((sum, value, i) => sum + value * sizes[i]!, 0) / total];
    }),
  );
}

function checkCounts(steps: number | undefined, epochs: number | undefined): void {
  if ((steps === undefined) === (epochs === undefined)) {
    throw new RangeError("Cannot tell how long to train: give steps or epochs, one of the two");
  }
  const count = steps ?? epochs!;
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(
      `Cannot train for ${count} ${steps === undefined ? "epochs" : "steps"}: it must be a whole number ≥ 1`,
    );
  }
}

function batchesOf(data: TrainingData, options: Partial<FitOptions>): Iterable<readonly [Tensor, Tensor]> {
  if (!("x" in data)) return data;
  const x = asTensor(data.x);
  const y = asTensor(data.y);
  if (x.shape[0] !== y.shape[0]) {
    throw new RangeError(
      `Cannot train on x of shape ${show(x.shape)} and y of shape ${show(y.shape)}: the numbers of samples differ`,
    );
  }
  const { batchSize, shuffle = true, generator } = options;
  return batchSize === undefined ? [[x, y]] : new DataLoader({ x, y }, { batchSize, shuffle, generator });
}

function stoppingOf(option: FitOptions["earlyStopping"]): EarlyStopping | null {
  if (option === undefined) return null;
  return option instanceof EarlyStopping ? option : new EarlyStopping(option);
}

function clip(optimizer: Optimizer, option: FitOptions["clip"]): void {
  if (option === undefined) return;
  const parameters = optimizer.paramGroups.flatMap((group) => group.params);
  if (typeof option === "number") clipGradNorm_(parameters, option);
  else if ("norm" in option) clipGradNorm_(parameters, option.norm);
  else clipGradValue_(parameters, option.value);
}

function whyNotFinite(step: number, { loss }: History, x: Tensor, y: Tensor, optimizer: Optimizer): string {
  const finite = (t: Tensor) => t.data.every(Number.isFinite);
  const head = `Training stopped at step ${step}: the loss is ${loss.at(-1)}`;
  if (!finite(x)) return `${head} because the inputs hold NaN or infinite numbers`;
  if (!finite(y)) return `${head} because the targets hold NaN or infinite numbers`;
  const lr = optimizer.paramGroups[0]!.lr;
  const before = loss.length > 1 ? `; it was ${loss.at(-2)!.toPrecision(3)} in the step before` : "";
  const weights = optimizer.paramGroups.every((group) => group.params.every(finite))
    ? ""
    : ", and weights are not finite";
  return `${head}${weights}${before}. The learning rate ${lr} may be too large`;
}
