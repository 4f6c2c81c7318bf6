/** The base of optimizers that see all parameters as one vector, and want the loss as a function of it. */
import { gradients } from "../../autograd/engine.ts";
import { enableGrad, withGrad } from "../../autograd/mode.ts";
import { fromData } from "../../creation.ts";
import { markChanged } from "../../ops/mutation.ts";
import { show } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { type CommonOptions, Optimizer, type OptimizerState, type Params } from "../optimizer.ts";
import { scaled } from "./vectors.ts";

/** What such an optimizer remembers between steps. */
export interface Memory {
  readonly numbers: Readonly<Record<string, number>>;
  readonly vectors: Readonly<Record<string, Float64Array>>;
}

/** The loss anew, at the parameters' present values. */
export type Closure = () => Tensor;

/** The loss and its gradient at a point. */
export interface Evaluation {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/**
 * An optimizer with one group of parameters, whose `step` takes a closure. Vectors are of doubles, whatever the parameters hold.
 *
 * The closure computes the loss and returns it. It may clear gradients and go backward itself, as PyTorch's LBFGS asks for; if it does not, the
 * optimizer differentiates the loss.
 */
export abstract class WholeVectorOptimizer<O extends CommonOptions> extends Optimizer<O> {
  override readonly needsClosure = true;
  /** The number of elements of all parameters. */
  protected readonly size: number;
  private readonly tensors: readonly Tensor[];

  constructor(params: Params<O>, defaults: O) {
    super(params, defaults);
    if (this.paramGroups.length !== 1) {
      throw new RangeError(
        `Cannot use ${this.paramGroups.length} groups with ${this.constructor.name}: it moves all parameters as one vector, so there must be one group`,
      );
    }
    this.tensors = this.paramGroups[0]!.params;
    this.size = this.tensors.reduce((total, p) => total + p.size, 0);
  }

  /** The options. */
  protected get options(): O {
    return this.paramGroups[0]!;
  }

  /**
   * Moves the parameters to where the loss is less.
   *
   * @param closure Computes the loss and returns it, as often as it is called.
   * @returns The loss that the closure gave first, before the step.
   * @throws {TypeError} If there is no closure.
   */
  override step(): undefined;
  override step<T>(closure: () => T): T;
  override step<T>(closure?: () => T): T | undefined {
    if (closure === undefined) {
      throw new TypeError(
        `Cannot step ${this.constructor.name} without a closure: it wants the loss at several points, so give step() a function that computes it`,
      );
    }
    let first: T | undefined;
    const noted = () => {
      const loss = closure();
      if (first === undefined) first = loss;
      return loss as Tensor;
    };
    this.move(noted);
    return first;
  }

  /** One step. */
  protected abstract move(closure: Closure): void;

  /** What is to be saved. */
  protected abstract remember(): Memory;

  /** Takes over what was saved. */
  protected abstract recall(memory: Memory): void;

  /** All parameters, one after another. */
  protected read(): Float64Array {
    return this.join((p) => p);
  }

  /** Overwrites all parameters. */
  protected write(values: Float64Array): void {
    let at = 0;
    for (const p of this.tensors) {
      withGrad(false, () => markChanged(p, "step"));
      p.data.set(values.subarray(at, at + p.size));
      at += p.size;
    }
  }

  /** −1 to climb instead of descend: loss, gradient and curvature are then those of the negative. */
  private get sign(): number {
    return this.options.maximize ? -1 : 1;
  }

  /** The loss and its gradient where the parameters are. */
  protected evaluate(closure: Closure): Evaluation {
    const { loss, slopes } = this.differentiate(closure, false);
    return {
      loss: this.sign * loss.item(),
      gradient: scaled(
        this.join((_, i) => slopes[i]!),
        this.sign,
      ),
    };
  }

  /** The loss and its gradient at `x`, which the parameters then hold. */
  protected evaluateAt(x: Float64Array, closure: Closure): Evaluation {
    this.write(x);
    return this.evaluate(closure);
  }

  /**
   * The loss, its gradient, and the product of its Hessian with a vector, where the parameters are. The closure must not go backward itself, since
   * that would let go of what second derivatives need.
   */
  protected curvature(closure: Closure): Evaluation & { times(v: Float64Array): Float64Array } {
    const { loss, slopes } = this.differentiate(closure, true);
    const times = (v: Float64Array) => {
      const directions = this.split(v);
      const products = this.tensors.map((): Tensor | null => null);
      slopes.forEach((slope, i) => {
        if (slope === null || !slope.requiresGrad) return;
        const parts = gradients(slope, this.tensors, directions[i], { retainGraph: true });
        parts.forEach((part, j) => {
          if (part !== null) products[j] = products[j] === null ? part : withGrad(false, () => products[j]!.add(part));
        });
      });
      return this.join((_, i) => products[i]!);
    };
    return {
      loss: this.sign * loss.item(),
      gradient: scaled(
        this.join((_, i) => slopes[i]!),
        this.sign,
      ),
      times: (v) => scaled(times(v), this.sign),
    };
  }

  override stateDict(): OptimizerState {
    const { numbers, vectors } = this.remember();
    const tensors = Object.fromEntries(Object.entries(vectors).map(([name, v]) => [name, fromData(v.slice())]));
    return { ...super.stateDict(), state: { 0: { step: numbers.step ?? 0, tensors, numbers: { ...numbers } } } };
  }

  override loadStateDict(saved: OptimizerState): void {
    super.loadStateDict({ ...saved, state: {} });
    const { numbers = {}, tensors = {} } = saved.state[0] ?? {};
    const vectors = Object.entries(tensors).map(([name, t]) => [name, Float64Array.from(t.data)] as const);
    this.recall({ numbers, vectors: Object.fromEntries(vectors) });
  }

  /** One parameter by itself cannot be moved. */
  protected update(): never {
    throw new TypeError(
      `Cannot update a single parameter with ${this.constructor.name}: it moves all of them as one vector`,
    );
  }

  /** The loss, recorded, and what to differentiate further. */
  private differentiate(closure: Closure, createGraph: boolean): { loss: Tensor; slopes: (Tensor | null)[] } {
    return enableGrad(() => {
      for (const p of this.tensors) p.grad = null;
      const loss = closure();
      if (!(loss?.size === 1)) {
        throw new TypeError(
          `Cannot step ${this.constructor.name} with a closure that returns ${loss === undefined ? "nothing" : show(loss.shape)}: it must return the loss, a tensor of one element`,
        );
      }
      const backward = !createGraph && this.tensors.some((p) => p.grad !== null);
      if (backward) return { loss, slopes: this.tensors.map((p) => p.grad) };
      return {
        loss,
        slopes: loss.requiresGrad ? gradients(loss, this.tensors, null, { createGraph }) : this.tensors.map(() => null),
      };
    });
  }

  /** A tensor for each parameter as one vector; where there is none, zeros. */
  private join(of: (p: Tensor, i: number) => Tensor | null): Float64Array {
    const vector = new Float64Array(this.size);
    let at = 0;
    this.tensors.forEach((p, i) => {
      const part = of(p, i);
      if (part !== null) vector.set(part.data, at);
      at += p.size;
    });
    return vector;
  }

  /** A vector as one tensor for each parameter. */
  private split(vector: Float64Array): Tensor[] {
    let at = 0;
    return this.tensors.map((p) => {
      const part = fromData(vector.slice(at, at + p.size), p.shape);
      at += p.size;
      return part.to(p.dtype);
    });
  }
}
