/** Samples that follow from others: the same call with edge values, with types that have no fractions, and with other shapes. */
import type { DType } from "../../../../lib/dtype.ts";
import type { Input, Sample } from "../samples.ts";
import type { OpRow } from "./makers.ts";

/** What breaks careless code, in an order in which neighbours differ. */
const extremes = [NaN, 1, -Infinity, 0.5, Infinity, -1, 0, 20, -0.5, 2];

const inputsOf = (sample: Sample): Input[] => sample.inputs.flat() as Input[];

/** A sample with the data of its floating tensors replaced. */
function replaced(sample: Sample, make: (x: Input, k: number) => Input): Sample {
  let k = 0;
  const put = (x: Input) => (x.dtype === undefined ? make(x, k++) : x);
  const inputs = sample.inputs.map((i) => (Array.isArray(i) ? i.map(put) : put(i as Input)));
  return { ...sample, inputs, edge: true, derived: true };
}

const edgeSample = (sample: Sample): Sample =>
  replaced(sample, ({ shape, data }, k) => ({
    shape,
    data: data.map((_, i) => extremes[(i + 3 * k) % extremes.length]!),
  }));

const wholes: Readonly<Record<string, readonly number[]>> = {
  int32: [3, -2, 7, 0, 5, -1, 1, 4],
  uint8: [3, 200, 7, 0, 5, 1, 255, 4],
  bool: [1, 0, 0, 1, 1],
};

const typedSample = (sample: Sample, dtype: DType): Sample =>
  replaced(sample, ({ shape, data }, k) => {
    const values = wholes[dtype]!;
    return { shape, data: data.map((_, i) => values[(i + 3 * k) % values.length]!), dtype };
  });

/** The sample with other shapes; the elements are those that there were, over and over. */
function reshaped(sample: Sample, change: (shape: readonly number[]) => readonly number[]): Sample {
  const put = (x: Input): Input => {
    const shape = change(x.shape);
    const size = shape.reduce((n, v) => n * v, 1);
    const data = Array.from({ length: size }, (_, i) => x.data[i % x.data.length] ?? 0);
    return { ...x, shape, data };
  };
  const inputs = sample.inputs.map((i) => (Array.isArray(i) ? i.map(put) : put(i as Input)));
  return { ...sample, inputs, derived: true };
}

/** The sample with its first and its last size, wherever they occur, become 1 and 0; with a dimension more in front; and with numbers. */
function shapesOf(sample: Sample): Sample[] {
  const { shape } = inputsOf(sample)[0]!;
  const sizes = [...new Set([shape[0], shape.at(-1)])].filter((n) => n !== undefined && n > 1);
  const resized = sizes.flatMap((from) =>
    [1, 0].map((to) => reshaped(sample, (s) => s.map((n) => (n === from ? to : n)))),
  );
  return [...resized, reshaped(sample, (s) => [2, ...s]), reshaped(sample, () => [])];
}

/** The row with its first sample once more in other shapes, in edge values and in each type without fractions, where it has no such samples yet. */
export function withVariants(row: OpRow): OpRow {
  const isBig = (x: Input) => x.data.length > 1;
  const first =
    row.samples.find((s) => inputsOf(s).some((x) => x.dtype === undefined && isBig(x))) ??
    row.samples.find((s) => inputsOf(s).some(isBig));
  if (first === undefined || row.compared === false) return row;
  const all = row.samples.flatMap(inputsOf);
  const isFloating = inputsOf(first).some((x) => x.dtype === undefined);
  const hasEdges = !isFloating || row.edges === false || all.some((x) => x.data.some((v) => !Number.isFinite(v)));
  const types = (["int32", "uint8", "bool"] as const).filter(
    (dtype) => isFloating && !row.samples.some((s) => s.inputs.length > 0 && inputsOf(s)[0]!.dtype === dtype),
  );
  const hasShapes = row.shapes === false || [0, 1].every((size) => all.some((x) => x.shape.includes(size)));
  const added = [
    ...(hasShapes ? [] : shapesOf(first)),
    ...(hasEdges ? [] : [edgeSample(first)]),
    ...types.map((dtype) => typedSample(first, dtype)),
  ];
  return { ...row, samples: [...row.samples, ...added] };
}
