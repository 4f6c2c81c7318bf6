/** A chain of elementwise ops, longer than a block of the cache, against its steps one by one. */
import type { DType } from "../../dtype.ts";
import type { View } from "../../storage.ts";
import type { Backend, BinaryOp, ChainInput, ChainStep, UnaryOp } from "../backend.ts";
import { type Trial, viewOf } from "./trial.ts";

const count = 1100;

/** Inputs 0 to 2, then the steps from 3 on: operands of several kinds, blocks that are used again, results that are wanted in between. */
const steps: readonly (readonly [op: UnaryOp | BinaryOp, a: number, b: number, wanted: boolean])[] = [
  ["mul", 0, 1, false],
  ["sigmoid", 0, -1, false],
  ["add", 3, 4, true],
  ["pow", 5, 2, false],
  ["sub", 6, 4, false],
  ["sub", 7, 0, true],
];

/** Runs the steps as a chain, or, on a backend that has none, one after another, and returns what is wanted. */
function run(backend: Backend, inputs: readonly View[]): View[] {
  const results = steps.map(() => viewOf([count], "float32"));
  if (backend.chain) {
    const given = inputs.map((view): ChainInput => {
      return view.size === 1 ? view.storage.home[view.offset]! : { storage: view.storage, offset: view.offset };
    });
    backend.chain(
      count,
      given,
      steps.map(([op, a, b, wanted], i): ChainStep => ({ op, a, b, out: wanted ? results[i]!.storage : null })),
    );
  } else {
    const operands = [...inputs, ...results];
    steps.forEach(([op, a, b], i) => {
      if (b < 0) backend.unary(op as UnaryOp, operands[a]!, results[i]!);
      else backend.binary(op as BinaryOp, operands[a]!, operands[b]!, results[i]!);
    });
  }
  return results.filter((_, i) => steps[i]![3]);
}

export function chainOfSteps(dtype: DType): Trial[] {
  if (dtype !== "float32") return [];
  const inputs = [
    viewOf([count], dtype, (i) => ((i * 37) % 19) / 10 - 0.9),
    viewOf([count], dtype, (i) => ((i * 23) % 17) / 8 - 1),
    viewOf([], dtype, () => 2),
  ];
  const kernel = "chain";
  return [
    {
      kernel,
      op: null,
      shape: [2 * count],
      dtype,
      run: (backend, out) => {
        run(backend, inputs).forEach(({ storage }, i) => {
          out.storage.array.set(storage.array, i * count);
        });
      },
    },
  ];
}
