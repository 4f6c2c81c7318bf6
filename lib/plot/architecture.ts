/** Layers drawn as blocks: what a convolutional network makes of a picture, step by step. */

import { asTensor } from "../creation.ts";
import type { Module } from "../nn/module.ts";
import { type SummaryRow, summary } from "../nn/summary.ts";
import { type Shape, show } from "../shape.ts";
import type { TensorLike } from "../tensor.ts";
import type { Chart } from "./chart.ts";
import { Drawing, type Place } from "./drawing.ts";
import { count, describe, type FrameOptions } from "./frame.ts";
import { ink, palette } from "./theme.ts";

/** A block: a tensor that flows through a network, batch dimension left out. */
export interface Block {
  /** `(channels, height, width)`, `(steps, features)` or `(features)`. */
  readonly shape: Shape;
  /** The layer that made it. */
  readonly name: string;
}

/**
 * A network as blocks: each layer's output, wide for channels and tall for pixels, with its shape.
 *
 * @param network Blocks in order; or a model together with `options.input`, which is run once to see the shapes.
 * @param options `input`: what the model is run with, batch included.
 * @throws {RangeError} If there are no blocks, or a model is given without an input.
 * @see book §3.6.
 * @example
 * plot.architecture([
 *   { name: "picture", shape: [3, 32, 32] }, { name: "Conv2d", shape: [16, 32, 32] }, { name: "MaxPool2d", shape: [16, 16, 16] },
 *   { name: "Linear", shape: [10] },
 * ])
 */
export function architecture(
  network: Module | readonly Block[],
  options: FrameOptions & { input?: TensorLike } = {},
): Chart {
  const blocks = Array.isArray(network) ? (network as readonly Block[]) : blocksOf(network as Module, options.input);
  if (blocks.length === 0) throw new RangeError("Cannot draw no blocks: give at least one");
  const sides = blocks.map(({ shape }) => sidesOf(shape, blocks));
  const gap = 26;
  const left = 24;
  const { height = 230 } = options;
  // Each block needs room for itself and for the words below it.
  const rooms = sides.map(
    ({ depth, across }, i) => Math.max(depth + 0.5 * across, 7 * Math.min(11, widest(blocks[i]!))) + gap,
  );
  const width = options.width ?? left + rooms.reduce((a, b) => a + b, 0);
  const drawing = new Drawing(width, height);
  const middle = (height - 36) / 2;
  let x = left;
  for (const [i, block] of blocks.entries()) {
    const { depth, across, down } = sides[i]!;
    const skew = 0.5 * across;
    const room = rooms[i]! - gap;
    const at = x + (room - depth - skew) / 2;
    const color = colorOf(block.name, i);
    cuboid(drawing, [at, middle], { depth, skew, down, color, hint: `${block.name} ${show(block.shape)}` });
    drawing.text([x + room / 2, height - 24], block.name, { size: 10 });
    drawing.text([x + room / 2, height - 10], block.shape.join("×"), { size: 10, bold: true });
    if (i > 0)
      drawing.arrow([
        [x - gap + 6, middle],
        [x - 4, middle],
      ]);
    x += rooms[i]!;
  }
  return drawing.chart(
    describe(
      "Network",
      options.title,
      `${count(blocks.length, "block")}, ${show(blocks[0]!.shape)} to ${show(blocks.at(-1)!.shape)}`,
    ),
    options,
  );
}

function widest({ name, shape }: Block): number {
  return Math.max(name.length, shape.join("×").length);
}

function blocksOf(model: Module, input: TensorLike | undefined): Block[] {
  if (input === undefined)
    throw new RangeError(
      `Cannot see the shapes in ${model.constructor.name}: give an input, such as { input: zeros([1, 3, 32, 32]) }`,
    );
  const x = asTensor(input);
  const { rows } = summary(model, x);
  const seen = rows.filter(
    (row): row is SummaryRow & { output: Shape } => row.output !== null && !quiet.test(row.type),
  );
  return [
    { name: "input", shape: x.shape.slice(1) },
    ...seen.map(({ type, output }) => ({ name: type, shape: output.slice(1) })),
  ];
}

/** Layers that change no shape and would only lengthen the picture. */
const quiet = /^(ReLU|LeakyReLU|ELU|GELU|SiLU|Tanh|Sigmoid|Dropout\w*|BatchNorm\w*|LayerNorm|GroupNorm|Identity)$/;

/** Sides in pixels: lengths grow with the logarithm of sizes, so that 3 channels and 512 both can be seen. */
function sidesOf(shape: Shape, all: readonly Block[]): { depth: number; across: number; down: number } {
  const [channels, height, width] =
    shape.length >= 3 ? shape.slice(-3) : shape.length === 2 ? [shape[1]!, shape[0]!, 1] : [1, shape[0] ?? 1, 1];
  // Pictures are compared with pictures, lists of features with lists.
  const isList = shape.length < 2;
  const like = all.filter((block) => block.shape.length < 2 === isList);
  const tallest = Math.max(...like.map((block) => (isList ? (block.shape[0] ?? 1) : block.shape.at(-2)!)));
  const share = Math.log2(1 + height!) / Math.log2(1 + tallest);
  return {
    depth: 5 + 5 * Math.log2(1 + channels!),
    down: Math.max(10, 130 * share ** 1.5),
    across: shape.length >= 3 ? Math.max(8, 90 * (Math.log2(1 + width!) / Math.log2(1 + tallest)) ** 1.5) : 10,
  };
}

function colorOf(name: string, i: number): string {
  if (i === 0) return palette[2]!;
  if (/pool/i.test(name)) return palette[1]!;
  if (/linear/i.test(name)) return palette[4]!;
  return /conv/i.test(name) ? palette[0]! : palette[5]!;
}

/** A box seen from the front and a little from the right and above. */
function cuboid(
  drawing: Drawing,
  [x, middle]: Place,
  at: { depth: number; skew: number; down: number; color: string; hint: string },
): void {
  const { depth, skew, down, color, hint } = at;
  const rise = 0.6 * skew;
  const [top, bottom] = [middle - (down - rise) / 2, middle + (down + rise) / 2];
  const style = { stroke: ink, thickness: 0.8, hint };
  drawing.polygon(
    [
      [x, top],
      [x + skew, top - rise],
      [x + skew + depth, top - rise],
      [x + depth, top],
    ],
    { ...style, fill: `${color}66` },
  );
  drawing.polygon(
    [
      [x + depth, top],
      [x + depth + skew, top - rise],
      [x + depth + skew, bottom - rise],
      [x + depth, bottom],
    ],
    { ...style, fill: `${color}99` },
  );
  drawing.polygon(
    [
      [x, top],
      [x + depth, top],
      [x + depth, bottom],
      [x, bottom],
    ],
    { ...style, fill: color },
  );
}
