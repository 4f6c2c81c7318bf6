/** Modules that hold parameters. */
import { clone } from "../../autograd/primitives.ts";
import { Tensor, type TensorLike } from "../../tensor.ts";
import { Module } from "../module.ts";
import { Parameter } from "../parameter.ts";

/** A value as a parameter; a parameter stays the one that it is. */
function asParameter(value: Parameter | TensorLike): Parameter {
  return value instanceof Parameter ? value : new Parameter(value instanceof Tensor ? clone(value.detach()) : value);
}

/**
 * A list of parameters that the module around it can see. It computes nothing itself.
 *
 * @param values Parameters, or what becomes one.
 * @example new ParameterList([[1, 2], [3]]).parameters().length // 2
 */
export class ParameterList extends Module {
  [index: number]: Parameter;

  constructor(values: Iterable<Parameter | TensorLike> = []) {
    super();
    this.extend(values);
  }

  forward(): never {
    throw new TypeError("Cannot call a ParameterList: it only holds parameters; use them in the module around it");
  }

  /** The number of parameters. */
  override get length(): number {
    return Object.values(this).filter((value) => value instanceof Parameter).length;
  }

  /** Adds a parameter at the end, and returns the list. */
  append(value: Parameter | TensorLike): this {
    this[this.length] = asParameter(value);
    return this;
  }

  /** Adds parameters at the end, and returns the list. */
  extend(values: Iterable<Parameter | TensorLike>): this {
    for (const value of values) this.append(value);
    return this;
  }

  /** The parameter at a position, counted from the end if negative. */
  at(index: number): Parameter | undefined {
    return [...this].at(index);
  }

  *[Symbol.iterator](): Generator<Parameter, undefined, unknown> {
    for (let i = 0; i < this.length; i++) yield this[i]!;
    return undefined;
  }
}

/**
 * Parameters by name that the module around it can see. It computes nothing itself.
 *
 * @param values Parameters, or what becomes one.
 * @example new ParameterDict({ scale: [1] }).get("scale")!.toArray() // [1]
 */
export class ParameterDict extends Module {
  constructor(values: Readonly<Record<string, Parameter | TensorLike>> = {}) {
    super();
    for (const [name, value] of Object.entries(values)) this.set(name, value);
  }

  forward(): never {
    throw new TypeError("Cannot call a ParameterDict: it only holds parameters; use them in the module around it");
  }

  /** The parameter of a name. */
  get(name: string): Parameter | undefined {
    return this.has(name) ? (this as unknown as Record<string, Parameter>)[name] : undefined;
  }

  /** Adds or replaces a parameter, and returns the dictionary. */
  set(name: string, value: Parameter | TensorLike): this {
    if (name in Module.prototype) {
      throw new RangeError(`Cannot name a parameter ${name}: every module has a member of that name`);
    }
    Object.assign(this, { [name]: asParameter(value) });
    return this;
  }

  /** Whether there is a parameter of a name. */
  has(name: string): boolean {
    return Object.hasOwn(this, name);
  }

  /** The names, in the order in which they were added. */
  keys(): string[] {
    return this.namedParameters().map(([name]) => name);
  }
}
