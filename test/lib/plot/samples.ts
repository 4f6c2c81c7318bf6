/** A chart of each kind, several where a kind has several forms: what the tests of charts go through. */
import { data, F, manualSeed, nn, optim, plot, rand, randn, softmax, type Tensor, tensor } from "../../../lib/index.ts";

manualSeed(0);
export const blobs = data.blobs({ count: 40 });
const spirals = data.spirals({ count: 60, classes: 3 });
const valley = (p: Tensor) => p.select(1, 0).square().add(p.select(1, 1).square().mul(10));
const deep = new nn.Sequential(
  new nn.Linear(2, 8),
  new nn.Sigmoid(),
  new nn.Linear(8, 8),
  new nn.Sigmoid(),
  new nn.Linear(8, 1),
);
deep(randn([20, 2]))
  .square()
  .mean()
  .backward();
const weight = tensor(2, { requiresGrad: true });
const line = { weight: [1, 2], bias: -1 };

/** By name: the function, then what is special. Each call draws the same numbers. */
export const charts: Readonly<Record<string, () => plot.Chart>> = {
  "architecture of a model": () =>
    plot.architecture(
      new nn.Sequential(new nn.Conv2d(1, 4, 3), new nn.ReLU(), new nn.Flatten(), new nn.Linear(144, 2)),
      {
        input: rand([1, 1, 8, 8]),
      },
    ),
  "architecture of blocks": () =>
    plot.architecture([
      { name: "text", shape: [20, 8] },
      { name: "Linear", shape: [2] },
    ]),
  area: () => plot.area({ bias: [4, 2, 1], variance: [0, 1, 3] }, { xLabel: "capacity" }),
  "area of shares": () => plot.area([1, 2, 3], { stack: "share" }),
  activations: () => plot.activations(deep, randn([40, 2]), { bins: 10 }),
  "attention of one head": () =>
    plot.attention(
      [
        [0.9, 0.1],
        [0.4, 0.6],
      ],
      { queries: ["the", "cat"] },
    ),
  "attention of layers and heads": () =>
    plot.attention(softmax(randn([2, 3, 4, 4]), 3), { queries: ["a", "b", "a", "c"] }),
  "bar of numbers by name": () => plot.bar({ cat: 0.71, dog: 0.26 }, { yLabel: "p", title: "Softmax" }),
  "bar of series": () => plot.bar({ a: [1, 2], b: [3, 4] }, { names: ["x", "y"], errors: undefined }),
  "bar on a log scale": () => plot.bar([1, 10, 1000], { yScale: "log", horizontal: true }),
  "bar with errors": () => plot.bar([1, 2, 3], { errors: [0.1, 0.2, 0.1] }),
  box: () => plot.box({ a: randn([50]), b: [1, 2, 3, 100] }, { yLabel: "activation" }),
  "box of rows": () => plot.box(randn([3, 20]), { names: ["x", "y", "z"] }),
  boundaries: () => plot.boundaries(blobs, [{ weight: [1, 0], bias: 0 }, line], { title: "Lines" }),
  "boundaries without lines": () => plot.boundaries(blobs, []),
  confusionMatrix: () => plot.confusionMatrix([0, 1, 1], [0, 1, 0], { classNames: ["cat", "dog"] }),
  "contour of a function": () =>
    plot.contour((x: number, y: number) => x * x + y * y, {
      paths: {
        GD: [
          [2, 2],
          [1, 1],
        ],
      },
      mark: [0, 0],
    }),
  "contour of a matrix": () =>
    plot.contour(
      [
        [0, 1],
        [1, 2],
      ],
      { filled: false, levels: [0.5, 1] },
    ),
  convolution: () =>
    plot.convolution(
      [
        [0, 0, 1, 1],
        [0, 0, 1, 1],
        [0, 1, 1, 1],
      ],
      [[-1, 1]],
      { title: "An edge" },
    ),
  "decisionSurface of one output": () => plot.decisionSurface(new nn.Linear(2, 1), blobs, { title: "Surface" }),
  "decisionSurface of several outputs": () => plot.decisionSurface(new nn.Linear(2, 3), spirals),
  distributions: () => plot.distributions({ "layer 1": randn([100]), "layer 2": randn([100]).mul(0.5) }),
  embedding: () =>
    plot.embedding(
      [
        [1, 0, 0],
        [0.9, 0.2, 0],
        [0, 0, 1],
        [0, 1, 0],
      ],
      { names: ["cat", "dog", "car", "map"] },
    ),
  "embedding of classes": () =>
    plot.embedding(randn([20, 2]), { classes: Array.from({ length: 20 }, (_, i) => i % 2) }),
  facet: () => plot.facet({ "η = 0.1": plot.line([3, 2, 1]), "η = 1": plot.line([3, 5, 9]) }, { columns: 2 }),
  featureMaps: () => plot.featureMaps(new nn.Conv2d(1, 8, 3)(rand([1, 1, 10, 10]))),
  filters: () => plot.filters(randn([8, 1, 5, 5]), { columns: 4, title: "Filters" }),
  "filters in colour": () => plot.filters(rand([4, 3, 5, 5])),
  functionAndDerivative: () => plot.functionAndDerivative(F.tanh, { name: "tanh" }),
  gradientFlow: () => plot.gradientFlow(deep, { title: "Gradients shrink" }),
  gradients: () => plot.gradients(deep),
  graph: () => plot.graph(weight.mul(3).add(1), { names: { w: weight }, title: "3w + 1" }),
  "graph downwards, without gradients": () =>
    plot.graph(tensor([[1, 2]], { requiresGrad: true }).tanh(), { direction: "down" }),
  heatmap: () =>
    plot.heatmap(
      [
        [1, -0.5],
        [-0.5, 1],
      ],
      { diverging: true, zLabel: "correlation" },
    ),
  "heatmap with names that come twice": () => plot.heatmap([[1, 2, 3]], { xNames: ["a", "b", "a"], yNames: ["x"] }),
  "heatmap of many cells": () => plot.heatmap(rand([30, 40])),
  histogram: () => plot.histogram(randn([500]), { bins: 20, xLabel: "z" }),
  "histogram of series": () => plot.histogram({ a: randn([50]), b: randn([50]) }, { density: true }),
  image: () => plot.image(rand([8, 8])),
  imageGrid: () => plot.imageGrid(rand([5, 3, 4, 4]), { columns: 3, labels: ["a", "b", "c", "d", "e"] }),
  "imageGrid of signed numbers": () => plot.imageGrid(randn([4, 5, 5]), { diverging: true }),
  hconcat: () => plot.hconcat(plot.line([1, 2]), plot.bar([1]), { title: "Two" }),
  vconcat: () => plot.vconcat(plot.line([1, 2]), plot.line([2, 1])),
  overlay: () =>
    plot.overlay(
      plot.line([1, 4, 9]),
      plot.scatter([
        [0, 1],
        [2, 9],
      ]),
    ),
  "overlay of different parts of an axis": () =>
    plot.overlay(
      plot.line([1, 2], { yDomain: [0, 3] }),
      plot.line([1, 4], { yDomain: [0, 5], xLabel: "t", yLabel: "v", bands: [1, 1] }),
    ),
  line: () =>
    plot.line(
      { train: [3, 2, 1], test: [3, 2.5, 2] },
      { xLabel: "epoch", yLabel: "loss", yScale: "log", bands: { test: [0.1, 0.2, 0.1] } },
    ),
  lossCurve: () => plot.lossCurve({ loss: [1, 0.5], epochLoss: [1, 0.5], validation: [1, 0.7] }),
  neuralNet: () => plot.neuralNet([2, 3, 1], { inputs: ["x₁", "x₂"], layerLabels: ["in", "hidden", "out"] }),
  "neuralNet of a model": () =>
    plot.neuralNet(new nn.Sequential(new nn.Linear(2, 20), new nn.Tanh(), new nn.Linear(20, 1))),
  "neuralNet thinned": () => plot.neuralNet([3, 4, 2], { dropped: [[], [1, 2], []] }),
  race: () =>
    plot.race(
      valley,
      { SGD: (p) => new optim.SGD(p, { lr: 0.05 }), Adam: (p) => new optim.Adam(p, { lr: 0.3 }) },
      { start: [-2, 1], steps: 20, title: "Two ways down" },
    ),
  roc: () => plot.roc({ a: [0.9, 0.8, 0.3], b: [0.1, 0.2, 0.3] }, [1, 0, 1]),
  scatter: () => plot.scatter(blobs.x, { classes: blobs.y, legend: "class" }),
  "scatter of values": () => plot.scatter({ x: [1, 2], y: [3, 4] }, { values: [0, 1] }),
  "slider over numbers": () =>
    plot.slider(
      [1, 2, 3].map((power) =>
        plot.line(
          [1, 2, 3].map((x) => x ** power),
          { title: `x to the ${power}` },
        ),
      ),
      { name: "power", labels: [1, 2, 3] },
    ),
  "slider over names": () =>
    plot.slider(
      [F.tanh, F.sigmoid].map((g) => plot.contour((p: Tensor) => g(p.sum({ dim: 1 })), { resolution: 12 })),
      {
        name: "activation",
        labels: ["tanh", "sigmoid"],
      },
    ),
  sliders: () =>
    plot.sliders(
      { activation: ["tanh", "sigmoid"], gain: [0.5, 1, 1.5] },
      ({ activation, gain }) =>
        plot.line(
          [-1, 0, 1].map((z) => F[activation](gain * z).item()),
          { title: `${activation}, ${gain}` },
        ),
      { start: { gain: 1 } },
    ),
  "tokens of letters": () =>
    plot.tokens(
      [..."It is a truth\nuniversally, acknowledged"],
      tensor([..."It is a truth\nuniversally, acknowledged"].map((_, i) => i % 5)),
      {
        width: 120,
        zLabel: "loss (nats)",
      },
    ),
  "tokens of words with a middle": () =>
    plot.tokens(["she", "told", "him", "that"], [-1, -0.2, Number.NaN, 0.7], { diverging: true, title: "A cell" }),
  "recurrence of hidden units": () => plot.recurrence("hidden"),
  "recurrence of outputs": () => plot.recurrence("output", { steps: 4 }),
  "recurrence with one output": () => plot.recurrence("last"),
  unrolled: () => plot.unrolled(3, { outputs: [2] }),
  "unrolled in both directions": () => plot.unrolled(3, { bidirectional: true }),
  "unrolled with feedback": () => plot.unrolled(3, { inputs: [0], feedback: true }),
  venn: () => plot.venn(["AI", "ML", "DL"], { title: "Nested" }),
};
