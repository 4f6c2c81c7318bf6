/** Vega-lite spec → SVG, by Vega itself, without a browser. */
import type { TopLevelSpec } from "vega-lite";
import { textWidth } from "./font.ts";

/** A vega-lite specification, as plain data. */
export type Spec = Record<string, unknown>;

/** A text as Vega asks for its width. */
interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: number | string;
  /** The most pixels it may take; what is longer will be cut. */
  readonly limit?: number;
}

/** How a spec is drawn. */
interface DrawOptions {
  /** Whether each mark says in words what it is, for readers of the screen; default true. */
  aria?: boolean;
}

type Draw = (spec: Spec, options: DrawOptions) => Promise<string>;

let loading: Promise<Draw> | null = null;

/**
 * Draws a vega-lite spec.
 *
 * @throws {Error} If vega-lite cannot compile the spec.
 */
export async function drawSpec(spec: Spec, options: DrawOptions = {}): Promise<string> {
  const draw = await (loading ??= load());
  return draw(spec, options);
}

async function load(): Promise<Draw> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  // Vega guesses widths where there is no canvas to ask; then titles overlap and legends are too wide. Its types do not know the property.
  const { textMetrics } = vega as unknown as { textMetrics: { width(item: TextItem, text: unknown): number } };
  textMetrics.width = widthOf;
  return async (spec, { aria = true }) => {
    // Vega numbers the rows that it is given, in place: the user's data must not see that.
    const own = structuredClone(spec) as unknown as TopLevelSpec;
    own.config = { ...own.config, aria };
    const view = new vega.View(vega.parse(compile(own).spec), { renderer: "none" });
    try {
      return await view.toSVG();
    } finally {
      view.finalize();
    }
  };
}

function widthOf(item: TextItem, text: unknown): number {
  if (text === undefined || text === null) return 0;
  const { fontSize = 11, fontWeight = "normal", limit = 0 } = item;
  const bold = fontWeight === "bold" || Number(fontWeight) >= 600;
  const width = textWidth(String(text).trim(), fontSize, { bold });
  return limit > 0 ? Math.min(width, limit) : width;
}
