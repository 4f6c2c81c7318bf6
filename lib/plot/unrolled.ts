/** Recurrent networks drawn step by step. */
import type { Chart } from "./chart.ts";
import { Drawing, type Place } from "./drawing.ts";
import { count, describe, type FrameOptions } from "./frame.ts";
import { palette } from "./theme.ts";

/** Options of drawn recurrences. */
export interface UnrolledOptions extends FrameOptions {
  /** At which steps there is an input; all if left out. */
  inputs?: readonly number[];
  /** At which steps there is an output; all if left out. */
  outputs?: readonly number[];
  /** Names of the inputs; x₁, x₂, … if left out. */
  inputNames?: readonly string[];
  /** Names of the outputs; ŷ₁, ŷ₂, … if left out. */
  outputNames?: readonly string[];
  /** What is in each box; default h. */
  cell?: string;
  /** Whether a second row runs backward; default false. */
  bidirectional?: boolean;
  /** Whether each output is the next step's input; default false. */
  feedback?: boolean;
}

const below = "₀₁₂₃₄₅₆₇₈₉";
const subscript = (n: number) => [...String(n)].map((digit) => below[Number(digit)]).join("");

/**
 * A recurrent network unrolled in time: inputs below, states in the middle, outputs above. With `inputs` and `outputs` it shows the mappings from one
 * to many, many to one and many to many.
 *
 * @param steps How many, 1 to 12.
 * @throws {RangeError} If `steps` is out of that range.
 * @see book §4.2, §4.4.
 * @example plot.unrolled(4, { outputs: [3], title: "Many to one" })
 */
export function unrolled(steps: number, options: UnrolledOptions = {}): Chart {
  if (!Number.isInteger(steps) || steps < 1 || steps > 12) {
    throw new RangeError(`Cannot unroll ${steps} steps: it must be a whole number from 1 to 12`);
  }
  const { cell = "h", bidirectional = false, feedback = false } = options;
  const rows = bidirectional ? 2 : 1;
  const { width = 30 + 86 * steps, height = 170 + 56 * (rows - 1) } = options;
  const drawing = new Drawing(width, height);
  const all = Array.from({ length: steps }, (_, i) => i);
  const x = (i: number) => width / 2 + (i - (steps - 1) / 2) * 86;
  const [top, bottom] = [24, height - 24];
  const level = (row: number) => bottom - 62 - 56 * row;
  const size = [44, 32] as const;
  const inputs = options.inputs ?? all;
  const outputs = options.outputs ?? all;
  for (const i of all) {
    for (let row = 0; row < rows; row++) {
      const name = `${cell}${subscript(i + 1)}${rows === 2 ? (row === 0 ? "→" : "←") : ""}`;
      drawing
        .box([x(i), level(row)], size, { fill: palette[row === 0 ? 0 : 2]!, stroke: "transparent" })
        .text([x(i), level(row)], name, { color: "#FFFFFF", size: 13, bold: true });
    }
    if (i + 1 < steps)
      drawing.arrow(
        [
          [x(i) + 22, level(0)],
          [x(i + 1) - 22, level(0)],
        ],
        { thickness: 1.5 },
      );
    if (i + 1 < steps && bidirectional)
      drawing.arrow(
        [
          [x(i + 1) - 22, level(1)],
          [x(i) + 22, level(1)],
        ],
        { thickness: 1.5 },
      );
  }
  const words = (given: readonly string[] | undefined, letter: string, i: number, nth: number) =>
    given?.[nth] ?? `${letter}${subscript(i + 1)}`;
  for (const [nth, i] of inputs.entries()) {
    end(drawing, [x(i), bottom], words(options.inputNames, "x", i, nth), palette[4]!);
    drawing.arrow([
      [x(i), bottom - 14],
      [x(i), level(0) + 16],
    ]);
    if (bidirectional)
      drawing.arrow([
        [x(i) + 8, bottom - 12],
        [x(i) + 34, level(0)],
        [x(i) + 10, level(1) + 17],
      ]);
  }
  for (const [nth, i] of outputs.entries()) {
    end(drawing, [x(i), top], words(options.outputNames, "ŷ", i, nth), palette[1]!);
    drawing.arrow([
      [x(i), level(rows - 1) - 16],
      [x(i), top + 14],
    ]);
    if (bidirectional)
      drawing.arrow([
        [x(i) - 10, level(0) - 17],
        [x(i) - 34, level(1)],
        [x(i) - 8, top + 12],
      ]);
    if (feedback && i + 1 < steps)
      drawing.arrow(feedbackRoute([x(i), top], [x(i + 1), level(0)]), { stroke: palette[3]! });
  }
  return drawing.chart(
    describe(
      "Unrolled network",
      options.title,
      `${count(steps, "step")}, ${count(inputs.length, "input")}, ${count(outputs.length, "output")}`,
    ),
    options,
  );
}

/** From an output down between the boxes and into the next one from below. */
function feedbackRoute([fromX, fromY]: Place, [toX, toY]: Place): Place[] {
  const middle = (fromX + toX) / 2;
  return [
    [fromX + 12, fromY + 8],
    [middle, toY - 10],
    [middle + 8, toY + 24],
    [toX - 8, toY + 17],
  ];
}

function end(drawing: Drawing, place: Place, name: string, color: string): void {
  const wide = name.length > 4;
  if (wide) drawing.box(place, [Math.min(80, 8 + 7 * name.length), 24], { fill: `${color}44`, stroke: color });
  else drawing.disc(place, 14, { fill: `${color}44`, stroke: color });
  drawing.text(place, name, { size: 12 });
}
