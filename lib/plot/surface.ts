/** Functions of two variables as surfaces in space, with the paths that optimizers take. */
import { type FieldFunction, type FieldOptions, fieldOf, heightsAt } from "./field.ts";
import { Figure } from "./figure.ts";
import { count, describe, type FrameOptions } from "./frame.ts";
import { ink, pathColors, sequential } from "./theme.ts";
import { isValues, pointsOf, spaced, type Values } from "./values.ts";

/** Options of surfaces. */
export interface SurfaceOptions extends FrameOptions, FieldOptions {
  /** What the x axis measures, with its unit. */
  xLabel?: string;
  /** What the y axis measures, with its unit. */
  yLabel?: string;
  /** What the height measures, with its unit. */
  zLabel?: string;
  /** Default linear; log shows the floor of a deep valley. */
  zScale?: "linear" | "log";
  /** Paths `(steps, 2)` that are laid on the surface, by name: one, or several in colours. */
  paths?: Values | Readonly<Record<string, Values>>;
  /** Where the eye is, in units of the box around its middle; default (1.4, −1.5, 1). */
  eye?: readonly [x: number, y: number, z: number];
}

/**
 * A function of two variables as a surface in space, with paths on it; it can be turned where the front end has plotly.
 *
 * Shapes: z `(rows, columns)`, rows from the least y up; paths `(steps, 2)`.
 *
 * @param z A matrix, a function `(x, y) => number`, or one from points `(count, 2)` to a tensor.
 * @throws {RangeError} If shapes do not fit.
 * @see book §1.6, §2.5.
 * @example plot.surface((x, y) => x * x - y * y, { title: "A saddle", zLabel: "x² − y²" })
 */
export function surface(z: Values | FieldFunction, options: SurfaceOptions = {}): Figure {
  const field = fieldOf(z, { resolution: 41, ...options });
  const [rows, columns] = [field.z.length, field.z[0]!.length];
  const {
    title,
    subtitle,
    width = 520,
    height = 420,
    xLabel = "x",
    yLabel = "y",
    zLabel = "z",
    zScale = "linear",
  } = options;
  if (zScale === "log" && field.z.flat().some((v) => v <= 0)) {
    throw new RangeError(`Cannot show values down to ${Math.min(...field.z.flat())} on a log scale: all must be > 0`);
  }
  const [x, y, up] = options.eye ?? [1.4, -1.5, 1];
  const named =
    options.paths === undefined
      ? []
      : isValues(options.paths)
        ? [["path", options.paths] as const]
        : Object.entries(options.paths);
  const paths = named.map(([name, points], i) => {
    const [px, py] = pointsOf(points, `the path of ${name}`);
    const color = pathColors[i % pathColors.length]!;
    return {
      type: "scatter3d",
      mode: "lines+markers",
      name,
      x: px,
      y: py,
      z: heightsAt(z, field, { x: px, y: py }),
      line: { color, width: 5 },
      marker: { color, size: 3 },
    };
  });
  // Few numbers, all upright: where two axes meet they would be written over each other.
  const numbers = { nticks: 5, tickangle: 0 };
  const axis = (text: string) => ({
    title: { text },
    color: ink,
    gridcolor: "#8C8C8C88",
    showbackground: false,
    ...numbers,
  });
  const colorscale = sequential.map((color, i) => [i / (sequential.length - 1), color]);
  return new Figure(
    {
      data: [
        {
          type: "surface",
          x: spaced(...field.x, columns),
          y: spaced(...field.y, rows),
          z: field.z,
          colorscale,
          showscale: false,
          opacity: 1,
        },
        ...paths,
      ],
      layout: {
        ...(title === undefined
          ? {}
          : {
              title: {
                text: subtitle === undefined ? title : `${title}<br><sub>${subtitle}</sub>`,
                x: 0.02,
                xanchor: "left",
                font: { size: 14 },
              },
            }),
        width,
        height,
        margin: { l: 0, r: 0, t: 40, b: 0 },
        showlegend: named.length > 1,
        scene: {
          xaxis: axis(xLabel),
          yaxis: axis(yLabel),
          zaxis: { ...axis(zLabel), type: zScale },
          aspectmode: "manual",
          aspectratio: { x: 1, y: 1, z: 0.7 },
          camera: { eye: { x, y, z: up } },
        },
      },
    },
    {
      description: describe(
        "Surface",
        title,
        `${rows} × ${columns} values${paths.length > 0 ? `, ${count(paths.length, "path")}` : ""}`,
      ),
    },
  );
}

/**
 * The loss over two weights as a surface in space, with the paths of optimizers: `surface` with the field's names on the axes.
 *
 * @param loss As of `surface`.
 * @see book §1.6.
 * @example plot.lossSurface((w, b) => (w - 1) ** 2 + 4 * b * b, { paths: { SGD: [[2, 1], [1.5, 0.2], [1.1, 0]] } })
 */
export function lossSurface(loss: Values | FieldFunction, options: SurfaceOptions = {}): Figure {
  return surface(loss, { xLabel: "w₁", yLabel: "w₂", zLabel: "loss", ...options });
}
