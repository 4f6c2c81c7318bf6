/** Looking at what a filter answers to, by going back through the net. */
import { gradients } from "../autograd/engine.ts";
import { enableGrad, noGrad } from "../autograd/mode.ts";
import { fromData } from "../creation.ts";
import { ReLU } from "../nn/layers/activation.ts";
import type { Sequential } from "../nn/layers/container.ts";
import { LocalResponseNorm } from "../nn/layers/group-normalization.ts";
import type { Layer } from "../nn/module.ts";
import { relu } from "../ops/activation.ts";
import { show } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { batchOf, evaluating } from "./activations.ts";

/** What going back through a layer makes of what comes from above. */
function back(layer: Layer, input: Tensor, above: Tensor): Tensor {
  // The one thing that sets it apart from a gradient: what comes from above is rectified, not what went up.
  if (layer instanceof ReLU) return relu(above);
  if (layer instanceof LocalResponseNorm) return above;
  // Filters go back transposed and poolings to where their greatest was: both are what the gradient does.
  return enableGrad(() => {
    const x = input.detach().requiresGrad_(true);
    return gradients(layer(x), [x], above)[0]!;
  });
}

/**
 * The deconvolution view of a filter: the part of a picture that made it answer most, drawn by going back from that one answer. Filters are transposed, poolings put
 * values back where they came from, and ReLU is applied on the way back.
 *
 * Shapes: image `(channels, rows, columns)` → the same.
 *
 * @param features Layers of filters, ReLU, pooling and normalization in a row, as in `ZFNet.features`.
 * @param options `layer`: the position of the layer whose answers are looked at, counted from the end if negative; default the last. `channel`: which of its
 *   filters; default that with the greatest answer.
 * @throws {RangeError} If it is no picture, or there is no such layer or channel.
 * @see Zeiler and Fergus (2014), section 2; book §3.6.2.
 * @example
 * const features = new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.ReLU(), new nn.MaxPool2d(2));
 * deconvolution(features, rand([1, 8, 8]), { layer: 1, channel: 0 }).shape // [1, 8, 8]
 */
export function deconvolution(
  features: Sequential,
  image: TensorLike,
  options: { layer?: number; channel?: number } = {},
): Tensor {
  let x = batchOf(image, "go back to");
  const layers = [...features];
  const wanted = options.layer ?? -1;
  const last = wanted < 0 ? wanted + layers.length : wanted;
  if (layers[last] === undefined) throw new RangeError(`Cannot look at layer ${wanted}: there are ${layers.length}`);
  return evaluating(features, () => {
    const inputs = layers.slice(0, last + 1).map((layer) => {
      const input = x;
      x = noGrad(() => layer(input));
      return input;
    });
    let y = strongest(x, options.channel);
    for (let i = last; i >= 0; i--) y = back(layers[i]!, inputs[i]!, y);
    return y.select(0, 0);
  });
}

/** Everything 0 but the greatest answer, of one channel or of all. */
function strongest(answers: Tensor, channel: number | undefined): Tensor {
  const [, channels, rows, columns] = answers.shape as [number, number, number, number];
  if (answers.ndim !== 4) throw new RangeError(`Cannot go back from ${show(answers.shape)}: it must be planes`);
  if (channel !== undefined && !(Number.isInteger(channel) && channel >= 0 && channel < channels))
    throw new RangeError(`Cannot look at channel ${channel}: there are ${channels}`);
  const [from, to] =
    channel === undefined ? [0, answers.size] : [channel * rows * columns, (channel + 1) * rows * columns];
  let best = from;
  for (let i = from; i < to; i++) if (answers.data[i]! > answers.data[best]!) best = i;
  const alone = new Float32Array(answers.size);
  alone[best] = answers.data[best]!;
  return fromData(alone, answers.shape).to(answers.dtype);
}
