/** Trees and what many of them do together: what `ensemble` holds. */
export { AdaBoost, type AdaBoostOptions } from "./ada-boost.ts";
export { Bagging, type BaggingOptions, RandomForest, type RandomForestOptions } from "./bagging.ts";
export { DecisionTree } from "./decision-tree.ts";
export { Estimator } from "./estimator.ts";
export { GradientBoosting, type GradientBoostingOptions } from "./gradient-boosting.ts";
export { LogisticRegression } from "./logistic-regression.ts";
export { Stacking, type StackingOptions } from "./stacking.ts";
export type { Question, TreeNode, TreeOptions } from "./tree.ts";
