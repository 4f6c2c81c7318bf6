/** Our ops in ONNX's operators: for each op a function that writes the nodes which compute it. */
import type { ConvWindow } from "../../backends/backend.ts";
import type { DType } from "../../dtype.ts";
import type { PooledPlane } from "../../ops/max-pooling.ts";
import { type Shape, sizeOf, stridesOf } from "../../shape.ts";
import { empty, type Tensor } from "../../tensor.ts";
import { type Attribute, elementTypes } from "./model.ts";

/** Adds to the graph, and names what it adds. */
export interface Writer {
  /** A node with one output, whose name it gives. */
  add(operator: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  /** A constant number of an element type. */
  number(value: number, dtype: DType): string;
  /** A constant list of whole numbers, in 64 bits. */
  integers(values: readonly number[]): string;
  /** The value of a tensor, converted if it is to be of another type. */
  value(x: Tensor, dtype?: DType): string;
}

/** An op that was applied. */
export interface Applied {
  readonly op: string;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly args: readonly unknown[];
}

/** Writes an op, and gives the name of its value. */
export type Emit = (writer: Writer, applied: Applied) => string;

const unary =
  (operator: string, attributes?: Readonly<Record<string, Attribute>>): Emit =>
  (w, { inputs: [x], output }) =>
    w.add(operator, [w.value(x!, output.dtype)], attributes);

const binary =
  (operator: string): Emit =>
  (w, { inputs, output }) =>
    w.add(
      operator,
      inputs.map((x) => w.value(x, output.dtype)),
    );

/** Comparisons read one type and give bool. ONNX compares numbers only, so truth values are compared as whole numbers. */
const comparison =
  (operator: string, negated = false): Emit =>
  (w, { inputs: [a, b] }) => {
    const types = [a!.dtype, b!.dtype];
    const dtype = (["float64", "float32"] as const).find((type) => types.includes(type)) ?? "int32";
    const made = w.add(operator, [w.value(a!, dtype), w.value(b!, dtype)]);
    return negated ? w.add("Not", [made]) : made;
  };

const logical =
  (operator: string): Emit =>
  (w, { inputs }) =>
    w.add(
      operator,
      inputs.map((x) => w.value(x, "bool")),
    );

/** The logarithm to another base. */
const logarithm =
  (base: number): Emit =>
  (w, { inputs: [x], output }) =>
    w.add("Div", [w.add("Log", [w.value(x!, output.dtype)]), w.number(base, output.dtype)]);

/** A fold over dimensions; sums take them as an input, the others as an attribute. */
const reduction =
  (operator: string): Emit =>
  (w, { inputs: [x], output, args }) => {
    const [dims, keepDim] = args as [readonly number[], boolean];
    const value = w.value(x!, output.dtype);
    // No axes would mean all of them.
    if (dims.length === 0) return operator === "ReduceLogSumExp" ? value : w.add("Identity", [value]);
    const keepdims = Number(keepDim);
    if (operator === "ReduceSum") return w.add(operator, [value, w.integers(dims)], { keepdims });
    return w.add(operator, [value], { axes: dims, keepdims });
  };

const clip: Emit = (w, { inputs: [x], output: { dtype }, args }) => {
  const [min, max] = args as [number, number];
  const bound = (value: number) => (Number.isFinite(value) ? w.number(value, dtype) : "");
  return w.add("Clip", [w.value(x!, dtype), bound(min), bound(max)]);
};

const alongDim =
  (operator: string): Emit =>
  (w, { inputs: [x], output, args }) =>
    w.add(operator, [w.value(x!, output.dtype)], { axis: args[0] as number });

const toShape: Emit = (w, { inputs: [x], output }) => w.add("Reshape", [w.value(x!), w.integers(output.shape)]);

const identity: Emit = (w, { inputs: [x], output }) => w.value(x!, output.dtype);

/** Where each dimension of a window on a tensor starts, and its step, if the window is a part of each dimension; else null. */
function rangesOf(shape: Shape, part: Tensor): { starts: number[]; steps: number[] } | null {
  if (part.ndim !== shape.length) return null;
  const strides = stridesOf(shape);
  const steps = part.strides.map((stride, d) => (part.shape[d] === 1 ? 1 : stride / strides[d]!));
  const starts: number[] = [];
  let rest = part.offset - part.storage.start;
  for (const stride of strides) {
    starts.push(Math.floor(rest / stride));
    rest %= stride;
  }
  const fits = starts.every((start, d) => {
    const end = start + steps[d]! * (part.shape[d]! - 1);
    return Number.isInteger(steps[d]) && steps[d] !== 0 && end >= 0 && end < shape[d]!;
  });
  return fits ? { starts, steps } : null;
}

/** A part of a tensor: a slice, or where it is none, such as a diagonal, single elements. */
const cut: Emit = (w, { inputs: [x], output, args }) => {
  const window = args[0] as (x: Tensor) => Tensor;
  const probe = empty(x!.shape, "int32");
  const part = window(probe);
  const value = w.value(x!);
  if (output.size === 0) throw new RangeError("an empty part");
  const ranges = rangesOf(x!.shape, part);
  if (ranges !== null) {
    const { starts, steps } = ranges;
    // Backward, the end before the first element is said by a number past all counting from the end.
    const ends = starts.map((start, d) => {
      const end = start + steps[d]! * part.shape[d]!;
      return end < 0 ? -x!.shape[d]! - 1 : end;
    });
    const axes = starts.map((_, d) => d);
    return w.add("Slice", [value, ...[starts, ends, axes, steps].map((list) => w.integers(list))]);
  }
  probe.storage.elements.forEach((_, i, all) => {
    all[i] = i;
  });
  const flat = w.add("Reshape", [value, w.integers([-1])]);
  const picked = w.add("Gather", [flat, w.integers([...part.data])]);
  return w.add("Reshape", [picked, w.integers(output.shape)]);
};

/** A part put into a tensor that is one value elsewhere: padding. */
const embed: Emit = (w, { inputs: [part], output, args }) => {
  const [shape, window, fill] = args as [Shape, (x: Tensor) => Tensor, number];
  const ranges = rangesOf(shape, window(empty(shape, "int32")));
  if (ranges === null || ranges.steps.some((step) => step !== 1)) throw new RangeError("parts spread out with gaps");
  const after = ranges.starts.map((start, d) => shape[d]! - start - part!.shape[d]!);
  return w.add("Pad", [w.value(part!), w.integers([...ranges.starts, ...after]), w.number(fill, output.dtype)]);
};

const conv2d: Emit = (w, { inputs, output, args }) => {
  const { stride, padding, dilation, groups } = args[0] as ConvWindow;
  const attributes = { strides: stride, pads: [...padding, ...padding], dilations: dilation, group: groups };
  return w.add(
    "Conv",
    inputs.map((x) => w.value(x, output.dtype)),
    attributes,
  );
};

const maxPool: Emit = (w, { inputs: [flat], output, args }) => {
  const { plane, window } = args[1] as PooledPlane;
  const planes = flat!.shape[0]!;
  // What the window hangs over the far edge, where it does.
  const over = plane.map((size, d) => {
    const reach = (window.out[d]! - 1) * window.stride[d]! + window.dilation[d]! * (window.size[d]! - 1) + 1;
    return Math.max(0, reach - size - window.padding[d]!);
  });
  const image = w.add("Reshape", [w.value(flat!), w.integers([planes, 1, ...plane])]);
  const { size: kernel_shape, stride: strides, dilation: dilations } = window;
  const pooled = w.add("MaxPool", [image], { kernel_shape, strides, dilations, pads: [...window.padding, ...over] });
  return w.add("Reshape", [pooled, w.integers([planes, sizeOf(output.shape) / planes])]);
};

/** The derivative of a convolution by its input is a transposed convolution. */
const conv2dInput: Emit = (w, { inputs: [dy, weight], output, args }) => {
  const [{ stride, padding, dilation, groups }, shape] = args as [ConvWindow, Shape];
  const output_padding = [0, 1].map((d) => {
    const reached =
      (dy!.shape[d + 2]! - 1) * stride[d]! - 2 * padding[d]! + dilation[d]! * (weight!.shape[d + 2]! - 1) + 1;
    return shape[d + 2]! - reached;
  });
  const attributes = {
    strides: stride,
    pads: [...padding, ...padding],
    dilations: dilation,
    group: groups,
    output_padding,
  };
  return w.add("ConvTranspose", [w.value(dy!, output.dtype), w.value(weight!, output.dtype)], attributes);
};

/** Every op that can be written. */
export const operators: Readonly<Record<string, Emit>> = {
  ...Object.fromEntries(
    Object.entries({
      neg: "Neg",
      abs: "Abs",
      sign: "Sign",
      exp: "Exp",
      log: "Log",
      sqrt: "Sqrt",
      reciprocal: "Reciprocal",
      sin: "Sin",
      cos: "Cos",
      tan: "Tan",
      asin: "Asin",
      acos: "Acos",
      atan: "Atan",
      sinh: "Sinh",
      cosh: "Cosh",
      tanh: "Tanh",
      asinh: "Asinh",
      acosh: "Acosh",
      atanh: "Atanh",
      floor: "Floor",
      ceil: "Ceil",
      round: "Round",
      erf: "Erf",
      sigmoid: "Sigmoid",
      relu: "Relu",
      softplus: "Softplus",
    }).map(([op, operator]) => [op, unary(operator)]),
  ),
  ...Object.fromEntries(
    Object.entries({ add: "Add", sub: "Sub", mul: "Mul", div: "Div", pow: "Pow", maximum: "Max", minimum: "Min" }).map(
      ([op, operator]) => [op, binary(operator)],
    ),
  ),
  matmul: binary("MatMul"),
  square: (w, { inputs: [x], output }) => {
    const value = w.value(x!, output.dtype);
    return w.add("Mul", [value, value]);
  },
  rsqrt: (w, { inputs: [x], output }) => w.add("Reciprocal", [w.add("Sqrt", [w.value(x!, output.dtype)])]),
  expm1: (w, { inputs: [x], output: { dtype } }) =>
    w.add("Sub", [w.add("Exp", [w.value(x!, dtype)]), w.number(1, dtype)]),
  log1p: (w, { inputs: [x], output: { dtype } }) =>
    w.add("Log", [w.add("Add", [w.value(x!, dtype), w.number(1, dtype)])]),
  log2: logarithm(Math.LN2),
  log10: logarithm(Math.LN10),
  logSigmoid: (w, { inputs: [x], output }) =>
    w.add("Neg", [w.add("Softplus", [w.add("Neg", [w.value(x!, output.dtype)])])]),
  clamp: clip,
  hardtanh: clip,
  softmax: alongDim("Softmax"),
  logSoftmax: alongDim("LogSoftmax"),
  cumSum: (w, { inputs: [x], output, args }) =>
    w.add("CumSum", [w.value(x!, output.dtype), w.add("Squeeze", [w.integers([args[0] as number])])]),
  sum: reduction("ReduceSum"),
  mean: reduction("ReduceMean"),
  prod: reduction("ReduceProd"),
  amax: reduction("ReduceMax"),
  amin: reduction("ReduceMin"),
  logSumExp: reduction("ReduceLogSumExp"),
  eq: comparison("Equal"),
  ne: comparison("Equal", true),
  lt: comparison("Less"),
  le: comparison("LessOrEqual"),
  gt: comparison("Greater"),
  ge: comparison("GreaterOrEqual"),
  logicalAnd: logical("And"),
  logicalOr: logical("Or"),
  logicalXor: logical("Xor"),
  logicalNot: logical("Not"),
  isNaN: unary("IsNaN"),
  where: (w, { inputs: [condition, a, b], output: { dtype } }) =>
    w.add("Where", [w.value(condition!, "bool"), w.value(a!, dtype), w.value(b!, dtype)]),
  reshape: toShape,
  permute: (w, { inputs: [x], args }) => w.add("Transpose", [w.value(x!)], { perm: args[0] as number[] }),
  expand: (w, { inputs: [x], output }) => w.add("Expand", [w.value(x!), w.integers(output.shape)]),
  to: (w, { inputs: [x], output }) => w.add("Cast", [w.value(x!)], { to: elementTypes[output.dtype] }),
  contiguous: identity,
  clone: identity,
  cat: (w, { inputs, output, args }) =>
    w.add(
      "Concat",
      inputs.map((x) => w.value(x, output.dtype)),
      { axis: args[0] as number },
    ),
  slice: cut,
  embed,
  gather: (w, { inputs: [x, index], args }) =>
    w.add("GatherElements", [w.value(x!), w.value(index!)], { axis: args[0] as number }),
  conv2d,
  conv2dInput,
  maxPool,
};
