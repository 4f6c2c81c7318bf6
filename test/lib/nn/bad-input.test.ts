/** What does not fit a layer is refused, with the reason. */
import { expect, test } from "@jest/globals";
import { F, nn, rand } from "../../../lib/index.ts";

test.each<[string, () => unknown, string | RegExp]>([
  [
    "Conv2d",
    () => new nn.Conv2d(4, 6, 3, { groups: 4 }),
    "Cannot convolve 4 to 6 channels in 4 groups: both must be multiples of it",
  ],
  [
    "Conv2d of other channels",
    () => new nn.Conv2d(3, 6, 3)(rand([1, 4, 8, 8])),
    "Cannot conv2d [1,4,8,8] by a weight of [6,3,3,3]: the channels do not fit",
  ],
  ["Conv2d of a window for one dimension", () => new nn.Conv2d(3, 6, [3]), "or a list of 2"],
  ["GroupNorm", () => new nn.GroupNorm(3, 4), "Cannot normalize 4 channels in 3 groups: they must be a multiple"],
  ["BatchNorm2d", () => new nn.BatchNorm2d(4)(rand([2, 4])), "with BatchNorm2d: it must have 4 dimensions"],
  ["InstanceNorm2d", () => new nn.InstanceNorm2d(4)(rand([2, 3, 2, 2])), "it must be (batch, 4, …)"],
  ["InstanceNorm1d of one element", () => new nn.InstanceNorm1d(4)(rand([2, 4, 1])), "needs more than one value"],
  ["RMSNorm", () => new nn.RMSNorm(4)(rand([2, 3])), "Cannot normalize [2,3] over [4]"],
  ["LocalResponseNorm", () => new nn.LocalResponseNorm(2)(rand([2, 3])), "it needs 3 dimensions"],
  ["Dropout2d", () => new nn.Dropout2d()(rand([2, 3])), "it must have 4 dimensions, or 3 without batch"],
  ["GaussianNoise", () => new nn.GaussianNoise(-1), "of standard deviation -1: it must be ≥ 0"],
  ["RReLU", () => new nn.RReLU(2, 1)([1]), "Cannot draw slopes from 2 to 1: lower must not exceed upper"],
  ["Softmax2d", () => new nn.Softmax2d()([1]), "it must have 4 dimensions, or 3 without batch"],
  ["RBF", () => new nn.RBF(2, 1)([1, 2, 3]), "Cannot compare [3] with centers: the last dimension must be 2"],
  ["Maxout", () => new nn.Maxout(2, 1, { pieces: 0 }), "Cannot make units of 0 pieces"],
  ["maxout", () => F.maxout([1, 2, 3], 2), "of 2 pieces of dimension 0 of [3]: it must be a multiple"],
  ["ZeroPad2d", () => new nn.ZeroPad2d([1, 2]), "Cannot pad 2 dimensions by [1,2]: give one width, or 4"],
  ["GlobalAvgPool", () => new nn.GlobalAvgPool()(rand([2, 3])), "it must have batch, channels and more"],
  ["Linear", () => new nn.Linear(3, 2)(rand([4, 5])), /\[4,5\].*\[2,3\].*3/],
  [
    "Bilinear",
    () => new nn.Bilinear(3, 2, 1)(rand([4, 3]), rand([4, 3])),
    /Cannot map \[4,3\] and \[4,3\] by a bilinear weight of \[1,3,2\]/,
  ],
  [
    "LayerNorm",
    () => new nn.LayerNorm(4)(rand([2, 3])),
    "Cannot normalize [2,3] over [4]: its last dimensions must be that",
  ],
  [
    "BatchNorm1d of other channels",
    () => new nn.BatchNorm1d(4)(rand([2, 3])),
    "Cannot normalize [2,3]: dimension 1 must have 4 channels",
  ],
  [
    "BatchNorm1d of four dimensions",
    () => new nn.BatchNorm1d(4)(rand([2, 4, 1, 1])),
    "with BatchNorm1d: it must have 2 or 3 dimensions",
  ],
  ["BatchNorm1d of one sample", () => new nn.BatchNorm1d(3)(rand([1, 3])), "each channel needs more than one value"],
  ["Dropout", () => new nn.Dropout(1.5), "Cannot drop with probability 1.5: it must be from 0 to 1"],
  ["Embedding", () => new nn.Embedding(4, 2)([4]), /index 4: indices go from 0 to 3/],
  ["PReLU", () => new nn.PReLU(3)(rand([2, 4])), "Cannot use 3 slopes for [2,4]: give 1 or 4, one a channel"],
  ["Softplus", () => new nn.Softplus(0)([1]), "Cannot compute softplus with beta 0: beta must be > 0"],
])("%s refuses what does not fit, naming it", (_, run, message) => {
  expect(run).toThrow(RangeError);
  expect(run).toThrow(message);
});
