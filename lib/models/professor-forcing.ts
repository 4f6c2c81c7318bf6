/** Professor forcing: a net learns to behave in a free run as it does with a teacher. */

import { onesLike, zerosLike } from "../creation.ts";
import { binaryCrossEntropyWithLogits } from "../nn/functional.ts";
import { Linear } from "../nn/layers/linear.ts";
import { GRU } from "../nn/layers/recurrent.ts";
import { Module } from "../nn/module.ts";
import { relu } from "../ops/activation.ts";
import { add } from "../ops/arithmetic.ts";
import { mean } from "../ops/reduction.ts";
import { squeeze } from "../ops/shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/**
 * The judge of professor forcing: reads the hidden states of a run in both directions and says whether a teacher was there.
 *
 * Shapes: states `(batch, time, stateSize)` → logits `(batch)`: greater for a run with a teacher.
 *
 * @param stateSize Units of the states.
 * @param hiddenSize Units of the judge; default 32.
 * @see Lamb et al. (2016); book §4.5.
 * @example new ProfessorDiscriminator(3)(rand([2, 5, 3])).shape // [2]
 */
export class ProfessorDiscriminator extends Module {
  readonly rnn: GRU;
  readonly hidden: Linear;
  readonly out: Linear;

  constructor(stateSize: number, hiddenSize = 32) {
    super();
    this.rnn = new GRU(stateSize, hiddenSize, { batchFirst: true, bidirectional: true });
    this.hidden = new Linear(2 * hiddenSize, hiddenSize);
    this.out = new Linear(hiddenSize, 1);
  }

  forward(states: TensorLike): Tensor {
    const read = mean(this.rnn(states)[0], { dim: 1 }); // (batch, 2 · hiddenSize)
    return squeeze(this.out(relu(this.hidden(read))), -1);
  }

  /** What the judge makes small: `−ln` of being right, over runs with and without a teacher. Their states get no gradient. */
  judgeLoss(forced: Tensor, free: Tensor): Tensor {
    const [taught, alone] = [this.forward(forced.detach()), this.forward(free.detach())];
    return add(
      binaryCrossEntropyWithLogits(taught, onesLike(taught)),
      binaryCrossEntropyWithLogits(alone, zerosLike(alone)),
    );
  }

  /** What the judged net makes small, beside its own loss: `−ln` of the chance that its free run is taken for one with a teacher. */
  foolLoss(free: Tensor): Tensor {
    const alone = this.forward(free);
    return binaryCrossEntropyWithLogits(alone, onesLike(alone));
  }

  /** How often the judge is right: ½ where it cannot tell. */
  accuracy(forced: Tensor, free: Tensor): number {
    const right = (logits: Tensor, sign: 1 | -1) => Array.from(logits.data).filter((logit) => sign * logit > 0).length;
    const [taught, alone] = [this.forward(forced.detach()), this.forward(free.detach())];
    return (right(taught, 1) + right(alone, -1)) / (taught.size + alone.size);
  }
}
