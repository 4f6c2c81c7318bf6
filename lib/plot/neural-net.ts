/** Networks drawn as neurons. */
import { Linear } from "../nn/layers/linear.ts";
import { Module } from "../nn/module.ts";
import type { Chart } from "./chart.ts";
import { Drawing, type Place } from "./drawing.ts";
import { count, describe, type FrameOptions } from "./frame.ts";
import { faint, ink, palette } from "./theme.ts";
import { rowsOf, type Values } from "./values.ts";

/** Options of drawn networks. */
export interface NeuralNetOptions extends FrameOptions {
  /** What stands below each layer. */
  layerLabels?: readonly string[];
  /** Names of the inputs. */
  inputs?: readonly string[];
  /** Names of the outputs. */
  outputs?: readonly string[];
  /** A matrix `(to, from)` between each layer and the next: blue for weights below 0, orange above, thicker the larger, no line for 0. A model brings its own. */
  weights?: readonly Values[];
  /** Units left out, as dropout does: for each layer the indices. They are drawn faint and without lines. */
  dropped?: readonly (readonly number[])[];
  /** The most units drawn of a layer; the middle ones of more are left out. Default 10. */
  most?: number;
}

/** A unit, or the dots that stand for those left out. */
interface Unit {
  readonly index: number | null;
  readonly place: Place;
}

/**
 * A network of dense layers as discs and lines.
 *
 * @param layers Units of each layer, inputs first, such as `[2, 3, 1]`; or a model, of which the Linear layers are drawn with their weights.
 * @throws {RangeError} If there are fewer than two layers, a size is no whole number ≥ 1, or a weight matrix does not fit.
 * @see book §1.4, §2.3, §2.6.5.
 * @example plot.neuralNet([2, 3, 1], { inputs: ["x₁", "x₂"], outputs: ["ŷ"], layerLabels: ["input", "hidden", "output"] })
 */
export function neuralNet(layers: readonly number[] | Module, options: NeuralNetOptions = {}): Chart {
  const { sizes, weights } =
    layers instanceof Module ? readModel(layers) : { sizes: [...layers], weights: options.weights };
  checkSizes(sizes);
  const { most = 10, width = Math.min(620, 90 + 110 * (sizes.length - 1)), height = 240 } = options;
  const drawing = new Drawing(width, height);
  const left = options.inputs ? 50 : 20;
  const step = (width - left - (options.outputs ? 50 : 20)) / (sizes.length - 1);
  const bottom = options.layerLabels ? 22 : 0;
  const columns = sizes.map((size, l) => unitsOf(size, { x: left + l * step, height: height - bottom, most }));
  const gap = Math.min(...columns.map((units) => (height - bottom) / units.length));
  const radius = Math.min(12, 0.36 * gap);
  const isDropped = (l: number, unit: Unit) =>
    unit.index !== null && (options.dropped?.[l]?.includes(unit.index) ?? false);
  const matrices = weights?.map((w, l) => checkWeights(rowsOf(w, "weights"), sizes, l));
  for (const [l, units] of columns.slice(0, -1).entries()) {
    for (const from of units) {
      for (const to of columns[l + 1]!) {
        if (from.index === null || to.index === null || isDropped(l, from) || isDropped(l + 1, to)) continue;
        if (matrices?.[l]?.[to.index]?.[from.index] === 0) continue;
        drawing.line([from.place, to.place], lineStyle(matrices?.[l], to.index, from.index));
      }
    }
  }
  for (const [l, units] of columns.entries()) {
    const color = l === 0 ? palette[2]! : l === columns.length - 1 ? palette[1]! : palette[0]!;
    for (const unit of units) {
      if (unit.index === null) drawing.text(unit.place, "⋮", { size: 18, bold: true });
      else if (isDropped(l, unit))
        drawing
          .disc(unit.place, radius, { fill: "transparent", stroke: faint })
          .text(unit.place, "×", { size: 1.4 * radius, color: ink });
      else drawing.disc(unit.place, radius, { fill: color, stroke: color, hint: `unit ${unit.index} of ${sizes[l]}` });
    }
  }
  nameUnits(drawing, columns, options, radius);
  for (const [l, label] of (options.layerLabels ?? []).entries()) drawing.text([left + l * step, height - 6], label);
  return drawing.chart(describe("Network", options.title, sizes.map((n) => count(n, "unit")).join(" → ")), options);
}

function readModel(model: Module): { sizes: number[]; weights: Values[] } {
  const linear = model.modules().filter((module): module is Linear => module instanceof Linear);
  if (linear.length === 0)
    throw new RangeError(`Cannot draw ${model.constructor.name} as neurons: it has no Linear layer`);
  return {
    sizes: [linear[0]!.weight.shape[1]!, ...linear.map(({ weight }) => weight.shape[0]!)],
    weights: linear.map(({ weight }) => weight),
  };
}

function checkSizes(sizes: readonly number[]): void {
  if (sizes.length < 2 || !sizes.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new RangeError(
      `Cannot draw layers of ${sizes.join(", ") || "no"} units: there must be two or more, whole numbers ≥ 1`,
    );
  }
}

function checkWeights(rows: number[][], sizes: readonly number[], l: number): number[][] {
  const [to, from] = [rows.length, rows[0]?.length ?? 0];
  if (from !== sizes[l] || to !== sizes[l + 1]) {
    throw new RangeError(`Cannot draw weights of shape [${to},${from}] between ${sizes[l]} and ${sizes[l + 1]} units`);
  }
  return rows;
}

function unitsOf(size: number, at: { x: number; height: number; most: number }): Unit[] {
  const cut = size > at.most;
  const half = Math.floor((at.most - 1) / 2);
  const indices = cut
    ? [
        ...Array.from({ length: at.most - 1 - half }, (_, i) => i),
        null,
        ...Array.from({ length: half }, (_, i) => size - half + i),
      ]
    : Array.from({ length: size }, (_, i) => i);
  const gap = Math.min(44, at.height / indices.length);
  const top = (at.height - gap * (indices.length - 1)) / 2;
  return indices.map((index, i) => ({ index, place: [at.x, top + i * gap] }));
}

function lineStyle(
  weights: readonly (readonly number[])[] | undefined,
  to: number,
  from: number,
): { stroke: string; thickness: number; hint?: string } {
  if (!weights) return { stroke: "#8C8C8C99", thickness: 0.8 };
  const weight = weights[to]![from]!;
  const most = Math.max(...weights.flat().map(Math.abs)) || 1;
  return {
    stroke: weight < 0 ? palette[0]! : palette[1]!,
    thickness: 0.3 + (3.2 * Math.abs(weight)) / most,
    hint: `weight ${Number(weight.toPrecision(4))}`,
  };
}

function nameUnits(
  drawing: Drawing,
  columns: readonly (readonly Unit[])[],
  { inputs, outputs }: NeuralNetOptions,
  radius: number,
): void {
  const write = (units: readonly Unit[], names: readonly string[] | undefined, side: -1 | 1) => {
    for (const { index, place } of units) {
      const name = index === null ? undefined : names?.[index];
      if (name !== undefined)
        drawing.text([place[0] + side * (radius + 6), place[1]], name, {
          size: 12,
          align: side < 0 ? "right" : "left",
        });
    }
  };
  write(columns[0]!, inputs, -1);
  write(columns.at(-1)!, outputs, 1);
}
