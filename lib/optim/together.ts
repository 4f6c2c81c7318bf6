/** Parameters that a kernel of the backend moves at once. */
import type { Backend, Move, Moved } from "../backends/backend.ts";
import { isFloating } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import type { KernelRule, ParameterState } from "./rule-state.ts";

/** Whether a kernel can move a parameter by a gradient. */
export function fitsKernel(p: Tensor, g: Tensor): boolean {
  return p.isContiguous && g.isContiguous && g.dtype === p.dtype && g.size === p.size && isFloating(p.dtype);
}

/** The parameters of a group that are at the same step, so that all numbers of the rule are the same for them. */
export class Together {
  private readonly moved: Moved[] = [];

  constructor(
    /** The number of the step. */
    readonly step: number,
    private readonly rule: KernelRule,
    private readonly terms: Pick<Move, "sign" | "decay" | "keep">,
  ) {}

  /** Adds a parameter that fits the kernel. */
  add(p: Tensor, g: Tensor, state: ParameterState): void {
    this.moved.push({ p, g, states: state.tensorsOf(this.rule.states) });
  }

  /** Moves all of them. */
  run(move: NonNullable<Backend["move"]>): void {
    const { rule, numbers } = this.rule;
    const { sign, decay, keep } = this.terms;
    move(this.moved, { rule, numbers, sign, decay, keep });
  }
}
