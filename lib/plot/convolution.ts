/** A window that moves over a plane, step by step. */
import { asTensor } from "../creation.ts";
import { conv2d } from "../ops/convolution.ts";
import { reshape } from "../ops/shape.ts";
import { Chart } from "./chart.ts";
import { count, describe, type FrameOptions, titleOf } from "./frame.ts";
import type { Spec } from "./render/vega.ts";
import { ink, palette } from "./theme.ts";
import { rowsOf, type Values } from "./values.ts";

/** Options of the moving window. */
export interface ConvolutionOptions extends Pick<FrameOptions, "title" | "subtitle"> {
  /** The step shown at first, and in pictures; default the middle one. */
  start?: number;
  /** How numbers are written, as d3 has it; default three digits. */
  format?: string;
}

/**
 * Cross-correlation as nets compute it, under a slider that needs no kernel: the window over the input, the weights in it, and the output so far.
 *
 * Shapes: input `(rows, columns)`, kernel `(height, width)` no larger than the input.
 *
 * @throws {RangeError} If either is no matrix, or the kernel is larger.
 * @see F.conv2d; book §3.4, figure 3.3.
 * @example plot.convolution([[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]], [[-1, 1], [-1, 1]])
 */
export function convolution(input: Values, kernel: Values, options: ConvolutionOptions = {}): Chart {
  const [x, k] = [rowsOf(input, "an input"), rowsOf(kernel, "a kernel")];
  const [height, width] = [k.length, k[0]?.length ?? 0];
  const [rows, columns] = [x.length - height + 1, (x[0]?.length ?? 0) - width + 1];
  if (rows < 1 || columns < 1 || height * width === 0) {
    throw new RangeError(
      `Cannot move a window of [${height},${width}] over [${x.length},${x[0]?.length ?? 0}]: it must fit in`,
    );
  }
  const plane = (m: number[][]) => reshape(asTensor(m, { dtype: "float64" }), [1, 1, m.length, -1]);
  const y = rowsOf(reshape(conv2d(plane(x), plane(k)), [rows, columns]), "an output");
  const last = rows * columns - 1;
  const { start = Math.floor(last / 2), format = ".3~g" } = options;
  const at = { row: `floor(slider_step / ${columns})`, column: `(slider_step % ${columns})` };
  const under =
    `datum.row >= ${at.row} && datum.row < ${at.row} + ${height}` +
    ` && datum.column >= ${at.column} && datum.column < ${at.column} + ${width}`;
  const order = `(datum.row * ${columns} + datum.column)`;
  return new Chart({
    description: describe("Moving window", options.title, count(last + 1, "step")),
    ...titleOf(options),
    params: [
      { name: "slider_step", value: start, bind: { input: "range", min: 0, max: last, step: 1, name: "step " } },
    ],
    hconcat: [
      grid("input", x, { format, marked: under, known: "true" }),
      grid("kernel", k, { format, marked: "true", known: "true" }),
      grid("output", y, { format, marked: `${order} == slider_step`, known: `${order} <= slider_step` }),
    ],
  });
}

/** A matrix as squares with numbers; what is marked is orange, what is not yet known empty. */
function grid(title: string, matrix: number[][], look: { format: string; marked: string; known: string }): Spec {
  const cells = matrix.flatMap((values, row) => values.map((value, column) => ({ row, column, value })));
  const side = 34;
  const axis = { type: "ordinal", axis: null };
  return {
    title: { text: title, fontSize: 12, fontWeight: "normal" },
    width: side * matrix[0]!.length,
    height: side * matrix.length,
    data: { values: cells },
    encoding: { x: { field: "column", ...axis }, y: { field: "row", ...axis } },
    layer: [
      {
        mark: { type: "rect", stroke: ink, strokeWidth: 1 },
        encoding: {
          color: { condition: { test: look.marked, value: palette[1] }, value: "transparent" },
          opacity: { value: 0.9 },
        },
      },
      {
        transform: [{ filter: look.known }],
        mark: { type: "text", fontSize: 12 },
        encoding: {
          text: { field: "value", type: "quantitative", format: look.format },
          color: { condition: { test: look.marked, value: "#FFFFFF" }, value: ink },
        },
      },
    ],
  };
}
