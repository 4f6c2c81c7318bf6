/** Vega-lite spec → SVG, by Vega itself, without a browser. */
import type { Spec as VegaSpec } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { textWidth } from "./font.ts";
import type { SceneMark } from "./marks.ts";
import { leaveOutUnseen, lighten } from "./shortcuts.ts";

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
  /**
   * For a picture of so many pixels a CSS pixel: without what no picture shows, such as the words that each mark has for readers of the screen, and in
   * ways that a rasterizer is faster at.
   */
  pictureScale?: number;
}

/** What draws specs of both languages. */
interface Drawer {
  lite(spec: Spec, options: DrawOptions): Promise<string>;
  vega(spec: Spec, options: DrawOptions): Promise<string>;
}

let loading: Promise<Drawer> | null = null;

/**
 * Draws a vega-lite spec.
 *
 * @throws {Error} If vega-lite cannot compile the spec.
 */
export async function drawSpec(spec: Spec, options: DrawOptions = {}): Promise<string> {
  const drawer = await (loading ??= load());
  return drawer.lite(spec, options);
}

/** Draws a spec of vega itself. */
export async function drawVega(spec: Spec, options: DrawOptions = {}): Promise<string> {
  const drawer = await (loading ??= load());
  return drawer.vega(spec, options);
}

async function load(): Promise<Drawer> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  // Vega guesses widths where there is no canvas to ask; then titles overlap and legends are too wide. Its types do not know the property.
  const { textMetrics } = vega as unknown as { textMetrics: { width(item: TextItem, text: unknown): number } };
  textMetrics.width = widthOf;
  const paint = async (spec: VegaSpec, { pictureScale }: DrawOptions): Promise<string> => {
    if (pictureScale !== undefined) leaveOutUnseen(spec);
    const view = new vega.View(vega.parse(spec), { renderer: "none" });
    try {
      if (pictureScale !== undefined) {
        await view.runAsync();
        lighten((view.scenegraph() as unknown as { root: SceneMark }).root, pictureScale);
      }
      return await view.toSVG();
    } finally {
      view.finalize();
    }
  };
  return {
    lite(spec, options) {
      // Vega numbers the rows that it is given, in place: the user's data must not see that.
      const own = structuredClone(spec) as unknown as TopLevelSpec;
      own.config = { ...own.config, aria: options.pictureScale === undefined };
      return paint(compile(own).spec, options);
    },
    vega: (spec, options) => paint(structuredClone(spec), options),
  };
}

function widthOf(item: TextItem, text: unknown): number {
  if (text === undefined || text === null) return 0;
  const { fontSize = 11, fontWeight = "normal", limit = 0 } = item;
  const bold = fontWeight === "bold" || Number(fontWeight) >= 600;
  const width = textWidth(String(text).trim(), fontSize, { bold });
  return limit > 0 ? Math.min(width, limit) : width;
}
