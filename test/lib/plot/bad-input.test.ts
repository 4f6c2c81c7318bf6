/** What cannot be drawn is refused, with the reason. */
import { expect, test } from "@jest/globals";
import { nn, plot, rand, type Tensor, tensor } from "../../../lib/index.ts";
import { blobs } from "./samples.ts";

test.each<[string, () => unknown, string]>([
  ["two lengths", () => plot.line([1, 2, 3], { x: [1, 2] }), "their lengths 2 and 3 differ"],
  ["points of three coordinates", () => plot.scatter(rand([4, 3])), "expected points, shape [count,2]"],
  ["a band of no series", () => plot.line({ a: [1, 2] }, { bands: { b: [1, 1] } }), "the series are a"],
  ["a log bar of 0", () => plot.bar([0, 1], { yScale: "log" }), "values must be > 0"],
  ["a size of 0", () => plot.line([1], { width: 0 }), "width 0"],
  ["no chart to join", () => plot.hconcat(), "give at least one"],
  ["one set", () => plot.venn(["all"]), "there must be 2 to 6"],
  ["three weights in the plane", () => plot.boundaries(blobs, [{ weight: [1, 2, 3], bias: 0 }]), "there must be two"],
  ["a picture of four channels", () => plot.image(rand([4, 2, 2])), "expected [height,width]"],
  ["labels that are too few", () => plot.imageGrid(rand([3, 2, 2]), { labels: [1] }), "there must be one each"],
  ["a class of half", () => plot.confusionMatrix([0.5], [1]), "classes are whole numbers"],
  ["a function that sums", () => plot.functionAndDerivative((z: Tensor) => z.sum()), "it must be elementwise"],
  ["a box of NaN", () => plot.box({ a: [Number.NaN] }), "no finite numbers"],
  ["a curve of one class", () => plot.roc([0.1, 0.2], [1, 1]), "2 positives and 0 negatives"],
  ["areas laid oddly", () => plot.area([1], { stack: "heap" as "stack" }), "stack, none, share"],
  ["no facets", () => plot.facet({}), "give at least one"],
  ["a network of one layer", () => plot.neuralNet([3]), "two or more"],
  ["weights of another shape", () => plot.neuralNet([2, 1], { weights: [[[1, 2, 3]]] }), "shape [1,3]"],
  ["a model without an input", () => plot.architecture(new nn.Conv2d(1, 1, 1)), "give an input"],
  ["tokens without losses", () => plot.tokens(["a", "b"], [1]), "their lengths 2 and 1 differ"],
  ["a text of nothing", () => plot.tokens([], []), "at least one"],
  ["no steps", () => plot.unrolled(0), "from 1 to 12"],
  ["a step alone", () => plot.recurrence("hidden", { steps: 1 }), "from 2 to 8"],
  ["no such recurrence", () => plot.recurrence("cell" as "last"), "there are hidden, output, last"],
  ["a graph of nothing recorded", () => plot.graph(tensor(1)), "was not recorded"],
  ["filters of two dimensions", () => plot.filters(rand([4, 4])), "expected [filters,channels,height,width]"],
  ["a batch of feature maps", () => plot.featureMaps(rand([2, 3, 4, 4])), "of one sample"],
  ["no frames", () => plot.slider([]), "give at least one"],
  ["frames of two kinds", () => plot.slider([plot.venn(["a", "b"]), plot.line([1])]), "differ in their data only"],
  ["a label too many", () => plot.slider([plot.line([1])], { labels: [1, 2] }), "one each"],
  ["nothing to choose", () => plot.sliders({}, () => plot.line([1])), "one value or more"],
  ["a menu without names", () => plot.sliders({ a: [] }, () => plot.line([1])), "one value or more"],
  [
    "a start that is none",
    () => plot.sliders({ a: [1, 2] }, () => plot.line([1]), { start: { a: 3 as 1 } }),
    "none of 1, 2",
  ],
  [
    "too many frames",
    () => plot.sliders({ a: Array(30).fill(0), b: Array(30).fill(0) }, () => plot.line([1])),
    "at most 500",
  ],
  ["attention of a list", () => plot.attention([1, 2]), "expected [queries,keys]"],
  ["a head that is not there", () => plot.attention(rand([2, 3, 3]), { head: 2 }), "there are 2"],
  ["one vector", () => plot.embedding([[1, 2]]), "two or more each"],
  ["gradients before backward", () => plot.gradients(new nn.Linear(1, 1)), "call backward()"],
  ["distributions of nothing", () => plot.distributions({}), "give at least one"],
  ["a histogram of NaN", () => plot.histogram(tensor([Number.NaN])), "no finite numbers"],
  [
    "an odd file name",
    () =>
      plot
        .line([1])
        .save("x.bmp")
        .catch((e: Error) => {
          throw e;
        }),
    ".png, .svg or .json",
  ],
])("such as %s is named", async (_, run, message) => {
  await expect(async () => run()).rejects.toThrow(message);
});
