/** In a report: charts of vega-lite. */
import embed, { type VisualizationSpec } from "vega-embed";
import { replacePictures } from "./pictures.ts";

replacePictures<VisualizationSpec>("chart", (spec, element) =>
  embed(element, spec, { mode: "vega-lite", actions: false }),
);
