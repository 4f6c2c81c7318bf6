/** Modules that hold modules. */
import { asTensor } from "../../creation.ts";
import type { Tensor, TensorLike } from "../../tensor.ts";
import { type Layer, Module, type ModuleMembers } from "../module.ts";

function checkModule(name: string, value: unknown): void {
  if (value instanceof Module) return;
  const what = value === null ? "null" : typeof value;
  throw new TypeError(
    `Cannot hold ${name} of type ${what} in a container: it must be a Module; wrap functions in a class`,
  );
}

/** Modules in a row. Their names are their positions, so that they are found as fields are. */
abstract class Row<M extends ModuleMembers> extends Module {
  [index: number]: M;

  /** Appends modules. */
  protected fill(modules: Iterable<M>): void {
    for (const module of modules) this.append(module);
  }

  /** The number of modules. */
  override get length(): number {
    return this.children().length;
  }

  /** Adds a module at the end, and returns the container. */
  append(module: M): this {
    checkModule(`item ${this.length}`, module);
    this[this.length] = module;
    return this;
  }

  /** The module at a position, counted from the end if negative. */
  at(index: number): M | undefined {
    return [...this].at(index);
  }

  *[Symbol.iterator](): Generator<M> {
    yield* this.children() as unknown as M[];
  }
}

/**
 * Layers one after the other: the output of each is the input of the next.
 *
 * @param layers The layers in order, or an object of them, whose keys become their names.
 * @see book §1.4.
 * @example new Sequential(new Linear(2, 3), new ReLU(), new Linear(3, 1))([1, 2]).shape // [1]
 */
export class Sequential extends Row<Layer> {
  constructor(...layers: readonly Layer[] | readonly [Readonly<Record<string, Layer>>]) {
    super();
    const [first] = layers;
    // A module is a function; functions that are none fail in fill, by their place.
    if (typeof first !== "object" || first === null) this.fill(layers as readonly Layer[]);
    else {
      for (const [name, layer] of Object.entries(first)) {
        checkModule(name, layer);
        Object.assign(this, { [name]: layer });
      }
    }
  }

  forward(x: TensorLike): Tensor {
    let y = asTensor(x);
    // Own fields in their order, without a list of pairs at each call.
    for (const name of Object.keys(this)) {
      const layer = this[name as unknown as number];
      if (layer instanceof Module) y = layer(y);
    }
    return y;
  }
}

/**
 * A list of modules that the module around it can see. It computes nothing itself.
 *
 * @param modules What to hold at first.
 * @example new ModuleList([new Linear(2, 3), new Linear(3, 1)]).length // 2
 */
export class ModuleList<M extends ModuleMembers = Layer> extends Row<M> {
  constructor(modules: Iterable<M> = []) {
    super();
    this.fill(modules);
  }

  forward(): never {
    throw new TypeError(
      "Cannot call a ModuleList: it only holds modules; loop over it in the forward of the module around it",
    );
  }

  /** Adds modules at the end, and returns the list. */
  extend(modules: Iterable<M>): this {
    this.fill(modules);
    return this;
  }

  /** Puts a module before the one at a position, and returns the list. */
  insert(index: number, module: M): this {
    const modules = [...this];
    modules.splice(index, 0, module);
    modules.forEach((item, i) => {
      checkModule(`item ${i}`, item);
      this[i] = item;
    });
    return this;
  }
}

/**
 * Modules by name that the module around it can see. It computes nothing itself.
 *
 * @param modules What to hold at first.
 * @example new ModuleDict({ relu: new ReLU() }).get("relu")!([-1]).toArray() // [0]
 */
export class ModuleDict<M extends ModuleMembers = Layer> extends Module {
  constructor(modules: Readonly<Record<string, M>> = {}) {
    super();
    for (const [name, module] of Object.entries(modules)) this.set(name, module);
  }

  forward(): never {
    throw new TypeError(
      "Cannot call a ModuleDict: it only holds modules; use them in the forward of the module around it",
    );
  }

  /** The module of a name. */
  get(name: string): M | undefined {
    return this.has(name) ? (this as unknown as Record<string, M>)[name] : undefined;
  }

  /** Adds or replaces a module, and returns the dictionary. */
  set(name: string, module: M): this {
    checkModule(name, module);
    if (name in this && !this.has(name))
      throw new RangeError(`Cannot name a module ${name}: every module has a member of that name`);
    Object.assign(this, { [name]: module });
    return this;
  }

  /** Whether there is a module of a name. */
  has(name: string): boolean {
    // Members that every module has are no entries: those of its own are not enumerable.
    return Object.prototype.propertyIsEnumerable.call(this, name);
  }

  /** The names, in the order in which they were added. */
  keys(): string[] {
    return this.namedChildren().map(([name]) => name);
  }

  /** The modules, in the order in which they were added. */
  values(): M[] {
    return this.children() as unknown as M[];
  }

  *[Symbol.iterator](): Generator<[string, M]> {
    yield* this.namedChildren() as unknown as [string, M][];
  }
}
