/** Samples that follow from others: the same call with edge values, and with types that have no fractions. */
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
  return { ...sample, inputs, edge: true, typed: true };
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

/** The row with its first sample once more in edge values and in each type without fractions, where it has no such samples yet. */
export function withVariants(row: OpRow): OpRow {
  const first = row.samples.find((s) => inputsOf(s).some((x) => x.dtype === undefined && x.data.length > 1));
  if (first === undefined || row.compared === false) return row;
  const all = row.samples.flatMap(inputsOf);
  const hasEdges = row.edges === false || all.some((x) => x.data.some((v) => !Number.isFinite(v)));
  const types = (["int32", "uint8", "bool"] as const).filter(
    (dtype) => !row.samples.some((s) => s.inputs.length > 0 && inputsOf(s)[0]!.dtype === dtype),
  );
  const added = [...(hasEdges ? [] : [edgeSample(first)]), ...types.map((dtype) => typedSample(first, dtype))];
  return { ...row, samples: [...row.samples, ...added] };
}
