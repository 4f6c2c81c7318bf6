/** What all models have in common: options, and the first values of all weights in one go. Layers are made without their own, which would soon be replaced. */
import { constant_, kaimingNormal_, normal_ } from "../nn/init.ts";
import { Conv2d } from "../nn/layers/convolution.ts";
import { Linear } from "../nn/layers/linear.ts";
import type { Module } from "../nn/module.ts";

/** Options that all models have. */
export interface ModelOptions {
  /** How many classes there are to tell apart; default 1000, those of ImageNet. */
  numClasses?: number;
  /** Channels of the pictures; default 3. */
  inChannels?: number;
  /** Whether to draw first values; default true. Without, the weights are 0 until a state is loaded, and even the largest model is there at once. */
  initWeights?: boolean;
}

/** Throws unless each count is a whole number from 1. */
export function checkCounts(model: string, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`Cannot make ${model} with ${name} ${count}: it must be a whole number from 1`);
  }
}

/** How weights start. */
export interface Start {
  /** The deviation of the weights of linear layers; they start as `Linear` does if left out. */
  linearStd?: number;
  /** The deviation of filters; He's by the outputs of a unit if left out. */
  convStd?: number;
}

/** Draws the first values of all convolutions and linear layers of a model, biases 0: normal, as in He's papers and in torchvision. */
export function start_(model: Module, { linearStd, convStd }: Start = {}): void {
  for (const module of model.modules()) {
    if (module instanceof Conv2d) {
      if (convStd === undefined) kaimingNormal_(module.weight, { mode: "fanOut", nonlinearity: "relu" });
      else normal_(module.weight, { std: convStd });
      if (module.bias !== null) constant_(module.bias, 0);
    } else if (module instanceof Linear) {
      if (linearStd === undefined) module.resetParameters();
      else {
        normal_(module.weight, { std: linearStd });
        if (module.bias !== null) constant_(module.bias, 0);
      }
    }
  }
}
