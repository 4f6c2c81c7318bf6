/** Surfaces and paths in space → SVG: plotly draws them with WebGL, which only browsers have, so their static picture is painted here. */
import { colorAt, diverging, faint, ink, palette, sequential } from "../theme.ts";
import { textWidth } from "./font.ts";
import type { PlotlyFigure, PlotlyObject } from "./plotly.ts";
import { niceTicks } from "./ticks.ts";
import { cross, dot, minus, unit, type Vector, View } from "./view.ts";

/** A thing that hides what is behind it. */
interface Painted {
  /** The distance from the eye. */
  readonly depth: number;
  readonly svg: string;
}

/** An axis of the box: from data to −½ … ½. */
interface Axis {
  readonly title: string;
  readonly domain: readonly [number, number];
  readonly isLog: boolean;
  readonly length: number;
}

/** The traces that can be painted. */
const kinds = ["surface", "scatter3d"];

/** Whether a figure is made of surfaces and paths in space only. */
export function isScene({ data }: PlotlyFigure): boolean {
  return data.length > 0 && data.every((trace) => kinds.includes(String(trace.type)));
}

/** The most cells of a surface along one side; more would only be slower to paint. */
const mostCells = 48;

/** Paints a figure of `surface` and `scatter3d` traces, seen from `layout.scene.camera.eye`. */
export function drawScene(figure: PlotlyFigure): string {
  const { layout } = figure;
  const [width, height] = [Number(layout.width ?? 520), Number(layout.height ?? 420)];
  const scene = (layout.scene ?? {}) as PlotlyObject;
  const axes = axesOf(figure, scene);
  const view = new View(eyeOf(scene), axes.map(({ length }) => length / 2) as unknown as Vector, { width, height });
  const place = (point: Vector): Vector =>
    axes.map((axis, i) => axis.length * (share(axis, point[i]!) - 0.5)) as unknown as Vector;
  const things = figure.data.flatMap((trace) =>
    trace.type === "surface" ? surface(trace, place, view) : path(trace, place, view),
  );
  things.sort((a, b) => b.depth - a.depth);
  const title = textOf(layout.title);
  const words = title === "" ? "" : label([8, 20], title, { anchor: "start", size: 14, bold: true });
  const legend = legendOf(figure, width);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif">${box(axes, view)}<g stroke-linejoin="round">${things.map(({ svg }) => svg).join("")}</g>${words}${legend}</svg>`;
}

function textOf(title: unknown): string {
  if (typeof title === "string") return title;
  return String((title as { text?: unknown } | undefined)?.text ?? "");
}

function eyeOf(scene: PlotlyObject): Vector {
  const { eye = {} } = (scene.camera ?? {}) as { eye?: { x?: number; y?: number; z?: number } };
  return [eye.x ?? 1.25, eye.y ?? -1.25, eye.z ?? 1.25];
}

function axesOf({ data }: PlotlyFigure, scene: PlotlyObject): [Axis, Axis, Axis] {
  const ratio = (scene.aspectratio ?? {}) as Record<string, number>;
  return (["x", "y", "z"] as const).map((name) => {
    const options = (scene[`${name}axis`] ?? {}) as PlotlyObject;
    const isLog = options.type === "log";
    const values = data.flatMap((trace) => (trace[name] as unknown[] | undefined)?.flat() ?? []) as number[];
    const seen = values.filter((v) => Number.isFinite(v) && (!isLog || v > 0));
    // As plotly has it, the ends of a log axis are exponents.
    const range = options.range as [number, number] | undefined;
    const given = range && isLog ? ([10 ** range[0], 10 ** range[1]] as const) : range;
    const [least, greatest] = given ?? [
      seen.reduce((a, b) => Math.min(a, b), Infinity),
      seen.reduce((a, b) => Math.max(a, b), -Infinity),
    ];
    const domain = least < greatest ? ([least, greatest] as const) : ([least - 0.5, least + 0.5] as const);
    return { title: textOf(options.title), domain, isLog, length: ratio[name] ?? 1 };
  }) as unknown as [Axis, Axis, Axis];
}

/** Where on an axis a number lies, 0 to 1. */
function share({ domain: [from, to], isLog }: Axis, value: number): number {
  return isLog ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
}

function surface(trace: PlotlyObject, place: (point: Vector) => Vector, view: View): Painted[] {
  const z = trace.z as number[][];
  const x = (trace.x as number[] | undefined) ?? z[0]!.map((_, j) => j);
  const y = (trace.y as number[] | undefined) ?? z.map((_, i) => i);
  const [rows, columns] = [picked(z.length), picked(z[0]!.length)];
  const at = rows.map((i) => columns.map((j) => place([x[j]!, y[i]!, z[i]![j]!])));
  const seen = at.map((row) => row.map((point) => view.project(point)));
  const heights = at
    .flat()
    .map(([, , h]) => h)
    .filter(Number.isFinite);
  const [low, high] = [
    heights.reduce((a, b) => Math.min(a, b), Infinity),
    heights.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  const colors = colorsOf(trace);
  const light = unit([0.4, -0.5, 0.9]);
  const painted: Painted[] = [];
  for (let i = 0; i + 1 < rows.length; i++) {
    for (let j = 0; j + 1 < columns.length; j++) {
      const corners = [at[i]![j]!, at[i]![j + 1]!, at[i + 1]![j + 1]!, at[i + 1]![j]!];
      if (!corners.flat().every(Number.isFinite)) continue;
      const pixels = [seen[i]![j]!, seen[i]![j + 1]!, seen[i + 1]![j + 1]!, seen[i + 1]![j]!];
      const normal = unit(cross(minus(corners[2]!, corners[0]!), minus(corners[3]!, corners[1]!)));
      const shade = 0.78 + 0.22 * Math.abs(dot(normal, light));
      const height = corners.reduce((sum, corner) => sum + corner[2], 0) / 4;
      const color = `rgb(${colorAt(colors, (height - low) / (high - low || 1))
        .map((v) => Math.round(v * shade))
        .join(",")})`;
      const depth = pixels.reduce((sum, pixel) => sum + pixel[2], 0) / 4;
      painted.push({ depth, svg: `<path d="M${grown(pixels).join("L")}Z" fill="${color}"/>` });
    }
  }
  return painted;
}

/** By so many pixels a cell reaches over its neighbours: edges that are smoothed side by side would leave a seam. */
const overlap = 0.5;

/** The corners of a cell, moved away from its middle. An outline in its colour would close the seams too, but takes twice as long to paint as all else. */
function grown(pixels: readonly Vector[]): string[] {
  const [cx, cy] = [0, 1].map((i) => pixels.reduce((sum, pixel) => sum + pixel[i]!, 0) / pixels.length) as [
    number,
    number,
  ];
  return pixels.map(([x, y]) => {
    const share = overlap / (Math.hypot(x - cx, y - cy) || 1);
    return `${(x + share * (x - cx)).toFixed(1)} ${(y + share * (y - cy)).toFixed(1)}`;
  });
}

/** Indices of all rows, or of evenly picked ones with both ends. */
function picked(length: number): number[] {
  const count = Math.min(length, mostCells + 1);
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / Math.max(1, count - 1)));
}

function colorsOf({ colorscale }: PlotlyObject): readonly string[] {
  if (colorscale === "RdBu") return diverging;
  return Array.isArray(colorscale) ? colorscale.map((stop: [number, string]) => stop[1]) : sequential;
}

function path(trace: PlotlyObject, place: (point: Vector) => Vector, view: View): Painted[] {
  const [x, y, z] = [trace.x, trace.y, trace.z] as [number[], number[], number[]];
  const pixels = x.map((_, i) => view.project(place([x[i]!, y[i]!, z[i]!])));
  const mode = String(trace.mode ?? "lines+markers");
  const color = pathColor(trace);
  const { size = 4 } = (trace.marker ?? {}) as { size?: number };
  const painted: Painted[] = [];
  for (const [i, [px, py, depth]] of pixels.entries()) {
    if (!Number.isFinite(px + py)) continue;
    // A little nearer than it is: a path lies on the surface, and must not sink in it.
    const near = depth - 0.12;
    if (mode.includes("markers"))
      painted.push({
        depth: near,
        svg: `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="${size / 2 + 0.5}" fill="${color}"/>`,
      });
    const before = pixels[i - 1];
    if (!mode.includes("lines") || !before || !Number.isFinite(before[0] + before[1])) continue;
    const line = `M${before[0].toFixed(1)} ${before[1].toFixed(1)}L${px.toFixed(1)} ${py.toFixed(1)}`;
    painted.push({
      depth: Math.min(near, before[2] - 0.12),
      svg: `<path d="${line}" stroke="${color}" stroke-width="2.2" stroke-linecap="round" fill="none"/>`,
    });
  }
  return painted;
}

function pathColor(trace: PlotlyObject): string {
  const { color } = { ...(trace.marker as object), ...(trace.line as object) } as { color?: unknown };
  return typeof color === "string" ? color : palette[1]!;
}

/** The three far faces of the box with grid, and words along its near edges. */
function box(axes: readonly [Axis, Axis, Axis], view: View): string {
  const half = axes.map((axis) => axis.length / 2) as unknown as Vector;
  // For each axis the face that is farther from the eye.
  const far = view.eye.map((v, i) => (v > 0 ? -half[i]! : half[i]!)) as unknown as Vector;
  const parts: string[] = [];
  for (const [a, axis] of axes.entries()) {
    for (const tick of niceTicks(axis.domain, { count: 4, isLog: axis.isLog })) {
      const t = axis.length * (share(axis, tick) - 0.5);
      for (const b of [0, 1, 2].filter((other) => other !== a)) {
        // A line across the face that is perpendicular to the third axis.
        const ends = [-half[b]!, half[b]!].map(
          (v) => far.map((f, i) => (i === a ? t : i === b ? v : f)) as unknown as Vector,
        );
        parts.push(segment(view, ends[0]!, ends[1]!, faint));
      }
      if (!isCorner(a, t / axis.length, far)) parts.push(labelAt(view, edgePoint(a, t, far), tickText(tick), 9, 11));
    }
    const [from, to] = [-half[a]!, half[a]!].map((t) => edgePoint(a, t, far)) as [Vector, Vector];
    parts.push(segment(view, from, to, ink));
    if (axis.title !== "") parts.push(labelAt(view, edgePoint(a, 0, far), axis.title, a === 2 ? 34 : 28, 12));
  }
  return parts.join("");
}

/** Whether two axes meet there, whose numbers would be written over each other; the upright and the y axis give way. */
function isCorner(a: number, t: number, far: Vector): boolean {
  if (a === 2) return t < -0.44;
  return a === 1 && Math.abs(t + Math.sign(far[1]) / 2) < 0.06;
}

/** A point on the edge of the box that carries an axis's words: x and y on the near edges of the floor, z on the left upright. */
function edgePoint(a: number, t: number, far: Vector): Vector {
  if (a === 0) return [t, -far[1], -Math.abs(far[2])];
  if (a === 1) return [-far[0], t, -Math.abs(far[2])];
  // The upright at the left: far along one axis, near along the other.
  return [far[0], -far[1], t];
}

function segment(view: View, from: Vector, to: Vector, color: string): string {
  const [[x1, y1], [x2, y2]] = [view.project(from), view.project(to)];
  return `<path d="M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}" stroke="${color}" fill="none"/>`;
}

/** Words beside an edge, pushed away from the middle of the picture. */
function labelAt(view: View, point: Vector, text: string, distance: number, size: number): string {
  const [x, y] = view.project(point);
  const [cx, cy] = view.project([0, 0, 0]);
  const length = Math.hypot(x - cx, y - cy) || 1;
  const wide = distance + 0.35 * textWidth(text, size) * Math.abs((x - cx) / length);
  return label([x + (wide * (x - cx)) / length, y + (distance * (y - cy)) / length + size / 3], text, { size });
}

function label(
  [x, y]: readonly [number, number],
  text: string,
  style: { anchor?: string; size: number; bold?: boolean },
): string {
  const { anchor = "middle", size, bold = false } = style;
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}"${bold ? ' font-weight="bold"' : ""} fill="${ink}">${escaped}</text>`;
}

function tickText(v: number): string {
  const text =
    Math.abs(v) >= 1e5 || (v !== 0 && Math.abs(v) < 1e-3) ? v.toExponential(0) : String(Number(v.toPrecision(6)));
  return text.replaceAll("-", "−");
}

function legendOf({ data }: PlotlyFigure, width: number): string {
  const named = data.filter(
    (trace) => trace.type === "scatter3d" && typeof trace.name === "string" && trace.showlegend !== false,
  );
  return named
    .map((trace, i) => {
      const y = 16 + 18 * i;
      const name = String(trace.name);
      const x = width - 14 - textWidth(name, 11);
      return `<circle cx="${x - 9}" cy="${y - 4}" r="4" fill="${pathColor(trace)}"/>${label([x, y], name, { anchor: "start", size: 11 })}`;
    })
    .join("");
}
