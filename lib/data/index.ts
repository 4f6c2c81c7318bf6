/** Data in batches, splits and small sets: what `data` holds. */
export { type Collated, defaultCollate } from "./collate.ts";
export { ConcatDataset, Dataset, type Samples, Subset, TensorDataset } from "./dataset.ts";
export { DataLoader, type LoaderOptions } from "./loader.ts";
export {
  RandomSampler,
  type Sampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
} from "./sampler.ts";
export { type Fold, kFold, randomSplit, subset } from "./split.ts";
export { type Standardized, standardize } from "./standardize.ts";
export {
  type BlobOptions,
  blobs,
  type CurveOptions,
  circles,
  gaussians,
  moons,
  spirals,
  type ToyOptions,
  xor,
} from "./toys.ts";
