/** Tokenizers that others have trained. */

import { readFileSync } from "node:fs";
import type { Tokenizer as Program } from "@huggingface/tokenizers";
import { lazy } from "../lazy.ts";
import type { Tokenizer } from "./tokenizer.ts";

const tokenizers = lazy<typeof import("@huggingface/tokenizers")>("@huggingface/tokenizers");

/**
 * A tokenizer of a `tokenizer.json`, the file that comes with models of Hugging Face: BPE, WordPiece or Unigram, with its normalization and special
 * tokens.
 *
 * @example
 * const model = { type: "BPE", vocab: { l: 0, o: 1, w: 2, lo: 3, low: 4 }, merges: ["l o", "lo w"] };
 * const file = { model, normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, added_tokens: [] };
 * new HuggingFaceTokenizer(file).tokenize("low") // ["low"]
 */
export class HuggingFaceTokenizer implements Tokenizer {
  private readonly program: Program;

  /**
   * @param file The content of `tokenizer.json`.
   * @param config The content of `tokenizer_config.json`, if there is one.
   */
  constructor(file: object, config: object = {}) {
    this.program = new (tokenizers().Tokenizer)(file, config);
  }

  /** Reads the files. @throws {Error} If a file cannot be read or is no JSON. */
  static read(tokenizerFile: string, configFile?: string): HuggingFaceTokenizer {
    const parsed = (file: string) => JSON.parse(readFileSync(file, "utf8")) as object;
    return new HuggingFaceTokenizer(parsed(tokenizerFile), configFile === undefined ? {} : parsed(configFile));
  }

  tokenize(text: string): string[] {
    return this.program.tokenize(text);
  }

  /** The indices of a text's tokens. */
  encode(text: string, options: { specialTokens?: boolean } = {}): number[] {
    return this.program.encode(text, { add_special_tokens: options.specialTokens ?? true }).ids;
  }

  /** The text of indices. */
  decode(indices: readonly number[], options: { skipSpecialTokens?: boolean } = {}): string {
    return this.program.decode([...indices], { skip_special_tokens: options.skipSpecialTokens ?? false });
  }

  join(tokens: readonly string[]): string {
    return this.decode(tokens.map((token) => this.program.token_to_id(token)).filter((id) => id !== undefined));
  }
}
