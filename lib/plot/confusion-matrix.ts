/** Which classes a model takes for which. */
import type { Chart } from "./chart.ts";
import { type HeatmapOptions, heatmap } from "./heatmap.ts";
import { checkLengths, listOf, type Values } from "./values.ts";

/** Options of confusion matrices. */
export interface ConfusionOptions extends Omit<HeatmapOptions, "xNames" | "yNames"> {
  /** Names of the classes, class 0 first; their numbers if left out. */
  classNames?: readonly string[];
}

/**
 * How often each class (row) was taken for each class (column). A good model has all on the diagonal.
 *
 * Shapes: predicted and actual `(samples)`.
 *
 * @throws {RangeError} If the lengths differ or a class is no whole number ≥ 0.
 * @example plot.confusionMatrix([0, 1, 1], [0, 1, 0], { classNames: ["cat", "dog"] })
 */
export function confusionMatrix(predicted: Values, actual: Values, options: ConfusionOptions = {}): Chart {
  const [p, a] = [listOf(predicted, "predicted classes"), listOf(actual, "actual classes")];
  checkLengths(p, a, "predicted and actual classes");
  const odd = [...p, ...a].find((c) => !Number.isInteger(c) || c < 0);
  if (odd !== undefined) throw new RangeError(`Cannot count class ${odd}: classes are whole numbers from 0`);
  const { classNames, ...rest } = options;
  const classes = classNames?.length ?? Math.max(-1, ...p, ...a) + 1;
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  a.forEach((truth, i) => {
    const row = counts[truth];
    const guess = p[i]!;
    if (!row || guess >= classes) {
      throw new RangeError(`Cannot count class ${Math.max(truth, guess)}: there are names for ${classes} classes`);
    }
    row[guess]!++;
  });
  const names = classNames ?? counts.map((_, c) => String(c));
  return heatmap(counts, {
    xLabel: "predicted",
    yLabel: "actual",
    zLabel: "samples",
    ...rest,
    xNames: names,
    yNames: names,
  });
}
