/** What a model answers over the plane, with the samples it learned. */
import { withGrad } from "../autograd/mode.ts";
import { Module } from "../nn/module.ts";
import { softmax } from "../ops/activation.ts";
import { show } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { Chart } from "./chart.ts";
import { planeChannels, withPlane } from "./contour.ts";
import { dataOf } from "./data-table.ts";
import { type Field, gridOf } from "./field.ts";
import { type AxesOptions, count, describe, frameOf } from "./frame.ts";
import { isolines } from "./isolines.ts";
import { legendLayer, rasterLayer, shaded } from "./raster-layer.ts";
import type { Spec } from "./render/vega.ts";
import { byNumberOrName, classNames, pointLayer } from "./scatter.ts";
import { broken, diverging, palette, shadesOf } from "./theme.ts";
import { extentOf, pointsOf, spaced, type Values } from "./values.ts";

/** Options of decision surfaces. */
export interface DecisionSurfaceOptions extends Omit<AxesOptions, "xScale" | "yScale"> {
  /** For models with one output: where the classes part; default 0.5. */
  threshold?: number;
  /** Places along each axis at which the model is asked, from 2 to 400; default 100. */
  resolution?: number;
  /** For models with an output a class: whether outputs are logits, of which softmax makes probabilities; default true. */
  logits?: boolean;
  /** Names of the classes. */
  classNames?: readonly string[];
}

/** Samples in the plane: points `(count, 2)` and their classes `(count)` or `(count, 1)`. */
export interface PlaneSamples {
  readonly x: Values;
  readonly y: Values;
}

/**
 * The answers of a model over the plane as colours, the samples as points, and the boundary between the classes as a line.
 *
 * One output is shown from blue (class 0) over white (the threshold) to orange (class 1); several as the colour of the most probable class, paler
 * where the model is less sure.
 *
 * Shapes: model `(count, 2)` → `(count)`, `(count, 1)` or `(count, classes)`.
 *
 * @param model A module or any function of points.
 * @param samples What it learned; the plane reaches a little beyond them.
 * @throws {RangeError} If samples are not points in the plane.
 * @see book §1.2, §1.3.
 * @example plot.decisionSurface((x) => x.sum({ dim: 1 }), data.xor(), { title: "A line cannot part them" })
 */
export function decisionSurface(
  model: Module | ((x: Tensor) => Tensor),
  samples: PlaneSamples,
  options: DecisionSurfaceOptions = {},
): Chart {
  const { threshold = 0.5, resolution = 100 } = options;
  const [x, y] = pointsOf(samples.x, "x");
  const area = { x: options.xDomain ?? around(x), y: options.yDomain ?? around(y) };
  const [xs, ys] = [spaced(...area.x, resolution), spaced(...area.y, resolution)];
  const asked = ask(model, gridOf(xs, ys));
  const outputs = asked.size / (xs.length * ys.length);
  const answers = outputs > 1 && (options.logits ?? true) ? softmax(asked.float(), 1) : asked;
  const { data } = answers;
  const at = (c: number): Field => ({
    z: ys.map((_, i) => xs.map((_, j) => data[(i * xs.length + j) * outputs + c]!)),
    ...area,
  });
  const given = classNames(samples.y);
  const classes = given.map((name) => options.classNames?.[Number(name)] ?? name);
  const shared = { ...options, classes, outline: "#FFFFFF", size: x.length > 300 ? 24 : 60 };
  const layers = [
    ...(outputs === 1 ? oneOutput(at(0), threshold) : manyOutputs(Array.from({ length: outputs }, (_, c) => at(c)))),
    pointsWithColors(pointLayer({ x, y }, shared).spec, [...new Set(given)].sort(byNumberOrName), options.classNames),
  ];
  const channels = planeChannels({ z: [], ...area }, options);
  return new Chart({
    description: describe(
      "Decision surface",
      options.title,
      `${count(x.length, "sample")} in ${count(new Set(classes).size, "class", "classes")}`,
    ),
    ...frameOf(options, { width: 320, height: 300 }),
    resolve: { scale: { color: "independent" } },
    layer: layers.map((layer) => withPlane(layer, channels)),
  });
}

/** The extent of the samples and a tenth more on each side. */
export function around(values: readonly number[]): [number, number] {
  const [least, greatest] = extentOf(values);
  const margin = 0.15 * (greatest - least) || 1;
  return [least - margin, greatest + margin];
}

/** Asks a model in evaluation mode, without recording. */
export function ask(model: Module | ((x: Tensor) => Tensor), points: Tensor): Tensor {
  const call = model as (x: Tensor) => Tensor;
  const modules = model instanceof Module ? model.modules() : [];
  const modes = modules.map((module) => module.training);
  try {
    if (model instanceof Module) model.eval();
    const answers = withGrad(false, () => call(points));
    if (answers.shape[0] !== points.shape[0] || answers.ndim > 2) {
      throw new RangeError(
        `Cannot draw a model that gives shape ${show(answers.shape)} for points of shape ${show(points.shape)}: expected [count] or [count,classes]`,
      );
    }
    return answers;
  } finally {
    modules.forEach((module, i) => {
      module.training = modes[i]!;
    });
  }
}

function oneOutput(field: Field, threshold: number): Spec[] {
  const [least, greatest] = extentOf(field.z.flat());
  // The scale reaches equally far on both sides of the threshold, at least as far as to the classes 0 and 1.
  const reach = Math.max(
    Math.abs(threshold),
    Math.abs(1 - threshold),
    Math.min(4, Math.max(greatest - threshold, threshold - least)),
  );
  const place = (v: number) => 0.5 + (v - threshold) / (2 * reach);
  const legend = legendLayer([threshold - reach, threshold + reach], { title: "output", colors: diverging });
  // Where a model answers the same everywhere, a line would only trace its rounding errors.
  const parts = greatest - least > 1e-4 * reach;
  const boundary = parts ? [boundaryLayer([isolinesIn(field, threshold)])] : [];
  return [rasterLayer(shaded(field.z, diverging, place), field), legend, ...boundary];
}

function manyOutputs(probabilities: readonly Field[]): Spec[] {
  const [first] = probabilities;
  const [height, width] = [first!.z.length, first!.z[0]!.length];
  const scales = probabilities.map((_, c) => shadesOf(["#FFFFFF", palette[c % palette.length]!]));
  const even = 1 / probabilities.length;
  const pixels = new Uint8Array(3 * width * height);
  // Class c ends where its lead over the best of the others does.
  const leads = probabilities.map(() => first!.z.map(() => new Array<number>(width)));
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const p = probabilities.map(({ z }) => z[i]![j]!);
      const best = p.indexOf(Math.max(...p));
      if (best < 0) {
        pixels.set(broken, 3 * (i * width + j));
        for (const z of leads) z[i]![j] = Number.NaN;
        continue;
      }
      const second = Math.max(...p.filter((_, c) => c !== best));
      // The colour of the most probable class, whiter where it is less sure.
      const sure = Math.min(1, Math.max(0, (p[best]! - even) / (1 - even)));
      const shade = 3 * Math.round(255 * (0.15 + 0.5 * sure));
      pixels.set(scales[best]!.subarray(shade, shade + 3), 3 * (i * width + j));
      p.forEach((own, c) => {
        leads[c]![i]![j] = own - (c === best ? second : p[best]!);
      });
    }
  }
  return [
    rasterLayer({ pixels, width, height }, first!),
    boundaryLayer(leads.map((z) => isolinesIn({ ...first!, z }, 0))),
  ];
}

function isolinesIn(field: Field, level: number): [x: number, y: number][][] {
  const [columns, rows] = [field.z[0]!.length - 1, field.z.length - 1];
  return isolines(field.z, level).map((path) =>
    path.map(([x, y]) => [
      field.x[0] + (x / columns) * (field.x[1] - field.x[0]),
      field.y[0] + (y / rows) * (field.y[1] - field.y[0]),
    ]),
  );
}

function boundaryLayer(lines: readonly [x: number, y: number][][][]): Spec {
  const paths = lines.flat();
  return {
    data: dataOf({
      x: paths.flatMap((path) => path.map(([x]) => x)),
      y: paths.flatMap((path) => path.map(([, y]) => y)),
      part: paths.flatMap((path, i) => path.map(() => i)),
    }),
    mark: { type: "line", order: false, strokeWidth: 1.5, color: "#333333", tooltip: false, clip: true },
    encoding: { detail: { field: "part" } },
  };
}

/** Points in the colours of their classes: blue and orange for two, as the surface has them. */
export function pointsWithColors(layer: Spec, classes: readonly string[], names?: readonly string[]): Spec {
  const encoding = layer.encoding as Spec;
  const domain = classes.map((name) => names?.[Number(name)] ?? name);
  const range = classes.map(
    (name, i) => palette[(Number.isInteger(Number(name)) ? Number(name) : i) % palette.length]!,
  );
  return { ...layer, encoding: { ...encoding, color: { ...(encoding.color as Spec), scale: { domain, range } } } };
}
