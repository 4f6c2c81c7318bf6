/**
 * Elementwise ops that wait until somebody looks at their result, so that a chain of them is one pass over memory, and what lies between its steps never
 * gets there. Shapes and types are settled at the call. Operands are taken as they are at the call, whatever is written into them later: see `Storage`.
 */
import { reserve } from "../allocation.ts";
import type { DType } from "../dtype.ts";
import type { Shape } from "../shape.ts";
import { type Pending, packedView, Storage, type View } from "../storage.ts";
import type { Backend, BinaryOp, ChainInput, ChainStep, UnaryOp } from "./backend.ts";
import { backend } from "./index.ts";

/** Elements from which on passes over memory cost much more than to wait: a megabyte. */
export const fewestToWait: number = 2 ** 18;

/** Chains are cut where they would have more steps. */
const mostSteps = 12;

type Operand = Deferred | ChainInput;

/** The result of an op that has not run. */
class Deferred implements Pending {
  isTaken = false;
  isKept = false;
  /** Whether it was computed on the way to something else, and forgotten. */
  wasPassed = false;
  private result: Storage | null = null;

  constructor(
    readonly op: UnaryOp | BinaryOp,
    private operands: readonly Operand[],
    private readonly count: number,
    /** How many steps it takes at most. */
    readonly steps: number,
    private readonly engine: Backend,
  ) {}

  get isDone(): boolean {
    return this.result !== null;
  }

  compute(): Storage {
    if (this.result === null) this.run();
    return this.result!;
  }

  private run(): void {
    const order: Deferred[] = [];
    this.list(order);
    if (order.length === 1) {
      this.finish(this.runAlone());
      return;
    }
    const inputs: ChainInput[] = [];
    const numberOf = (operand: ChainInput): number => {
      const known = inputs.findIndex((input) => isSame(input, operand));
      return known >= 0 ? known : inputs.push(operand) - 1;
    };
    const settled = order.map(({ operands }) =>
      operands.map((x) => (x instanceof Deferred ? (x.result === null ? x : whole(x.result)) : x)),
    );
    for (const operands of settled) for (const x of operands) if (!(x instanceof Deferred)) numberOf(x);
    const numbers = settled.map((operands) =>
      operands.map((x) => (x instanceof Deferred ? inputs.length + order.indexOf(x) : numberOf(x))),
    );
    const result = this.place(inputs);
    const steps = order.map((step, i): ChainStep => {
      const [a, b] = numbers[i]!;
      const out = step === this ? result : step.isKept ? reserve("float32", this.count) : null;
      return { op: step.op, a: a!, b: b ?? -1, out };
    });
    this.engine.chain!(this.count, inputs, steps);
    order.forEach((step, i) => {
      const { out } = steps[i]!;
      if (out !== null) step.finish(out);
      else step.wasPassed = true;
    });
  }

  /** Runs a single op as if it had not waited. */
  private runAlone(): Storage {
    const inputs = this.operands.map((x): ChainInput => (x instanceof Deferred ? whole(x.compute()) : x));
    const result = this.place(inputs);
    const [a, b] = inputs.map((x) => viewOf(x, this.count));
    const out = packedView(result, "float32");
    if (b === undefined) this.engine.unary(this.op as UnaryOp, a!, out);
    else this.engine.binary(this.op as BinaryOp, a!, b, out);
    return result;
  }

  /** Where the last step writes: over an input that nobody needs there, since a block is read before it is written, or into other memory. */
  private place(inputs: ChainInput[]): Storage {
    for (const input of inputs) {
      if (typeof input === "number" || input.storage.size !== this.count) continue;
      const taken = input.storage.giveUp(this.operands.includes(input));
      if (taken === null) continue;
      inputs.forEach((x, i) => {
        if (isSame(x, input)) inputs[i] = whole(taken);
      });
      return taken;
    }
    return reserve("float32", this.count);
  }

  /** Lists the steps that lead here, each after its operands. What was computed once before and forgotten is computed to stay. */
  private list(order: Deferred[]): void {
    for (const operand of this.operands) {
      if (!(operand instanceof Deferred) || operand.isDone || order.includes(operand)) continue;
      if (operand.wasPassed) operand.compute();
      else operand.list(order);
    }
    order.push(this);
  }

  private finish(result: Storage): void {
    this.result = result;
    letGo(this.operands);
    this.operands = [];
  }
}

/** All elements of a storage. */
function whole(storage: Storage): ChainInput {
  return { storage, offset: storage.start };
}

/** Says of operands that they have been read. */
function letGo(operands: readonly Operand[]): void {
  for (const x of operands) if (!(x instanceof Deferred) && typeof x !== "number") x.storage.letGo();
}

/** A part of a storage, or one number, as a view. */
function viewOf(x: ChainInput, count: number): View {
  if (typeof x === "number") return packedView(new Storage(Float32Array.of(x)), "float32", [1]);
  return packedView(x.storage, "float32", [count], x.offset);
}

function isSame(a: ChainInput, b: ChainInput): boolean {
  if (typeof a === "number" || typeof b === "number") return Object.is(a, b);
  return a.storage === b.storage && a.offset === b.offset;
}

/** What an op takes of a view for later; null if it cannot wait for it. */
function operandOf(x: View, count: number): Operand | null {
  const { storage } = x;
  if (x.size === 1) return storage.home[x.offset]!;
  if (x.dtype !== "float32" || x.size !== count || !x.isContiguous || storage.isLent) return null;
  const { pending } = storage;
  if (pending instanceof Deferred && storage.size === count) {
    if (pending.steps < mostSteps) {
      pending.isTaken = true;
      return pending;
    }
  }
  return { storage: storage.take(), offset: x.offset };
}

/** Where the result of an op will be, once somebody looks; null if the op must run now. */
export function deferred(op: UnaryOp | BinaryOp, a: View, b: View | null, shape: Shape, dtype: DType): Storage | null {
  if (backend.chain === undefined || dtype !== "float32" || !backend.chains!(op)) return null;
  const count = b === null || a.size >= b.size ? a.size : b.size;
  // A row against a column makes more than either.
  if (shape.reduce((product, length) => product * length, 1) !== count) return null;
  const operands: Operand[] = [];
  let steps = 1;
  for (const x of b === null ? [a] : [a, b]) {
    const operand = operandOf(x, count);
    if (operand === null) {
      letGo(operands);
      return null;
    }
    if (operand instanceof Deferred) steps += operand.steps;
    operands.push(operand);
  }
  if (steps > mostSteps) {
    for (const operand of operands) if (operand instanceof Deferred) operand.compute();
    steps = 1;
  }
  return Storage.of(new Deferred(op, operands, count, steps, backend), count);
}
