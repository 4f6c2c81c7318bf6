/** How the samples of the op table are run. */
import { type DType, fromData, Tensor, tensor } from "../../../lib/index.ts";
import * as ops from "../../../lib/ops/index.ts";
import type { Input, Sample } from "./samples.ts";

export type AnyOp = (...args: unknown[]) => unknown;

const opNamed = (name: string) => (ops as unknown as Record<string, AnyOp>)[name]!;

function load(input: Input, dtype: DType): Tensor {
  const own = input.dtype ?? dtype;
  return tensor([...input.data], { dtype: own }).reshape(input.shape);
}

/** The tensors of a sample, as the op takes them and as one list. */
export function loadAll(sample: Sample, dtype: DType): { grouped: (Tensor | Tensor[])[]; flat: Tensor[] } {
  const grouped = sample.inputs.map((i) =>
    Array.isArray(i) ? i.map((x: Input) => load(x, dtype)) : load(i as Input, dtype),
  );
  return { grouped, flat: grouped.flat() };
}

/** All tensors that the op gives for a sample. */
export function call(name: string, grouped: readonly unknown[], args: readonly unknown[] = []): Tensor[] {
  const [self, ...rest] = arrange(name, grouped, args);
  // What is changed in place is a copy, through which gradients flow to the leaf.
  const result = opNamed(name)(isInPlace(name) ? (self as Tensor).clone() : self, ...rest);
  if (result instanceof Tensor) return [result];
  if (Array.isArray(result)) return result as Tensor[];
  return Object.values(result as object) as Tensor[];
}

/** Ops whose first argument, a dimension, stands between their tensors. */
const afterTensor =
  "gather indexSelect scatter scatterAdd scatter_ scatterAdd_ indexAdd indexCopy indexFill scatterReduce".split(" ");

const isInPlace = (name: string) => name.endsWith("_");

/** The op's arguments: ours has some between the tensors, the sample lists them after. */
export function arrange(name: string, grouped: readonly unknown[], args: readonly unknown[]): unknown[] {
  if (name === "einsum" || name === "polygamma") return [...args, ...grouped];
  if (afterTensor.includes(name)) return [grouped[0], args[0], ...grouped.slice(1), ...args.slice(1)];
  return [...grouped, ...args];
}

function seedFor(x: Tensor): Tensor {
  const weights = Float64Array.from({ length: x.size }, (_, i) => 1 + Math.sin(3 * i + 1) / 2);
  return fromData(weights, x.shape).to(x.dtype);
}

/** Σ weight · output over all outputs that have a gradient: one number to differentiate. */
export function weigh(outputs: readonly Tensor[]): Tensor {
  const parts = outputs.filter((y) => y.dtype.startsWith("float")).map((y) => y.mul(seedFor(y)).sum());
  return parts.reduce((a, b) => a.add(b));
}
