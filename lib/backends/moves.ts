/** Steps of optimizers, as a backend may have them. */
import type { View } from "../storage.ts";

/** Rules by which an optimizer moves a parameter; see `Move`. */
export type MoveRule = "sgd" | "adam" | "rmsProp";

/** One step of an optimizer, by whatever parameters share. */
export interface Move {
  readonly rule: MoveRule;
  /**
   * The rule's numbers. sgd: rate, momentum, share of the gradient in it, 1 to look ahead. adam: rate freed of bias, root of the bias of g², epsilon, both
   * betas. rmsProp: rate, alpha, epsilon, momentum.
   */
  readonly numbers: readonly number[];
  /** 1 to descend, −1 to climb. */
  readonly sign: number;
  /** How much of the weight is added to the gradient. */
  readonly decay: number;
  /** What of the weight is left before the step, 1 for all of it. */
  readonly keep: number;
}

/** What a step of an optimizer moves; all views are row-major, of one floating type and one size. */
export interface Moved {
  /** The parameter. */
  readonly p: View;
  /** Its gradient. */
  readonly g: View;
  /**
   * What is remembered of it from step to step, null where the rule goes without: sgd has the momentum, adam the averages of g and g² and the greatest
   * of the latter, rmsProp the averages of g² and g and the momentum.
   */
  readonly states: readonly (View | null)[];
}
