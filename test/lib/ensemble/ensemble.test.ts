/** Trees and ensembles: scikit-learn's where nothing is drawn, laws where something is. */
import { describe, expect, test } from "@jest/globals";
import { data, ensemble, RandomGenerator, type Tensor, tensor, zeros } from "../../../lib/index.ts";
import { reference } from "../reference.ts";

const { AdaBoost, Bagging, DecisionTree, GradientBoosting, LogisticRegression, RandomForest, Stacking } = ensemble;

interface Facts {
  readonly proba?: readonly number[];
  readonly values?: readonly number[];
  readonly classes?: readonly number[];
  readonly votes?: readonly number[];
  readonly staged?: readonly number[];
  readonly importances?: readonly number[];
  readonly feature?: number;
  readonly threshold?: number;
  readonly leaves?: number;
}

const facts = reference<Record<string, Facts>>("ensemble");
const cancer = data.breastCancer();
const flowers = data.iris();
const patients = data.diabetes();

function expectNear(actual: ArrayLike<number>, wanted: readonly number[], tolerance = 1e-6): void {
  expect(actual.length).toBe(wanted.length);
  const scale = Math.max(...wanted.map(Math.abs));
  wanted.forEach((v, i) => {
    if (!(Math.abs(actual[i]! - v) <= tolerance * scale)) throw new Error(`${actual[i]} at ${i}, sklearn has ${v}`);
  });
}
const second = (proba: Tensor) => proba.select(1, 1).data;

describe("as scikit-learn:", () => {
  test.each([1, 2])("a tree of %i questions gives its probabilities and importances", (maxDepth) => {
    const tree = new DecisionTree({ maxDepth, minSamplesLeaf: 25 }).fit(cancer);
    const { proba, feature, threshold, importances } = facts[`tree${maxDepth}`]!;
    expectNear(second(tree.predictProba(cancer.x)), proba!);
    expect(tree.tree!.question!.feature).toBe(feature);
    expectNear([tree.tree!.question!.threshold], [threshold!]);
    expectNear(tree.featureImportances.data, importances!);
    expect(tree.depth).toBe(maxDepth);
  });

  test("a tree of numbers gives its values, and has as many leaves", () => {
    const tree = new DecisionTree({ maxDepth: 4, minSamplesLeaf: 5 }).fit(patients);
    expectNear(tree.predict(patients.x).data, facts.regressionTree!.values!);
    expect(tree.leaves).toBe(facts.regressionTree!.leaves);
  });

  test("AdaBoost's stumps have its votes, scores and classes", () => {
    const boost = new AdaBoost({ nEstimators: 20 }).fit(cancer);
    expectNear(boost.votes, facts.adaBoost!.votes!);
    expectNear(boost.stagedScore(cancer), facts.adaBoost!.staged!);
    expect([...boost.predict(cancer.x).data]).toEqual(facts.adaBoost!.classes);
  });

  test("gradient boosting gives its probabilities for two classes and for three, and its numbers", () => {
    const two = new GradientBoosting({ nEstimators: 8, maxDepth: 2, minSamplesLeaf: 25 }).fit(cancer);
    expectNear(second(two.predictProba(cancer.x)), facts.boostTwo!.proba!);
    const three = new GradientBoosting({ nEstimators: 5, maxDepth: 1 }).fit(flowers);
    expectNear(three.predictProba(flowers.x).data, facts.boostThree!.proba!);
    const numbers = new GradientBoosting({ nEstimators: 15, minSamplesLeaf: 5 }).fit(patients);
    expectNear(numbers.predict(patients.x).data, facts.boostNumbers!.values!);
  });

  test("logistic regression gives its probabilities", () => {
    // Both stop where the gradient is small, not where it is 0.
    expectNear(
      new LogisticRegression({ maxIter: 1000 }).fit(flowers).predictProba(flowers.x).data,
      facts.logistic!.proba!,
      1e-5,
    );
  });
});

/** Mean scores on held-back samples over five splits. */
function meanScore(make: () => ensemble.Estimator): number {
  const folds = data.kFold({ x: cancer.x, y: cancer.y }, { k: 5, generator: new RandomGenerator(0) });
  return folds.reduce((sum, { train, test: rest }) => sum + make().fit(train).score(rest), 0) / folds.length;
}

test("on tumours not seen a forest is better than bagged trees or as good, those than a tree, and a tree than a stump; boosted stumps are best", () => {
  const generator = new RandomGenerator(1);
  const stump = meanScore(() => new DecisionTree({ maxDepth: 1 }));
  const tree = meanScore(() => new DecisionTree());
  const bagging = meanScore(() => new Bagging({ nEstimators: 25, generator }));
  const forest = meanScore(() => new RandomForest({ nEstimators: 50, generator }));
  const boosted = meanScore(() => new AdaBoost());
  expect(stump).toBeLessThan(tree);
  expect(tree).toBeLessThan(bagging);
  // A sample more or less is chance: 569 of them.
  expect(bagging).toBeLessThanOrEqual(forest + 0.005);
  expect(forest).toBeGreaterThan(0.94);
  expect(boosted).toBeGreaterThan(0.95);
});

describe("a tree", () => {
  const xor = { x: data.xor().x, y: tensor([0, 1, 1, 0], { dtype: "int32" }) };

  test("learns exclusive or, though no first question helps", () => {
    const tree = new DecisionTree().fit(xor);
    expect(tree.score(xor)).toBe(1);
    expect([tree.depth, tree.leaves]).toEqual([2, 4]);
  });

  test("can be read", () => {
    expect(new DecisionTree({ maxDepth: 2 }).fit(flowers).toText(flowers)).toBe(
      [
        "petal length ≤ 2.45?",
        "  yes: setosa (50 samples)",
        "  no: petal width ≤ 1.75?",
        "    yes: versicolor (54 samples)",
        "    no: virginica (46 samples)",
      ].join("\n"),
    );
  });

  test("counts a sample of weight 2 as two, and one of weight 0 as none", () => {
    const samples = { x: tensor([[0], [1], [2], [3]]), y: tensor([0, 1, 0, 0], { dtype: "int32" }) };
    const weighted = new DecisionTree({ maxDepth: 1 }).fit(samples, { weights: [1, 2, 1, 0] });
    const repeated = new DecisionTree({ maxDepth: 1 }).fit({
      x: tensor([[0], [1], [1], [2]]),
      y: tensor([0, 1, 1, 0], { dtype: "int32" }),
    });
    expect(weighted.predictProba(samples.x).toArray()).toEqual(repeated.predictProba(samples.x).toArray());
  });

  test("that has one class or no feature that varies is a leaf", () => {
    const flat = new DecisionTree().fit({ x: zeros([3, 2]), y: tensor([0, 1, 1], { dtype: "int32" }) });
    expect([flat.leaves, flat.predict(zeros([1, 2])).item()]).toEqual([1, 1]);
  });
});

describe("what is drawn", () => {
  const grown = (seed: number) =>
    new RandomForest({ nEstimators: 5, generator: new RandomGenerator(seed) })
      .fit(cancer)
      .predictProba(cancer.x)
      .toArray();

  test("is the same from the same seed, and other from another", () => {
    expect(grown(1)).toEqual(grown(1));
    expect(grown(1)).not.toEqual(grown(2));
  });

  test("leaves a third of the samples to no member of a bag, and the mean of members is the answer", () => {
    const bag = new Bagging({ nEstimators: 3, generator: new RandomGenerator(0) }).fit(flowers);
    const parts = bag.members.map((member) => member.predictProba(flowers.x));
    expectNear(bag.predictProba(flowers.x).data, [...parts.reduce((a, b) => a.add(b)).div(3).data]);
    const learned = bag.members.map(
      (member) => (member as ensemble.Estimator & { tree: ensemble.TreeNode }).tree.samples,
    );
    for (const count of learned) expect(Math.abs(count / 150 - (1 - 1 / Math.E))).toBeLessThan(0.1);
  });

  test("for boosting is a share of the samples, and learns all the same", () => {
    const boost = new GradientBoosting({ nEstimators: 20, subsample: 0.5, generator: new RandomGenerator(0) }).fit(
      flowers,
    );
    expect(boost.score(flowers)).toBeGreaterThan(0.95);
    expect(boost.stagedScore(flowers)).toHaveLength(20);
  });

  test("a forest foretells numbers too, and its importances add up to 1", () => {
    const forest = new RandomForest({ nEstimators: 20, generator: new RandomGenerator(0) }).fit(patients);
    expect(forest.score(patients)).toBeGreaterThan(0.8);
    expect(forest.featureImportances.sum().item()).toBeCloseTo(1, 5);
    // Body mass and a value of blood fats tell most of diabetes: s5 and bmi.
    const order = forest.featureImportances.argsort({ descending: true }).data;
    expect([order[0], order[1]].map((i) => patients.features[i!]).sort()).toEqual(["bmi", "s5"]);
  });
});

test("a stack trusts the member that knows more than one that guesses", () => {
  const stack = new Stacking({
    estimators: [() => new DecisionTree({ maxDepth: 0 }), () => new LogisticRegression()],
    generator: new RandomGenerator(0),
  }).fit(flowers);
  expect(stack.score(flowers)).toBeGreaterThan(0.95);
  const numbers = new Stacking({
    estimators: [
      () => new DecisionTree({ maxDepth: 2 }),
      () => new RandomForest({ nEstimators: 5, generator: new RandomGenerator(0) }),
    ],
    final: () => new DecisionTree({ maxDepth: 3 }),
    generator: new RandomGenerator(0),
  }).fit(patients);
  expect(numbers.score(patients)).toBeGreaterThan(0.3);
});

describe("bad input", () => {
  const few = { x: zeros([2, 1]), y: tensor([0, 1], { dtype: "int32" }) };
  test.each<[string, () => unknown]>([
    [
      "Cannot predict with DecisionTree before it has learned: call fit() first",
      () => new DecisionTree().predict([[1]]),
    ],
    [
      "Cannot give probabilities with DecisionTree: it learned numbers, not classes",
      () => new DecisionTree().fit(patients).predictProba(patients.x),
    ],
    [
      "Cannot learn from 2 samples and targets of shape [3]: there must be one each",
      () => new DecisionTree().fit({ x: zeros([2, 1]), y: zeros([3]) }),
    ],
    [
      "Cannot learn from features of shape [2]: they must be (samples, features)",
      () => new DecisionTree().fit({ x: zeros([2]), y: zeros([2]) }),
    ],
    [
      "Cannot learn class -1: classes are numbered from 0",
      () => new DecisionTree().fit({ x: zeros([1, 1]), y: tensor([-1], { dtype: "int32" }) }),
    ],
    ["Cannot weigh a sample by -1: it must be ≥ 0 and finite", () => new DecisionTree().fit(few, { weights: [1, -1] })],
    ["Cannot grow a tree with maxDepth -1: it must be ≥ 0", () => new DecisionTree({ maxDepth: -1 }).fit(few)],
    ["Cannot choose from 0 features", () => new DecisionTree({ maxFeatures: 0 }).fit(few)],
    ["Cannot make an ensemble of 0 members: it must be a whole number ≥ 1", () => new Bagging({ nEstimators: 0 })],
    ["Cannot boost for numbers with AdaBoost", () => new AdaBoost().fit(patients)],
    ["Cannot boost at the rate 0: it must be > 0", () => new GradientBoosting({ learningRate: 0 })],
    [
      "Cannot boost a single class",
      () => new GradientBoosting().fit({ x: zeros([2, 1]), y: zeros([2], { dtype: "int32" }) }),
    ],
    ["Cannot stack no estimators: give at least one", () => new Stacking({ estimators: [] })],
  ])("throws: %s", (text, broken) => {
    expect(broken).toThrow(text);
  });
});
