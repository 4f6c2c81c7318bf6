/** Data in batches, splits and small sets: what `data` holds. */
export { type Collated, defaultCollate } from "./collate.ts";
export { ConcatDataset, Dataset, type Samples, Subset, TensorDataset } from "./dataset.ts";
export { DataLoader, type LoaderOptions } from "./loader.ts";
export { type CsvOptions, parseCsv, readCsv, type Table, type TextTable } from "./readers/csv.ts";
export { parseIdx, readIdx } from "./readers/idx.ts";
export { decodeImage, encodePngImage, type ImageMode, readImage, writeImage } from "./readers/image.ts";
export {
  RandomSampler,
  type Sampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
} from "./sampler.ts";
export { fashionMnist, type ImageOptions, type ImageSet, mnist } from "./sources/images.ts";
export { type Mnist1dOptions, mnist1d } from "./sources/mnist1d.ts";
export { breastCancer, diabetes, digits, iris, type SourcedTable, wine } from "./sources/tables.ts";
export {
  austen,
  brown,
  type Mail,
  type Novel,
  spamAssassin,
  type TaggedText,
  type TaggedWord,
} from "./sources/texts.ts";
export { type NumberedWord, type Verse, verses } from "./sources/verses.ts";
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
