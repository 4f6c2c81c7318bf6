/** What flows through a model, layer by layer: activations forward, gradients backward. */
import { withGrad } from "../autograd/mode.ts";
import { asTensor } from "../creation.ts";
import type { Module } from "../nn/module.ts";
import { Tensor, type TensorLike } from "../tensor.ts";
import { bar } from "./bar.ts";
import type { Chart } from "./chart.ts";
import { facet } from "./facet.ts";
import type { FrameOptions } from "./frame.ts";
import { histogram } from "./histogram.ts";
import { toTensor, type Values } from "./values.ts";

/** Options of distributions. */
export interface DistributionOptions extends Pick<FrameOptions, "title" | "subtitle"> {
  /** How many bins each has; default 30. */
  bins?: number;
  /** What is measured, with its unit. */
  xLabel?: string;
  /** Histograms in a row; default 4. */
  columns?: number;
}

/**
 * A small histogram of each group of numbers, on one x axis.
 *
 * @param groups Numbers by name, any shape each.
 * @throws {RangeError} If a group has no finite number.
 * @see book §2.7.
 * @example plot.distributions({ "layer 1": randn([100]), "layer 2": randn([100]).mul(0.5) })
 */
export function distributions(groups: Readonly<Record<string, Values>>, options: DistributionOptions = {}): Chart {
  const { bins = 30, xLabel, columns = 4 } = options;
  const names = Object.keys(groups);
  if (names.length === 0) throw new RangeError("Cannot draw the distributions of no groups: give at least one");
  const all = names.flatMap((name) => Array.from(toTensor(groups[name]!, name).data).filter(Number.isFinite));
  const [least, greatest] = [
    all.reduce((a, b) => Math.min(a, b), Infinity),
    all.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  const xDomain: [number, number] = least < greatest ? [least, greatest] : [least - 0.5, least + 0.5];
  const charts = names.map(
    (name) => [name, histogram(groups[name]!, { bins, xDomain, xLabel, yLabel: "", width: 130, height: 90 })] as const,
  );
  const together = facet(Object.fromEntries(charts), { ...options, columns, shared: false });
  return together.with({ description: `Distributions of ${names.join(", ")}` });
}

/**
 * The activations of each layer of a model, as small histograms: saturated, dead and exploding layers show at once.
 *
 * @param model Run once, in evaluation mode and without recording.
 * @param input What it is run with.
 * @see book §1.7, §2.7.
 * @example plot.activations(new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1)), randn([50, 2]))
 */
export function activations(model: Module, input: TensorLike, options: DistributionOptions = {}): Chart {
  const seen: Record<string, Tensor> = {};
  const leaves = model.namedModules().filter(([path, module]) => path !== "" && module.children().length === 0);
  const removers = leaves.map(([path, module]) =>
    module.registerForwardHook((_, __, output) => {
      if (output instanceof Tensor) seen[`${path} ${module.constructor.name}`] = output.detach();
    }),
  );
  const modes = model.modules().map((module) => [module, module.training] as const);
  try {
    model.eval();
    withGrad(false, () => (model as unknown as (x: Tensor) => unknown)(asTensor(input)));
  } finally {
    for (const remove of removers) remove();
    for (const [module, training] of modes) module.training = training;
  }
  return distributions(seen, { xLabel: "activation", ...options });
}

/**
 * The gradients of each parameter of a model, as small histograms. Call `backward` first.
 *
 * @throws {RangeError} If no parameter has a gradient.
 * @see book §1.7.
 * @example
 * const model = new nn.Linear(2, 3);
 * model([[1, 2]]).sum().backward();
 * plot.gradients(model)
 */
export function gradients(model: Module, options: DistributionOptions = {}): Chart {
  return distributions(gradientsOf(model), { xLabel: "gradient", ...options });
}

/**
 * The size of the gradient of each parameter, `‖g‖`, from the first layer to the last, on a log scale: where it vanishes on its way back, and where
 * it explodes. Call `backward` first.
 *
 * @throws {RangeError} If no parameter has a gradient.
 * @see book §1.7.
 * @example
 * const model = new nn.Sequential(new nn.Linear(2, 3), new nn.Sigmoid(), new nn.Linear(3, 1));
 * model(randn([4, 2])).sum().backward();
 * plot.gradientFlow(model, { title: "Gradients shrink on their way back" })
 */
export function gradientFlow(model: Module, options: FrameOptions & { weightsOnly?: boolean } = {}): Chart {
  const { weightsOnly = true, ...frame } = options;
  const found = Object.entries(gradientsOf(model)).filter(([name]) => !weightsOnly || /weight/i.test(name));
  const norms = found.map(([name, g]) => [name, Math.hypot(...g.data)] as const).filter(([, norm]) => norm > 0);
  if (norms.length === 0) throw new RangeError("Cannot draw gradients that are all 0 on a log scale");
  return bar(Object.fromEntries(norms), { yLabel: "‖gradient‖", yScale: "log", xLabel: "parameter", ...frame });
}

function gradientsOf(model: Module): Record<string, Tensor> {
  const found = model.namedParameters().flatMap(([name, { grad }]) => (grad ? [[name, grad] as const] : []));
  if (found.length === 0)
    throw new RangeError(
      `Cannot draw gradients of ${model.constructor.name}: it has none; call backward() on a loss first`,
    );
  return Object.fromEntries(found);
}
