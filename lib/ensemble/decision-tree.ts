import { fromData } from "../creation.ts";
import type { Samples } from "../data/dataset.ts";
import type { Tensor } from "../tensor.ts";
import { Estimator, type FitWeights, type Matrix, matrixOf, oneHotRows, targetsOf, weightsOf } from "./estimator.ts";
import { addImportances, growTree, leafOf, normalized, type TreeNode, type TreeOptions } from "./tree.ts";

/**
 * A decision tree: questions "is this feature at most that much?", each of which leaves its answers as pure as one question can. Classes are
 * foretold by their share in the leaf, numbers by the leaf's mean.
 *
 * @param options `maxDepth`: 1 makes a stump; `minSamplesSplit`; `minSamplesLeaf`; `maxFeatures`; `generator`.
 * @see Breiman, Friedman, Olshen and Stone (1984); sklearn.tree; book §2.9.
 * @example new DecisionTree({ maxDepth: 2 }).fit(data.iris()).score(data.iris()) // 0.96
 */
export class DecisionTree extends Estimator {
  private root: TreeNode | null = null;
  private features = 0;

  constructor(readonly options: TreeOptions = {}) {
    super();
  }

  fit({ x, y }: Samples, options: FitWeights = {}): this {
    const matrix = matrixOf(x);
    const targets = targetsOf(y, matrix.rows);
    const isClasses = targets.classes > 0;
    const weights = weightsOf(options.weights, matrix.rows);
    const rows = isClasses ? oneHotRows(targets) : Float64Array.from(targets.values);
    this.root = growTree({ x: matrix, targets: rows, width: Math.max(1, targets.classes), weights }, this.options);
    this.classes = targets.classes;
    this.features = matrix.columns;
    return this;
  }

  protected outputs(x: Matrix): Float64Array {
    const width = Math.max(1, this.classes);
    const result = new Float64Array(x.rows * width);
    for (let row = 0; row < x.rows; row++) result.set(leafOf(this.root!, x, row).value, row * width);
    return result;
  }

  /** The first node, from which the others can be reached; null before learning. */
  get tree(): TreeNode | null {
    return this.root;
  }

  /** Questions on the longest way to a leaf. */
  get depth(): number {
    const below = (node: TreeNode | null): number =>
      node?.question ? 1 + Math.max(below(node.question.left), below(node.question.right)) : 0;
    return below(this.root);
  }

  /** The number of leaves. */
  get leaves(): number {
    const count = (node: TreeNode): number =>
      node.question ? count(node.question.left) + count(node.question.right) : 1;
    return this.root === null ? 0 : count(this.root);
  }

  /** What share of the error's fall is each feature's: `(features)`. */
  get featureImportances(): Tensor {
    const totals = new Float64Array(this.features);
    if (this.root !== null) addImportances(this.root, totals);
    return fromData(Float32Array.from(normalized(totals)));
  }

  /** The questions and the leaves, indented. */
  toText(options: { features?: readonly string[]; classes?: readonly string[] } = {}): string {
    const lines: string[] = [];
    const visit = (node: TreeNode, depth: number, answered: string): void => {
      const start = "  ".repeat(depth) + answered;
      if (node.question === null) {
        const likeliest = node.value.indexOf(Math.max(...node.value));
        const name = options.classes?.[likeliest] ?? `class ${likeliest}`;
        lines.push(`${start}${this.classes > 0 ? name : node.value[0]!.toFixed(3)} (${node.samples} samples)`);
        return;
      }
      const { feature, threshold, left, right } = node.question;
      lines.push(
        `${start}${options.features?.[feature] ?? `feature ${feature}`} ≤ ${Number(threshold.toPrecision(4))}?`,
      );
      visit(left, depth + 1, "yes: ");
      visit(right, depth + 1, "no: ");
    };
    if (this.root !== null) visit(this.root, 0, "");
    return lines.join("\n");
  }
}
