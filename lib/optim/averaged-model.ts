/** Averages of weights over training, which judge better than the last weights alone. */
import { withGrad } from "../autograd/mode.ts";
import { clone } from "../autograd/primitives.ts";
import { isFloating } from "../dtype.ts";
import { add, mul, sub } from "../ops/arithmetic.ts";
import { add_, copy_ } from "../ops/inplace.ts";
import type { Tensor } from "../tensor.ts";
import type { Restorable } from "./early-stopping.ts";

/** Options of AveragedModel. */
export interface AveragedModelOptions {
  /** The share of the average that each update keeps, in [0, 1): an exponential moving average. If left out, all updates count alike. */
  decay?: number;
}

/**
 * The average of a model's weights over training: of all updates, `a ← a + (w − a) / n`, or exponential, `a ← d a + (1 − d) w`. The first update
 * takes the weights as they are.
 *
 * @param model Whose parameters and floating buffers are averaged.
 * @param options `decay`.
 * @throws {RangeError} If the decay is not in [0, 1).
 * @see Polyak and Juditsky (1992); Izmailov et al. (2018).
 * @example
 * const ema = new AveragedModel(model, { decay: 0.99 });
 * fit(model, samples, { optimizer, steps: 20, onStep: () => ema.updateParameters() });
 * ema.use(() => model([[0, 1]])).shape // [1, 1]
 */
export class AveragedModel {
  /** Updates so far. */
  nAveraged = 0;
  private readonly decay: number | undefined;
  private averages: Record<string, Tensor>;

  constructor(
    private readonly model: Restorable,
    options: AveragedModelOptions = {},
  ) {
    const { decay } = options;
    if (decay !== undefined && !(decay >= 0 && decay < 1))
      throw new RangeError(`Cannot average with decay ${decay}: it must be from 0 to before 1`);
    this.decay = decay;
    this.averages = copyOf(model.stateDict());
  }

  /** Takes the model's weights into the average. Call it after the optimizer's step. */
  updateParameters(): void {
    const share = this.decay === undefined ? 1 / (this.nAveraged + 1) : 1 - this.decay;
    withGrad(false, () => {
      for (const [name, tensor] of Object.entries(this.model.stateDict())) {
        const average = this.averages[name]!;
        // Counters are no averages; and the first update takes everything.
        if (this.nAveraged === 0 || !isFloating(tensor.dtype)) copy_(average, tensor);
        else if (this.decay === undefined) add_(average, mul(sub(tensor, average), share));
        else copy_(average, add(mul(average, this.decay), mul(tensor, share)));
      }
    });
    this.nAveraged++;
  }

  /** Runs a function while the model has the averaged weights, and gives the model its own weights back, whatever happens. */
  use<T>(run: () => T): T {
    const own = copyOf(this.model.stateDict());
    this.model.loadStateDict(this.averages);
    try {
      return run();
    } finally {
      this.model.loadStateDict(own);
    }
  }

  /** The averaged weights by name, as a model's state. The tensors are the average's own: copy them to keep them. */
  stateDict(): Record<string, Tensor> {
    return { ...this.averages };
  }

  /** Takes over averaged weights. @param nAveraged How many updates they are made of; default 1. */
  loadStateDict(state: Record<string, Tensor>, nAveraged = 1): void {
    this.averages = copyOf(state);
    this.nAveraged = nAveraged;
  }
}

function copyOf(state: Record<string, Tensor>): Record<string, Tensor> {
  return withGrad(false, () =>
    Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name, clone(tensor)])),
  );
}
