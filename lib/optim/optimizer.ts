/** The base of all optimizers: parameter groups, state, and the walk over parameters. A rule says only how one parameter moves. */
import { withGrad } from "../autograd/mode.ts";
import { contiguous } from "../autograd/primitives.ts";
import { backend } from "../backends/index.ts";
import type { TypedArray } from "../dtype.ts";
import { clearGradients } from "../nn/parameter.ts";
import { copy_ } from "../ops/inplace.ts";
import { sameShape, show } from "../shape.ts";
import { empty, Tensor } from "../tensor.ts";
import { type KernelRule, ParameterState, type RuleState } from "./rule-state.ts";
import { fitsKernel, Together } from "./together.ts";

export type { KernelRule, RuleState } from "./rule-state.ts";

/** What every optimizer can be told, for each group of parameters. */
export interface CommonOptions {
  /** The learning rate. */
  lr: number;
  /** λ: adds λ w to the gradient of each weight, the derivative of ½ λ w²; default 0. */
  weightDecay: number;
  /** Whether to climb instead of descend; default false. */
  maximize: boolean;
}

/** Parameters that share options. */
export type ParamGroup<O extends CommonOptions> = O & {
  params: Tensor[];
  /** The learning rate before a schedule changed it; set by the schedule. */
  initialLr?: number;
};

/** What an optimizer moves: parameters, or groups of them with options of their own. */
export type Params<O extends CommonOptions> =
  | Iterable<Tensor>
  | Iterable<Partial<O> & { params: Iterable<Tensor> | Tensor }>;

/** The state of an optimizer. Parameters are numbered through all groups. */
export interface OptimizerState {
  state: Record<number, { step: number; tensors: Record<string, Tensor>; numbers: Record<string, number> }>;
  paramGroups: (Record<string, unknown> & { params: number[] })[];
}

/**
 * Moves parameters by their gradients. Call `zeroGrad()`, go backward from a loss, then `step()`.
 *
 * A subclass writes one rule, `update`: a loop over the numbers of one parameter. It is one pass over memory however many terms the formula has,
 * and a backend can put a kernel of its own in its place.
 *
 * @example
 * class SignDescent extends Optimizer {
 *   protected update(p: TypedArray, g: TypedArray, _: RuleState, { lr }: CommonOptions) {
 *     for (let i = 0; i < p.length; i++) p[i] -= lr * Math.sign(g[i]);
 *   }
 * }
 * new SignDescent(model.parameters(), { lr: 0.01, weightDecay: 0, maximize: false }).step();
 */
export abstract class Optimizer<O extends CommonOptions = CommonOptions> {
  readonly paramGroups: ParamGroup<O>[] = [];
  private readonly states = new Map<Tensor, ParameterState>();
  /** The states by the numbers of their parameters, as far as they were met. */
  private readonly inOrder: ParameterState[] = [];

  /**
   * @param params Parameters, such as `model.parameters()`, or groups `{ params, lr, … }`.
   * @param defaults Options of groups that do not have their own.
   * @throws {RangeError} If there are no parameters or an option makes no sense.
   * @throws {TypeError} If a parameter requires no gradient or is the result of an op.
   */
  constructor(
    params: Params<O>,
    readonly defaults: Readonly<O>,
  ) {
    const given = [...params];
    if (given.length === 0) throw new RangeError("Cannot optimize no parameters: give at least one");
    if (given.every((item) => item instanceof Tensor))
      this.addParamGroup({ params: given } as Partial<O> & { params: Tensor[] });
    else for (const group of given) this.addParamGroup(group as Partial<O> & { params: Iterable<Tensor> | Tensor });
  }

  /** Adds parameters with options of their own, such as a smaller learning rate. */
  addParamGroup(group: Partial<O> & { params: Iterable<Tensor> | Tensor }): void {
    if (group instanceof Tensor)
      throw new TypeError("Cannot mix parameters and groups: put the parameters into groups too");
    const params = group.params instanceof Tensor ? [group.params] : [...group.params];
    const known = new Set(this.paramGroups.flatMap((other) => other.params));
    for (const p of params) {
      if (!(p instanceof Tensor)) throw new TypeError(`Cannot optimize a ${typeof p}: parameters must be tensors`);
      if (!p.isLeaf) throw new TypeError(`Cannot optimize the result of ${p.gradFn!.name}: only leaves can change`);
      if (known.has(p))
        throw new RangeError(`Cannot optimize a parameter of shape ${show(p.shape)} twice: it is listed in two places`);
      known.add(p);
    }
    const complete = { ...this.defaults, ...group, params } as ParamGroup<O>;
    checkAtLeast("lr", complete.lr, 0);
    checkAtLeast("weightDecay", complete.weightDecay, 0);
    this.checkOptions(complete);
    this.paramGroups.push(complete);
  }

  /** Clears the gradients of all parameters; with `setToNone: false` they become zeros instead of null. */
  zeroGrad(options: { setToNone?: boolean } = {}): void {
    for (const { params } of this.paramGroups) clearGradients(params, options.setToNone ?? true);
  }

  /**
   * Moves every parameter that has a gradient.
   *
   * @param closure Computes the loss anew, gradients included, for rules that want it more than once; run once before the step.
   * @returns What the closure returned.
   */
  step(): undefined;
  step<T>(closure: () => T): T;
  step<T>(closure?: () => T): T | undefined {
    const loss = closure === undefined ? undefined : withGrad(true, closure);
    const { move } = backend;
    let number = -1;
    for (const group of this.paramGroups) {
      let together: Together | null = null;
      for (const p of group.params) {
        number++;
        const { grad } = p;
        if (grad === null) continue;
        p.storage.version++;
        const state = this.stateOf(p, number);
        state.step++;
        if (move !== undefined && fitsKernel(p, grad)) {
          if (together === null || together.step !== state.step) {
            together?.run(move);
            together = this.togetherAt(state.step, group);
          }
          if (together !== null) {
            together.add(p, grad, state);
            continue;
          }
        }
        this.moveByRule(p, grad, state, group);
      }
      together?.run(move!);
    }
    return loss;
  }

  /** What the optimizer remembers, with parameters by number: to save. The tensors are the optimizer's own: copy them to keep them. */
  stateDict(): OptimizerState {
    const numbers = new Map(this.paramGroups.flatMap((group) => group.params).map((p, i) => [p, i]));
    const state: OptimizerState["state"] = {};
    for (const [p, { step, tensors, numbers: scalars }] of this.states) {
      state[numbers.get(p)!] = { step, tensors: { ...tensors }, numbers: { ...scalars } };
    }
    const paramGroups = this.paramGroups.map(({ params, ...options }) => ({
      ...options,
      params: params.map((p) => numbers.get(p)!),
    }));
    return { state, paramGroups };
  }

  /**
   * Takes over a saved state: options of groups, and what was remembered of each parameter.
   *
   * @throws {RangeError} If groups, their sizes or shapes differ.
   */
  loadStateDict(saved: OptimizerState): void {
    const counts = (groups: readonly { params: readonly unknown[] }[]) =>
      show(groups.map((group) => group.params.length));
    if (counts(saved.paramGroups) !== counts(this.paramGroups)) {
      throw new RangeError(
        `Cannot load the state of an optimizer with groups of ${counts(saved.paramGroups)} parameters: this one has ${counts(this.paramGroups)}`,
      );
    }
    const params = this.paramGroups.flatMap((group) => group.params);
    const order = saved.paramGroups.flatMap((group) => group.params);
    const loaded = new Map<Tensor, ParameterState>();
    order.forEach((number, i) => {
      const from = saved.state[number];
      if (from === undefined) return;
      const p = params[i]!;
      const tensors: Record<string, Tensor> = {};
      for (const [name, tensor] of Object.entries(from.tensors)) {
        if (!sameShape(tensor.shape, p.shape)) {
          throw new RangeError(
            `Cannot load ${name} of shape ${show(tensor.shape)} for parameter ${i} of shape ${show(p.shape)}`,
          );
        }
        tensors[name] = withGrad(false, () => copy_(empty(p.shape, p.dtype), tensor));
      }
      const state = new ParameterState(p, tensors, { ...from.numbers });
      state.step = from.step;
      loaded.set(p, state);
    });
    this.states.clear();
    this.inOrder.length = 0;
    for (const [p, state] of loaded) this.states.set(p, state);
    saved.paramGroups.forEach((group, i) => {
      Object.assign(this.paramGroups[i]!, group, { params: this.paramGroups[i]!.params });
    });
  }

  /** Whether `step` wants the loss at several points, so that it must be given a closure. */
  readonly needsClosure: boolean = false;

  /** The optimizer and its groups, as PyTorch shows them. */
  toString(): string {
    const groups = this.paramGroups.map((group, i) => {
      const options = Object.entries(group).filter(([name]) => name !== "params");
      const lines = options.sort().map(([name, value]) => `    ${name}: ${String(value)}`);
      return [`Parameter Group ${i}`, ...lines].join("\n");
    });
    return `${this.constructor.name} (\n${groups.join("\n\n")}\n)`;
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** Throws if an option of the rule makes no sense. */
  protected checkOptions(_group: ParamGroup<O>): void {}

  /** The rule: changes the parameter's numbers `p` by its gradient `g`, which already has the decay in it. */
  protected abstract update(p: TypedArray, g: TypedArray, state: RuleState, group: ParamGroup<O>): void;

  /** The rule at a step as a kernel of the backend may have it; null if it is none of those. */
  protected kernelRule(_step: number, _group: ParamGroup<O>): KernelRule | null {
    return null;
  }

  /** Where parameters of a group gather for a kernel; null if there is none. */
  private togetherAt(step: number, group: ParamGroup<O>): Together | null {
    const rule = this.kernelRule(step, group);
    if (rule === null) return null;
    return new Together(step, rule, {
      sign: group.maximize ? -1 : 1,
      decay: this.decoupledDecay ? 0 : group.weightDecay,
      keep: this.decoupledDecay ? 1 - group.lr * group.weightDecay : 1,
    });
  }

  /** Moves a parameter by the rule's own loop. */
  private moveByRule(p: Tensor, grad: Tensor, state: ParameterState, group: ParamGroup<O>): void {
    const g = this.gradient(p, grad, state, group);
    if (this.decoupledDecay) decay(p.data, 1 - group.lr * group.weightDecay);
    this.update(p.data, g, state, group);
  }

  /** Whether weights decay by themselves, `w ← (1 − η λ) w`, and not through the gradient. */
  protected readonly decoupledDecay: boolean = false;

  /** The gradient as the rule sees it: turned round to climb, and with the weights' decay. */
  private gradient(p: Tensor, grad: Tensor, state: ParameterState, group: ParamGroup<O>): TypedArray {
    const sign = group.maximize ? -1 : 1;
    const weightDecay = this.decoupledDecay ? 0 : group.weightDecay;
    const { storage, offset } = contiguous(grad);
    const g = storage.home;
    const isPlain = sign === 1 && weightDecay === 0;
    if (isPlain && g.length === grad.size) return g;
    // In double precision, so that it is rounded once, at the end of the rule.
    const result = state.gradient;
    if (isPlain) {
      for (let i = 0; i < result.length; i++) result[i] = g[offset + i]!;
    } else {
      const w = p.data;
      for (let i = 0; i < result.length; i++) result[i] = sign * g[offset + i]! + weightDecay * w[i]!;
    }
    return result;
  }

  /** The state of the parameter with a number. Numbers seldom change their parameters, and a place in a list is found faster than one in a map. */
  private stateOf(p: Tensor, number: number): ParameterState {
    const latest = this.inOrder[number];
    if (latest?.parameter === p) return latest;
    const state = this.states.get(p) ?? new ParameterState(p);
    this.states.set(p, state);
    this.inOrder[number] = state;
    return state;
  }
}

function decay(p: TypedArray, keep: number): void {
  if (keep !== 1) for (let i = 0; i < p.length; i++) p[i]! *= keep;
}

/** Throws unless the option is a number from `least` on. */
export function checkAtLeast(name: string, value: number, least: number): void {
  if (!(value >= least)) throw new RangeError(`Cannot optimize with ${name} ${value}: it must be ≥ ${least}`);
}

/** Throws unless the option is a number from 0 to before 1. */
export function checkShare(name: string, value: number): void {
  if (!(value >= 0 && value < 1))
    throw new RangeError(`Cannot optimize with ${name} ${value}: it must be from 0 to before 1`);
}

/** Options with defaults filled in for what every optimizer has. */
export function withDefaults<O extends CommonOptions>(own: Omit<O, "weightDecay" | "maximize">, given: Partial<O>): O {
  const options: Record<string, unknown> = { weightDecay: 0, maximize: false, ...own };
  // An option given as undefined counts as left out.
  for (const [name, value] of Object.entries(given)) if (value !== undefined) options[name] = value;
  return options as O & Record<string, unknown>;
}
