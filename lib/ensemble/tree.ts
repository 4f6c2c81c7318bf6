/** Growing a tree of decisions. Targets are vectors: of classes the one-hot rows, whose squared error is Gini's impurity. */
import { defaultGenerator, type RandomGenerator, randperm } from "../random.ts";
import type { Matrix } from "./estimator.ts";

/** How large a tree may grow. */
export interface TreeOptions {
  /** Questions on the way to a leaf at most; default no bound. */
  maxDepth?: number;
  /** Nodes of fewer samples are not split; default 2. */
  minSamplesSplit?: number;
  /** Leaves have at least as many samples; default 1. */
  minSamplesLeaf?: number;
  /** How many features each split may choose from, drawn anew: a number, `"sqrt"`, or `"all"` (default). */
  maxFeatures?: number | "sqrt" | "all";
  /** Where the draws come from; the default generator if left out. */
  generator?: RandomGenerator;
}

/** A node of a tree: a leaf, if it has no question. */
export interface TreeNode {
  /** The weighted mean of the targets here; leaves of boosted trees get another. */
  value: Float64Array;
  /** The squared error of the mean, or Gini's impurity. */
  readonly impurity: number;
  readonly samples: number;
  readonly weight: number;
  /** Where to go on: left if the feature is no greater than the threshold. */
  readonly question: Question | null;
}

/** What a node asks. */
export interface Question {
  readonly feature: number;
  readonly threshold: number;
  readonly left: TreeNode;
  readonly right: TreeNode;
}

/** A way to split: how good it is, and where. */
interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly threshold: number;
}

/** What a tree is grown from. */
export interface Ground {
  readonly x: Matrix;
  /** rows × width, row-major. */
  readonly targets: Float64Array;
  readonly width: number;
  readonly weights: Float64Array;
}

/** Values nearer than this count as equal. */
const closest = 1e-7;

/** Grows a tree on the samples of positive weight. */
export function growTree(ground: Ground, options: TreeOptions): TreeNode {
  const { x, weights } = ground;
  const { maxDepth = Infinity, minSamplesSplit = 2, minSamplesLeaf = 1, maxFeatures = "all" } = options;
  for (const [name, value, least] of [
    ["maxDepth", maxDepth, 0],
    ["minSamplesSplit", minSamplesSplit, 2],
    ["minSamplesLeaf", minSamplesLeaf, 1],
  ] as const) {
    if (!(value >= least)) throw new RangeError(`Cannot grow a tree with ${name} ${value}: it must be ≥ ${least}`);
  }
  const count =
    maxFeatures === "all"
      ? x.columns
      : maxFeatures === "sqrt"
        ? Math.max(1, Math.floor(Math.sqrt(x.columns)))
        : maxFeatures;
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new RangeError(
      `Cannot choose from ${String(maxFeatures)} features: it must be a whole number ≥ 1, "sqrt" or "all"`,
    );
  }
  const { generator = defaultGenerator } = options;
  const grow = (rows: Int32Array, depth: number): TreeNode => {
    const node = summary(ground, rows);
    const isLeaf =
      depth >= maxDepth || rows.length < Math.max(minSamplesSplit, 2 * minSamplesLeaf) || node.impurity <= 1e-15;
    const split = isLeaf ? null : bestSplit(ground, rows, { count, minSamplesLeaf, generator });
    if (split === null) return node;
    const isLeft = (row: number) => x.data[row * x.columns + split.feature]! <= split.threshold;
    const left = grow(rows.filter(isLeft), depth + 1);
    const right = grow(
      rows.filter((row) => !isLeft(row)),
      depth + 1,
    );
    return { ...node, question: { feature: split.feature, threshold: split.threshold, left, right } };
  };
  const rows = Int32Array.from({ length: x.rows }, (_, i) => i).filter((row) => weights[row]! > 0);
  return grow(rows, 0);
}

/** A leaf of some samples. */
function summary({ targets, width, weights }: Ground, rows: Int32Array): TreeNode {
  const value = new Float64Array(width);
  let [weight, squares] = [0, 0];
  for (const row of rows) {
    weight += weights[row]!;
    for (let k = 0; k < width; k++) {
      const target = targets[row * width + k]!;
      value[k]! += weights[row]! * target;
      squares += weights[row]! * target * target;
    }
  }
  let impurity = squares / weight;
  for (let k = 0; k < width; k++) {
    value[k]! /= weight;
    impurity -= value[k]! ** 2;
  }
  return { value, impurity, samples: rows.length, weight, question: null };
}

/** The split that leaves the least squared error, among features drawn until enough of them vary. */
function bestSplit(
  ground: Ground,
  rows: Int32Array,
  options: { count: number; minSamplesLeaf: number; generator: RandomGenerator },
): Split | null {
  const { columns } = ground.x;
  const isFree = options.count < columns;
  const order = isFree
    ? randperm(columns, { generator: options.generator }).data
    : Array.from({ length: columns }, (_, i) => i);
  let best: Split | null = null;
  let tried = 0;
  for (const feature of order) {
    if (isFree && tried >= options.count && best !== null) break;
    const values = Float64Array.from(rows, (row) => ground.x.data[row * columns + feature]!);
    const sorted = Int32Array.from(rows, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
    if (values[sorted.at(-1)!]! - values[sorted[0]!]! <= closest) continue;
    tried++;
    best = splitAlong(ground, rows, { feature, values, sorted }, options.minSamplesLeaf, best);
  }
  return best;
}

/** The better of a split and all splits along one feature. */
function splitAlong(
  { targets, width, weights }: Ground,
  rows: Int32Array,
  along: { feature: number; values: Float64Array; sorted: Int32Array },
  minSamplesLeaf: number,
  best: Split | null,
): Split | null {
  const { feature, values, sorted } = along;
  const right = new Float64Array(width);
  const left = new Float64Array(width);
  let [leftWeight, rightWeight] = [0, 0];
  for (const row of rows) {
    rightWeight += weights[row]!;
    for (let k = 0; k < width; k++) right[k]! += weights[row]! * targets[row * width + k]!;
  }
  for (let i = 0; i < sorted.length - minSamplesLeaf; i++) {
    const row = rows[sorted[i]!]!;
    const weight = weights[row]!;
    leftWeight += weight;
    rightWeight -= weight;
    for (let k = 0; k < width; k++) {
      const part = weight * targets[row * width + k]!;
      left[k]! += part;
      right[k]! -= part;
    }
    if (i + 1 < minSamplesLeaf) continue;
    const [here, next] = [values[sorted[i]!]!, values[sorted[i + 1]!]!];
    if (next - here <= closest) continue;
    // What the error falls by, but for what is the same of all splits.
    let gain = 0;
    for (let k = 0; k < width; k++) gain += left[k]! ** 2 / leftWeight + right[k]! ** 2 / rightWeight;
    if (best !== null && gain <= best.gain) continue;
    const middle = (here + next) / 2;
    best = { gain, feature, threshold: middle === next ? here : middle };
  }
  return best;
}

/** The leaf that a row comes to. */
export function leafOf(root: TreeNode, { data, columns }: Matrix, row: number): TreeNode {
  let node = root;
  while (node.question !== null) {
    const { feature, threshold, left, right } = node.question;
    node = data[row * columns + feature]! <= threshold ? left : right;
  }
  return node;
}

/** Adds what each split of a tree takes from the error to its feature. */
export function addImportances(node: TreeNode, totals: Float64Array): void {
  if (node.question === null) return;
  const { feature, left, right } = node.question;
  totals[feature]! += node.weight * node.impurity - left.weight * left.impurity - right.weight * right.impurity;
  addImportances(left, totals);
  addImportances(right, totals);
}

/** Importances that add up to 1. */
export function normalized(totals: Float64Array): Float64Array {
  const all = totals.reduce((a, b) => a + b, 0);
  return all > 0 ? totals.map((v) => v / all) : totals;
}
