/** What an op is, and one recorded application of it. */
import type { Shape } from "../shape.ts";
import type { GradFn, Tensor } from "../tensor.ts";
import { placeOfCall } from "./anomaly.ts";

/** What backward may look at. Reading a value that was changed in place since forward throws. */
export interface Saved {
  /** All inputs. */
  readonly inputs: readonly Tensor[];
  /** The output. */
  readonly output: Tensor;
  /** One input, when the others need not be what they were. */
  input(i: number): Tensor;
  /** Whether the gradient of an input will be looked at. */
  wants(i: number): boolean;
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
  /** Whose elements backward looks at; all if not given. What nobody looks at need not be written to memory. */
  readonly looksAt?: "inputs" | "output" | "nothing";
  /** Whether forward runs a kernel and no other ops, so that nothing in it could be recorded. */
  readonly isKernel?: boolean;
}

function versionsOf(inputs: readonly Tensor[], output: Tensor): readonly number[] {
  const versions = new Array<number>(inputs.length + 1);
  for (let i = 0; i < inputs.length; i++) versions[i] = inputs[i]!.storage.version;
  versions[inputs.length] = output.storage.version;
  return versions;
}

/** Says of elements that are yet to be computed whether backward will look at them. */
function keepPending({ looksAt }: OpSpec<readonly unknown[]>, inputs: readonly Tensor[], output: Tensor): void {
  const [keepsInputs, keepsOutput] = [
    looksAt === undefined || looksAt === "inputs",
    looksAt !== "inputs" && looksAt !== "nothing",
  ];
  for (const { storage } of inputs) if (keepsInputs && storage.pending !== null) storage.pending.isKept = true;
  if (keepsOutput && output.storage.pending !== null) output.storage.pending.isKept = true;
}

/** The steps that made the inputs, noted now: an in-place change may later give one of them another place in the graph. */
function edgesOf(tensors: readonly Tensor[]): readonly (Node | null)[] {
  // Nearly all ops have one or two inputs, and V8 makes a list that is written out sooner than one of a given length.
  switch (tensors.length) {
    case 1:
      return [tensors[0]!.gradFn as Node | null];
    case 2:
      return [tensors[0]!.gradFn as Node | null, tensors[1]!.gradFn as Node | null];
  }
  const edges = new Array<Node | null>(tensors.length);
  for (let i = 0; i < tensors.length; i++) edges[i] = tensors[i]!.gradFn as Node | null;
  return edges;
}

let counter = 0;
const none: readonly never[] = [];

/** One recorded application of an op. */
export class Node implements GradFn, Saved {
  /** Rises with time, so an op's inputs always have smaller numbers: sorting by it orders the graph. */
  readonly id = ++counter;
  /** The line of the program that called the op, in anomaly mode. */
  readonly place = placeOfCall();
  /** The versions of the inputs and of the output; null if all are 0, as nearly all are. */
  private readonly versions: readonly number[] | null;
  isFreed = false;
  /** The number of the latest way back that came by here, and the gradient that it has gathered for this step's result so far. */
  walk = 0;
  gathered: Tensor | null = null;
  private edges: readonly (Node | null)[];

  constructor(
    readonly op: OpSpec<readonly unknown[]>,
    private tensors: readonly Tensor[],
    private made: Tensor | null,
    readonly args: readonly unknown[],
  ) {
    const count = tensors.length;
    const { storage } = made!;
    let isChanged = storage.version > 0;
    let isWaiting = storage.pending !== null;
    for (let i = 0; i < count; i++) {
      const { storage: input } = tensors[i]!;
      if (input.pending !== null) isWaiting = true;
      if (input.version > 0) isChanged = true;
    }
    if (isWaiting) keepPending(op, tensors, made!);
    this.versions = isChanged ? versionsOf(tensors, made!) : null;
    this.edges = edgesOf(tensors);
  }

  get name(): string {
    return this.op.name;
  }

  // An input that was changed in place since is another result now; its stand-in leads to where it was.
  get operands(): readonly Tensor[] {
    return this.tensors.map((t, i) => this.edges[i]?.result ?? t);
  }

  /** The inputs as they were handed over, whatever became of them since. */
  get taken(): readonly Tensor[] {
    return this.tensors;
  }

  get nextFunctions(): readonly (Node | null)[] {
    return this.edges;
  }

  get inputs(): readonly Tensor[] {
    for (let i = 0; i < this.tensors.length; i++) this.check(this.tensors[i]!, i);
    return this.tensors;
  }

  get output(): Tensor {
    const result = this.made!;
    this.check(result, this.tensors.length);
    return result;
  }

  /** The tensor that this step made, whose hooks see its gradient; null when freed. */
  get result(): Tensor | null {
    return this.made;
  }

  input(i: number): Tensor {
    const input = this.tensors[i]!;
    this.check(input, i);
    return input;
  }

  wants(i: number): boolean {
    const input = this.tensors[i]!;
    return this.edges[i] !== null || (input.requiresGrad && input.gradFn === null);
  }

  get shapes(): readonly Shape[] {
    return this.tensors.map((t) => t.shape);
  }

  shape(i: number): Shape {
    return this.tensors[i]!.shape;
  }

  /** Lets another tensor stand for what this step made: the one that it made is about to get another value. */
  rebind(result: Tensor): void {
    if (!this.isFreed) this.made = result;
  }

  /** The gradients of the inputs. The arguments are not spread where they are few, as in forward. */
  backward(dy: Tensor): readonly InputGrad[] {
    if (this.isFreed) {
      throw new Error(
        `Cannot go backward through ${this.name} a second time: its saved values are freed; pass { retainGraph: true } the first time`,
      );
    }
    if (!this.op.backward) throw new TypeError(`Cannot go backward through ${this.name}: it has no derivative`);
    const { op, args } = this;
    switch (args.length) {
      case 0:
        return op.backward!(dy, this);
      case 1:
        return op.backward!(dy, this, args[0]);
      case 2:
        return op.backward!(dy, this, args[0], args[1]);
      default:
        return op.backward!(dy, this, ...args);
    }
  }

  /** Lets go of saved values, so that memory is free before the next step. */
  free(): void {
    this.isFreed = true;
    this.tensors = none;
    this.edges = none;
    this.made = null;
  }

  private check(tensor: Tensor, i: number): void {
    const version = this.versions === null ? 0 : this.versions[i];
    if (tensor.storage.version === version) return;
    const what = i < this.tensors.length ? `input ${i}` : "output";
    throw new Error(
      `Cannot go backward through ${this.name}: its ${what} was changed in place after forward (version ${tensor.storage.version}, saved at ${version})`,
    );
  }
}
