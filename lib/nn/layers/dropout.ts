/** Layers that disturb training on purpose. */
import type { RandomGenerator } from "../../random.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { dropout } from "../functional.ts";
import { Module } from "../module.ts";

/**
 * Dropout: in training each element becomes 0 with probability p and the others are divided by 1 − p; in evaluation everything passes.
 *
 * @param p Default ½.
 * @param options `generator`: where the draws come from; the default generator if left out.
 * @throws {RangeError} If p is not in [0, 1].
 * @see Srivastava et al. (2014); book §2.6.5.
 * @example new Dropout(0.5).eval()([1, 2]).toArray() // [1, 2]
 */
export class Dropout extends Module {
  private readonly generator: RandomGenerator | undefined;

  constructor(
    readonly p = 0.5,
    options: { generator?: RandomGenerator } = {},
  ) {
    super();
    if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot drop with probability ${p}: it must be from 0 to 1`);
    this.generator = options.generator;
  }

  forward(x: TensorLike): Tensor {
    return dropout(x, { p: this.p, training: this.training, generator: this.generator });
  }

  override extraRepr(): string {
    return `p=${this.p}`;
  }
}
