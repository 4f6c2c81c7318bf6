/** The messages of an ONNX model: tensors, nodes, a graph, and the model around it. */
import type { DType, TypedArray } from "../../dtype.ts";
import type { Shape } from "../../shape.ts";
import { encode } from "../elements.ts";
import { bytes, float, integer, join, text } from "./protobuf.ts";

/** The version of ONNX's operators that is written. */
export const opset = 17;
/** The version of the file format that goes with it. */
const irVersion = 8;

/** Element types by ONNX's numbers. */
export const elementTypes: Readonly<Record<DType | "int64", number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

/** What a node can be told beside its inputs: a whole number, a fraction (as text would be ambiguous), or a list of whole numbers. */
export type Attribute = number | { readonly float: number } | readonly number[];

function attribute(name: string, value: Attribute): Uint8Array {
  if (typeof value === "number") return join([text(1, name), integer(3, value), integer(20, 2)]);
  if ("float" in value) return join([text(1, name), float(2, value.float), integer(20, 1)]);
  return join([text(1, name), ...value.map((v) => integer(8, v)), integer(20, 7)]);
}

/** A node: one operator, what it reads and what it makes, by name. */
export function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
): Uint8Array {
  return join([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
  ]);
}

/** A tensor with its elements. */
export function constant(name: string, dtype: DType, shape: Shape, data: TypedArray): Uint8Array {
  return join([
    ...shape.map((size) => integer(1, size)),
    integer(2, elementTypes[dtype]),
    text(8, name),
    bytes(9, encode(data)),
  ]);
}

/** A list of whole numbers, as shapes and axes are given. */
export function integers(name: string, values: readonly number[]): Uint8Array {
  const data = new Uint8Array(8 * values.length);
  const view = new DataView(data.buffer);
  values.forEach((value, i) => {
    view.setBigInt64(8 * i, BigInt(value), true);
  });
  return join([integer(1, values.length), integer(2, elementTypes.int64), text(8, name), bytes(9, data)]);
}

/** An input or output of the graph. */
export function valueInfo(name: string, dtype: DType, shape: Shape): Uint8Array {
  const dimensions = join(shape.map((size) => bytes(1, integer(1, size))));
  const tensorType = join([integer(1, elementTypes[dtype]), bytes(2, dimensions)]);
  return join([text(1, name), bytes(2, bytes(1, tensorType))]);
}

/** What a graph is made of, each a message. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly Uint8Array[];
  readonly constants: readonly Uint8Array[];
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

/** The model around a graph: the bytes of a file. */
export function model({ name, nodes, constants, inputs, outputs }: Graph): Uint8Array {
  const graph = join([
    ...nodes.map((part) => bytes(1, part)),
    text(2, name),
    ...constants.map((part) => bytes(5, part)),
    ...inputs.map((part) => bytes(11, part)),
    ...outputs.map((part) => bytes(12, part)),
  ]);
  const operators = join([text(1, ""), integer(2, opset)]);
  return join([integer(1, irVersion), text(2, "gradbook"), bytes(7, graph), bytes(8, operators)]);
}
