/**
 * Pictures of charts that are no `Chart` and no `Figure` but plain specs, for the notebook around us: it finds them on the global object, under
 * `Symbol.for("gradbook.painter")`.
 */
import { drawFigure, type PlotlyFigure, type PlotlyObject } from "./render/plotly.ts";
import { type Picture, pictureScale, rasterize } from "./render/raster.ts";
import { drawScene, isScene } from "./render/scene.ts";
import { drawSpec, drawVega, type Spec } from "./render/vega.ts";

const PAINTER = Symbol.for("gradbook.painter");

const painter = Object.freeze({
  vegalite: async (spec: Spec): Promise<Picture | null> =>
    asksForMore(spec) ? null : onWhite(await drawSpec(spec, { pictureScale })),
  vega: async (spec: Spec): Promise<Picture | null> =>
    asksForMore(spec) ? null : onWhite(await drawVega(spec, { pictureScale })),
  async plotly({ data, layout }: PlotlyFigure): Promise<Picture | null> {
    if (isScene({ data, layout })) return onWhite(drawScene({ data, layout }));
    return data.every(isFlat) ? onWhite(await drawFigure({ data, layout })) : null;
  },
});

Object.defineProperty(globalThis, PAINTER, { value: painter, configurable: true, enumerable: false });

/** Whether a spec names data elsewhere: a picture without them would be a lie, and the network is the reader's to ask. */
function asksForMore(spec: Spec): boolean {
  return /"url":"(?!data:)/.test(JSON.stringify(spec));
}

/** Traces that plotly draws by WebGL, or on maps that it fetches. */
const beyond = /gl$|3d$|geo|map|^(surface|cone|streamtube|volume|isosurface|parcoords|splom|choropleth)/;

function isFlat({ type = "scatter" }: PlotlyObject): boolean {
  // Heat maps are none of the maps.
  return /^(heatmap|treemap)$/.test(String(type)) || !beyond.test(String(type));
}

/** Colours of a plain spec are meant for paper, whatever the page's are. */
function onWhite(svg: string): Promise<Picture> {
  return rasterize(svg, { background: "#fff" });
}
