/** Receiver operating characteristics: what a classifier's threshold trades. */
import { Chart } from "./chart.ts";
import { dataOf } from "./data-table.ts";
import { type AxesOptions, count, describe, frameOf, xChannel, yChannel } from "./frame.ts";
import { colorChannel } from "./line.ts";
import { longColumns, type Series } from "./series.ts";
import { ink } from "./theme.ts";
import { checkLengths, isValues, listOf, type Values } from "./values.ts";

/** A curve from (0, 0) to (1, 1) and the area under it. */
export interface RocCurve {
  /** The share of negatives that are called positive, threshold by threshold from the highest. */
  readonly falsePositives: readonly number[];
  /** The share of positives that are. */
  readonly truePositives: readonly number[];
  /** From 0 to 1: the probability that a positive has a higher score than a negative. */
  readonly area: number;
}

/**
 * The curve of scores against truth. Samples of equal score move together, so ties count half in the area.
 *
 * @throws {RangeError} If a class is neither 0 nor 1, or one of them is missing.
 */
export function rocCurve(scores: readonly number[], classes: readonly number[]): RocCurve {
  checkLengths(scores, classes, "scores and classes");
  const odd = classes.find((c) => c !== 0 && c !== 1);
  if (odd !== undefined) throw new RangeError(`Cannot draw the curve of class ${odd}: classes must be 0 and 1`);
  const positives = classes.filter((c) => c === 1).length;
  const negatives = classes.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new RangeError(`Cannot draw the curve of ${positives} positives and ${negatives} negatives: it needs both`);
  }
  const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const [falsePositives, truePositives] = [[0], [0]];
  let [wrong, right, area] = [0, 0, 0];
  for (let i = 0; i < order.length; ) {
    const score = scores[order[i]!]!;
    for (; i < order.length && scores[order[i]!] === score; i++) classes[order[i]!] === 1 ? right++ : wrong++;
    const [x, y] = [wrong / negatives, right / positives];
    area += ((x - falsePositives.at(-1)!) * (y + truePositives.at(-1)!)) / 2;
    falsePositives.push(x);
    truePositives.push(y);
  }
  return { falsePositives, truePositives, area };
}

/** Options of ROC charts. */
export interface RocOptions extends Pick<AxesOptions, "title" | "subtitle" | "width" | "height" | "xLabel" | "yLabel"> {
  /** Above the names of the models. */
  legend?: string;
}

/**
 * The receiver operating characteristic: the share of positives found against the share of negatives taken for positives, for every threshold, with
 * the area under it (AUC) in the legend. Guessing is the diagonal.
 *
 * Shapes: scores and classes `(samples)`.
 *
 * @param scores Higher for class 1: probabilities or logits, of one model or of several by name.
 * @param classes The truth, 0 and 1.
 * @throws {RangeError} If lengths differ, or there are not both classes.
 * @see Fawcett (2006).
 * @example plot.roc([0.9, 0.8, 0.3, 0.1], [1, 0, 1, 0], { title: "Three of four pairs are in order" })
 */
export function roc(
  scores: Values | Readonly<Record<string, Values>>,
  classes: Values,
  options: RocOptions = {},
): Chart {
  const truth = listOf(classes, "classes");
  const named = isValues(scores) ? [["", scores] as const] : Object.entries(scores);
  const series = named.map(([name, values]): Series => {
    const { falsePositives, truePositives, area } = rocCurve(listOf(values, name || "scores"), truth);
    const auc = `AUC ${area.toFixed(3)}`;
    return { name: name === "" ? auc : `${name}, ${auc}`, x: falsePositives, y: truePositives };
  });
  const axes = {
    xLabel: options.xLabel ?? "false positives (share of negatives)",
    yLabel: options.yLabel ?? "true positives (share of positives)",
    xDomain: [0, 1],
    yDomain: [0, 1],
  } as const;
  const encoding = { x: xChannel(axes), y: yChannel(axes) };
  return new Chart({
    description: describe(
      "ROC curve",
      options.title,
      `${count(truth.length, "sample")}, ${series.map((s) => s.name).join("; ")}`,
    ),
    ...frameOf(options, { width: 280, height: 280 }),
    layer: [
      {
        data: {
          values: [
            { x: 0, y: 0 },
            { x: 1, y: 1 },
          ],
        },
        mark: { type: "line", strokeDash: [4, 4], strokeWidth: 1, color: ink, tooltip: false },
        encoding,
      },
      {
        data: dataOf(longColumns(series)),
        mark: { type: "line", order: false, strokeWidth: 2, tooltip: true },
        encoding: { ...encoding, ...colorChannel(series, options) },
      },
    ],
  });
}
