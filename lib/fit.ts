/** `fit`: the training loop, so that an experiment is one call. */

import { batchesOf } from "./fit/batches.ts";
import { type Callback, combined } from "./fit/callback.ts";
import { DivergenceError, whyNotFinite } from "./fit/divergence.ts";
import { averages, evaluate } from "./fit/evaluation.ts";
import type { FitOptions, LossFunction, TrainingData } from "./fit/options.ts";
import { progressBar } from "./fit/progress.ts";
import type { EpochReport, History, StepReport, TrainingPlan } from "./fit/report.ts";
import { restoreCheckpoint, takeCheckpoint } from "./fit/resumption.ts";
import { mseLoss } from "./nn/losses.ts";
import type { Layer } from "./nn/module.ts";
import { clipGradNorm_, clipGradValue_ } from "./optim/clip.ts";
import { EarlyStopping } from "./optim/early-stopping.ts";
import type { Optimizer } from "./optim/optimizer.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Trains a model: for each batch the loss, its gradients, a step of the optimizer. Optimizers that want a closure, such as `optim.LBFGS`, get one.
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
  const { optimizer, loss: lossOf = mseLoss, steps, epochs, checkpoint, resume } = options;
  checkCounts(steps, epochs);
  const batches = batchesOf(data, options);
  const schedules = [options.schedule ?? []].flat();
  const stepSchedules = [options.stepSchedule ?? []].flat();
  const stopping = stoppingOf(options.earlyStopping);
  const training = { model, data, options, schedules: [...schedules, ...stepSchedules], stopping };
  const history = resume === undefined ? emptyHistory() : restoreCheckpoint(training, resume);
  const watcher = watcherOf(options);
  const modes = model.modules().map((module) => [module, module.training] as const);
  try {
    model.train();
    watcher.onTrainBegin(planOf(batches, steps, epochs));
    let [epoch, step] = [resume?.epoch ?? 0, resume?.step ?? 0];
    for (; step < (steps ?? Infinity) && epoch < (epochs ?? Infinity); epoch++) {
      const first = step;
      let last: readonly [output: Tensor, target: Tensor] | undefined;
      for (const [x, y] of batches) {
        const output = model(x);
        const loss = lossOf(output, y);
        const value = loss.item();
        history.loss.push(value);
        if (!Number.isFinite(value)) {
          const misstep = { step, history, model, lossOf, optimizer, x, y };
          throw new DivergenceError(whyNotFinite(misstep), history);
        }
        move(optimizer, loss, () => lossOf(model(x), y), options.clip);
        for (const schedule of stepSchedules) schedule.step(value);
        last = [output.detach(), y];
        const report = { step: step++, epoch, loss: value };
        if (watcher.onStep(report) === false) history.stopped = "callback";
        yield report;
        if (history.stopped !== "done" || step === steps) break;
      }
      if (last === undefined) throw new RangeError("Cannot train on no data: there is no batch");
      const report = closeEpoch(model, last, { epoch, first, lossOf, history, options });
      const judged = report.validation ?? report.loss;
      for (const schedule of schedules) schedule.step(judged);
      if (watcher.onEpoch(report) === false) history.stopped = "callback";
      if (stopping?.step(judged, model)) history.stopped = "early";
      if (history.stopped !== "done") break;
      // An epoch that ended before its last batch is no point from which training could go on as it would have.
      const isWhole = step - first === lengthOf(batches);
      if (checkpoint && isWhole && (epoch + 1) % (checkpoint.every ?? 1) === 0)
        checkpoint.save(takeCheckpoint(training, { epoch: epoch + 1, step }, history));
    }
    if (stopping !== null) {
      stopping.restore(model);
      history.bestEpoch = stopping.bestEpoch;
    }
    return history;
  } finally {
    for (const [module, training] of modes) module.training = training;
    watcher.onTrainEnd(history);
  }
}

/**
 * One step of the optimizer: by the loss that is there, or for rules that want it at several points by computing it anew. Those differentiate it
 * themselves; clipped gradients they are handed.
 */
function move(optimizer: Optimizer, loss: Tensor, again: () => Tensor, clipping: FitOptions["clip"]): void {
  let first: Tensor | null = loss;
  const closure = () => {
    const next = first ?? again();
    first = null;
    if (optimizer.needsClosure && clipping === undefined) return next;
    optimizer.zeroGrad();
    next.backward();
    clip(optimizer, clipping);
    return next;
  };
  optimizer.step(closure);
}

function emptyHistory(): History {
  return { loss: [], epochLoss: [], validation: [], metrics: {}, lr: [], stopped: "done" };
}

/** All that watches, as one. */
function watcherOf({ callbacks = [], progress = false, onStep, onEpoch }: FitOptions): Required<Callback> {
  const bar = progress === false ? [] : [progressBar(progress === true ? {} : progress)];
  return combined([...callbacks, ...bar, { onStep, onEpoch }]);
}

type Batches = Iterable<readonly [Tensor, Tensor]>;

/** Batches in an epoch, if that is known beforehand. */
function lengthOf(batches: Batches): number | undefined {
  return "length" in batches && typeof batches.length === "number" ? batches.length : undefined;
}

function planOf(batches: Batches, steps: number | undefined, epochs: number | undefined): TrainingPlan {
  if (epochs === undefined) return { steps };
  const length = lengthOf(batches);
  return length === undefined ? { epochs } : { epochs, steps: epochs * length };
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
