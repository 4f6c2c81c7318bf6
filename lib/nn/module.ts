/** Module: the base of everything that has parameters. A module is a function: `layer(x)` runs `layer.forward(x)`. */
import { type DType, isFloating } from "../dtype.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { type BackwardHook, hookBackward } from "./backward-hooks.ts";
import { type ForwardHook, ForwardHooks, type ForwardPreHook } from "./forward-hooks.ts";
import { Buffer, clearGradients, convert_, Parameter } from "./parameter.ts";
import { type KeyReport, loadState, type StateDict, stateName } from "./state.ts";
import { type Summary, summary } from "./summary.ts";

export type { ForwardHook, ForwardPreHook } from "./forward-hooks.ts";
export type { KeyReport, StateDict } from "./state.ts";

const hooks: unique symbol = Symbol("hooks");

/** The members of a module without its call. */
export type ModuleMembers = Pick<Module, keyof Module>;

/** A module from one tensor to one tensor, as nearly all are; what containers chain and `fit` trains. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor;
}

// A module can be called; what it takes and gives follows from its `forward`.
export interface Module {
  (...inputs: Parameters<this["forward"]>): ReturnType<this["forward"]>;
  /** Whether the module is in training mode, which dropout and batch normalization care about. Set it with `train()` and `eval()`. */
  training: boolean;
}

/**
 * The base class of all layers and models.
 *
 * A subclass makes its parameters and children in fields and computes in `forward`. Fields that hold a `Parameter`, a `Buffer` or a `Module` are
 * found by their class; those in plain arrays are not: use `ModuleList` or `ModuleDict`.
 *
 * @see book §1.4.
 * @example
 * class MLP extends nn.Module {
 *   hidden = new nn.Linear(2, 8);
 *   output = new nn.Linear(8, 1);
 *   forward(x: Tensor) { return this.output(F.tanh(this.hidden(x))); }
 * }
 * new MLP().numParameters() // 33
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface adds the call, which the constructor provides
export abstract class Module {
  declare private [hooks]: ForwardHooks;

  constructor() {
    // A module is a function with the prototype of its class; so fields that subclasses define go onto the function.
    // Nothing but `forward` happens in nearly all calls, and V8 hands arguments on without a list of them only from here; and it finds `own` sooner
    // than a field of a function.
    const own = new ForwardHooks();
    const self = ((...inputs: never[]) =>
      own.areAny ? own.run(self, inputs) : self.forward(...inputs)) as unknown as this;
    Object.setPrototypeOf(self, new.target.prototype);
    // Functions are born with these two, which a subclass may want for itself.
    delete (self as { name?: unknown }).name;
    delete (self as { length?: unknown }).length;
    Object.defineProperty(self, "training", { value: true, writable: true, configurable: true, enumerable: false });
    self[hooks] = own;
    // biome-ignore lint/correctness/noConstructorReturn: the point of this constructor
    return self;
  }

  /** What the module computes. Call the module itself, not this: only that runs hooks. */
  abstract forward(...inputs: never[]): unknown;

  /** The modules in this one's own fields, by name. */
  namedChildren(): [name: string, child: Module][] {
    return fieldsOf(this, Module);
  }

  /** The modules in this one's own fields. */
  children(): Module[] {
    return this.namedChildren().map(([, child]) => child);
  }

  /** This module and all below it, each once, by path: the module itself is `""`. */
  namedModules(): [path: string, module: Module][] {
    const found = new Map<Module, string>();
    const visit = (module: Module, path: string) => {
      if (found.has(module)) return;
      found.set(module, path);
      for (const [name, child] of module.namedChildren()) visit(child, join(path, name));
    };
    visit(this, "");
    return [...found].map(([module, path]) => [path, module]);
  }

  /** This module and all below it, each once. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** The parameters of this module and all below it, each once, by path, such as `hidden.weight`. */
  namedParameters(): [path: string, parameter: Parameter][] {
    return this.owned(Parameter);
  }

  /** The parameters of this module and all below it, each once: what an optimizer takes. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** The buffers of this module and all below it, each once, by path. */
  namedBuffers(): [path: string, buffer: Buffer][] {
    return this.owned(Buffer);
  }

  /** The buffers of this module and all below it, each once. */
  buffers(): Buffer[] {
    return this.namedBuffers().map(([, buffer]) => buffer);
  }

  /** The number of learned numbers; with `trainable` only those that training changes. */
  numParameters(options: { trainable?: boolean } = {}): number {
    let count = 0;
    for (const p of this.parameters()) if (!options.trainable || p.requiresGrad) count += p.size;
    return count;
  }

  /** Switches training mode on (or off) for this module and all below it, and returns the module. */
  train(on = true): this {
    for (const module of this.modules()) module.training = on;
    return this;
  }

  /** Switches to evaluation: dropout lets everything through, batch normalization uses its running statistics. */
  eval(): this {
    return this.train(false);
  }

  /** Clears the gradients of all parameters; with `setToNone: false` they become zeros instead of null. */
  zeroGrad(options: { setToNone?: boolean } = {}): void {
    clearGradients(this.parameters(), options.setToNone ?? true);
  }

  /** Says for all parameters whether training changes them, and returns the module: `requiresGrad_(false)` freezes it. */
  requiresGrad_(on = true): this {
    for (const p of this.parameters()) p.requiresGrad_(on);
    return this;
  }

  /** Keeps training from changing the parameters of this module and all below it, and returns the module: for what is already learned. */
  freeze(): this {
    return this.requiresGrad_(false);
  }

  /** Lets training change the parameters again, and returns the module. */
  unfreeze(): this {
    return this.requiresGrad_(true);
  }

  /** Runs the module once and tells what is in it, as `nn.summary` does: outputs, parameters, multiply-adds and memory of each layer. */
  summary(...inputs: readonly TensorLike[]): Summary {
    return summary(this, ...inputs);
  }

  /** Calls `fn` with every module, children before parents, and returns the module: for initialisation. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /** Changes the type of all floating parameters and buffers, in place, and returns the module. */
  to(dtype: DType): this {
    if (!isFloating(dtype))
      throw new TypeError(`Cannot move a module to ${dtype}: parameters must be float32 or float64`);
    for (const tensor of [...this.parameters(), ...this.buffers()])
      if (isFloating(tensor.dtype)) convert_(tensor, dtype);
    return this;
  }

  /** To float32. */
  float(): this {
    return this.to("float32");
  }

  /** To float64. */
  double(): this {
    return this.to("float64");
  }

  /**
   * All parameters and persistent buffers by path, in PyTorch's spelling (`norm.running_mean`), so that PyTorch can load them. The tensors share
   * memory with the module: copy them to keep them.
   */
  stateDict(): StateDict {
    const state: StateDict = {};
    for (const [path, tensor] of this.stateful()) state[stateName(path)] = tensor.detach();
    return state;
  }

  /**
   * Copies values into the parameters and buffers.
   *
   * @param state As `stateDict()` or PyTorch gives it; keys may also be spelled as the fields are.
   * @param options `strict`: whether keys must match exactly; default true.
   * @returns The keys that did not match, which there are none of if strict.
   * @throws {RangeError} If keys do not match and `strict`, or shapes differ; the module is then unchanged.
   */
  loadStateDict(state: Readonly<StateDict>, options: { strict?: boolean } = {}): KeyReport {
    return loadState(this.constructor.name, this.stateful(), state, options.strict ?? true);
  }

  /** Calls `hook` before each run of the module. @returns A function that removes the hook. */
  registerForwardPreHook(hook: ForwardPreHook): () => void {
    return this[hooks].addBefore(hook);
  }

  /** Calls `hook` after each run of the module. @returns A function that removes the hook. */
  registerForwardHook(hook: ForwardHook): () => void {
    return this[hooks].addAfter(hook);
  }

  /** Calls `hook` after backward has passed the module, with the gradients of its inputs and outputs. @returns A function that removes the hook. */
  registerFullBackwardHook(hook: BackwardHook): () => void {
    return hookBackward(this, hook);
  }

  /** What stands between the parentheses of `toString()`: the settings of a layer. */
  extraRepr(): string {
    return "";
  }

  /** The module and its children, indented, as PyTorch shows them. */
  toString(): string {
    const extra = this.extraRepr();
    const lines = this.namedChildren().map(
      ([name, child]) => `  (${name}): ${child.toString().replaceAll("\n", "\n  ")}`,
    );
    if (lines.length === 0) return `${this.constructor.name}(${extra})`;
    return `${this.constructor.name}(\n${[...(extra ? [`  ${extra}`] : []), ...lines].join("\n")}\n)`;
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  private owned<T extends Tensor>(kind: new (...args: never[]) => T): [string, T][] {
    const found = new Map<T, string>();
    for (const [path, module] of this.namedModules()) {
      for (const [name, tensor] of fieldsOf(module, kind)) if (!found.has(tensor)) found.set(tensor, join(path, name));
    }
    return [...found].map(([tensor, path]) => [path, tensor]);
  }

  /** Unlike `namedParameters`, under every name: a shared weight is in the state twice, as in PyTorch. */
  private stateful(): [string, Tensor][] {
    const own: [string, Tensor][] = [
      ...fieldsOf(this, Parameter),
      ...fieldsOf(this, Buffer).filter(([, buffer]) => buffer.persistent),
    ];
    for (const [name, child] of this.namedChildren()) {
      for (const [path, tensor] of child.stateful()) own.push([join(name, path), tensor]);
    }
    return own;
  }
}

function fieldsOf<T>(module: Module, kind: abstract new (...args: never[]) => T): [string, T][] {
  return Object.entries(module).filter((field): field is [string, T] => field[1] instanceof kind);
}

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);
