/** Pictures made of boxes, discs, lines and words at pixels, as charts: networks, blocks, graphs. */
import { Chart } from "./chart.ts";
import { type Cell, dataOf } from "./data-table.ts";
import { type FrameOptions, titleOf } from "./frame.ts";
import type { Spec } from "./render/vega.ts";
import { ink } from "./theme.ts";

/** A place in pixels, from the left and from the top. */
export type Place = readonly [x: number, y: number];

/** How a shape looks. Colours are CSS's. */
export interface ShapeStyle {
  fill?: string;
  stroke?: string;
  /** Of the outline or the line, in pixels. */
  thickness?: number;
  /** What front ends show beside the pointer. */
  hint?: string | null;
}

/** How words look. */
export interface TextStyle {
  size?: number;
  color?: string;
  bold?: boolean;
  align?: "left" | "center" | "right";
}

type Row = Record<string, Cell>;

/** Shapes that gather into a chart. What is added later lies above, within each kind; lines lie below boxes and discs, words above. */
export class Drawing {
  private readonly lines: Row[] = [];
  private readonly shapes: Row[] = [];
  private readonly boxes: Row[] = [];
  private readonly discs: Row[] = [];
  private readonly words: Row[] = [];
  private count = 0;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {}

  /** A straight line, or one through several places, smoothed. */
  line(places: readonly Place[], style: ShapeStyle = {}): this {
    const part = this.count++;
    for (const [x, y] of places) this.lines.push({ x, y, part, ...look(style, { stroke: ink, thickness: 1 }) });
    return this;
  }

  /** A line with a point at its end. */
  arrow(places: readonly Place[], style: ShapeStyle = {}): this {
    const [from, to] = [places.at(-2)!, places.at(-1)!];
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy) || 1;
    const [ux, uy] = [dx / length, dy / length];
    const { stroke = ink, thickness = 1 } = style;
    const [long, half] = [5 + 2 * thickness, 2 + thickness];
    const base: Place = [to[0] - long * ux, to[1] - long * uy];
    this.line([...places.slice(0, -1), base], style);
    return this.polygon([to, [base[0] - half * uy, base[1] + half * ux], [base[0] + half * uy, base[1] - half * ux]], {
      fill: stroke,
      thickness: 0,
    });
  }

  /** A closed shape. */
  polygon(places: readonly Place[], style: ShapeStyle = {}): this {
    const part = this.count++;
    for (const [x, y] of places)
      this.shapes.push({ x, y, part, ...look(style, { fill: ink, stroke: "transparent", thickness: 1 }) });
    return this;
  }

  /** A box with round corners, by its middle. */
  box([x, y]: Place, [width, height]: readonly [number, number], style: ShapeStyle = {}): this {
    const edges = { x: x - width / 2, x2: x + width / 2, y: y - height / 2, y2: y + height / 2 };
    this.boxes.push({ ...edges, ...look(style, { fill: "transparent", stroke: ink, thickness: 1 }) });
    return this;
  }

  /** A disc, by its middle. */
  disc([x, y]: Place, radius: number, style: ShapeStyle = {}): this {
    // Vega's size of a circle is the area of the square around it.
    this.discs.push({ x, y, area: (2 * radius) ** 2, ...look(style, { fill: ink, stroke: ink, thickness: 1 }) });
    return this;
  }

  /** Words, by their middle. */
  text([x, y]: Place, text: string, style: TextStyle = {}): this {
    const { size = 11, color = ink, bold = false, align = "center" } = style;
    this.words.push({ x, y, text, size, color, weight: bold ? "bold" : "normal", align });
    return this;
  }

  /** The picture. @param description What screens without pictures show. */
  chart(description: string, options: FrameOptions = {}): Chart {
    const plane = { x: pixel("x"), y: pixel("y") };
    const style = { stroke: raw("stroke"), strokeWidth: measured("thickness") };
    const hint = { tooltip: { field: "hint", type: "nominal" } };
    const filled = { ...plane, ...style, fill: raw("fill"), ...hint };
    const path = { detail: { field: "part" } };
    const layers: [rows: readonly Row[], mark: Spec, encoding: Spec][] = [
      [
        this.lines,
        { type: "line", order: false, interpolate: "monotone", strokeCap: "round" },
        { ...plane, ...style, ...path },
      ],
      [
        this.shapes,
        { type: "line", order: false, interpolate: "linear-closed", strokeJoin: "round" },
        { ...filled, ...path },
      ],
      [this.boxes, { type: "rect", cornerRadius: 4 }, { ...filled, x2: { field: "x2" }, y2: { field: "y2" } }],
      [this.discs, { type: "point", shape: "circle", opacity: 1 }, { ...filled, size: measured("area") }],
      ...(["left", "center", "right"] as const).flatMap((align) =>
        (["normal", "bold"] as const).map((weight): [readonly Row[], Spec, Spec] => [
          this.words.filter((word) => word.align === align && word.weight === weight),
          { type: "text", align, baseline: "middle", fontWeight: weight, tooltip: false },
          { ...plane, text: { field: "text", type: "nominal" }, color: raw("color"), size: measured("size") },
        ]),
      ),
    ];
    return new Chart({
      description,
      ...titleOf(options),
      width: this.width,
      height: this.height,
      layer: layers
        .filter(([rows]) => rows.length > 0)
        .map(([rows, mark, encoding]) => ({ data: dataOf(columnsOf(rows)), mark, encoding })),
    });
  }
}

function look(style: ShapeStyle, defaults: ShapeStyle): Row {
  const { fill = "transparent", stroke = "transparent", thickness = 1, hint = null } = { ...defaults, ...style };
  return { fill, stroke, thickness, hint };
}

/** Rows as columns, without what only chooses the layer. */
function columnsOf(rows: readonly Row[]): Record<string, Cell[]> {
  const names = Object.keys(rows[0]!).filter((name) => name !== "align" && name !== "weight");
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name]!)]));
}

function pixel(field: string): Spec {
  return { field, type: "quantitative", scale: null, axis: null };
}

function raw(field: string): Spec {
  return { field, type: "nominal", scale: null, legend: null };
}

function measured(field: string): Spec {
  return { field, type: "quantitative", scale: null, legend: null };
}
