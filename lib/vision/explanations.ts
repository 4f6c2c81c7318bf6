/** What in a picture a model's answer rests on. */
import { gradients } from "../autograd/engine.ts";
import { enableGrad, noGrad } from "../autograd/mode.ts";
import { fromData } from "../creation.ts";
import type { Layer, Module } from "../nn/module.ts";
import { relu, softmax } from "../ops/activation.ts";
import { mul } from "../ops/arithmetic.ts";
import { amax } from "../ops/extremes.ts";
import { narrow } from "../ops/indexing.ts";
import { interpolate } from "../ops/interpolation.ts";
import { cat } from "../ops/join.ts";
import { abs } from "../ops/math.ts";
import { mean, sum } from "../ops/reduction.ts";
import { reshape } from "../ops/shape.ts";
import { show } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { batchOf, evaluating, targetOf } from "./activations.ts";

/** Which class is asked about. */
export interface TargetOption {
  /** Its number; the class that the model takes the picture for if left out. */
  target?: number;
}

/** Options of occlusion. */
export interface OcclusionOptions extends TargetOption {
  /** Side of the square that is covered, in pixels; default a fifth of the shorter side, rounded up. */
  size?: number;
  /** How far the square moves; default 1. */
  stride?: number;
  /** The brightness that it is covered with; default 0. */
  fill?: number;
}

/**
 * An occlusion map: how much of the probability of a class is lost if a square around each place is covered. Where it is most, there is what the model looks at.
 *
 * Shapes: image `(channels, rows, columns)` → `(rows / stride, columns / stride)`, rounded up.
 *
 * @param model Gives scores of classes, `(batch, classes)`, before softmax.
 * @param options `target`, `size`, `stride`, `fill`.
 * @throws {RangeError} If it is no picture, the class does not exist, or a size is not a whole number from 1.
 * @see Zeiler and Fergus (2014), figure 6, which shows the probability that is left; book §3.6.2.
 * @example occlusionMap(new nn.Sequential(new nn.Flatten(), new nn.Linear(16, 2)), rand([1, 4, 4])).shape // [4, 4]
 */
export function occlusionMap(model: Layer, image: TensorLike, options: OcclusionOptions = {}): Tensor {
  const x = batchOf(image, "cover parts of");
  const [, channels, rows, columns] = x.shape as [number, number, number, number];
  const { size = Math.ceil(Math.min(rows, columns) / 5), stride = 1, fill = 0 } = options;
  for (const [name, value] of Object.entries({ size, stride })) {
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`Cannot cover a picture with ${name} ${value}: it must be a whole number from 1`);
  }
  const across = Math.ceil(columns / stride);
  const places = Array.from({ length: Math.ceil(rows / stride) * across }, (_, i) => [
    Math.floor(i / across) * stride,
    (i % across) * stride,
  ]) as [number, number][];
  const reach = Math.floor(size / 2);
  const covered = ([row, column]: [number, number]): Tensor => {
    const pixels = Float32Array.from(x.data);
    for (let c = 0; c < channels; c++) {
      for (let i = Math.max(0, row - reach); i < Math.min(rows, row - reach + size); i++) {
        const start = (c * rows + i) * columns;
        const [from, to] = [Math.max(0, column - reach), Math.min(columns, column - reach + size)];
        if (to > from) pixels.fill(fill, start + from, start + to);
      }
    }
    return fromData(pixels, x.shape);
  };
  return evaluating(model, () =>
    noGrad(() => {
      const scores = model(x);
      const target = targetOf(scores, options.target);
      const probability = (of: Tensor) => narrow(softmax(of, { dim: 1 }), 1, { start: target, length: 1 }).flatten();
      const whole = probability(scores).item();
      const left: Tensor[] = [];
      // In batches, because one by one takes longer and all at once much memory.
      for (let i = 0; i < places.length; i += 64)
        left.push(probability(model(cat(places.slice(i, i + 64).map(covered)))));
      return reshape(cat(left).neg().add(whole), [-1, across]);
    }),
  );
}

/** The score of a class, recorded. */
function scoreOf(model: Layer, x: Tensor, target: number | undefined): Tensor {
  const scores = model(x);
  return scores.select(0, 0).select(0, targetOf(scores, target));
}

/**
 * A saliency map: how much the score of a class changes with each pixel, `max_c |∂score/∂x_c|`.
 *
 * Shapes: image `(channels, rows, columns)` → `(rows, columns)`.
 *
 * @param model Gives scores of classes, `(batch, classes)`.
 * @param options `target`.
 * @throws {RangeError} If it is no picture, or the class does not exist.
 * @see Simonyan, Vedaldi and Zisserman (2014); book §3.6.
 * @example saliencyMap(new nn.Sequential(new nn.Flatten(), new nn.Linear(16, 2)), rand([1, 4, 4])).shape // [4, 4]
 */
export function saliencyMap(model: Layer, image: TensorLike, options: TargetOption = {}): Tensor {
  const x = batchOf(image, "take the saliency of").detach().requiresGrad_(true);
  const slope = evaluating(model, () => enableGrad(() => gradients(scoreOf(model, x, options.target), [x])[0]!));
  return amax(abs(slope.select(0, 0)), { dim: 0 });
}

/**
 * Grad-CAM: the maps of a layer, each weighed by the mean gradient of the score with respect to it, `ReLU(Σ_k mean(∂score/∂A_k) A_k)`, enlarged to the picture. Rougher
 * than saliency, and about whole things rather than pixels.
 *
 * Shapes: image `(channels, rows, columns)` → `(rows, columns)`.
 *
 * @param model Gives scores of classes, `(batch, classes)`.
 * @param options `layer`: a module of the model that gives maps `(batch, channels, rows, columns)`, most often its last filters; `target`.
 * @throws {RangeError} If it is no picture, the class does not exist, or the layer gave no maps.
 * @see Selvaraju et al. (2017); book §3.6.
 * @example
 * const model = new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.ReLU(), new nn.Flatten(), new nn.Linear(18, 2));
 * gradCam(model, rand([1, 5, 5]), { layer: model.at(0)! }).shape // [5, 5]
 */
export function gradCam(model: Layer, image: TensorLike, options: TargetOption & { layer: Module }): Tensor {
  const x = batchOf(image, "take the Grad-CAM of").detach().requiresGrad_(true);
  let maps: Tensor | null = null;
  const remove = options.layer.registerForwardHook((_, __, output) => {
    if (output instanceof Tensor) maps = output;
  });
  const kept = (): Tensor => {
    if (maps !== null && maps.ndim === 4) return maps;
    const got = maps === null ? "nothing" : `shape ${show((maps as Tensor).shape)}`;
    throw new RangeError(
      `Cannot weigh the maps of ${options.layer.constructor.name}: it gave ${got} instead of planes`,
    );
  };
  try {
    const [planes, slopes] = evaluating(model, () =>
      enableGrad(() => {
        const score = scoreOf(model, x, options.target);
        return [kept().detach(), gradients(score, [kept()])[0]!] as const;
      }),
    );
    const weights = mean(slopes, { dim: [2, 3], keepDim: true }); // (1, planes, 1, 1)
    const small = relu(sum(mul(weights, planes), { dim: 1, keepDim: true }));
    const size = x.shape.slice(2) as [number, number];
    return reshape(interpolate(small, { size, mode: "bilinear" }), size);
  } finally {
    remove();
  }
}
