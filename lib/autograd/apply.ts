/** Ops and their recording: an op is a constant with its forward and backward; `apply` runs it and notes how to go back. */
import { asTensor } from "../creation.ts";
import { isFloating } from "../dtype.ts";
import type { Shape } from "../shape.ts";
import type { GradFn, Tensor, TensorLike } from "../tensor.ts";
import { isGradEnabled, withGrad } from "./mode.ts";

/** What backward may look at. Reading a value that was changed in place since forward throws. */
export interface Saved {
  /** All inputs. */
  readonly inputs: readonly Tensor[];
  /** The output. */
  readonly output: Tensor;
  /** One input, when the others need not be what they were. */
  input(i: number): Tensor;
  /** The shapes of all inputs, unchecked. */
  readonly shapes: readonly Shape[];
  /** The shape of an input, which no in-place op can change. */
  shape(i: number): Shape;
}

/** A gradient of one input: ready, to be computed only if that input wants one, or none. */
export type InputGrad = Tensor | (() => Tensor) | null;

/** An op: its name, and forward and backward side by side. Arguments that are no tensors follow the inputs. */
export interface OpSpec<A extends readonly unknown[] = []> {
  readonly name: string;
  /** Computes the result as a new tensor or a view, unrecorded. */
  forward(inputs: readonly Tensor[], ...args: A): Tensor;
  /** The inputs' gradients from the output's, in differentiable ops. Shapes may still be the broadcast ones. */
  backward?(dy: Tensor, saved: Saved, ...args: A): readonly InputGrad[];
}

let counter = 0;

/** One recorded application of an op. */
export class Node implements GradFn, Saved {
  /** Rises with time, so an op's inputs always have smaller numbers: sorting by it orders the graph. */
  readonly id = ++counter;
  private readonly versions: number[];
  private freed = false;

  constructor(
    readonly op: OpSpec<readonly unknown[]>,
    private tensors: readonly Tensor[],
    private result: Tensor | null,
    readonly args: readonly unknown[],
  ) {
    this.versions = tensors.map((t) => t.storage.version);
    this.versions.push(result!.storage.version);
  }

  get name(): string {
    return this.op.name;
  }

  get operands(): readonly Tensor[] {
    return this.tensors;
  }

  get inputs(): readonly Tensor[] {
    for (let i = 0; i < this.tensors.length; i++) this.check(this.tensors[i]!, i);
    return this.tensors;
  }

  get output(): Tensor {
    const result = this.result!;
    this.check(result, this.tensors.length);
    return result;
  }

  input(i: number): Tensor {
    const input = this.tensors[i]!;
    this.check(input, i);
    return input;
  }

  get shapes(): readonly Shape[] {
    return this.tensors.map((t) => t.shape);
  }

  shape(i: number): Shape {
    return this.tensors[i]!.shape;
  }

  /** The gradients of the inputs. */
  backward(dy: Tensor): readonly InputGrad[] {
    if (this.freed) {
      throw new Error(
        `Cannot go backward through ${this.name} a second time: its saved values are freed; pass { retainGraph: true } the first time`,
      );
    }
    if (!this.op.backward) throw new TypeError(`Cannot go backward through ${this.name}: it has no derivative`);
    return this.op.backward(dy, this, ...this.args);
  }

  /** Lets go of saved values, so that memory is free before the next step. */
  free(): void {
    this.freed = true;
    this.tensors = [];
    this.result = null;
  }

  private check(tensor: Tensor, i: number): void {
    if (tensor.storage.version === this.versions[i]) return;
    const what = i < this.tensors.length ? `input ${i}` : "output";
    throw new Error(
      `Cannot go backward through ${this.name}: its ${what} was changed in place after forward (version ${tensor.storage.version}, saved at ${this.versions[i]})`,
    );
  }
}

/**
 * Runs an op on its inputs and, if one of them requires a gradient, records it.
 *
 * @param op The op's constant.
 * @param inputs Tensors, or what `asTensor` takes.
 * @param args The op's further arguments.
 * @example
 * const cubeOp: OpSpec = {
 *   name: "cube",
 *   forward: ([x]) => x.pow(3),
 *   backward: (dy, saved) => [dy.mul(saved.input(0).square()).mul(3)],
 * };
 * grad((x) => apply(cubeOp, [x]))(2).item() // 12
 */
export function apply<A extends readonly unknown[]>(op: OpSpec<A>, inputs: readonly TensorLike[], ...args: A): Tensor {
  const tensors = inputs.map((x) => asTensor(x));
  if (!isGradEnabled() || !tensors.some((x) => x.requiresGrad)) return op.forward(tensors, ...args);
  // A forward may call other ops; only this one is recorded.
  const output = withGrad(false, () => op.forward(tensors, ...args));
  if (isFloating(output.dtype)) {
    output.requiresGrad = true;
    output.gradFn = new Node(op as unknown as OpSpec<readonly unknown[]>, tensors, output, args);
  }
  return output;
}
