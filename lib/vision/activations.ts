/** What the layers of a model give, to look at. */
import { noGrad } from "../autograd/mode.ts";
import { asTensor } from "../creation.ts";
import { Conv2d } from "../nn/layers/convolution.ts";
import type { Layer, Module } from "../nn/module.ts";
import { unsqueeze } from "../ops/shape.ts";
import { show } from "../shape.ts";
import { Tensor, type TensorLike } from "../tensor.ts";

/** One picture as a batch of one. */
export function batchOf(image: TensorLike, verb: string): Tensor {
  const x = asTensor(image);
  if (x.ndim !== 3)
    throw new RangeError(`Cannot ${verb} ${show(x.shape)}: give one picture, (channels, rows, columns)`);
  return unsqueeze(x, 0);
}

/** Runs `look` with a model in evaluation, and puts the modes of its modules back. */
export function evaluating<T>(model: Module, look: () => T): T {
  const modes = model.modules().map((module) => [module, module.training] as const);
  model.eval();
  try {
    return look();
  } finally {
    for (const [module, training] of modes) module.training = training;
  }
}

/** The class that a model is asked about: the one given, else that which it takes the picture for. */
export function targetOf(scores: Tensor, target: number | undefined): number {
  const classes = scores.shape[1] ?? 0;
  if (scores.ndim !== 2 || classes === 0)
    throw new RangeError(`Cannot explain outputs of shape ${show(scores.shape)}: they must be (batch, classes)`);
  if (target === undefined) return scores.argmax({ dim: 1 }).data[0]!;
  if (!Number.isInteger(target) || target < 0 || target >= classes)
    throw new RangeError(`Cannot explain class ${target}: there are ${classes}`);
  return target;
}

/**
 * The feature maps of a picture: what each layer of filters gives, by its path in the model.
 *
 * Shapes: image `(channels, rows, columns)` → each `(filters, rows, columns)`.
 *
 * @param options `layers`: which modules; default all `Conv2d`.
 * @throws {RangeError} If it is no picture.
 * @see plot.featureMaps draws one of them; book §3.6.
 * @example featureMaps(new nn.Sequential(new nn.Conv2d(1, 2, 3)), rand([1, 5, 5])).get("0")!.shape // [2, 3, 3]
 */
export function featureMaps(
  model: Layer,
  image: TensorLike,
  options: { layers?: readonly Module[] } = {},
): Map<string, Tensor> {
  const x = batchOf(image, "look at the feature maps of");
  const maps = new Map<string, Tensor>();
  const wanted = model
    .namedModules()
    .filter(([, module]) => options.layers?.includes(module) ?? module instanceof Conv2d);
  const removers = wanted.map(([path, module]) =>
    module.registerForwardHook((_, __, output) => {
      if (output instanceof Tensor) maps.set(path, output.select(0, 0));
    }),
  );
  try {
    evaluating(model, () => noGrad(() => model(x)));
  } finally {
    for (const remove of removers) remove();
  }
  return maps;
}
