/** A module as an ONNX model, which other programs run: onnxruntime, browsers, phones. */
import { writeFileSync } from "node:fs";
import { observe } from "../../autograd/apply.ts";
import { noGrad } from "../../autograd/mode.ts";
import { asTensor, fromData } from "../../creation.ts";
import { type DType, isFloating, type TypedArray } from "../../dtype.ts";
import { sameShape, show } from "../../shape.ts";
import type { Storage } from "../../storage.ts";
import { Tensor, type TensorLike } from "../../tensor.ts";
import { constant, elementTypes, integers, model, node, valueInfo } from "./model.ts";
import { type Applied, operators, type Writer } from "./operators.ts";

/** What can be exported: a module, or a function of tensors. */
export type Exportable = ((...inputs: never[]) => unknown) & {
  readonly training?: boolean;
  namedParameters?(): [path: string, tensor: Tensor][];
  namedBuffers?(): [path: string, tensor: Tensor][];
  eval?(): unknown;
  train?(on?: boolean): unknown;
};

/** How a model is written. */
export interface ExportOptions {
  /** The graph's name; default the module's class. */
  name?: string;
  /** Names of the inputs; default `input`, or `input_0`, `input_1` and so on. */
  inputNames?: readonly string[];
  /** Names of the outputs; default `output`, or `output_0`, `output_1` and so on. */
  outputNames?: readonly string[];
}

/** All ops that a run applied, and what it gave. */
interface Trace {
  readonly outputs: readonly Tensor[];
  /** The op that made a tensor. */
  madeBy(x: Tensor): Applied | null;
  /** The op that made what a tensor is another window on, as one that was detached is. */
  sameAs(x: Tensor): Applied | null;
}

function trace(run: Exportable, inputs: readonly Tensor[]): Trace {
  const made = new Map<Tensor, Applied>();
  const onStorage = new Map<Storage, Applied[]>();
  const versions = new Map<Storage, number>();
  const outputs = noGrad(() =>
    observe(
      (op, operands, output, args) => {
        // An op inside another may have made the same tensor: the outer one, which comes later, stands for it.
        if (operands.includes(output)) return;
        const applied = { op, inputs: operands, output, args };
        made.set(output, applied);
        onStorage.set(output.storage, [...(onStorage.get(output.storage) ?? []), applied]);
        versions.set(output.storage, output.storage.version);
      },
      () => tensorsIn(run(...(inputs as never[]))),
    ),
  );
  const checked = (applied: Applied | undefined): Applied | null => {
    const storage = applied?.output.storage;
    if (storage !== undefined && storage.version !== versions.get(storage)) {
      throw new TypeError(
        `Cannot export ${applied!.op}: its result is changed in place afterwards, which a graph cannot say`,
      );
    }
    return applied ?? null;
  };
  return {
    outputs,
    madeBy: (x) => checked(made.get(x)),
    sameAs: (x) =>
      checked(onStorage.get(x.storage)?.find(({ inputs: read, output }) => isSameView(output, x) && !read.includes(x))),
  };
}

function isSameView(a: Tensor, b: Tensor): boolean {
  return a === b || (a.offset === b.offset && sameShape(a.shape, b.shape) && sameShape(a.strides, b.strides));
}

/** The tensors in what a module gives: one, a list, or lists of them. */
function tensorsIn(result: unknown): Tensor[] {
  if (result instanceof Tensor) return [result];
  if (Array.isArray(result)) return result.flatMap(tensorsIn);
  if (result === null || result === undefined) return [];
  throw new TypeError(`Cannot export a module that gives a ${typeof result}: it must give tensors`);
}

/** Builds the nodes of a trace from its outputs back. */
class GraphWriter implements Writer {
  readonly nodes: Uint8Array[] = [];
  readonly constants: Uint8Array[] = [];
  /** The tensors that went in as constants and have no name of their own, in order. */
  readonly unnamed: Tensor[] = [];
  private readonly names = new Map<Tensor, string>();
  private readonly casts = new Map<string, string>();
  private readonly lists = new Map<string, string>();
  private counter = 0;

  constructor(
    private readonly traced: Trace,
    private readonly known: ReadonlyMap<Tensor, string>,
    private readonly parameters: readonly (readonly [path: string, tensor: Tensor])[],
  ) {}

  add: Writer["add"] = (operator, inputs, attributes) => {
    const name = `${operator.toLowerCase()}_${this.counter++}`;
    this.nodes.push(node(operator, inputs, [name], attributes));
    return name;
  };

  number(value: number, dtype: DType): string {
    return this.value(asTensor(value, { dtype }));
  }

  integers(values: readonly number[]): string {
    const key = values.join();
    const known = this.lists.get(key);
    if (known !== undefined) return known;
    const name = `integers_${this.lists.size}`;
    this.constants.push(integers(name, values));
    this.lists.set(key, name);
    return name;
  }

  value(x: Tensor, dtype: DType = x.dtype): string {
    const name = this.known.get(x) ?? this.names.get(x) ?? this.make(x);
    if (dtype === x.dtype) return name;
    const key = `${name} as ${dtype}`;
    const cast = this.casts.get(key) ?? this.add("Cast", [name], { to: elementTypes[dtype] });
    this.casts.set(key, cast);
    return cast;
  }

  private make(x: Tensor): string {
    const applied = this.traced.madeBy(x);
    const name = applied !== null ? this.emit(applied) : this.unmade(x);
    this.names.set(x, name);
    return name;
  }

  /** What no op made: another window on an input or on a result, a parameter, a constant. */
  private unmade(x: Tensor): string {
    for (const [input, name] of this.known) if (input.storage === x.storage && isSameView(input, x)) return name;
    const own = this.parameters.find(([, p]) => p.storage === x.storage && isSameView(p, x));
    const applied = own === undefined ? this.traced.sameAs(x) : null;
    if (applied !== null) return this.emit(applied);
    if (own === undefined) this.unnamed.push(x);
    const name = own?.[0] ?? `constant_${this.counter++}`;
    this.constants.push(constant(name, x.dtype, x.shape, x.data));
    return name;
  }

  private emit(applied: Applied): string {
    const write = operators[applied.op];
    const fail = (why: string, cause?: unknown) =>
      new TypeError(
        `Cannot export ${applied.op} of ${applied.inputs.map((x) => show(x.shape)).join(", ")} to ONNX: ${why}`,
        { cause },
      );
    if (write === undefined) throw fail("no operator is known for it");
    try {
      return write(this, applied);
    } catch (error) {
      if (error instanceof TypeError && error.message.startsWith("Cannot export")) throw error;
      throw fail(error instanceof Error ? `${error.message} has no operator` : String(error), error);
    }
  }
}

/** Other inputs of the same shapes: what depends on the input must change with one of them. */
const alterations: readonly ((v: number, i: number, all: TypedArray, floating: boolean) => number)[] = [
  (_, i, all) => all[all.length - 1 - i]!,
  (v, i, all, floating) => (floating ? -v + 0.1 * Math.sin(i + 1) : all[(i + 1) % all.length]!),
];

/** Throws if a value that went in as a constant follows from the inputs by a way that was not seen. */
function checkConstants(first: readonly Tensor[], second: readonly Tensor[]): void {
  const isSame = (a: Tensor, b: Tensor | undefined) =>
    b !== undefined && sameShape(a.shape, b.shape) && a.data.every((v, i) => Object.is(v, b.data[i]));
  const at = first.findIndex((x, i) => !isSame(x, second[i]));
  if (at < 0 && first.length === second.length) return;
  const which = first[at] ?? second.at(-1)!;
  throw new TypeError(
    `Cannot export the module to ONNX: a ${which.dtype} value of ${show(which.shape)} depends on the input through plain numbers or an op without a graph, such as argmax or sort`,
  );
}

/**
 * A module as the bytes of an ONNX model (operators of version 17). The module runs once, in evaluation, and the ops that it applied are written down;
 * so loops are unrolled, and shapes are those of the inputs given.
 *
 * It runs twice more on other numbers, to make sure that nothing which depends on the input was taken for a constant.
 *
 * @param module A module or a function of tensors.
 * @param inputs Inputs such as the model will get.
 * @param options `name`, `inputNames`, `outputNames`.
 * @throws {TypeError} If an op has no operator in ONNX, a result is changed in place, or a value depends on the input in a way that was not seen.
 * @throws {RangeError} If the numbers of names and values differ.
 * @see torch.onnx.export; https://onnx.ai
 * @example toBytes(new nn.Linear(2, 3), [zeros([1, 2])]).length > 100 // true
 */
export function toBytes(module: Exportable, inputs: readonly TensorLike[], options: ExportOptions = {}): Uint8Array {
  const tensors = inputs.map((x) => asTensor(x).detach());
  const inputNames = namesOf(options.inputNames, tensors.length, "input");
  const parameters = [...(module.namedParameters?.() ?? []), ...(module.namedBuffers?.() ?? [])];
  const write = (given: readonly Tensor[]) => {
    const traced = trace(module, given);
    const known = new Map(given.map((x, i) => [x, inputNames[i]!]));
    const writer = new GraphWriter(traced, known, parameters);
    return { writer, outputs: traced.outputs, values: traced.outputs.map((y) => writer.value(y)) };
  };
  const { training } = module;
  if (training) module.eval?.();
  try {
    const { writer, outputs, values } = write(tensors);
    for (const alter of alterations) {
      const others = tensors.map((x) => {
        const data = x.data.map((v, i, all) => alter(v, i, all as TypedArray, isFloating(x.dtype)));
        return fromData(data, x.shape, x.dtype);
      });
      checkConstants(writer.unnamed, write(others).writer.unnamed);
    }
    const outputNames = namesOf(options.outputNames, outputs.length, "output");
    values.forEach((value, i) => {
      writer.nodes.push(node("Identity", [value], [outputNames[i]!]));
    });
    return model({
      name: options.name ?? (module.constructor.name || "model"),
      nodes: writer.nodes,
      constants: writer.constants,
      inputs: tensors.map((x, i) => valueInfo(inputNames[i]!, x.dtype, x.shape)),
      outputs: outputs.map((y, i) => valueInfo(outputNames[i]!, y.dtype, y.shape)),
    });
  } finally {
    if (training) module.train?.();
  }
}

function namesOf(given: readonly string[] | undefined, count: number, kind: string): readonly string[] {
  const names = given ?? Array.from({ length: count }, (_, i) => (count === 1 ? kind : `${kind}_${i}`));
  if (names.length !== count)
    throw new RangeError(`Cannot name ${count} ${kind}s by ${names.length} names: ${names.join(", ")}`);
  return names;
}

/**
 * Writes a module as an ONNX file, as `toBytes`.
 *
 * @example exportFile(new nn.Linear(2, 3), join(folder, "linear.onnx"), { inputs: [zeros([1, 2])] })
 */
export function exportFile(
  module: Exportable,
  path: string,
  options: ExportOptions & { inputs: readonly TensorLike[] },
): void {
  writeFileSync(path, toBytes(module, options.inputs, options));
}
