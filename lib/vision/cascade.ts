/** A cascade: stages of small trees over Haar features, each of which lets through what may be the thing that is looked for. */
import { asTensor } from "../creation.ts";
import { show } from "../shape.ts";
import type { TensorLike } from "../tensor.ts";
import { type HaarFeature, spreadAt, type Tables, tablesOf, valueAt } from "./haar.ts";

/** A question in a tree: below the threshold to the left, else to the right; a number from 1 is another question, 0 and below the leaf of that number. */
export interface CascadeNode {
  /** The number of the feature. */
  readonly feature: number;
  readonly threshold: number;
  readonly left: number;
  readonly right: number;
}

/** A small tree, most often one question with two answers. */
export interface WeakClassifier {
  readonly nodes: readonly CascadeNode[];
  /** What it says, as votes. */
  readonly leaves: readonly number[];
}

/** Some trees that vote together. */
export interface CascadeStage {
  readonly classifiers: readonly WeakClassifier[];
  /** Votes that a window needs to pass. */
  readonly threshold: number;
}

/** What a cascade consists of. */
export interface CascadeParts {
  /** Rows and columns of its window. */
  readonly size: readonly [rows: number, columns: number];
  readonly features: readonly HaarFeature[];
  readonly stages: readonly CascadeStage[];
  /** The deviation of brightness, in [0, 1], below which a window is too even to look at; default 0. */
  readonly minDeviation?: number;
}

/** OpenCV's tolerance of votes. */
const slack = 1e-5;

/**
 * A cascade of boosted classifiers: nearly all windows of a picture fall at the first stages, which take a few look-ups; what passes all is a find.
 *
 * @param parts `size`, `features`, `stages`, as training or a file gives them.
 * @throws {RangeError} If there is no stage, or a node names a feature that there is not.
 * @see Viola and Jones (2001); trainCascade; readCascade; book §3.1.5.
 * @example
 * const stump = { nodes: [{ feature: 0, threshold: 0, left: 0, right: -1 }], leaves: [0, 1] };
 * const features = vision.haarFeatures([4, 4], { kinds: ["halves"] }).slice(0, 1);
 * new Cascade({ size: [4, 4], features, stages: [{ classifiers: [stump], threshold: 0.5 }] }).stages.length // 1
 */
export class Cascade {
  readonly size: readonly [rows: number, columns: number];
  readonly features: readonly HaarFeature[];
  readonly stages: readonly CascadeStage[];
  readonly minDeviation: number;

  constructor({ size, features, stages, minDeviation = 0 }: CascadeParts) {
    if (stages.length === 0) throw new RangeError("Cannot make a cascade of no stages: give at least one");
    const nodes = stages.flatMap((stage) => stage.classifiers.flatMap((classifier) => classifier.nodes));
    const odd = nodes.find(({ feature }) => features[feature] === undefined);
    if (odd) throw new RangeError(`Cannot ask for feature ${odd.feature}: the cascade has ${features.length}`);
    this.size = size;
    this.features = features;
    this.stages = stages;
    this.minDeviation = minDeviation;
  }

  /**
   * How many stages a window passes; one that passes all is a find.
   *
   * Shapes: window `(rows, columns)` of the cascade's size.
   *
   * @throws {RangeError} If the window is of another size.
   */
  stagesPassed(window: TensorLike): number {
    const x = asTensor(window);
    const [rows, columns] = this.size;
    if (x.ndim !== 2 || x.shape[0] !== rows || x.shape[1] !== columns)
      throw new RangeError(`Cannot look at a window of shape ${show(x.shape)}: it must be [${rows},${columns}]`);
    return this.stagesPassedAt(tablesOf(x.data, rows, columns), 0);
  }

  /** The same for the window whose corner is at `origin` of the tables of a larger picture. */
  stagesPassedAt(tables: Tables, origin: number): number {
    const [rows, columns] = this.size;
    const spread = spreadAt(tables, origin, this.size);
    if (spread <= this.minDeviation * (rows - 2) * (columns - 2)) return 0;
    const { stages } = this;
    for (let s = 0; s < stages.length; s++) {
      const { classifiers, threshold } = stages[s]!;
      let votes = 0;
      for (let c = 0; c < classifiers.length; c++) votes += this.voteOf(classifiers[c]!, tables, origin, spread);
      if (votes < threshold - slack) return s;
    }
    return stages.length;
  }

  private voteOf({ nodes, leaves }: WeakClassifier, tables: Tables, origin: number, spread: number): number {
    let at = 0;
    do {
      const { feature, threshold, left, right } = nodes[at]!;
      at = valueAt(this.features[feature]!, tables, origin) < threshold * spread ? left : right;
    } while (at > 0);
    return leaves[-at]!;
  }

  /** What a console shows. */
  toString(): string {
    const counts = this.stages.map(({ classifiers }) => classifiers.length);
    return `Cascade of ${this.size.join(" × ")} pixels, trees by stage: ${counts.join(", ")}`;
  }
}
