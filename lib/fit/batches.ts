/** The batches of an epoch. */
import { asTensor } from "../creation.ts";
import { DataLoader } from "../data/loader.ts";
import { show } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import type { FitOptions, TrainingData } from "./options.ts";

/** Data as batches: all at once, or as a loader deals them. */
export function batchesOf(data: TrainingData, options: Partial<FitOptions>): Iterable<readonly [Tensor, Tensor]> {
  if (!("x" in data)) return data;
  const x = asTensor(data.x);
  const y = asTensor(data.y);
  if (x.shape[0] !== y.shape[0]) {
    throw new RangeError(
      `Cannot train on x of shape ${show(x.shape)} and y of shape ${show(y.shape)}: the numbers of samples differ`,
    );
  }
  const { batchSize, shuffle = true, generator } = options;
  return batchSize === undefined ? [[x, y]] : new DataLoader({ x, y }, { batchSize, shuffle, generator });
}
