/** A plotly figure that shows itself in every front end: for what vega-lite has not, above all three dimensions. */
import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { drawFigure, type PlotlyFigure, type PlotlyObject } from "./render/plotly.ts";
import { type Picture, rasterize } from "./render/raster.ts";
import { drawScene, isScene } from "./render/scene.ts";
import { faint, ink, palette } from "./theme.ts";

const display = Symbol.for("Jupyter.display");
const metadata = Symbol.for("Jupyter.metadata");
const mimeType = "application/vnd.plotly.v1+json";

/**
 * A plotly figure. In a notebook it shows itself: to be turned and hovered where the front end has plotly, as a picture elsewhere.
 *
 * @example
 * const figure = new plot.Figure({ data: [{ type: "bar", y: [1, 3, 2] }], layout: { title: { text: "Bars" } } });
 * figure.layout.width = 300;
 */
export class Figure {
  /** The traces; plain data that may be changed until the figure is shown. */
  readonly data: PlotlyObject[];
  /** Titles, axes, size; likewise. */
  readonly layout: PlotlyObject;
  /** What screens without pictures show. */
  description: string;

  /**
   * @param figure Traces and layout in the part of plotly's language that its versions 3 and 4 share.
   * @param options `description`: what the figure shows, in a line.
   */
  constructor(
    figure: { readonly data: readonly PlotlyObject[]; readonly layout?: PlotlyObject },
    options: { description?: string } = {},
  ) {
    this.data = [...figure.data];
    this.layout = { ...themeLayout(), ...figure.layout };
    this.description =
      options.description ?? `Figure of ${figure.data.map((trace) => String(trace.type ?? "scatter")).join(", ")}`;
  }

  /** The figure as the source of an SVG picture. */
  async svg(): Promise<string> {
    const figure: PlotlyFigure = { data: this.data, layout: this.layout };
    return isScene(figure) ? drawScene(figure) : drawFigure(figure);
  }

  /**
   * The figure as a PNG.
   *
   * @param options `scale`: pixels of the picture a CSS pixel; default 2.
   */
  async png(options: { scale?: number } = {}): Promise<Uint8Array> {
    return (await this.picture(options)).png;
  }

  /**
   * Writes the figure to a file: `.png`, `.svg`, or `.json` with traces and layout.
   *
   * @throws {RangeError} If the name ends in anything else.
   */
  async save(file: string): Promise<void> {
    switch (extname(file).toLowerCase()) {
      case ".png":
        return writeFile(file, await this.png());
      case ".svg":
        return writeFile(file, await this.svg());
      case ".json":
        return writeFile(file, `${JSON.stringify({ data: this.data, layout: this.layout }, null, 2)}\n`);
      default:
        throw new RangeError(`Cannot save a figure as ${file}: the name must end in .png, .svg or .json`);
    }
  }

  /** What a notebook shows: the figure for front ends that have plotly, the picture for the others. */
  async [display](): Promise<Record<string | symbol, unknown>> {
    const { png, width, height } = await this.picture();
    return {
      [mimeType]: {
        data: this.data.map(packed),
        layout: this.layout,
        // Without a button that sends the reader's data to somebody's cloud.
        config: { responsive: true, displaylogo: false, showSendToCloud: false },
      },
      "image/png": Buffer.from(png).toString("base64"),
      "text/plain": this.description,
      [metadata]: { "image/png": { width, height } },
    };
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.description;
  }

  private async picture(options: { scale?: number } = {}): Promise<Picture> {
    return rasterize(await this.svg(), options);
  }
}

const clear = "rgba(0,0,0,0)";

/** Lines that a dark page does not make glare: plotly's own are nearly white. */
const axis = { gridcolor: faint, zerolinecolor: faint, linecolor: ink };

function themeLayout(): PlotlyObject {
  return {
    width: 520,
    height: 420,
    margin: { l: 50, r: 20, t: 50, b: 45 },
    font: { family: "sans-serif", size: 12, color: ink },
    paper_bgcolor: clear,
    plot_bgcolor: clear,
    colorway: [...palette],
    template: { layout: { xaxis: axis, yaxis: axis, polar: { bgcolor: clear, angularaxis: axis, radialaxis: axis } } },
  };
}

/** The least length of lists that are worth packing. */
const manyNumbers = 20;

/** A trace whose long lists of numbers are bytes: a fifth of the text, and nothing for a notebook to put on lines of their own. */
function packed(trace: PlotlyObject): PlotlyObject {
  return Object.fromEntries(Object.entries(trace).map(([key, value]) => [key, packedValue(value)]));
}

function packedValue(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const rows = value.every((row) => Array.isArray(row)) ? (value as unknown[][]) : null;
  const flat = rows ? rows.flat() : (value as unknown[]);
  const isEven = !rows || rows.every((row) => row.length === rows[0]!.length);
  if (flat.length < manyNumbers || !isEven || !flat.every((v) => typeof v === "number")) return value;
  const bytes = Buffer.from(Float32Array.from(flat as number[]).buffer).toString("base64");
  return { dtype: "f4", bdata: bytes, ...(rows ? { shape: `${rows.length}, ${rows[0]!.length}` } : {}) };
}
