/** Training that went astray, and why. */
import { AnomalyError, detectAnomaly } from "../autograd/anomaly.ts";
import { withGrad } from "../autograd/mode.ts";
import type { Layer } from "../nn/module.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { Tensor } from "../tensor.ts";
import type { LossFunction } from "./options.ts";
import type { History } from "./report.ts";

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

/** The step at which a loss was not finite. */
export interface Misstep {
  readonly step: number;
  readonly history: History;
  readonly model: Layer;
  readonly lossOf: LossFunction;
  readonly optimizer: Optimizer;
  readonly x: Tensor;
  readonly y: Tensor;
}

const allFinite = (t: Tensor) => t.data.every(Number.isFinite);

/** Why a loss is not finite, as far as one can see. */
export function whyNotFinite(misstep: Misstep): string {
  const { step, history, optimizer, x, y } = misstep;
  const { loss } = history;
  const head = `Training stopped at step ${step}: the loss is ${loss.at(-1)}`;
  if (!allFinite(x)) return `${head} because the inputs hold NaN or infinite numbers`;
  if (!allFinite(y)) return `${head} because the targets hold NaN or infinite numbers`;
  const lr = optimizer.paramGroups[0]!.lr;
  const before = loss.length > 1 ? `; it was ${loss.at(-2)!.toPrecision(3)} in the step before` : "";
  return `${head}${before}. ${whereNotFinite(misstep)}. The learning rate ${lr} may be too large`;
}

/** Runs the step once more and says where the first number that is not finite comes from. */
function whereNotFinite({ model, lossOf, x, y }: Misstep): string {
  const weight = model.namedParameters().find(([, p]) => !allFinite(p));
  if (weight) return `The first weights that are not finite are ${weight[0]}`;
  let found: string | undefined;
  const removers = model.namedModules().map(([path, module]) =>
    module.registerForwardHook((_, __, output) => {
      if (found !== undefined || !(output instanceof Tensor) || allFinite(output)) return undefined;
      found = path === "" ? "the model" : `${path} (${module.constructor.name})`;
      return undefined;
    }),
  );
  try {
    withGrad(false, () => detectAnomaly(() => lossOf(model(x), y)));
  } catch (error) {
    if (!(error instanceof AnomalyError)) throw error;
    return `In ${found ?? "the loss or a layer"} ${error.message}`;
  } finally {
    for (const remove of removers) remove();
  }
  return found === undefined
    ? "Outputs are finite; the loss of them is not"
    : `The first output that is not finite is that of ${found}`;
}
