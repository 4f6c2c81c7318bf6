/**
 * Who makes a picture of a chart that a library described: an object on the global one, under `Symbol.for("gradbook.painter")`, that a library
 * may put there. The kernel itself knows no language of charts.
 */
import { METADATA } from "./bundle-metadata.ts";

const PAINTER = Symbol.for("gradbook.painter");

/** A picture and the size at which it is meant to be shown. */
interface Painted {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Languages of charts by name; each makes a picture, or null of what it cannot draw here. */
type Painter = Readonly<Record<string, ((chart: object) => Promise<Painted | null>) | undefined>>;

/**
 * The picture of a chart, as a part of its bundle.
 *
 * @param language `vega`, `vegalite` or `plotly`.
 * @returns An empty part where nobody can draw the chart: it is shown all the same by front ends that can.
 */
export async function pictureOf(language: string, chart: object): Promise<Record<string | symbol, unknown>> {
  const paint = (globalThis as { [PAINTER]?: Painter })[PAINTER]?.[language];
  try {
    const painted = await paint?.(chart);
    if (!painted) return {};
    const { png, width, height } = painted;
    return { "image/png": Buffer.from(png).toString("base64"), [METADATA]: { "image/png": { width, height } } };
  } catch {
    // What is wrong with the chart, the front end says where the chart would be.
    return {};
  }
}
