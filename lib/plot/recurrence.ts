/** Recurrent networks as circuits and as unfolded graphs, down to the losses. */
import type { Chart } from "./chart.ts";
import { Drawing, type Place } from "./drawing.ts";
import { count, describe, type FrameOptions } from "./frame.ts";
import { ink, palette } from "./theme.ts";

/** Where a network's past enters: its hidden units, its output, or its hidden units with one output at the very end. */
export type RecurrenceKind = "hidden" | "output" | "last";

const below = "₀₁₂₃₄₅₆₇₈₉";
const radius = 15;
const [column, row] = [76, 58];
/** From the bottom: input, hidden units, output, loss, target. */
const rows = ["x", "h", "o", "L", "y"] as const;
type Row = (typeof rows)[number];
const colors: Readonly<Record<Row, string>> = {
  x: palette[4]!,
  h: palette[0]!,
  o: palette[1]!,
  L: palette[3]!,
  y: palette[2]!,
};

/**
 * A recurrent network as a circuit, whose black square is a delay of one step, and beside it unfolded in time: input `x`, hidden units `h`, output `o`, and the
 * loss `L` that compares it with the target `y`; each arrow has the name of its weights: `U` from the input, `V` to the output, `W` from the past.
 *
 * @param kind What comes back a step later: `"hidden"`, the hidden units; `"output"`, the output alone, which makes steps independent once the targets are
 *   given in its place; `"last"`, the hidden units, with one output after the last step.
 * @param options `steps`, 2 to 8, how many are drawn; default 3.
 * @throws {RangeError} If `steps` is out of that range or there is no such kind.
 * @see Goodfellow, Bengio and Courville (2016), §10.2; book figures 4.5, 4.6 and 4.7.
 * @example plot.recurrence("output", { title: "Only the output comes back" })
 */
export function recurrence(kind: RecurrenceKind, options: FrameOptions & { steps?: number } = {}): Chart {
  if (!["hidden", "output", "last"].includes(kind)) {
    throw new RangeError(`Cannot draw the recurrence ${kind}: there are hidden, output, last`);
  }
  const { steps = 3 } = options;
  if (!(Number.isInteger(steps) && steps >= 2 && steps <= 8)) {
    throw new RangeError(`Cannot unfold ${steps} steps: it must be a whole number from 2 to 8`);
  }
  const left = kind === "last" ? 0 : 110;
  const { width = left + 70 + column * steps, height = 40 + row * (rows.length - 1) } = options;
  const drawing = new Drawing(width, height);
  const place = (x: number, name: Row): Place => [
    x,
    height - 20 - ((height - 40) / (rows.length - 1)) * rows.indexOf(name),
  ];
  // One output has no circuit: only the unfolded graph knows which step is the last.
  if (kind !== "last") circuit(drawing, (name) => place(44, name), kind);
  const middle = (i: number) => width - 35 - column * (steps - i - 0.5);
  for (let i = 0; i < steps; i++) {
    const at = (name: Row) => place(middle(i), name);
    const sign = below[i + 1]!;
    tower(drawing, at, kind !== "last" || i === steps - 1, sign);
    const from = kind === "output" ? "o" : "h";
    const next = i + 1 < steps ? place(middle(i + 1), "h") : null;
    if (i === 0 && kind !== "last") past(drawing, at("h"), place(middle(0) - column, from));
    if (next) edge(drawing, [at(from), next], "W");
    else if (kind !== "last") future(drawing, at(from), place(middle(i) + column, "h"));
  }
  if (kind !== "last") unfolding(drawing, [110, height / 2]);
  return drawing.chart(describe("Recurrence", options.title, `${kind}, ${count(steps, "step")}`), options);
}

/** One step: input, hidden units and, if it has one, output, loss and target. */
function tower(drawing: Drawing, at: (name: Row) => Place, hasOutput: boolean, sign: string): void {
  edge(drawing, [at("x"), at("h")], "U");
  if (hasOutput) {
    edge(drawing, [at("h"), at("o")], "V");
    edge(drawing, [at("o"), at("L")], "");
    edge(drawing, [at("y"), at("L")], "");
  }
  for (const name of hasOutput ? rows : (["x", "h"] as const)) node(drawing, at(name), name, sign);
}

function circuit(drawing: Drawing, at: (name: Row) => Place, kind: "hidden" | "output"): void {
  tower(drawing, at, true, "");
  const [from, to] = [at(kind === "output" ? "o" : "h"), at("h")];
  // Around, and back into the hidden units a step later.
  const [top, bottom] = kind === "output" ? [from[1], to[1]] : [from[1] - 12, to[1] + 12];
  const [out, middle] = [from[0] + 34, (top + bottom) / 2];
  const startX = from[0] + (kind === "output" ? radius : 10);
  drawing.line([
    [startX, top],
    [out, kind === "output" ? top + 12 : top - 4],
    [out, middle],
  ]);
  drawing.arrow([
    [out, middle],
    [out, kind === "output" ? bottom - 12 : bottom + 4],
    [to[0] + (kind === "output" ? radius : 11), bottom],
  ]);
  const corners = [
    [-5, -5],
    [5, -5],
    [5, 5],
    [-5, 5],
  ] as const;
  drawing.polygon(
    corners.map(([x, y]): Place => [out + x, middle + y]),
    { fill: ink, hint: "a delay of one step" },
  );
  drawing.text([out + 14, middle], "W", { size: 11 });
}

/** A straight arrow between two nodes, with its weights' name beside it. */
function edge(drawing: Drawing, [from, to]: readonly [Place, Place], name: string): void {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  const inset = (radius + 2) / length;
  drawing.arrow([
    [from[0] + inset * dx, from[1] + inset * dy],
    [to[0] - inset * dx, to[1] - inset * dy],
  ]);
  if (name === "") return;
  const middle: Place = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const across = Math.abs(dx) > Math.abs(dy) / 2;
  drawing.text(across ? [middle[0] + (dy > 0 ? 9 : 0), middle[1] - 9] : [middle[0] + 10, middle[1]], name, {
    size: 11,
  });
}

/** What came before the first step that is drawn. */
function past(drawing: Drawing, to: Place, from: Place): void {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  const inset = (radius + 2) / length;
  drawing.arrow([
    [from[0] + 0.5 * dx, from[1] + 0.5 * dy],
    [to[0] - inset * dx, to[1] - inset * dy],
  ]);
  drawing.text([from[0] + 0.4 * dx, from[1] + 0.42 * dy], "…", { size: 13 });
}

/** What comes after the last step that is drawn. */
function future(drawing: Drawing, from: Place, to: Place): void {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const inset = (radius + 2) / Math.hypot(dx, dy);
  drawing.arrow([
    [from[0] + inset * dx, from[1] + inset * dy],
    [from[0] + 0.52 * dx, from[1] + 0.52 * dy],
  ]);
  drawing.text([from[0] + 0.62 * dx, from[1] + 0.62 * dy], "…", { size: 13 });
}

function unfolding(drawing: Drawing, [x, y]: Place): void {
  drawing.arrow(
    [
      [x - 12, y],
      [x + 22, y],
    ],
    { thickness: 2.5 },
  );
  drawing.text([x + 4, y - 14], "unfold", { size: 11 });
}

function node(drawing: Drawing, place: Place, name: Row, sign: string): void {
  drawing.disc(place, radius, { fill: `${colors[name]}33`, stroke: colors[name], thickness: 1.5 });
  drawing.text(place, `${name}${sign}`, { size: 12 });
}
