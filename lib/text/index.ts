/** Texts and words: what `text` holds. */
export { BytePairEncoding, type Merge } from "./byte-pair-encoding.ts";
export { type CoOccurrenceOptions, coOccurrence, type PpmiOptions, ppmi } from "./co-occurrence.ts";
export {
  type Beam,
  type BeamOptions,
  beamSearch,
  type GenerateOptions,
  generate,
  type NextLogits,
} from "./generation/generate.ts";
export { type SamplingOptions, sampleToken } from "./generation/sampling.ts";
export { HuggingFaceTokenizer } from "./hugging-face.ts";
export { type LsaOptions, type LsaResult, lsa } from "./lsa.ts";
export { type BleuOptions, bleu, exactMatch } from "./metrics.ts";
export { type PadOptions, padTokens } from "./pad.ts";
export { TfIdf, type TfIdfOptions } from "./tf-idf.ts";
export { characters, ngrams, type Tokenizer, type WordOptions, words } from "./tokenizer.ts";
export { neighbourChances, type TsneOptions, tsne } from "./tsne.ts";
export { type UmapOptions, umap } from "./umap.ts";
export { countTokens, Vocabulary, type VocabularyOptions } from "./vocabulary.ts";
export { type Neighbour, WordVectors } from "./word-vectors.ts";
export type { Example } from "./word2vec/examples.ts";
export { Word2Vec, type Word2VecFitOptions, type Word2VecOptions } from "./word2vec/word2vec.ts";
