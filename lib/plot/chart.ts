/** A chart: a vega-lite spec that shows itself in every front end, and can be changed before that. */
import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { type Picture, pictureScale, rasterize } from "./render/raster.ts";
import { drawSpec, type Spec } from "./render/vega.ts";
import { themeConfig } from "./theme.ts";

const display = Symbol.for("Jupyter.display");
const metadata = Symbol.for("Jupyter.metadata");
const mimeType = "application/vnd.vegalite.v5+json";
const schema = "https://vega.github.io/schema/vega-lite/v5.json";

/**
 * A chart. In a notebook it shows itself: interactive where the front end can, as a picture elsewhere.
 *
 * @example
 * plot.line([1, 4, 9]).with({ title: "Squares" }).spec.title // "Squares"
 * new plot.Chart({ mark: "point", data: { values: [{ a: 1 }] }, encoding: { x: { field: "a" } } }).description // "Chart"
 */
export class Chart {
  /** The vega-lite 5 spec, plain data that may be changed until the chart is shown. */
  readonly spec: Spec;

  /**
   * @param spec A vega-lite spec; `$schema` and our theme are added where it has none. Its `description` is what screens without pictures show.
   */
  constructor(spec: Readonly<Spec>) {
    this.spec = { $schema: schema, ...spec, config: merge(themeConfig(), (spec.config ?? {}) as Spec) };
  }

  /** A copy with some of the spec changed: objects are merged, all else is replaced. @example plot.line([1, 2]).with({ width: 600 }).spec.width // 600 */
  with(changes: Readonly<Spec>): Chart {
    return new Chart(merge(this.spec, changes));
  }

  /** What the chart shows, in a line. */
  get description(): string {
    return typeof this.spec.description === "string" ? this.spec.description : "Chart";
  }

  /** The chart as the source of an SVG picture. */
  svg(): Promise<string> {
    return drawSpec(this.spec);
  }

  /**
   * The chart as a PNG.
   *
   * @param options `scale`: pixels of the picture a CSS pixel; default 2.
   */
  async png(options: { scale?: number } = {}): Promise<Uint8Array> {
    return (await this.picture(options)).png;
  }

  /**
   * Writes the chart to a file: `.png`, `.svg`, or `.json` with the spec.
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
        return writeFile(file, `${JSON.stringify(this.spec, null, 2)}\n`);
      default:
        throw new RangeError(`Cannot save a chart as ${file}: the name must end in .png, .svg or .json`);
    }
  }

  /** What a notebook shows: the spec for front ends that draw it, the picture for the others. No SVG, which LaTeX and untrusted notebooks refuse. */
  async [display](): Promise<Record<string | symbol, unknown>> {
    const { png, width, height } = await this.picture();
    return {
      [mimeType]: this.spec,
      "image/png": Buffer.from(png).toString("base64"),
      "text/plain": this.description,
      [metadata]: { "image/png": { width, height } },
    };
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.description;
  }

  private async picture({ scale = pictureScale }: { scale?: number } = {}): Promise<Picture> {
    return rasterize(await drawSpec(this.spec, { pictureScale: scale }), { scale });
  }
}

function merge(base: Readonly<Spec>, changes: Readonly<Spec>): Spec {
  const merged: Spec = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    const old = merged[key];
    merged[key] = isPlain(old) && isPlain(value) ? merge(old, value) : value;
  }
  return merged;
}

function isPlain(value: unknown): value is Spec {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
