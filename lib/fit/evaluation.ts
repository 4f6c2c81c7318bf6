/** Judging a model on data. */
import { withGrad } from "../autograd/mode.ts";
import type { Layer } from "../nn/module.ts";
import { Tensor } from "../tensor.ts";
import { batchesOf } from "./batches.ts";
import type { TrainingData } from "./options.ts";

/** Numbers by name that say how good outputs are. */
export type Judges = Record<string, (output: Tensor, target: Tensor) => number | Tensor>;

/** The mean of each judge over data, with the model in evaluation mode. */
export function evaluate(model: Layer, data: TrainingData, judges: Judges): Record<string, number> {
  model.eval();
  try {
    return withGrad(false, () => {
      const pairs = [...batchesOf(data, {})].map(([x, y]) => [model(x), y] as const);
      return averages(pairs, judges);
    });
  } finally {
    model.train();
  }
}

/** The mean of each judge over batches, each by its number of samples. */
export function averages(pairs: readonly (readonly [Tensor, Tensor])[], judges: Judges): Record<string, number> {
  const sizes = pairs.map(([output]) => output.shape[0] ?? 1);
  const total = sizes.reduce((a, b) => a + b, 0);
  return Object.fromEntries(
    Object.entries(judges).map(([name, judge]) => {
      const values = pairs.map(([output, target]) => {
        const value = judge(output, target);
        return value instanceof Tensor ? value.item() : value;
      });
      return [name, values.reduce((sum, value, i) => sum + value * sizes[i]!, 0) / total];
    }),
  );
}
