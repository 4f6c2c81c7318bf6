/** Optimizers that run down the same surface from the same place. */
import { fromData } from "../creation.ts";
import { Parameter } from "../nn/parameter.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { Tensor } from "../tensor.ts";
import type { Chart } from "./chart.ts";
import { type ContourOptions, contour } from "./contour.ts";
import { extend } from "./extent.ts";
import { hconcat } from "./join.ts";
import { line } from "./line.ts";
import type { Spec } from "./render/vega.ts";

/** Where optimizers start and how long they run. */
export interface RunOptions {
  /** Where all start. */
  start: readonly [x: number, y: number];
  /** How many steps each takes, from 1 to 2000; default 60. */
  steps?: number;
}

/** A loss of points `(count, 2)`, one number each, in differentiable ops. */
export type PlaneLoss = (points: Tensor) => Tensor;

/** A path of a run, and the loss at each of its points. */
export interface Run {
  readonly path: readonly (readonly [x: number, y: number])[];
  readonly loss: readonly number[];
}

/**
 * Runs optimizers on a function of two numbers. A run ends early where its numbers are no longer finite.
 *
 * @param loss From points `(count, 2)` to `(count)`.
 * @param optimizers By name, what makes one for the point that moves.
 * @throws {RangeError} If `steps` is out of range.
 * @see book §2.5.
 * @example
 * const bowl = (p: Tensor) => p.square().sum({ dim: 1 });
 * plot.runOptimizers(bowl, { SGD: (p) => new optim.SGD(p, { lr: 0.1 }) }, { start: [1, 1], steps: 2 }).SGD.path.length // 3
 */
export function runOptimizers<N extends string>(
  loss: PlaneLoss,
  optimizers: Readonly<Record<N, (point: Parameter[]) => Optimizer>>,
  options: RunOptions,
): Record<N, Run> {
  const { start, steps = 60 } = options;
  if (!Number.isInteger(steps) || steps < 1 || steps > 2000) {
    throw new RangeError(`Cannot run ${steps} steps: it must be a whole number from 1 to 2000`);
  }
  const names = Object.keys(optimizers) as N[];
  return Object.fromEntries(names.map((name) => [name, run(loss, optimizers[name], [...start], steps)])) as Record<
    N,
    Run
  >;
}

function run(loss: PlaneLoss, make: (point: Parameter[]) => Optimizer, start: number[], steps: number): Run {
  const point = new Parameter(fromData(Float64Array.from(start), [1, 2]));
  const optimizer = make([point]);
  const path: [number, number][] = [];
  const losses: number[] = [];
  for (let i = 0; i <= steps; i++) {
    const value = loss(point).sum();
    const [x, y] = point.data as unknown as [number, number];
    if (![x, y, value.item()].every(Number.isFinite)) break;
    path.push([x, y]);
    losses.push(value.item());
    optimizer.zeroGrad();
    value.backward();
    optimizer.step();
  }
  return { path, loss: losses };
}

/** Options of races. */
export interface RaceOptions extends RunOptions, Omit<ContourOptions, "paths"> {}

/**
 * A race of optimizers: their paths over the contours of the loss, and the loss by step, with a slider for the step that needs no kernel.
 *
 * @param loss From points `(count, 2)` to `(count)`.
 * @param optimizers By name, what makes one for the point that moves.
 * @see book §2.5.
 * @example
 * const valley = (p: Tensor) => p.select(1, 0).square().add(p.select(1, 1).square().mul(10));
 * plot.race(valley, { SGD: (p) => new optim.SGD(p, { lr: 0.05 }), Adam: (p) => new optim.Adam(p, { lr: 0.3 }) }, { start: [-2, 1] })
 */
export function race(
  loss: PlaneLoss,
  optimizers: Readonly<Record<string, (point: Parameter[]) => Optimizer>>,
  options: RaceOptions,
): Chart {
  const runs = runOptimizers(loss, optimizers, options);
  const { start: _1, steps: _2, title, ...rest } = options;
  const paths = Object.fromEntries(
    Object.entries(runs).map(([name, { path }]) => [name, path.map(([x, y]) => [x, y])]),
  );
  const losses = Object.fromEntries(
    Object.entries(runs).map(([name, { loss: values }]) => [name, { x: values.map((_, i) => i), y: [...values] }]),
  );
  const plane = contour(loss, { xLabel: "w₁", yLabel: "w₂", width: 290, height: 270, ...rest, paths });
  const layers = plane.spec.layer as Spec[];
  const [track] = layers.filter(
    (layer) =>
      "order" in (layer.encoding as Spec) &&
      "color" in (layer.encoding as Spec) &&
      JSON.stringify(layer.data).includes("step"),
  );
  // The contours stay; the paths grow with the slider.
  plane.spec.layer = layers.map((layer) =>
    layer === track ? { ...layer, transform: [{ filter: "datum.step <= step" }] } : layer,
  );
  const colors = (track!.encoding as { color: { scale: { range: string[] } } }).color.scale.range.slice(
    0,
    Object.keys(paths).length,
  );
  const most = Math.max(...Object.values(runs).map(({ path }) => path.length)) - 1;
  const all = Object.values(runs).flatMap((run) => run.loss);
  const curves = line(losses, {
    xLabel: "step",
    yLabel: "loss",
    yScale: "symlog",
    // Axes that stand still while the curves grow.
    xDomain: [0, Math.max(1, most)],
    yDomain: extend([0, ...all]) ?? [0, 1],
    points: false,
    colors,
    width: 230,
    height: 270,
  });
  // The names stand beside the plane already, and a notebook's column is narrow.
  const { color, ...places } = curves.spec.encoding as Spec;
  curves.spec.encoding = { ...places, color: { ...(color as Spec), legend: null } };
  curves.spec.transform = [{ filter: "datum.x <= step" }];
  const joined = hconcat(plane, curves, title === undefined ? {} : { title });
  return joined.with({
    description: `Race of ${Object.keys(runs).join(", ")} over ${most} steps`,
    params: [{ name: "step", value: most, bind: { input: "range", min: 0, max: most, step: 1, name: "step " } }],
  });
}
