/** Draws from many weights in the same short time, however many there are. */
import type { RandomGenerator } from "../../random.ts";

/**
 * An alias table: each of n boxes of the same size holds one or two of the n things, so that a draw is a box and a throw between the two.
 *
 * @see Walker (1977), Vose (1991).
 */
export class AliasTable {
  private readonly share: Float64Array;
  private readonly alias: Int32Array;

  /** @param weights ≥ 0, not all 0. @throws {RangeError} If no weight is positive. */
  constructor(weights: ArrayLike<number>) {
    const total = Array.from(weights).reduce((sum, weight) => sum + weight, 0);
    if (!(total > 0))
      throw new RangeError(`Cannot draw from ${weights.length} weights of sum ${total}: it must be > 0`);
    this.share = Float64Array.from(weights, (weight) => (weight / total) * weights.length);
    this.alias = Int32Array.from(weights, (_, i) => i);
    const small: number[] = [];
    const large: number[] = [];
    for (const [i, share] of this.share.entries()) (share < 1 ? small : large).push(i);
    while (small.length > 0 && large.length > 0) {
      const [less, more] = [small.pop()!, large.at(-1)!];
      this.alias[less] = more;
      this.share[more]! -= 1 - this.share[less]!;
      if (this.share[more]! < 1) small.push(large.pop()!);
    }
    // What is left over is 1 but for rounding.
    for (const i of [...small, ...large]) this.share[i] = 1;
  }

  /** The number of a thing. */
  draw(generator: RandomGenerator): number {
    const box = generator.integer(this.share.length);
    return generator.uniform() < this.share[box]! ? box : this.alias[box]!;
  }
}
