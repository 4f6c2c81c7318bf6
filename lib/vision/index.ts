/** Pictures: what `vision` holds. */
export { decodeImage, encodePngImage, type ImageMode, readImage, writeImage } from "../data/readers/image.ts";
export { featureMaps } from "./activations.ts";
export { type BoostingData, boostStumps, type Stump } from "./boosting.ts";
export { type Box, iouOf, nms } from "./boxes.ts";
export { Cascade, type CascadeNode, type CascadeParts, type CascadeStage, type WeakClassifier } from "./cascade.ts";
export { type CascadeExamples, type CascadeTrainingOptions, trainCascade } from "./cascade-training.ts";
export { parseCascade, readCascade } from "./cascade-xml.ts";
export { deconvolution } from "./deconvolution.ts";
export {
  type Detection,
  type DetectionOptions,
  detectMultiScale,
  imagePyramid,
  type PyramidLevel,
  passingWindows,
} from "./detector.ts";
export { gradCam, type OcclusionOptions, occlusionMap, saliencyMap, type TargetOption } from "./explanations.ts";
export { type HaarFeature, type HaarKind, haarFeatures, haarValues, type WeightedBox } from "./haar.ts";
export { boxSum, integralImage } from "./integral-image.ts";
export { CCells, Neocognitron, type NeocognitronStage, SCells } from "./neocognitron.ts";
export * as transforms from "./transforms.ts";
