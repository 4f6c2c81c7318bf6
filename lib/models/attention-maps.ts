/** What a Transformer looks at. */
import { noGrad } from "../autograd/mode.ts";
import { type AttendOptions, MultiheadAttention } from "../nn/layers/attention.ts";
import type { Module } from "../nn/module.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

/** The weights of one attention in one run. */
export interface AttentionMap {
  /** The attention's path in the model, such as `transformer.decoder.layers.0.multiheadAttn`. */
  readonly path: string;
  /** `(batch, heads, queries, keys)`; rows sum to 1. */
  readonly weights: Tensor;
}

/**
 * Runs a model and gives the weights of all its multi-head attentions, head by head, in the order of the run.
 *
 * @param model Any model with `MultiheadAttention` inside.
 * @param run What to do with it, such as `() => model(source, target)`.
 * @example
 * const layer = new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 8 });
 * attentionMaps(layer, () => layer(rand([5, 1, 4])))[0]?.weights.shape // [1, 2, 5, 5]
 */
export function attentionMaps(model: Module, run: () => unknown): AttentionMap[] {
  const maps: AttentionMap[] = [];
  const removals: (() => void)[] = [];
  let asking = false;
  for (const [path, module] of model.namedModules()) {
    if (!(module instanceof MultiheadAttention)) continue;
    removals.push(
      module.registerForwardHook((_, args) => {
        if (asking) return;
        asking = true;
        const [query, key, value, options] = args as [TensorLike, TensorLike, TensorLike, AttendOptions | undefined];
        // The run itself need not have kept its weights, so it is asked again for them.
        const [, weights] = module(query, key, value, { ...options, needWeights: true, averageAttnWeights: false });
        asking = false;
        maps.push({ path, weights: weights!.detach() });
      }),
    );
  }
  const modes = model.namedModules().map(([, module]) => [module, module.training] as const);
  model.eval();
  try {
    noGrad(run);
  } finally {
    for (const remove of removals) remove();
    for (const [module, training] of modes) module.training = training;
  }
  return maps;
}
