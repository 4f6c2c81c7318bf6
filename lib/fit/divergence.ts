/** Training that went astray, and why. */
import type { Optimizer } from "../optim/optimizer.ts";
import type { Tensor } from "../tensor.ts";
import type { History } from "./options.ts";

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

/** Why a loss is not finite, as far as one can see. */
export function whyNotFinite(step: number, { loss }: History, x: Tensor, y: Tensor, optimizer: Optimizer): string {
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
