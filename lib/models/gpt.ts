/** A Transformer that is all decoder. */
import { asTensor } from "../creation.ts";
import { scaledDotProductAttention } from "../nn/functional.ts";
import { normal_, zeros_ } from "../nn/init.ts";
import { ModuleList } from "../nn/layers/container.ts";
import { Dropout } from "../nn/layers/dropout.ts";
import { Embedding } from "../nn/layers/embedding.ts";
import { Linear } from "../nn/layers/linear.ts";
import { LayerNorm } from "../nn/layers/normalization.ts";
import { Module } from "../nn/module.ts";
import type { KeyReport, StateDict } from "../nn/state.ts";
import { gelu } from "../ops/activation.ts";
import { add } from "../ops/arithmetic.ts";
import { narrow, select } from "../ops/indexing.ts";
import { cat } from "../ops/join.ts";
import { linear } from "../ops/linear.ts";
import { reshape, transpose } from "../ops/shape.ts";
import { chunk } from "../ops/split.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** The size of a GPT; the defaults are those of the smallest GPT-2. */
export interface GPTOptions {
  /** Tokens; default 50257. */
  vocabularySize?: number;
  /** The longest text; default 1024. */
  blockSize?: number;
  /** Layers; default 12. */
  layers?: number;
  /** Heads of each attention; default 12. */
  heads?: number;
  /** The size of a position; default 768. */
  size?: number;
  /** The probability of dropout; default 0.1. */
  dropout?: number;
}

/** Keys and values of the places that were read already, layer by layer. */
export interface KeyValueCache {
  /** Of each layer `(batch, heads, time, size / heads)`; empty before the first piece. */
  readonly layers: { keys: Tensor; values: Tensor }[];
  /** How many places were read. */
  length: number;
}

class CausalAttention extends Module {
  readonly cAttn: Linear;
  readonly cProj: Linear;
  readonly attnDropout: number;
  readonly residDropout: Dropout;

  constructor(
    readonly size: number,
    readonly heads: number,
    dropout: number,
  ) {
    super();
    this.cAttn = new Linear(size, 3 * size);
    this.cProj = new Linear(size, size);
    this.attnDropout = dropout;
    this.residDropout = new Dropout(dropout);
  }

  forward(x: Tensor, cache?: KeyValueCache, layer = 0): Tensor {
    const [batch, time] = x.shape as [number, number];
    // (batch, time, size) → (batch, heads, time, size / heads)
    const [q, k, v] = chunk(this.cAttn(x), 3, { dim: -1 }).map((part) =>
      transpose(reshape(part, [batch, time, this.heads, this.size / this.heads]), 1, 2),
    ) as [Tensor, Tensor, Tensor];
    const before = cache?.layers[layer];
    const keys = before ? cat([before.keys, k], { dim: 2 }) : k;
    const values = before ? cat([before.values, v], { dim: 2 }) : v;
    if (cache) cache.layers[layer] = { keys, values };
    const past = keys.shape[2]! - time;
    const attended = scaledDotProductAttention(q, keys, values, {
      // A single place sees all before it; of several behind a past each sees the past and those up to itself.
      ...(past === 0 ? { isCausal: true } : time === 1 ? {} : { attnMask: laterMask(time, past) }),
      dropoutP: this.training ? this.attnDropout : 0,
    });
    return this.residDropout(this.cProj(reshape(transpose(attended, 1, 2), [batch, time, this.size])));
  }
}

/** True where a place may look, `(time, past + time)`. */
function laterMask(time: number, past: number): Tensor {
  const rows = Array.from({ length: time }, (_, i) => Array.from({ length: past + time }, (_, j) => j <= past + i));
  return asTensor(rows);
}

class FeedForward extends Module {
  readonly cFc: Linear;
  readonly cProj: Linear;
  readonly dropout: Dropout;

  constructor(size: number, dropout: number) {
    super();
    this.cFc = new Linear(size, 4 * size);
    this.cProj = new Linear(4 * size, size);
    this.dropout = new Dropout(dropout);
  }

  forward(x: Tensor): Tensor {
    return this.dropout(this.cProj(gelu(this.cFc(x), { approximate: "tanh" })));
  }
}

/** A layer of GPT: attention to what came before, then a net at each place, both around a shortcut and normalized at their start. */
class Block extends Module {
  readonly ln1: LayerNorm;
  readonly attn: CausalAttention;
  readonly ln2: LayerNorm;
  readonly mlp: FeedForward;

  constructor(size: number, heads: number, dropout: number) {
    super();
    this.ln1 = new LayerNorm(size);
    this.attn = new CausalAttention(size, heads, dropout);
    this.ln2 = new LayerNorm(size);
    this.mlp = new FeedForward(size, dropout);
  }

  forward(x: Tensor, cache?: KeyValueCache, layer = 0): Tensor {
    const attended = add(x, this.attn(this.ln1(x), cache, layer));
    return add(attended, this.mlp(this.ln2(attended)));
  }
}

/**
 * GPT: a Transformer's decoder without an encoder, which says what comes next after each token and looks only back. It is GPT-2 with its names, so
 * that its weights can be loaded: learned positions, normalization before each part, and the table of embeddings used again for the logits.
 *
 * Shapes: token indices `(batch, time)` with a time ≤ blockSize → logits `(batch, time, vocabularySize)`.
 *
 * @param options `vocabularySize`, `blockSize`, `layers`, `heads`, `size`, `dropout`.
 * @throws {RangeError} If `size` is no multiple of `heads`, or a text is longer than `blockSize`.
 * @see Radford et al. (2018, 2019); book §5.4.
 * @example new GPT({ vocabularySize: 20, blockSize: 8, layers: 1, heads: 2, size: 8 })(randint(20, [2, 5])).shape // [2, 5, 20]
 */
export class GPT extends Module {
  readonly wte: Embedding;
  readonly wpe: Embedding;
  readonly drop: Dropout;
  readonly h: ModuleList<Block>;
  readonly lnF: LayerNorm;
  readonly blockSize: number;

  constructor(options: GPTOptions = {}) {
    super();
    const { vocabularySize = 50257, blockSize = 1024, layers = 12, heads = 12, size = 768, dropout = 0.1 } = options;
    if (size % heads !== 0)
      throw new RangeError(`Cannot split ${size} numbers among ${heads} heads: they must be a multiple`);
    this.blockSize = blockSize;
    this.wte = new Embedding(vocabularySize, size);
    this.wpe = new Embedding(blockSize, size);
    this.drop = new Dropout(dropout);
    this.h = new ModuleList(Array.from({ length: layers }, () => new Block(size, heads, dropout)));
    this.lnF = new LayerNorm(size);
    this.resetParameters();
  }

  /** Draws new weights, normal with deviation 0.02, and smaller where a layer adds to what came before, the deeper the net. */
  resetParameters(): void {
    const added = 0.02 / Math.sqrt(2 * this.h.length);
    for (const [name, parameter] of this.namedParameters()) {
      if (name.endsWith("bias")) zeros_(parameter);
      else if (parameter.ndim > 1) normal_(parameter, { std: name.includes("cProj") ? added : 0.02 });
    }
  }

  forward(tokens: TensorLike): Tensor {
    return this.run(tokens);
  }

  /** The logits; with a cache, `tokens` go on after those it has seen, which are not computed again. */
  run(tokens: TensorLike, cache?: KeyValueCache): Tensor {
    const given = asTensor(tokens);
    const [, time] = given.shape as [number, number];
    const start = cache?.length ?? 0;
    if (given.ndim !== 2 || start + time > this.blockSize) {
      throw new RangeError(
        `Cannot read ${show(given.shape)} after ${start} tokens: expected (batch, time), at most ${this.blockSize} in all`,
      );
    }
    const positions = narrow(this.wpe.weight, 0, { start, length: time });
    let x = this.drop(add(this.wte(given), positions)); // (batch, time, size)
    for (const [layer, block] of [...this.h].entries()) x = block(x, cache, layer);
    if (cache) cache.length += time;
    return linear(this.lnF(x), this.wte.weight);
  }

  /** What a first piece is read with. */
  cache(): KeyValueCache {
    return { layers: [], length: 0 };
  }

  /**
   * What `text.generate` asks: the logits of the token after some tokens. Keys and values are kept, so that each token is read once; of a text that has
   * become longer than `blockSize`, the latter half is read anew.
   *
   * @example
   * const model = new GPT({ vocabularySize: 20, blockSize: 8, layers: 1, heads: 2, size: 8 }).eval();
   * text.generate(model.reader(), [1, 2], { maxTokens: 10 }).length // 10
   */
  reader(): (tokens: readonly number[]) => Tensor {
    let seen: readonly number[] = [];
    let cache = this.cache();
    let from = 0;
    return (tokens) => {
      const continues = seen.length < tokens.length && seen.every((token, i) => token === tokens[i]);
      if (!continues || tokens.length - from > this.blockSize) {
        cache = this.cache();
        from = tokens.length > this.blockSize ? tokens.length - Math.ceil(this.blockSize / 2) : 0;
        seen = tokens.slice(0, from);
      }
      const logits = this.run(asTensor([tokens.slice(seen.length)], { dtype: "int32" }), cache);
      seen = [...tokens];
      return select(select(logits, 0, 0), 0, -1);
    };
  }

  /**
   * Takes over the weights of a GPT-2 as Hugging Face keeps them: `io.safetensors.loadFile("model.safetensors")` of the same size.
   *
   * @throws {RangeError} If a name is missing or unknown, or a shape differs.
   */
  loadGPT2(state: Readonly<StateDict>): KeyReport {
    const entries = Object.entries(state)
      .map(([name, value]) => [name.replace(/^transformer\./, ""), value] as const)
      // Masks, and the table of embeddings once more.
      .filter(([name]) => !/\.attn\.(masked_)?bias$|^lm_head\./.test(name));
    return this.loadStateDict(
      Object.fromEntries(
        entries.map(([name, value]) => [
          name.replace(/\bln_([12])\b/, "ln$1"),
          // There, these matrices stand the other way round.
          /\.c_(attn|proj|fc)\.weight$/.test(name) ? transpose(value, 0, 1) : value,
        ]),
      ),
    );
  }
}
