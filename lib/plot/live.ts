/** Training that one can watch. */
import { randomUUID } from "node:crypto";
import type { FitOptions, TrainingData } from "../fit/options.ts";
import type { History } from "../fit/report.ts";
import { fit } from "../fit.ts";
import type { Layer } from "../nn/module.ts";
import { showInNotebook, stopIfInterrupted } from "../notebook.ts";
import type { Tensor } from "../tensor.ts";
import type { Chart } from "./chart.ts";
import { lossCurve } from "./loss-curve.ts";
import { TrainingPanel } from "./training-panel.ts";

/** Options of watched training: those of `fit`, and a title. */
export interface LiveOptions extends FitOptions {
  /** Above the chart that remains. */
  title?: string;
}

/** Milliseconds between two pictures of the panel: five a second. */
const pause = 200;

/**
 * `fit`, with a panel under the cell that shows it: both losses with the best one marked, how fast it goes and how long it will take, the learning
 * rate, the norm of the gradient, an alarm if the loss is no longer a number. In the end a chart stands in its place. Between two pictures the
 * kernel can do other things, such as hear an interrupt. Outside a notebook it trains without showing anything.
 *
 * @param model A module from a tensor to a tensor.
 * @param data `{ x, y }` or a DataLoader.
 * @param options As of `fit`.
 * @returns What `fit` returns.
 * @throws {DivergenceError} If the loss becomes NaN or infinite.
 * @see book §1.6.
 * @example const history = await plot.live(model, data.xor(), { optimizer: new optim.Adam(model.parameters()), steps: 600 })
 */
export function live(model: Layer, data: TrainingData, options: LiveOptions): Promise<History> {
  const { title, ...training } = options;
  const parameters = model.parameters();
  const panel = new TrainingPanel(() => ({
    lr: options.optimizer.paramGroups[0]!.lr,
    gradientNorm: normOf(parameters.map(({ grad }) => grad)),
  }));
  const steps = fit.steps(model, data, { ...training, callbacks: [...(training.callbacks ?? []), panel] });
  const id = randomUUID();
  let isShown = false;
  const show = (value: TrainingPanel | Chart) => {
    showInNotebook(value, { id, update: isShown });
    isShown = true;
  };
  // Turn by turn, and not in a loop with awaits: what a kernel knows about the running cell goes with timers.
  return new Promise((resolve, reject) => {
    const turn = () => {
      try {
        stopIfInterrupted();
        const history = advance(steps);
        if (history === null) {
          show(panel);
          setImmediate(turn);
          return;
        }
        show(finalChart(history, panel, title));
        resolve(history);
      } catch (error) {
        panel.raise(error instanceof Error ? error.message : String(error));
        // Puts the model back as training found it.
        steps.return({} as History);
        show(panel);
        reject(error);
      }
    };
    turn();
  });
}

/** Trains until it is time for a picture. @returns The history, if training is done. */
function advance(steps: ReturnType<typeof fit.steps>): History | null {
  const until = performance.now() + pause;
  do {
    const { done, value } = steps.next();
    if (done) return value;
  } while (performance.now() < until);
  return null;
}

function finalChart(history: History, panel: TrainingPanel, title?: string): Chart {
  const { best } = panel;
  const parts = [
    `${history.loss.length} steps`,
    ...(best ? [`best validation loss ${Number(best.loss.toPrecision(4))}`] : []),
  ];
  const isPositive = [...history.loss, ...history.validation].every((v) => v > 0);
  return lossCurve(history, {
    title: title ?? "Training",
    subtitle: parts.join(", "),
    yScale: isPositive ? "log" : "linear",
  });
}

/** `‖g‖` over all parameters. */
function normOf(gradients: readonly (Tensor | null)[]): number {
  let sum = 0;
  for (const gradient of gradients) for (const v of gradient?.data ?? []) sum += v * v;
  return Math.sqrt(sum);
}
