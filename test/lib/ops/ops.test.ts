/** What every op must do, from its row in the op table. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { type DType, gradcheck, gradients, noGrad, Tensor, tensor, zeros } from "../../../lib/index.ts";
import * as ops from "../../../lib/ops/index.ts";
import { type AnyOp, arrange, call, loadAll, weigh } from "./calls.ts";
import type { OpRow } from "./rows/makers.ts";
import type { Input, Sample } from "./samples.ts";
import { families, table } from "./table.ts";

/** The type is given where it is not the one that the sample ran in. */
type Dumped = { shape: number[]; data: (number | string)[]; dtype?: DType };
type Made = { outputs: Dumped[]; grads?: Dumped[] };
type Case = { sample: unknown; refused?: true; float64: Made; float32: Made };

const references = new Map<string, Record<string, Case[]>>();
for (const family of Object.keys(families)) {
  const file = new URL(`../../reference/ops-${family}.json`, import.meta.url);
  references.set(family, JSON.parse(readFileSync(file, "utf8")));
}

/**
 * Throws unless every element is within the tolerance of PyTorch's, relative to the element or, where sums cancel, to a share of the largest one:
 * the terms of a float32 sum are rounded at 6e-8, which is more than 1e-5 of an element below a hundredth of them. Where PyTorch's own float32 is
 * off by more than ours, its float64 result, `exact`, is the judge.
 */
function expectClose(actual: Tensor, wanted: Dumped, exact: Dumped, tolerance: number, what: string): void {
  expect({ what, shape: actual.shape }).toEqual({ what, shape: wanted.shape });
  const [values, truth] = [wanted.data.map(Number), exact.data.map(Number)];
  const share = actual.dtype === "float32" ? 1e-2 : 1e-3;
  const scale = values.filter(Number.isFinite).reduce((a, v) => Math.max(a, Math.abs(v)), 0);
  actual.data.forEach((v, i) => {
    const w = values[i]!;
    if (Object.is(v, w) || v === w) return;
    const gap = Math.min(Math.abs(v - w), Math.abs(v - truth[i]!));
    if (!(gap <= tolerance * Math.max(Math.abs(w), scale * share, 1e-30)))
      throw new Error(`${what}, element ${i}: ${v}, PyTorch has ${w}`);
  });
}

function sameSample(a: unknown, b: unknown): boolean {
  const write = (_: string, v: unknown) => (typeof v === "number" && !Number.isFinite(v) ? String(v) : v);
  return JSON.stringify(a, write) === JSON.stringify(b, write);
}

/** The sample's tensors as leaves in float64, and how to call the op with others in their place. */
function leavesOf(row: OpRow, sample: Sample): { leaves: Tensor[]; run: (...leaves: Tensor[]) => Tensor[] } {
  const { grouped, flat } = loadAll(sample, "float64");
  const leaves = flat.filter((x) => x.dtype === "float64");
  const run = (...replaced: Tensor[]) => {
    const next = [...replaced];
    const put = (x: Tensor) => (x.dtype === "float64" ? next.shift()! : x);
    return call(
      row.name,
      grouped.map((g) => (Array.isArray(g) ? g.map(put) : put(g))),
      sample.args,
    );
  };
  return { leaves, run };
}

describe.each(table.map((row) => [row.name, row] as const))("%s()", (name, row) => {
  const family = Object.entries(families).find(([, rows]) => rows.includes(row))![0];
  const cases = references.get(family)![name] ?? [];
  const smooth = row.samples.filter((s) => !s.edge && !s.derived);

  if (row.compared !== false) {
    test("gives PyTorch's results and gradients for every sample", () => {
      expect(cases).toHaveLength(row.samples.length);
      row.samples.forEach((sample, i) => {
        const { sample: recorded, ...made } = cases[i]!;
        if (!sameSample(recorded, sample))
          throw new Error(`Sample ${i} is not the recorded one: run tools/reference.py ${family}`);
        if (made.refused) return;
        for (const dtype of ["float64", "float32"] as const) {
          const toleranceOf = (of: DType) => row.tolerance?.[dtype] ?? (of === "float32" ? 1e-5 : 1e-12);
          const { grouped, flat } = loadAll(sample, dtype);
          const leaves = flat.filter((x) => x.dtype.startsWith("float"));
          const { outputs, grads } = made[dtype];
          if (grads) for (const x of leaves) x.requiresGrad_();
          const results = call(name, grouped, sample.args);
          expect(results).toHaveLength(outputs.length);
          expect(results.map((y) => y.dtype)).toEqual(outputs.map((wanted) => wanted.dtype ?? dtype));
          results.forEach((y, k) => {
            expectClose(y, outputs[k]!, made.float64.outputs[k]!, toleranceOf(y.dtype), `sample ${i} in ${dtype}`);
          });
          if (!grads) continue;
          const total = weigh(results);
          const found = gradients(total, leaves);
          found.forEach((g, k) => {
            expectClose(
              g ?? ops.to(leaves[k]!.detach().mul(0), dtype),
              grads[k]!,
              made.float64.grads![k]!,
              toleranceOf(dtype),
              `gradient ${k} of sample ${i} in ${dtype}`,
            );
          });
        }
      });
    });
  }

  if (row.differentiable !== false) {
    test("has the gradient that finite differences give", () => {
      for (const sample of smooth) {
        const { leaves, run } = leavesOf(row, sample);
        if (leaves.length > 0) gradcheck((...x) => weigh(run(...x)), leaves, { eps: row.step, atol: 1e-6, rtol: 1e-5 });
      }
    });

    test("has the second derivative that finite differences of the first give", () => {
      for (const sample of smooth) {
        const { leaves, run } = leavesOf(row, sample);
        if (leaves.length === 0) continue;
        gradcheck(
          (...x) => {
            // Squared, so that linear ops too have a second derivative.
            const y = weigh(run(...x).map((out) => (out.dtype === "float64" ? out.mul(out) : out)));
            const watched = x.map((leaf) => (leaf.requiresGrad ? leaf : leaf.detach().requiresGrad_()));
            const first = y.requiresGrad ? gradients(y, watched, null, { createGraph: true }) : [];
            return weigh(first.map((g, i) => g ?? watched[i]!.mul(0)));
          },
          leaves,
          { eps: row.step, atol: 1e-5, rtol: 1e-4 },
        );
      }
    });
  }

  test("does not depend on how its operands lie in memory", () => {
    for (const [i, sample] of row.samples.entries()) {
      if (cases[i]?.refused) continue;
      const { grouped } = loadAll(sample, "float64");
      const { grouped: again } = loadAll(sample, "float64");
      // Reversed twice in memory of their own, with gaps: the same values at negative strides.
      const odd = (x: Tensor): Tensor => {
        if (x.ndim === 0 || x.size === 0) return x;
        const dims = x.shape.map((_, d) => d);
        const wide = ops.repeatInterleave(ops.flip(x, dims), 2, -1).clone();
        return wide.slice(
          ...dims.map((d) => (d === x.ndim - 1 ? ([null, null, -2] as const) : ([null, null, -1] as const))),
        );
      };
      const strided = again.map((g) => (Array.isArray(g) ? g.map(odd) : odd(g)));
      const plain = call(name, grouped, sample.args);
      call(name, strided, sample.args).forEach((y, i) => {
        expect(y.shape).toEqual(plain[i]!.shape);
        if (!ops.allClose(y, plain[i]!, { rtol: 1e-13, atol: 1e-300, equalNaN: true }))
          throw new Error(`Sample ${row.samples.indexOf(sample)} differs`);
      });
    }
  });

  const method = (Tensor.prototype as unknown as Record<string, AnyOp | undefined>)[name];
  if (method && row.samples.length > 0) {
    test("gives the same as a method", () => {
      const sample = row.samples[0]!;
      const [self, ...rest] = arrange(name, loadAll(sample, "float64").grouped, sample.args ?? []);
      const results = call(name, loadAll(sample, "float64").grouped, sample.args);
      const found = method.call(self, ...rest);
      const list = found instanceof Tensor ? [found] : (Object.values(found as object) as Tensor[]);
      list.forEach((y, i) => {
        expect(y.toArray()).toEqual(results[i]!.toArray());
      });
    });
  }

  for (const [broken, text, kind = "RangeError"] of row.errors ?? []) {
    test(`throws a ${kind} that says ${String(text)}`, () => {
      expect(broken).toThrow(text);
      expect(broken).toThrow(kind === "RangeError" ? RangeError : TypeError);
    });
  }
});

test("every exported op has a row in the op table", () => {
  const rows = table.map((row) => row.name as string);
  // `var` is another name of variance.
  const missing = Object.keys(ops).filter((name) => name !== "var" && !rows.includes(name));
  expect(missing).toEqual([]);
  expect(rows.filter((name, i) => rows.indexOf(name) !== i)).toEqual([]);
});

test("every op has samples with empty tensors, sizes of 1, edge values and types without fractions", () => {
  const lacking = table
    .filter((row) => row.compared !== false)
    .flatMap((row) => {
      const inputs = row.samples.flatMap((sample) => sample.inputs.flat() as Input[]);
      const isFloating = inputs.some((x) => x.dtype === undefined);
      const has: [string, boolean][] = [
        ["empty tensors", inputs.some((x) => x.shape.includes(0))],
        ["sizes of 1", inputs.some((x) => x.shape.includes(1))],
        [
          "edge values",
          !isFloating || row.edges === false || inputs.some((x) => x.data.some((v) => !Number.isFinite(v))),
        ],
        ["whole numbers", inputs.some((x) => x.dtype === "int32")],
      ];
      return has.filter(([, is]) => !is).map(([what]) => `${row.name}: ${what}`);
    });
  expect(lacking).toEqual([]);
});

test("no op records anything inside noGrad", () => {
  const x = tensor([1, 2], { requiresGrad: true });
  expect(noGrad(() => x.mul(2)).requiresGrad).toBe(false);
});

test("plain numbers that go into a float64 tensor keep all their digits", () => {
  const x = zeros([2], { dtype: "float64" });
  const third = 1 / 3;
  const made = [
    ops.pad(x, [1, 0], { value: third }),
    ops.scatter(x, 0, [0], [third]),
    ops.indexAdd(x, 0, [0], [third]),
    ops.indexFill(x, 0, [0], third),
    ops.maskedFill(x, [true, false], third),
    ops.maskedScatter(x, [true, false], [third]),
    ops.sliceScatter(x, [third], { end: 1 }),
    x.clone().copy_([third, 0]),
    ops.lerp(x, [1, 1], third),
    x.add(third),
  ];
  expect(made.map((y) => y.data[0])).toEqual(made.map(() => third));
});
